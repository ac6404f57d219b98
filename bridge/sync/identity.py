"""Who is who: users of a course ↔ pupils of the city, by idnumber, pinned at first sight.

A user whose idnumber is missing, doubled, unknown or no longer what it was is held; nobody is ever guessed by name.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.plans import PersonHold, Problem
from bridge.ports.lms import LmsPupil
from bridge.ports.people import Directory


@dataclass(frozen=True, slots=True)
class Pins:
    """Known pairs of one platform, both ways."""

    pupil_of: Mapping[int, str]
    user_of: Mapping[str, int]

    @classmethod
    def of(cls, pupil_of: Mapping[int, str]) -> "Pins":
        return cls(pupil_of, {pupil: user for user, pupil in pupil_of.items()})


@dataclass(frozen=True, slots=True)
class Identified:
    """`pupil_of` maps the active users of a course that are surely somebody; `fresh` were never seen before.

    `contested`: pupils whom another account has claimed in this run.
    """

    course: int

    pupil_of: Mapping[int, str]
    fresh: Mapping[int, str]
    holds: tuple[PersonHold, ...]
    contested: frozenset[str] = frozenset()


class Claims:
    """Who stands for whom in this run: of two accounts that claim one pupil in different courses, the later is held.

    The earlier was read and planned by then; it is not pinned, and nothing is sent for who is not (`make_plan`).
    """

    def __init__(self) -> None:
        self._user_of: dict[str, int] = {}

    def sift(self, found: Identified) -> Identified:
        late = {user for user, pupil in found.pupil_of.items() if self._user_of.setdefault(pupil, user) != user}
        if not late:
            return found
        return Identified(
            found.course,
            {user: pupil for user, pupil in found.pupil_of.items() if user not in late},
            {user: pupil for user, pupil in found.fresh.items() if user not in late},
            (*found.holds, *(PersonHold(found.course, user, Problem.DOUBLED_IDNUMBER) for user in sorted(late))),
            frozenset(found.pupil_of[user] for user in late),
        )


def identify(course: int, users: Sequence[LmsPupil], directory: Directory, pins: Pins) -> Identified:
    """Sort the active users of a course into pupils and holds."""
    active = [user for user in users if user.active]
    doubled = _doubled(active)
    known: dict[int, str] = {}
    holds: list[PersonHold] = []
    for user in active:
        found = _pupil(user, directory, pins, doubled)
        if isinstance(found, Problem):
            holds.append(PersonHold(course, user.user_id, found))
        else:
            known[user.user_id] = found
    fresh = {user: pupil for user, pupil in known.items() if user not in pins.pupil_of}
    return Identified(course, known, fresh, tuple(holds))


def _doubled(users: Iterable[LmsPupil]) -> set[str]:
    counts = Counter(user.idnumber.strip() for user in users)
    return {idnumber for idnumber, count in counts.items() if idnumber and count > 1}


def _pupil(user: LmsPupil, directory: Directory, pins: Pins, doubled: set[str]) -> str | Problem:
    """The pupil's key, or why there is none."""
    idnumber = user.idnumber.strip()
    pinned = pins.pupil_of.get(user.user_id)
    pupil = directory.key_of.get(idnumber) if idnumber else None
    if idnumber in doubled:
        return Problem.DOUBLED_IDNUMBER
    if pinned is not None and pupil != pinned:
        return Problem.IDENTITY_CHANGED
    if not idnumber:
        return Problem.NO_IDNUMBER
    if pupil is None:
        return Problem.UNKNOWN_PUPIL
    if pinned is None and pupil in pins.user_of:
        return Problem.IDENTITY_CHANGED
    return pupil
