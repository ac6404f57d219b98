"""Use case: who uses a material where. A course says its classes by its mapping; before that it is a number."""

from collections.abc import Sequence
from typing import NamedTuple

from bridge.domain.mapping import CourseMap
from bridge.materials.participation import Roll, feeds_of
from bridge.ports.playing import Link, Tally

NOBODY = Tally(0, 0)


class Use(NamedTuple):
    """An activity that was opened at least once. `teachers`: names, of what its course feeds."""

    link: Link
    feeds: Sequence[CourseMap]
    teachers: Sequence[str]
    tally: Tally


def uses(roll: Roll, material: str) -> list[Use]:
    """Newest first."""
    links = roll.attempts.links_of(roll.school, material)
    feeds, tallies = feeds_of(roll, links), roll.attempts.tallies(roll.school, [link.id for link in links])
    return [Use(link, feeds[link.id], _teachers(roll, feeds[link.id]), tallies.get(link.id, NOBODY)) for link in links]


def _teachers(roll: Roll, feeds: Sequence[CourseMap]) -> list[str]:
    taught = {(row.school_class, row.subject) for row in feeds}
    rows = roll.rosters.assignments(roll.school, roll.year) if taught else ()
    return sorted({row.name or row.teacher for row in rows if (row.school_class, row.subject) in taught})
