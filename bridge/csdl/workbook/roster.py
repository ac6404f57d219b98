"""People out of workbooks: pupil lists, staff lists, who teaches what. Only what `ports.city` asks for is read.

Phones, addresses, parents, ethnicity, health are not looked at (domain: allow-list at the door).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.csdl.workbook.body import Row, people
from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.texts import alias_key, spelling_key
from bridge.csdl.workbook.titles import term_of
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass
from bridge.domain.scores import Term
from bridge.domain.subjects import Subjects
from bridge.ports.workbooks import Flaw, FlawKind

# Theirs ↔ ours. A status begins with one of these words; whoever has asked to come back studies again.
STUDYING = ("đang học", "chuyển đến", "nghỉ học xin học lại", "học lại", "lưu ban", "tiếp nhận", "mới tuyển")
NOT_STUDYING = (
    "chuyển đi",
    "thôi học",
    "nghỉ học",
    "bỏ học",
    "bảo lưu",
    "đã tốt nghiệp",
    "tốt nghiệp",
    "chờ",
    "xin nghỉ",
)
SEXES = {alias_key("Nam"): "M", alias_key("Nữ"): "F", "x": "F", "1": "F", "0": "M"}
_LEVEL = re.compile(r"\s*(?:lớp\s*|khối\s*)?(1[0-2]|[6-9])", re.IGNORECASE)
_SEVERAL = re.compile(r"[,;/\n]|\s-\s|\s{2,}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A pupil in a list, with the class as the list has it."""

    pupil: CityPupil
    school_class: SchoolClass
    where: str


@dataclass(slots=True)
class Roster:
    """Everything that the folder's lists say of people. `flaws` of the sheets that were left out."""

    classes: dict[str, SchoolClass] = field(default_factory=dict)
    pupils: dict[str, list[CityPupil]] = field(default_factory=dict)
    assignments: list[Assignment] = field(default_factory=list)
    _by_name: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, listed: Listed) -> None:
        code = listed.school_class.code
        self.classes.setdefault(code, listed.school_class)
        self.pupils.setdefault(code, []).append(listed.pupil)
        for text in (code, listed.school_class.name):
            self._by_name[alias_key(text)].add(code)

    def is_group(self, code: str) -> bool:
        return self.classes[code].kind is ClassKind.GROUP

    def named(self, text: str) -> str | None:
        """The code of the one class that is called so; None for none and for several."""
        found = self._by_name.get(alias_key(text), set()) or self._by_name.get(
            alias_key(_LEVEL_WORD.sub("", text)), set()
        )
        return next(iter(found)) if len(found) == 1 else None


_LEVEL_WORD = re.compile(r"^\s*(?:lớp|lop)\s*", re.IGNORECASE)


def read_pupils(sheet: Sheet) -> tuple[list[Listed], list[Flaw]]:
    """The pupils of a list; one without any identifier is a flaw, for a mark could never be sent for him."""
    flaws: list[Flaw] = []
    found = [listed for row in people(sheet.grid, sheet.head) if (listed := _listed(row, flaws))]
    if not found:
        flaws.append(Flaw(FlawKind.NO_PUPILS, sheet.grid.name))
    return found, flaws


def _listed(row: Row, flaws: list[Flaw]) -> Listed | None:
    ids = row.identifiers()
    code = ids.get("pupil_code") or ids.get("ministry_code")
    school_class = _class_of(row)
    if code is None or school_class is None:
        kind = FlawKind.NO_IDENTIFIER if code is None else FlawKind.UNTOLD_CLASS
        flaws.append(Flaw(kind, row.where()))
        return None
    pupil = CityPupil(
        code=code,
        ministry_code=ids.get("ministry_code"),
        name=row.name(),
        birth_date=row.birth(flaws),
        sex=SEXES.get(alias_key(row.text("sex"))),
        studying=_studies(row, flaws),
    )
    return Listed(pupil, school_class, row.where())


def _class_of(row: Row) -> SchoolClass | None:
    """The level from its own column; out of the class's name only where there is none."""
    name, code = row.text("class"), row.text("class_code")
    level = level_of(row.text("grade_level")) or level_of(name or code)
    if not (name or code) or level is None:
        return None
    return SchoolClass(code or name, name or code, level)


def level_of(text: str) -> int | None:
    """The grade level with which a text begins; None for none."""
    found = _LEVEL.match(text)
    return int(found[1]) if found else None


def _studies(row: Row, flaws: list[Flaw]) -> bool:
    status = spelling_key(row.text("status"))
    if not status or status.startswith(tuple(map(spelling_key, STUDYING))):
        return True
    if not status.startswith(tuple(map(spelling_key, NOT_STUDYING))):
        flaws.append(Flaw(FlawKind.BAD_VALUE, row.where("status"), row.text("status")[:40]))
    return False


def read_staff(sheet: Sheet) -> dict[str, set[str]]:
    """Codes of teachers by `spelling_key` of the name; a list without codes names them by the name itself."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in people(sheet.grid, sheet.head):
        code = row.identifiers().get("teacher_code") or row.name()
        found[spelling_key(row.name())].add(code)
    return found


@dataclass(frozen=True, slots=True)
class Teaching:
    """What reading assignments needs beside the sheet."""

    roster: Roster
    staff: Mapping[str, set[str]]
    subjects: Subjects


def read_assignments(sheet: Sheet, known: Teaching) -> tuple[list[Assignment], list[Flaw]]:
    flaws: list[Flaw] = []
    found = [each for row in people(sheet.grid, sheet.head) for each in _assignments(row, known, flaws)]
    return list(dict.fromkeys(found)), flaws


def _assignments(row: Row, known: Teaching, flaws: list[Flaw]) -> Iterable[Assignment]:
    teacher = _teacher(row, known, flaws)
    names = [text for text in _SEVERAL.split(row.text("class")) if text.strip()]
    if teacher is None or not names:
        return
    for name in names:
        code = known.roster.named(name)
        if code is None:
            flaws.append(Flaw(FlawKind.UNKNOWN_CLASS_NAME, row.where("class"), name[:40]))
            continue
        level = known.roster.classes[code].grade_level
        naming = known.subjects.named(row.text("subject"), grade_levels=[level])
        if naming is None or not naming.sure:
            flaws.append(Flaw(FlawKind.UNKNOWN_SUBJECT_NAME, row.where("subject"), row.text("subject")[:40]))
            continue
        yield from (Assignment(teacher, code, naming.codes[0], term, row.name()) for term in _terms(row))


def _teacher(row: Row, known: Teaching, flaws: list[Flaw]) -> str | None:
    """By the code in the row, else by the one teacher of that name on the staff list."""
    own = row.identifiers().get("teacher_code")
    if own is not None:
        return own
    if not known.staff:
        return row.name()
    codes = known.staff.get(spelling_key(row.name()), set())
    if len(codes) != 1:
        flaws.append(Flaw(FlawKind.TEACHER_UNKNOWN, row.where()))
        return None
    return next(iter(codes))


def _terms(row: Row) -> tuple[Term, ...]:
    """Without a term, or for the whole year: both."""
    term = term_of(row.text("term")) if row.text("term") else None
    return (term,) if isinstance(term, Term) else tuple(Term)
