"""A city database over SOAP, contract v1. The port is `bridge.ports.city.City`."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from bridge.csdl.soap import tickets
from bridge.csdl.soap.control import Hello, read_school, say_hello
from bridge.csdl.soap.dialect import Dialect, load_dialect
from bridge.csdl.soap.door import at_once
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.soap.examination import examine
from bridge.csdl.soap.line import Line, random_id
from bridge.csdl.soap.pages import Query, read_all
from bridge.csdl.soap.rows import AssignmentRow, ClassRow, LockRow, PupilRow
from bridge.csdl.soap.scores import read_scores
from bridge.csdl.soap.tables import Convertible, Domain, Table, convert
from bridge.domain.errors import BadInput
from bridge.domain.school import Assignment, CityPupil, SchoolClass, SchoolInfo, Unit
from bridge.ports.city import Answer, Capabilities, CityFinding, CityScore, ColumnLock, Submission

CLASSES = Table(ClassRow, "dong")
PUPILS = Table(PupilRow, "dong")
ASSIGNMENTS = Table(AssignmentRow, "dong")
LOCKS = Table(LockRow, "dong")
HELLO_LASTS = timedelta(minutes=10)  # a server runs on for months, and a trial system becomes the real one meanwhile


def now() -> datetime:
    return datetime.now(UTC)


def _each_once(places: Iterable[CityPupil]) -> tuple[CityPupil, ...]:
    """A row is a place in the class, and who left and came back has two: who studies in any of them studies."""
    pupils: dict[str, CityPupil] = {}
    for place in places:
        before = pupils.setdefault(place.code, place)
        if place.studying and not before.studying:
            pupils[place.code] = place
    return tuple(pupils.values())


class SoapCity:
    """One school's view of one city. Thread-safe; asks the city what it is and can do, and keeps that for some minutes.

    `new_id` names requests; `clock` is our own time, to compare with the city's; `pace` returns when a call may go; a
    read that failed is tried again after `sleep`.
    """

    def __init__(
        self,
        school: str,
        endpoint: Endpoint,
        *,
        dialect: Dialect | None = None,
        new_id: Callable[[], str] = random_id,
        clock: Callable[[], datetime] = now,
        pace: Callable[[], None] = at_once,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._said: tuple[Hello, datetime] | None = None
        self._line = Line(school, endpoint, dialect or load_dialect(), new_id, pace=pace, sleep=sleep)

    def capabilities(self) -> Capabilities:
        return self._hello.to_domain(self._line.dialect)

    def school(self, year: int) -> SchoolInfo:
        """Every pull begins with this and every run with `locks`: both refuse a city of another environment."""
        self._refuse_other_environment("LayTruong")
        return read_school(self._line, year)

    def classes(self, year: int) -> Sequence[SchoolClass]:
        query = Query("LayLop", year)
        return self._convert(query, read_all(self._line, query, CLASSES))

    def pupils(self, year: int, school_class: str) -> Sequence[CityPupil]:
        query = Query("LayHocSinh", year, {"malop": school_class})
        return _each_once(self._convert(query, read_all(self._line, query, PUPILS)))

    def assignments(self, year: int) -> Sequence[Assignment]:
        query = Query("LayPhanCong", year)
        return self._convert(query, read_all(self._line, query, ASSIGNMENTS))

    def locks(self, year: int) -> Sequence[ColumnLock]:
        self._refuse_other_environment("LayKhoaSo")
        query = Query("LayKhoaSo", year)
        return self._convert(query, read_all(self._line, query, LOCKS)) if self.capabilities().locks else ()

    def scores(self, units: Collection[Unit]) -> Mapping[Unit, Sequence[CityScore]]:
        for unit in units:
            self._refuse_other_school(unit)
        with self._refused_here("LayDiem"):
            return read_scores(self._line, units)

    def submit(self, submission: Submission) -> Answer:
        """Also `Refused` without sending anything where the city is not of the configured environment."""
        self._refuse_other_school(submission.unit)
        self._refuse_other_environment("GuiDiem")
        with self._refused_here("GuiDiem"):
            return tickets.send(self._line, submission, self._hello)

    def receipts(self, unit: Unit, submission: str) -> Answer:
        self._refuse_other_school(unit)
        with self._refused_here("LayBienNhan"):
            return tickets.ask(self._line, unit, submission)

    def examine(self) -> Sequence[CityFinding]:
        return tuple(examine(self._line, self._clock))

    def close(self) -> None:
        """Lets go of kept connections; the city stays usable."""
        self._line.door.close()

    def _convert(self, query: Query, rows: Iterable[Convertible[Domain]]) -> tuple[Domain, ...]:
        return convert(rows, self._line.dialect, self._line.call(query.operation))

    @property
    def _hello(self) -> Hello:
        """Two threads may both ask at first: that does no harm, and nobody waits for another school's city."""
        said, now = self._said, self._clock()
        if said is None or abs(now - said[1]) > HELLO_LASTS:
            said = self._said = say_hello(self._line), now
        return said[0]

    @contextmanager
    def _refused_here(self, operation: str) -> Iterator[None]:
        """What can't be said in this city's contract or dialect never leaves: `Refused`, as if the city had said it."""
        try:
            yield
        except BadInput as error:
            facts = {name: error.facts[name] for name in ("where", "value")}
            raise self._line.call(operation).refused(str(error.facts["why"]), theirs="", **facts) from error

    def _refuse_other_environment(self, operation: str) -> None:
        """What a test system says must not be taken for true, nor the other way round."""
        if self._hello.production != self._endpoint.production:
            raise self._line.call(operation).refused("OTHER_ENVIRONMENT", theirs=self._hello.moitruong)

    def _refuse_other_school(self, unit: Unit) -> None:
        if unit.school != self._line.school:
            raise ValueError(f"unit of school {unit.school} at the line of {self._line.school}")
