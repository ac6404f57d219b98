"""The user report of a gradebook as Moodle sends it (`gradereport_user_get_grade_items`): the fields that are used.

One pass over the bytes of a row makes these values; the pupils' names, which stand in it too, are never made into
objects.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.json import Decoder

from bridge.moodle_ws.wire import WarningRow

FUNCTION = "gradereport_user_get_grade_items"


class CellRow(Struct, frozen=True, gc=False):  # scalars alone: nothing here for the collector of cycles
    """One column of one pupil. The keys of columns that a course's report settings switch off are absent."""

    id: int
    graderaw: float | UnsetType | None = UNSET
    grademin: float = 0.0
    grademax: float = 0.0
    gradeneedsupdate: bool | None = None
    gradeishidden: bool | None = None
    gradeislocked: bool | None = None
    gradeisoverridden: bool | None = None
    gradeformatted: str | None = None
    feedback: str | UnsetType | None = UNSET
    status: str | UnsetType = UNSET
    weightraw: float | UnsetType | None = UNSET


class ColumnRow(CellRow, frozen=True, gc=False, kw_only=True):
    """The same, with what is said of the column. Every pupil's row says it again, and it is read of the first alone."""

    itemname: str | None
    itemtype: Literal["mod", "manual", "category", "course"]
    itemmodule: str | None
    iteminstance: int | None
    idnumber: str | None
    categoryid: int | None
    rangeformatted: str | UnsetType = UNSET


class UserRow(Struct, frozen=True):
    courseid: int
    userid: int
    gradeitems: Sequence[CellRow]


class FirstRow(UserRow, frozen=True):
    courseidnumber: str | None
    gradeitems: Sequence[ColumnRow]


class Report(Struct, frozen=True):
    """`first` tells of the columns and is the first of `rows`; None where there is none."""

    first: FirstRow | None
    rows: Sequence[UserRow]
    warnings: Sequence[WarningRow]


class _Unread(Struct, frozen=True):
    usergrades: list[Raw]
    warnings: list[WarningRow] = []


class ReportDecoder:
    """The first row is read as what it is; no type says that a list's first entry differs from the others."""

    _unread, _first, _other = Decoder(_Unread), Decoder(FirstRow), Decoder(UserRow)

    def decode(self, body: bytes) -> Report:
        unread = self._unread.decode(body)
        if not unread.usergrades:
            return Report(None, (), unread.warnings)
        head, *tail = unread.usergrades
        first = self._first.decode(head)
        return Report(first, [first, *map(self._other.decode, tail)], unread.warnings)


REPORT = ReportDecoder()
