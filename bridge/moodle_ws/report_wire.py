"""The user report of a gradebook as Moodle sends it (`gradereport_user_get_grade_items`): the fields that are used.

One pass over the bytes makes these dicts; the pupils' names, which stand in it too, are never made into objects.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, NotRequired, cast

from pydantic import AllowInfNan, ConfigDict, FailFast, GetCoreSchemaHandler, TypeAdapter, with_config
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict

FUNCTION = "gradereport_user_get_grade_items"

_STRICT = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)
_Number = Annotated[float, AllowInfNan(False)]


@with_config(_STRICT)
class CellRow(TypedDict):
    """One column of one pupil. The keys of columns that a course's report settings switch off are absent."""

    id: int
    graderaw: NotRequired[_Number | None]
    grademin: NotRequired[_Number]
    grademax: NotRequired[_Number]
    gradeneedsupdate: NotRequired[bool | None]
    gradeishidden: NotRequired[bool | None]
    gradeislocked: NotRequired[bool | None]
    gradeisoverridden: NotRequired[bool | None]
    gradeformatted: NotRequired[str | None]
    feedback: NotRequired[str | None]
    status: NotRequired[str]
    weightraw: NotRequired[float | None]


@with_config(_STRICT)
class ColumnRow(CellRow):
    """The same, with what is said of the column. Every pupil's row says it again, and it is read of the first alone."""

    itemname: str | None
    itemtype: Literal["mod", "manual", "category", "course"]
    itemmodule: str | None
    iteminstance: int | None
    idnumber: str | None
    categoryid: int | None
    rangeformatted: NotRequired[str]


@with_config(_STRICT)
class UserRow(TypedDict):
    courseid: int
    userid: int
    gradeitems: Annotated[list[CellRow], FailFast()]


@with_config(_STRICT)
class FirstRow(TypedDict):
    courseid: int
    courseidnumber: str | None
    userid: int
    gradeitems: Annotated[list[ColumnRow], FailFast()]


class _FirstAndMore:
    """A list whose first entry is a `FirstRow` and the others `UserRow`, or an empty one; no type says that."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        rows = [handler.generate_schema(FirstRow), handler.generate_schema(UserRow)]
        some = core_schema.tuple_schema(rows, variadic_item_index=1, fail_fast=True)
        none = core_schema.list_schema(max_length=0)
        return core_schema.union_schema([(some, "some"), (none, "none")], mode="left_to_right")


@with_config(_STRICT)
class _Warning(TypedDict):
    warningcode: str


@with_config(_STRICT)
class Report(TypedDict):
    usergrades: Annotated[Sequence[UserRow], _FirstAndMore]
    warnings: NotRequired[list[_Warning]]


REPORT = TypeAdapter(Report)


def first_row(rows: Sequence[UserRow]) -> FirstRow:
    """The first of a reply as what it is; a type can't tell it from the others."""
    return cast(FirstRow, rows[0])
