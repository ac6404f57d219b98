"""What the city must hold after a sync, worked out from Moodle's raw answers and the mapping alone."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from tests.live.raw import Course
from tests.live.school import School


class Place(NamedTuple):
    pupil: str  # the city's code
    subject: str
    term: str
    column: str


class Fed(NamedTuple):
    """An item that feeds a column."""

    item: int
    term: str
    column: str


@dataclass(repr=False)
class Expectation:
    """`open`: places of which Moodle's answer does not say enough, so that anything is right but a wrong value."""

    values: dict[Place, str] = field(default_factory=dict)
    open: set[Place] = field(default_factory=set)
    withheld: Counter[str] = field(default_factory=Counter)  # why a cell must not be there, counted


def expect_course(
    found: Expectation, course: Course, *, school: School, classes: Iterable[str], subject: str, fed: Iterable[Fed]
) -> None:
    """Add what one course must bring. `subject` is a code of the city's table."""
    people = _people(course, school, frozenset(classes), found.withheld)
    columns = list(fed)
    for user, pupil in people.items():
        cells = {cell["id"]: cell for cell in course.rows[user]}
        for entry in columns:
            _expect_cell(found, cells[entry.item], Place(pupil, subject, entry.term, entry.column))


def _people(course: Course, school: School, classes: frozenset[str], withheld: Counter[str]) -> dict[int, str]:
    """Users who are surely one pupil of one of the classes."""
    counts = Counter(idnumber.strip() for idnumber in course.active.values())
    people = {}
    for user, text in course.active.items():
        idnumber = text.strip()
        if not idnumber:
            withheld["pupil: no idnumber"] += 1
        elif counts[idnumber] > 1:
            withheld["pupil: idnumber doubled"] += 1
        elif idnumber not in school.homes:
            withheld["pupil: not in the city"] += 1
        elif school.homes[idnumber] not in classes:
            withheld["pupil: of another class"] += 1
        else:
            people[user] = idnumber
    return people


def _expect_cell(found: Expectation, cell: dict[str, Any], place: Place) -> None:
    raw = cell.get("graderaw")
    why = _withheld(cell)
    if cell.get("status") == "dropped" and raw is not None:
        found.open.add(place)  # excluded by a person or dropped by a rule: Moodle says the same of both
    elif why:
        found.withheld[f"cell: {why}"] += 1
    elif raw is not None:
        value = _verdict(cell) if _is_words(cell) else _mark(raw, cell)
        if value is None:
            found.withheld["cell: no value the city knows"] += 1
        else:
            found.values[place] = value


def _withheld(cell: dict[str, Any]) -> str:
    if cell.get("gradeishidden") is None or cell.get("gradeislocked") is None:
        return "flags not shown"
    if cell.get("gradeneedsupdate"):
        return "needs update"
    return "hidden" if cell["gradeishidden"] else ""


def _is_words(cell: dict[str, Any]) -> bool:
    return cell["grademin"] == 1 and not any(sign.isdigit() for sign in cell["rangeformatted"])


def _verdict(cell: dict[str, Any]) -> str | None:
    word = unicodedata.normalize("NFC", cell["gradeformatted"]).strip().casefold()
    return {"đạt": "D", "chưa đạt": "CD"}.get(word)


def _mark(raw: float, cell: dict[str, Any]) -> str | None:
    """Scaled to ten exactly, then half up to one decimal, once (TT22/2021, Art. 5)."""
    low, high = Fraction(str(cell["grademin"])), Fraction(str(cell["grademax"]))
    value = Fraction(str(raw))
    if not low <= value <= high or low == high:
        return None
    tenths = ((value - low) / (high - low) * 100 + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"
