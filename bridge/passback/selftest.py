"""The admin's self-test: the whole way of a score, step by step, with a test pupil, and everything taken back.

It ends where a step fails, but always cleans up what it made.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bridge.domain.errors import Garbled, NotFound, Refused, RemoteError
from bridge.passback.decide import same
from bridge.passback.dispatch import trouble
from bridge.ports.city import City
from bridge.ports.gradebooks import Gradebooks, LineItem, Members, NewLineItem, Score
from bridge.ports.launches import RegistrationState
from bridge.ports.passback import Shown, Trouble
from bridge.ports.platforms import Platforms

LABEL, NAME, TAG = "Kiểm tra cầu nối (tự xóa)", "cau-noi-selftest", "cau-noi"
VALUE = Shown(Decimal("8.5"), Decimal(10))


class Trial(StrEnum):
    """The steps, in order."""

    REGISTRATION = "REGISTRATION"
    MEMBERS = "MEMBERS"
    COLUMN = "COLUMN"
    SCORE = "SCORE"
    READ_BACK = "READ_BACK"
    CITY = "CITY"
    CLEAN_UP = "CLEAN_UP"


@dataclass(frozen=True, slots=True)
class Tried:
    """One step. `trouble` None: it went well. `reached` False: an earlier one had failed."""

    trial: Trial
    trouble: Trouble | None = None
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Course:
    """Where to try: addresses as a launch names them, and the platform's id of a pupil that is nobody real."""

    registration: str
    collection: str
    memberships: str
    user: str


@dataclass(slots=True)
class SelfTest:
    """Over the ports alone; `clock` gives moments with a zone."""

    platforms: Platforms
    members: Members
    gradebooks: Gradebooks
    city: City
    clock: Callable[[], datetime]
    _column: LineItem | None = field(default=None, init=False)

    def run(self, course: Course) -> Iterator[Tried]:
        """Each step as it is done."""
        way = (
            (Trial.REGISTRATION, self._is_active),
            (Trial.MEMBERS, self._is_there),
            (Trial.COLUMN, self._make),
            (Trial.SCORE, self._send),
            (Trial.READ_BACK, self._read),
        )
        going = True
        for trial, work in way:
            tried = _tried(trial, work, course) if going else Tried(trial, reached=False)
            going = going and tried.trouble is None
            yield tried
        yield _tried(Trial.CITY, self._ask_the_city, course)
        made = self._column is not None
        yield _tried(Trial.CLEAN_UP, self._clean, course) if made else Tried(Trial.CLEAN_UP, reached=False)

    def _is_active(self, course: Course) -> None:
        found = self.platforms.find(course.registration)
        if found.state is not RegistrationState.ACTIVE:
            raise NotFound(kind="launch", name=found.name, nearest=[])

    def _is_there(self, course: Course) -> None:
        members = self.members.members(course.registration, course.memberships)
        if not any(member.user == course.user and member.learning for member in members):
            raise NotFound(kind="test pupil", name=course.user, nearest=[])

    def _make(self, course: Course) -> None:
        new = NewLineItem(LABEL, VALUE.maximum, NAME, TAG)
        self._column = self.gradebooks.provide(course.registration, course.collection, new)

    def _send(self, course: Course) -> None:
        assert self._column is not None
        score = Score(course.user, VALUE.value, VALUE.maximum, self.clock())
        self.gradebooks.send(course.registration, self._column.url, score)

    def _read(self, course: Course) -> None:
        assert self._column is not None
        found = self.gradebooks.results(course.registration, self._column.url, user=course.user)
        shown = [Shown(one.value, one.maximum) for one in found if one.value is not None]
        if len(shown) != 1 or not same(shown[0], VALUE):
            raise Garbled(remote="platform", operation="RESULTS", why="OTHER_SCORE")

    def _ask_the_city(self, _course: Course) -> None:
        serious = [finding.code for finding in self.city.examine() if finding.serious]
        if serious:
            raise Refused(remote="city", operation="EXAMINE", reason="FINDINGS", theirs=", ".join(serious))

    def _clean(self, course: Course) -> None:
        self.gradebooks.remove(course.registration, course.collection, resource_id=NAME, tag=TAG)


def _tried(trial: Trial, work: Callable[[Course], None], course: Course) -> Tried:
    try:
        work(course)
    except (RemoteError, NotFound) as error:
        return Tried(trial, trouble(error))
    return Tried(trial)
