"""The user report of a gradebook as Moodle sends it (`gradereport_user_get_grade_items`): the fields that are used.

One pass over the bytes makes these dicts; the pupils' names, which stand in it too, are never made into objects.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import AllowInfNan, ConfigDict, FailFast, TypeAdapter, with_config
from typing_extensions import TypedDict

FUNCTION = "gradereport_user_get_grade_items"

_STRICT = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)
_Number = Annotated[float, AllowInfNan(False)]


@with_config(_STRICT)
class CellRow(TypedDict):
    """One column of one pupil. The keys of columns that a course's report settings switch off are absent."""

    id: int
    itemname: str | None
    itemtype: Literal["mod", "manual", "category", "course"]
    itemmodule: str | None
    iteminstance: int | None
    idnumber: str | None
    categoryid: int | None
    graderaw: NotRequired[_Number | None]
    grademin: NotRequired[_Number]
    grademax: NotRequired[_Number]
    rangeformatted: NotRequired[str]
    gradedategraded: NotRequired[int | None]
    gradeneedsupdate: NotRequired[bool | None]
    gradeishidden: NotRequired[bool | None]
    gradeislocked: NotRequired[bool | None]
    gradeisoverridden: NotRequired[bool | None]
    gradeformatted: NotRequired[str | None]
    feedback: NotRequired[str | None]
    status: NotRequired[str]
    weightraw: NotRequired[float | None]


@with_config(_STRICT)
class UserRow(TypedDict):
    courseid: int
    courseidnumber: str | None
    userid: int
    gradeitems: Annotated[list[CellRow], FailFast()]


@with_config(_STRICT)
class _Warning(TypedDict):
    warningcode: str


@with_config(_STRICT)
class Report(TypedDict):
    usergrades: Annotated[list[UserRow], FailFast()]
    warnings: NotRequired[list[_Warning]]


REPORT = TypeAdapter(Report)
