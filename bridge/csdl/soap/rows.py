"""Rows of the city as pydantic reads them at the door: an allow-list. What is not named here is dropped unread.

Lengths are those of the contract. Every model has one `to_domain`; a code that this adapter has no word for makes it
None where the row cannot concern us (a subject or column that we never send), and is an error everywhere else.
"""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from bridge.csdl.soap.dialect import Dialect
from bridge.csdl.soap.faults import GROUPS, ROW_CODES
from bridge.csdl.soap.reader import V1
from bridge.domain.school import Assignment, CityPupil, SchoolClass
from bridge.domain.scores import ABSENT, EXEMPT, Mark, Score, Term, Verdict, mark
from bridge.ports.city import ColumnLock, Current, Outcome, Receipt

Ma = Annotated[str, Field(min_length=1, max_length=20)]
Khoa = Annotated[str, Field(min_length=1, max_length=64)]
Ten = Annotated[str, Field(min_length=1, max_length=120)]
Version = Annotated[int, Field(ge=1)]
QUIET = ConfigDict(hide_input_in_errors=True)  # a cause is printed with its error, and must not quote a mark
Kind = Literal["DIEM", "NHANXET", "MIEN", "VANG"]

WRITTEN_MARK = r"\+?0*(?:(?P<ten>10)(?:\.0*)?|(?P<whole>[0-9])(?:\.(?P<tenth>[0-9])?0*)?)"
_WRITTEN = re.compile(WRITTEN_MARK)
_VERDICTS = {"D": Verdict.PASSED, "CD": Verdict.NOT_PASSED}
_USUAL = {f"{tenths // 10}.{tenths % 10}": mark(tenths) for tenths in range(101)}


def read_mark(text: object) -> Mark:
    """An `xs:decimal` from 0 to 10 with at most one digit. `8` equals `8.0`; a comma is no decimal point."""
    if isinstance(text, str):
        usual = _USUAL.get(text)
        if usual is not None:
            return usual
        written = _WRITTEN.fullmatch(text.strip())
        if written:
            return mark(100 if written["ten"] else int(written["whole"]) * 10 + int(written["tenth"] or 0))
    raise ValueError("is not a mark")


def read_score(kind: str | None, diem: Mark | None, nhanxet: str | None) -> Score:
    """`ValueError` where the kind says one thing and the fields another: an unreadable value is no blank."""
    match kind, diem, nhanxet:
        case "DIEM", Mark() as value, None:
            return value
        case "NHANXET", None, str() as word:
            return _VERDICTS[word]
        case "MIEN", None, None:
            return EXEMPT
        case "VANG", None, None:
            return ABSENT
    raise ValueError("kind and value disagree")


class Row(BaseModel):
    """Keys come in Clark notation, straight from the reader."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=lambda name: V1 + name, **QUIET)


class Valued(Row):
    """The value that stands in a row: a discriminator, and the one field that belongs to it."""

    kieugiatri: Kind | None = None
    diem: Annotated[Mark, BeforeValidator(read_mark)] | None = None
    nhanxet: Literal["D", "CD"] | None = None

    def score(self) -> Score:
        return read_score(self.kieugiatri, self.diem, self.nhanxet)


class Record(Row):
    """What stands for something else's existence: a cancelled one is history, not a fact."""

    sukien: Literal["NEW", "UPDATE", "CANCEL"]

    @property
    def live(self) -> bool:
        return self.sukien != "CANCEL"


class ClassRow(Record):
    """LayLop."""

    malop: Ma
    tenlop: Annotated[str, Field(min_length=1, max_length=30)]
    makhoi: Ma
    magiaoviencn: Ma | None = None
    loai: Ma
    lopgoc: Ma | None = None

    def to_domain(self, dialect: Dialect) -> tuple[SchoolClass, ...]:
        """Of the grade levels and kinds that the dialect names: a nursery group has no marks to carry."""
        level, kind = dialect.grade_levels.get(self.makhoi), dialect.class_kinds.get(self.loai)
        if level is None or kind is None or not self.live:
            return ()
        return (SchoolClass(self.malop, self.tenlop, level, kind, self.lopgoc, self.magiaoviencn),)


