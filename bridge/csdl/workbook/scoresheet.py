"""A score sheet read: which unit it is of, which row is which pupil, what its mark cells say. Every doubt is a flaw.

What the file says must agree with the school and year at work; what it does not say, a person may (`Hints`), and then
nothing in the file may speak against it. A pupil is found by identifier, else by name and birth date together; a name
alone is nobody.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bridge.csdl.workbook.body import people
from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.grid import Spot
from bridge.csdl.workbook.headers import REGULAR
from bridge.csdl.workbook.match import Matcher
from bridge.csdl.workbook.roster import Roster
from bridge.csdl.workbook.texts import alias_key
from bridge.csdl.workbook.titles import WHOLE_YEAR, term_of, year_of
from bridge.csdl.workbook.values import read_score, text_of
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Score, Term, Unreadable
from bridge.domain.subjects import Kind, Subjects, Teaching
from bridge.ports.workbooks import NO_HINTS, Flaw, FlawKind, Hints

_LONG_FORMS = (("trunghocphothong", "thpt"), ("trunghoccoso", "thcs"))
_PARTS = re.compile(r"[\s;]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What sheets are measured against."""

    school: str
    names: tuple[str, ...]  # what the school is called
    year: int
    roster: Roster
    subjects: Subjects


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """One unit in one sheet. With any flaw nothing of it is believed."""

    sheet: Sheet
    unit: Unit | None
    year: int  # that was at work when it was read
    verdicts: bool = False
    rows: dict[str, int] = field(default_factory=dict)  # pupil's city code → row, from 0
    scores: dict[tuple[str, Column], Score] = field(default_factory=dict)  # without the blank ones
    flaws: tuple[Flaw, ...] = ()

    def spot(self, pupil: str, column: Column) -> Spot | None:
        """The cell of this mark; None where the sheet has no such row or column."""
        row, place = self.rows.get(pupil), self.sheet.head.marks.get(column)
        return Spot(row, place) if row is not None and place is not None else None

    @property
    def shares_cell(self) -> bool:
        """Whether the regular marks stand in one cell, parted by spaces."""
        return self.sheet.layout.regular == "one_cell"


def read_scores(sheet: Sheet, known: Known, hints: Hints = NO_HINTS) -> ScoreSheet:
    reading = _Reading(sheet, known, hints)
    unit = reading.unit()
    if unit is None:
        return ScoreSheet(sheet, None, known.year, flaws=tuple(reading.flaws))
    teaching = _teaching(unit, known)
    verdicts = teaching is not None and teaching.kind is Kind.COMMENT
    chosen = teaching is not None and teaching.elective and not known.roster.is_group(unit.school_class)
    rows = reading.rows(unit.school_class, chosen=chosen)
    scores = dict(reading.scores(rows, verdicts=verdicts))
    return ScoreSheet(sheet, unit, known.year, verdicts, rows, scores, tuple(reading.flaws))


def _teaching(unit: Unit, known: Known) -> Teaching | None:
    return known.subjects.by_code[unit.subject].at(known.roster.classes[unit.school_class].grade_level)


