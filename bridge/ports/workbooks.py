"""The file route as the entries see it: workbooks recognised, taken in, filled, their error files read, layouts learnt.

`bridge/csdl/workbook` is the one implementation. Sentences for every `FlawKind` stand under `BAD_INPUT` in
`bridge/words/sentences/error.toml`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from bridge.domain.school import Unit
from bridge.domain.scores import Column
from bridge.ports.byhand import Word
from bridge.ports.city import Submission


class Sure(StrEnum):
    """How sure the source of a layout is. No system's own description of its files is public."""

    SEEN = "SEEN"  # learnt from a file that the school itself had downloaded
    DESCRIBED = "DESCRIBED"  # as people who had real files before them describe it
    GUESSED = "GUESSED"  # nobody has shown a file of it


class SheetKind(StrEnum):
    SCORES = "SCORES"  # one unit's score sheet: read, and filled
    PUPILS = "PUPILS"
    GROUPS = "GROUPS"  # who is in which elective group
    STAFF = "STAFF"
    ASSIGNMENTS = "ASSIGNMENTS"
    SUMMARY = "SUMMARY"  # averages of a term: recognised, and nothing of it used
    ERRORS = "ERRORS"  # what the site refused after an upload


class FlawKind(StrEnum):
    """Why a file, a sheet or a cell can't be used."""

    # the file
    NOT_A_WORKBOOK = "NOT_A_WORKBOOK"
    HTML_AS_XLS = "HTML_AS_XLS"  # a web page under the name of a workbook
    ENCRYPTED = "ENCRYPTED"
    OLD_FORMAT = "OLD_FORMAT"  # .xls: read, never filled
    MACROS = "MACROS"
    EXTERNAL_LINKS = "EXTERNAL_LINKS"
    BOMB = "BOMB"
    DAMAGED = "DAMAGED"
    DOCTYPE = "DOCTYPE"
    TOO_MANY_CELLS = "TOO_MANY_CELLS"
    TWO_FILES = "TWO_FILES"  # both hold the same unit
    # what it says it is
    UNKNOWN_LAYOUT = "UNKNOWN_LAYOUT"
    UNKNOWN_HEADER = "UNKNOWN_HEADER"
    DOUBLED_HEADER = "DOUBLED_HEADER"
    OTHER_SCHOOL = "OTHER_SCHOOL"
    OTHER_YEAR = "OTHER_YEAR"
    WHOLE_YEAR = "WHOLE_YEAR"
    UNTOLD_YEAR = "UNTOLD_YEAR"
    UNTOLD_TERM = "UNTOLD_TERM"
    UNTOLD_CLASS = "UNTOLD_CLASS"
    UNTOLD_SUBJECT = "UNTOLD_SUBJECT"
    OTHER_CLASS_SHEET = "OTHER_CLASS_SHEET"
    OTHER_SUBJECT_SHEET = "OTHER_SUBJECT_SHEET"
    OTHER_TERM_SHEET = "OTHER_TERM_SHEET"
    CONTRADICTION = "CONTRADICTION"  # the file says two things about itself
    UNKNOWN_CLASS_NAME = "UNKNOWN_CLASS_NAME"
    UNKNOWN_SUBJECT_NAME = "UNKNOWN_SUBJECT_NAME"
    # its rows
    NO_PUPILS = "NO_PUPILS"
    PUPIL_UNKNOWN = "PUPIL_UNKNOWN"
    PUPIL_AMBIGUOUS = "PUPIL_AMBIGUOUS"
    PUPIL_DOUBLED = "PUPIL_DOUBLED"
    PUPIL_MISSING = "PUPIL_MISSING"
    NAME_DIFFERS = "NAME_DIFFERS"
    NO_IDENTIFIER = "NO_IDENTIFIER"
    BAD_VALUE = "BAD_VALUE"
    BAD_DATE = "BAD_DATE"
    TEACHER_UNKNOWN = "TEACHER_UNKNOWN"
    # filling it
    NO_WORKBOOK = "NO_WORKBOOK"
    WORKBOOK_OLD = "WORKBOOK_OLD"  # downloaded too long ago to be filled
    NO_ROSTER_FILE = "NO_ROSTER_FILE"
    NOT_AS_FILLED = "NOT_AS_FILLED"  # read back after filling, it is not what it should be
    ERROR_ROW_UNMATCHED = "ERROR_ROW_UNMATCHED"


class Flaw(NamedTuple):
    """`where` as Excel names places: file, sheet, cell. `value` is what stands there, never a pupil's name."""

    kind: FlawKind
    where: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class SheetFound:
    """What one sheet says of itself."""

    sheet: str
    kind: SheetKind
    layout: str  # its id
    name: str  # of the layout, for people
    sure: Sure
    unit: Unit | None = None
    classes: frozenset[str] = frozenset()  # and groups, of a list of pupils
    columns: tuple[Column, ...] = ()
    pupils: int = 0
    marks: int = 0
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class FileFound:
    """What a file holds: the sheets that a layout fits, or why none does."""

    name: str
    sheets: tuple[SheetFound, ...] = ()
    flaws: tuple[Flaw, ...] = ()
    old_format: bool = False  # .xls: read, never filled

    @property
    def usable(self) -> bool:
        return bool(self.sheets) and not self.flaws and not any(sheet.flaws for sheet in self.sheets)


class RowWord(NamedTuple):
    """A row that the workbook itself refuses, before anybody carries it."""

    submission: str
    position: int
    word: Word
    where: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One workbook, filled and read back: `content` differs from the download in the mark cells only."""

    name: str
    content: bytes = b""
    units: tuple[Unit, ...] = ()
    submissions: tuple[str, ...] = ()
    cells: int = 0
    refused: tuple[RowWord, ...] = ()
    flaws: tuple[Flaw, ...] = ()  # with any, there is no content


@dataclass(frozen=True, slots=True)
class Errors:
    """An error file, matched with the rows that were carried: submission → position → the site's word."""

    words: Mapping[str, Mapping[int, Word]]
    flaws: tuple[Flaw, ...] = ()  # rows that fit nothing: then nothing is taken


class Hints(NamedTuple):
    """What a person says of a file that does not say it itself. What it does say must agree."""

    year: int | None = None
    term: str = ""
    school_class: str = ""
    subject: str = ""


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class Draft:
    """What `learn` found in a file: headers by column letter, and the role that each seems to have."""

    sheet: str
    header_rows: tuple[int, int]  # as Excel counts
    headers: tuple[tuple[str, str, str], ...]  # column letter, header text, role or ""
    titles: Mapping[str, str]


class Workbooks(Protocol):
    """Raises `BadInput` where a file can't be opened at all."""

    def unpack(self, path: Path, into: Path) -> Sequence[Path]:
        """The workbooks of a zip, each with the time of the zip. `BadInput` for one that is not to be opened."""
        ...

    def recognise(self, path: Path, hints: Hints = NO_HINTS) -> FileFound: ...

    def take(self, path: Path, hints: Hints = NO_HINTS) -> FileFound:
        """Recognise, and put it in the place of the older one in the folder; nothing is changed where it has flaws."""
        ...

    def fill(self, submissions: Sequence[Submission], words: Mapping[str, Mapping[int, Word]]) -> Iterator[Filled]:
        """Workbook after workbook, with all rows of which nothing was said yet."""
        ...

    def read_errors(self, path: Path, submissions: Sequence[Submission]) -> Errors: ...

    def look(self, path: Path) -> Draft: ...

    def learn(self, draft: Draft, *, name: str, system: str, roles: Mapping[str, str]) -> Path: ...
