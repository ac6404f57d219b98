"""Elective groups out of a list: pupils of several classes who are taught a subject together (nhóm).

A group list names pupils who stand in the pupil lists already; who does not is a flaw.
"""

from collections.abc import Iterable, Iterator

from bridge.csdl.workbook.body import Row, people
from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.match import Matcher
from bridge.csdl.workbook.roster import Listed, Roster, level_of
from bridge.domain.school import ClassKind, SchoolClass
from bridge.ports.workbooks import Flaw, FlawKind


def read_groups(sheet: Sheet, roster: Roster) -> tuple[list[Listed], list[Flaw]]:
    """The places of a group list; a group of two grade levels, or of two names, is a flaw."""
    everybody = {pupil.code: pupil for listed in roster.pupils.values() for pupil in listed}
    levels = {
        pupil.code: roster.classes[name].grade_level for name, listed in roster.pupils.items() for pupil in listed
    }
    matcher, flaws = Matcher(list(everybody.values())), list[Flaw]()
    found = [
        Listed(everybody[code], group, row.where())
        for row in people(sheet.grid, sheet.head)
        if (code := matcher.find(row, flaws)) is not None and (group := _group(row, levels[code], flaws)) is not None
    ]
    if not found:
        flaws.append(Flaw(FlawKind.NO_PUPILS, sheet.grid.name))
    return found, [*flaws, *_of_two_levels(found)]


def _group(row: Row, level: int, flaws: list[Flaw]) -> SchoolClass | None:
    """By its code, else by its name; of the level that the row says, else of the pupil's own class."""
    name = row.text("group") or row.text("group_code")
    if not name:
        flaws.append(Flaw(FlawKind.UNTOLD_CLASS, row.where()))
        return None
    said = level_of(row.text("grade_level"))
    return SchoolClass(row.text("group_code") or name, name, said or level, ClassKind.GROUP)


def _of_two_levels(found: Iterable[Listed]) -> Iterator[Flaw]:
    groups: dict[str, SchoolClass] = {}
    for place in found:
        group = groups.setdefault(place.school_class.code, place.school_class)
        if group != place.school_class:
            yield Flaw(FlawKind.CONTRADICTION, place.where, group.code)