class _Reading:
    """One sheet on its way; everything that is wrong is collected."""

    def __init__(self, sheet: Sheet, known: Known, hints: Hints) -> None:
        self.flaws: list[Flaw] = list(sheet.head.flaws)
        self._sheet, self._known, self._hints = sheet, known, hints

    def unit(self) -> Unit | None:
        """The unit that the sheet is of; None, with flaws, where that is not sure."""
        self._check_school()
        self._check_year()
        term, code = self._term(), self._class()
        subject = self._subject(code) if code is not None else None
        if term is None or code is None or subject is None:
            return None
        return Unit(self._known.school, self._known.year, code, subject, term)

    def _check_school(self) -> None:
        for text, spot in self._sheet.titles.values("school_code"):
            if text.split()[0] != self._known.school:
                self._flaw(FlawKind.OTHER_SCHOOL, spot, text[:60])
        names = {_bare_school(name) for name in self._known.names}
        for text, spot in self._sheet.titles.values("school"):
            if names and not any(name in _bare_school(text) or _bare_school(text) in name for name in names):
                self._flaw(FlawKind.OTHER_SCHOOL, spot, text[:60])

    def _check_year(self) -> None:
        said = self._sheet.titles.values("year")
        years = [(year_of(text), text, spot) for text, spot in said]
        for year, text, spot in years:
            if year != self._known.year:
                self._flaw(FlawKind.OTHER_YEAR, spot, text[:20])
        if not said and self._hints.year != self._known.year:
            self._flaw(FlawKind.UNTOLD_YEAR if self._hints.year is None else FlawKind.OTHER_YEAR, None)

    def _term(self) -> Term | None:
        said = [(term_of(text), text, spot) for text, spot in self._sheet.titles.values("term")]
        terms = {term for term, _, _ in said if term is not None}
        if len(terms) > 1:
            self._flaw(FlawKind.CONTRADICTION, said[-1][2], said[-1][1][:20])
            return None
        if WHOLE_YEAR in terms:
            self._flaw(FlawKind.WHOLE_YEAR, said[0][2], said[0][1][:20])
            return None
        hint = term_of(self._hints.term) if self._hints.term else None
        found = next(iter(terms), hint)
        if hint is not None and found != hint:
            self._flaw(FlawKind.OTHER_TERM_SHEET, said[0][2], said[0][1][:20])
        if not isinstance(found, Term):
            self._flaw(FlawKind.UNTOLD_TERM, None)
            return None
        return found

    def _class(self) -> str | None:
        """By the titles and the rows, which must agree, else by the sheet's name, else by a person's word.

        Where a group is named, classes say nothing: its pupils come out of several.
        """
        said = [*self._sheet.titles.values("group"), *self._named_in_rows("group", "group_code")]
        if not said:
            said = [*self._sheet.titles.values("class"), *self._named_in_rows("class", "class_code")]
        if not said and self._sheet.layout.sheet_is == "class":
            said = [(self._sheet.grid.name, Spot(0, 0))]
        texts = [*said, *([(self._hints.school_class, None)] if self._hints.school_class else [])]
        if not texts:
            self._flaw(FlawKind.UNTOLD_CLASS, None)
            return None
        codes = {text: self._known.roster.named(text.split("(")[0]) for text, _ in texts}
        for text, spot in texts:
            if codes[text] is None:
                self._flaw(FlawKind.UNKNOWN_CLASS_NAME, spot, text[:40])
        return self._agreed(codes, texts, FlawKind.OTHER_CLASS_SHEET)

    def _named_in_rows(self, name: str, code: str) -> list[tuple[str, Spot]]:
        role = name if name in self._sheet.head.roles else code
        if role not in self._sheet.head.roles:
            return []
        found = {row.text(role): spot for row in people(self._sheet.grid, self._sheet.head) if (spot := row.spot(role))}
        return [(text, spot) for text, spot in found.items() if text]

    def _subject(self, code: str) -> str | None:
        said: list[tuple[str, Spot | None]] = [*self._sheet.titles.values("subject")]
        if not said and self._sheet.layout.sheet_is == "subject":
            said = [(self._sheet.grid.name, Spot(0, 0))]
        texts = [*said, *([(self._hints.subject, None)] if self._hints.subject else [])]
        if not texts:
            self._flaw(FlawKind.UNTOLD_SUBJECT, None)
            return None
        level = self._known.roster.classes[code].grade_level
        codes = {text: self._subject_named(text, level) for text, _ in texts}
        for text, spot in texts:
            if codes[text] is None:
                self._flaw(FlawKind.UNKNOWN_SUBJECT_NAME, spot, text[:40])
        return self._agreed(codes, texts, FlawKind.OTHER_SUBJECT_SHEET)

    def _subject_named(self, text: str, level: int) -> str | None:
        if text in self._known.subjects.by_code:
            return text
        naming = self._known.subjects.named(text, grade_levels=[level])
        return naming.codes[0] if naming is not None and naming.sure else None

    def _agreed(
        self, codes: dict[str, str | None], texts: Sequence[tuple[str, Spot | None]], kind: FlawKind
    ) -> str | None:
        """What all say; a flaw where two say two things."""
        found = {code for code in codes.values() if code is not None}
        if len(found) > 1:
            text, spot = texts[-1]
            self._flaw(kind if spot is None else FlawKind.CONTRADICTION, spot, text[:40])
        return next(iter(found)) if len(found) == 1 else None

    def rows(self, school_class: str, *, chosen: bool) -> dict[str, int]:
        """`chosen`: the subject is an elective of this class, so that its sheet has those pupils only who take it."""
        matcher = Matcher(self._known.roster.pupils.get(school_class, []))
        rows: dict[str, int] = {}
        for row in people(self._sheet.grid, self._sheet.head):
            pupil = matcher.find(row, self.flaws)
            if pupil is not None and rows.setdefault(pupil, row.number) != row.number:
                self.flaws.append(Flaw(FlawKind.PUPIL_DOUBLED, row.where()))
        if not rows:
            self._flaw(FlawKind.NO_PUPILS, None)
        elif not chosen:
            for code in sorted(matcher.expected() - rows.keys()):
                self._flaw(FlawKind.PUPIL_MISSING, None, code)
        return rows

    def scores(self, rows: dict[str, int], *, verdicts: bool) -> Iterator[tuple[tuple[str, Column], Score]]:
        marks = self._sheet.head.marks
        shared = REGULAR if self._sheet.layout.regular == "one_cell" else ()
        for pupil, row in rows.items():
            for column, place in marks.items():
                if column not in shared:
                    yield from self._score(pupil, column, Spot(row, place), verdicts=verdicts)
            if shared:
                yield from self._shared(pupil, Spot(row, marks[shared[0]]), verdicts=verdicts)

    def _score(
        self, pupil: str, column: Column, spot: Spot, *, verdicts: bool
    ) -> Iterator[tuple[tuple[str, Column], Score]]:
        score = read_score(self._sheet.grid.cell(spot), self._sheet.layout.values, verdicts=verdicts)
        if isinstance(score, Unreadable):
            self._flaw(FlawKind.BAD_VALUE, spot, score.shown)
        elif score is not BLANK:
            yield (pupil, column), score

    def _shared(self, pupil: str, spot: Spot, *, verdicts: bool) -> Iterator[tuple[tuple[str, Column], Score]]:
        parts = [part for part in _PARTS.split(text_of(self._sheet.grid.cell(spot))) if part]
        if len(parts) > len(REGULAR):
            self._flaw(FlawKind.BAD_VALUE, spot, " ".join(parts)[:40])
            return
        for column, part in zip(REGULAR, parts, strict=False):
            score = read_score(part, self._sheet.layout.values, verdicts=verdicts)
            if isinstance(score, Unreadable):
                self._flaw(FlawKind.BAD_VALUE, spot, score.shown)
            elif score is not BLANK:
                yield (pupil, column), score

    def _flaw(self, kind: FlawKind, spot: Spot | None, value: str = "") -> None:
        name = self._sheet.grid.name
        self.flaws.append(Flaw(kind, f"{name}!{spot}" if spot is not None else name, value))


def _bare_school(text: str) -> str:
    key = alias_key(text).removeprefix("truong")
    for long, short in _LONG_FORMS:
        key = key.replace(long, short)
    return key