class PupilRow(Record):
    """LayHocSinh. Names and identifiers; nothing of parents, address, ethnicity or health is even read."""

    mahocsinh: Ma
    madinhdanhbo: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    hovaten: Ten
    ngaysinh: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    gioitinh: Ma | None = None
    matrangthai: Ma
    tungay: date | None = None
    denngay: date | None = None

    def to_domain(self, dialect: Dialect) -> tuple[CityPupil, ...]:
        pupil = CityPupil(
            code=self.mahocsinh,
            ministry_code=self.madinhdanhbo,
            name=self.hovaten,
            birth_date=self.ngaysinh,
            sex=dialect.sexes.get(self.gioitinh or ""),
            studying=self.matrangthai in dialect.studying,
            since=self.tungay,
            until=self.denngay,
        )
        return (pupil,) if self.live else ()


class AssignmentRow(Record):
    """LayPhanCong."""

    magiaovien: Ma
    hovaten: Ten
    malop: Ma
    mamonhoc: Ma
    hocky: Ma
    tungay: date | None = None
    denngay: date | None = None

    def to_domain(self, dialect: Dialect) -> tuple[Assignment, ...]:
        """Two where the city says the whole year. None for a subject that we have no word for: it gives no right."""
        subject = dialect.our_subjects.get(self.mamonhoc)
        if subject is None or not self.live:
            return ()
        return tuple(
            Assignment(self.magiaovien, self.malop, subject, term, self.hovaten, self.tungay, self.denngay)
            for term in dialect.terms_of(self.hocky) or Term
        )


class LockRow(Row):
    """LayKhoaSo."""

    malop: Ma | None = None
    mamonhoc: Ma | None = None
    hocky: Ma
    cotdiem: Ma | None = None
    trangthai: Literal["MO", "KHOA"]
    khoatu: AwareDatetime | None = None
    khoaden: AwareDatetime | None = None
    lydo: Annotated[str, Field(max_length=500)] = ""

    def to_domain(self, dialect: Dialect) -> tuple[ColumnLock, ...]:
        """None where it bears on nothing that we send: the year's results, a subject or column without our word."""
        subject = dialect.our_subjects.get(self.mamonhoc) if self.mamonhoc else None
        column = dialect.our_columns.get(self.cotdiem) if self.cotdiem else None
        if (self.mamonhoc and subject is None) or (self.cotdiem and column is None):
            return ()
        return tuple(
            ColumnLock(
                term=term,
                locked=self.trangthai == "KHOA",
                school_class=self.malop,
                subject=subject,
                column=column,
                since=self.khoatu,
                until=self.khoaden,
                reason=self.lydo,
            )
            for term in dialect.terms_of(self.hocky)
        )


class ReceiptRow(Valued):
    """A row's result of GuiDiem and LayBienNhan. The value is what stands in the city now, and may be missing."""

    idbanghi: Khoa
    phienban: Version
    maketqua: Ma
    nhom: Literal["NHAN", "TUCHOI", "LOI"]
    thongbao: Annotated[str, Field(max_length=500)] | None = None
    phienbanhientai: Annotated[int, Field(ge=0)] | None = None
    nguon: Ma | None = None
    idbanghihientai: Khoa | None = None
    khoatu: AwareDatetime | None = None

    def to_domain(self, dialect: Dialect) -> tuple[Receipt]:
        outcome, refusal = ROW_CODES.get(self.maketqua, GROUPS[self.nhom])
        if (outcome is Outcome.ACCEPTED) != (self.nhom == "NHAN"):
            raise ValueError("code and group disagree")
        return (
            Receipt(
                record_id=self.idbanghi,
                outcome=outcome,
                current=self._current(dialect),
                refusal=refusal,
                code=self.maketqua,
                message=self.thongbao or "",
                locked_since=self.khoatu,
            ),
        )

    def _current(self, dialect: Dialect) -> Current | None:
        if self.phienbanhientai is None:
            return None
        score = self.score() if self.kieugiatri else None
        by_hand = self.nguon is not None and self.nguon not in dialect.interface_sources
        return Current(self.phienbanhientai, score, self.idbanghihientai, by_hand)
