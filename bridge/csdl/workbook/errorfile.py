"""The site's error file after an upload, matched with the rows that were carried.

A row of it names a pupil (identifier, or name and birth date), or a row of the uploaded sheet; where it names a column
only that mark was refused, else all that were carried of the pupil. A row that fits nothing is a flaw, and then nothing
of the file is taken: a refusal overlooked would stand in the ledger as accepted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.csdl.workbook.body import IDENTIFIERS, Row
from bridge.csdl.workbook.folder import Opened, View
from bridge.csdl.workbook.found import Sheet
from bridge.csdl.workbook.headers import column_named
from bridge.csdl.workbook.match import Matcher
from bridge.csdl.workbook.texts import clean
from bridge.csdl.workbook.titles import term_of
from bridge.domain.scores import Column
from bridge.ports.byhand import Word
from bridge.ports.city import Outcome, Refusal, Submission
from bridge.ports.workbooks import Errors, Flaw, FlawKind, SheetKind

# Theirs ↔ ours: a word of the site's sentence, and what it means to us. Whatever has none is OTHER, told as it is.
MEANINGS: Mapping[str, Refusal] = {
    "khoá sổ": Refusal.LOCKED,
    "khóa sổ": Refusal.LOCKED,
    "đã khoá": Refusal.LOCKED,
    "đã khóa": Refusal.LOCKED,
    "không thuộc lớp": Refusal.NOT_IN_CLASS,
    "không tồn tại": Refusal.UNKNOWN_PUPIL,
    "không tìm thấy học sinh": Refusal.UNKNOWN_PUPIL,
    "không hợp lệ": Refusal.BAD_VALUE,
    "sai định dạng": Refusal.BAD_VALUE,
    "miễn": Refusal.NOT_ALLOWED,
    "trùng": Refusal.DOUBLED,
}


@dataclass(slots=True)
class _Matching:
    words: dict[str, dict[int, Word]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)


def match_errors(opened: Opened, submissions: Sequence[Submission], view: View) -> Errors:
    matching = _Matching()
    sheets = [sheet for sheet in opened.sheets if sheet.layout.kind is SheetKind.ERRORS]
    if not sheets:
        matching.flaws.append(Flaw(FlawKind.UNKNOWN_LAYOUT, opened.path.name))
    for sheet in sheets:
        for number in range(sheet.head.body, len(sheet.grid.rows)):
            row = Row(sheet.grid, sheet.head, number)
            if row.text("error"):
                _take(_ErrorRow(row, sheet, submissions, view), matching)
    return Errors(matching.words, tuple(matching.flaws))


def _take(row: "_ErrorRow", matching: _Matching) -> None:
    pupils = set(row.pupils())
    if len(pupils) != 1:
        matching.flaws.append(Flaw(FlawKind.ERROR_ROW_UNMATCHED, row.row.where("error")))
        return
    pupil, column = pupils.pop(), row.column()
    hits = [
        (submission.id, position)
        for submission in row.units()
        for position, out in enumerate(submission.rows)
        if out.pupil == pupil and column in (None, out.column)
    ]
    units = {submission.unit for submission in row.units() if any(out.pupil == pupil for out in submission.rows)}
    if column is _UNKNOWN or len(units) > 1:  # of which subject it speaks nobody can know
        matching.flaws.append(Flaw(FlawKind.ERROR_ROW_UNMATCHED, row.row.where("error")))
        return
    for submission, position in hits:
        matching.words.setdefault(submission, {})[position] = row.word()


_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class _ErrorRow:
    row: Row
    sheet: Sheet
    submissions: Sequence[Submission]
    view: View

    def units(self) -> Iterator[Submission]:
        """The submissions that this row may be about, by class, subject and term as far as the file says them."""
        said = {fact: self._said(fact) for fact in ("class", "subject", "term")}
        term = term_of(said["term"]) if said["term"] else None
        code = self.view.roster.named(said["class"]) if said["class"] else None
        for submission in self.submissions:
            unit = submission.unit
            same_term = term is None or unit.term == term
            if same_term and code in (None, unit.school_class) and self._is_subject(said["subject"], submission):
                yield submission

    def _said(self, fact: str) -> str:
        titles = self.sheet.titles.values(fact)
        return self.row.text(fact) or (titles[0][0] if titles else "")

    def _is_subject(self, text: str, submission: Submission) -> bool:
        if not text:
            return True
        naming = self.view.known.subjects.named(text)
        return text == submission.unit.subject or (naming is not None and submission.unit.subject in naming.codes)

    def pupils(self) -> Iterator[str]:
        """Whom it names, among those whose marks were carried or who stand in the sheets."""
        named = bool(self.row.name()) or any(self.row.text(role) for role in IDENTIFIERS)
        for code in {submission.unit.school_class for submission in self.units()}:
            if named:
                found = Matcher(self.view.roster.pupils.get(code, [])).find(self.row, [])
                yield from [found] if found is not None else []
        if not named:
            yield from self._by_row_number()

    def _by_row_number(self) -> Iterator[str]:
        text = self.row.text("row")
        if not text.isdecimal():
            return
        for submission in self.units():
            for place in self.view.places.get(submission.unit, []):
                yield from (pupil for pupil, row in place.scores.rows.items() if row == int(text) - 1)

    def column(self) -> Column | object | None:
        """None: the file names no column, so all of the pupil's marks were refused."""
        text = self.row.text("field")
        if not text:
            return None
        return column_named(self.sheet.layout, text) or _UNKNOWN

    def word(self) -> Word:
        """The site's own sentence, without the pupil's name: it is kept."""
        message = clean(self.row.text("error")).replace(self.row.name() or "\0", "…")[:200]
        known = (refusal for words, refusal in MEANINGS.items() if words in message.lower())
        return Word(Outcome.REFUSED, next(known, Refusal.OTHER), "SITE", message)
