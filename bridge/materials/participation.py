"""Use case: who has opened which lesson, for how long, and how far; and who of the class lists never has.

A course says its class lists by its mapping, which is of one LMS: the courses of another have numbers of their own and
feed nothing. Who sees what is asked by a function passed in.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.domain.attempts import AttemptState
from bridge.domain.mapping import CourseMap
from bridge.domain.participation import ALWAYS, NEVER, Participation, Period
from bridge.ports.mappings import Mappings
from bridge.ports.people import Member, Rosters
from bridge.ports.playing import Attempt, Attempts, Link

Sees = Callable[[CourseMap | None], bool]
"""Of a class × subject that a course feeds; None: of a course that feeds nothing."""


@dataclass(frozen=True, slots=True)
class Roll:
    """One school's and year's. `whose`: accounts of a registration's platform → pupils' keys; `mapped`:
    registrations of the LMS whose courses are mapped."""

    school: str
    year: int
    attempts: Attempts
    rosters: Rosters
    mappings: Mappings
    whose: Callable[[str, Collection[str]], Mapping[str, str]]
    mapped: frozenset[str]


class Row(NamedTuple):
    """One learner and one link. `pupil` is a random key, "" of whom the city does not know; `feeds` None: on no list.

    `account` is the platform's, "" of who never came.
    """

    link: Link
    account: str
    pupil: str
    feeds: CourseMap | None
    did: Participation


def took_part(attempts: Sequence[Attempt]) -> Participation:
    """What attempts come to. One that was set aside counts as opened and as time, but not as work that was done."""
    opened = [row for row in attempts if row.sitting > 0]
    if not opened:
        return NEVER
    stands = [row for row in opened if row.state is not AttemptState.RESET]
    return Participation(
        opened=min(row.started for row in opened),
        seen=max(row.seen for row in opened),
        attempts=len(opened),
        seconds=sum(row.seconds for row in opened),
        progress=max((row.progress for row in stands if row.progress is not None), default=None),
        finished=min((row.finished for row in stands if row.finished is not None), default=None),
    )


def participation(roll: Roll, links: Sequence[Link], period: Period = ALWAYS, *, sees: Sees) -> list[Row]:
    """By link: who took part, and who of the lists that may be seen did not. Lists are of who studies now.

    Somebody who is on no list is seen by whoever may see all lists of the course.
    """
    there = [link for link in links if period.until is None or link.at < period.until]
    feeds = feeds_of(roll, there)
    seen = [link for link in there if any(sees(each) for each in feeds[link.id] or (None,))]
    began = {link.id: _by_learner(roll, link, period) for link in seen}
    known, lists = _known(roll, seen, began), roll.rosters.members(roll.school, roll.year)
    found: list[Row] = []
    for link in seen:
        theirs = feeds[link.id]
        outside = all(sees(each) for each in theirs or (None,))
        rows = _rows(link, began[link.id], known[link.registration], theirs, lists)
        found += [row for row in rows if (outside if row.feeds is None else sees(row.feeds))]
    return found


def feeds_of(roll: Roll, links: Sequence[Link]) -> dict[str, Sequence[CourseMap]]:
    """What the course of each link feeds."""
    by_course: dict[str, list[CourseMap]] = {}
    for each in roll.mappings.courses(roll.school, roll.year):
        by_course.setdefault(str(each.course), []).append(each)
    return {link.id: by_course.get(link.course, ()) if link.registration in roll.mapped else () for link in links}


def _by_learner(roll: Roll, link: Link, period: Period) -> dict[str, Participation]:
    """Those who have opened it."""
    found: dict[str, list[Attempt]] = {}
    for row in roll.attempts.of_link(roll.school, link.id):
        if period.holds(row.started):
            found.setdefault(row.learner, []).append(row)
    counted = {learner: took_part(rows) for learner, rows in found.items()}
    return {learner: did for learner, did in counted.items() if did is not NEVER}


def _known(
    roll: Roll, links: Sequence[Link], began: Mapping[str, Mapping[str, Participation]]
) -> dict[str, Mapping[str, str]]:
    """Whose accounts these are, by registration: asked once for each, for it reads the whole directory."""
    accounts: dict[str, set[str]] = {}
    for link in links:
        accounts.setdefault(link.registration, set()).update(began[link.id])
    return {registration: roll.whose(registration, users) for registration, users in accounts.items()}


def _rows(
    link: Link,
    began: Mapping[str, Participation],
    known: Mapping[str, str],
    feeds: Sequence[CourseMap],
    lists: Mapping[str, Sequence[Member]],
) -> Iterator[Row]:
    listed = {member.pupil: row for row in reversed(feeds) for member in lists.get(row.school_class, ())}
    for account, did in began.items():
        pupil = known.get(account, "")
        yield Row(link, account, pupil, listed.get(pupil), did)
    came = {known.get(account, "") for account in began}
    studying = {member.pupil for row in feeds for member in lists.get(row.school_class, ()) if member.studying}
    for pupil, row in listed.items():
        if pupil in studying and pupil not in came:
            yield Row(link, "", pupil, row, NEVER)
