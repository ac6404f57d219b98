"""Courses, people and groups as Moodle sends them: only the fields that are needed.

What is not named here is dropped while the bytes are parsed: names of people, e-mail, phone, address never come in.
Texts that went through Moodle's `format_string` (course, category and group names) arrive HTML-escaped once;
idnumbers are raw.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from html import unescape
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from bridge.ports.lms import LmsCourse, LmsPupil

# Course dates are midnights at the site. Vietnam has one zone and no summer time.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_YEAR_3000 = 32_503_680_000
TEACHING = frozenset({"editingteacher", "teacher"})  # Moodle's standard roles; a school's own ones tell us nothing


class _Wire(BaseModel):
    """Unknown keys are ignored, and an error never quotes what stood in a field."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)


class WarningRow(_Wire):
    warningcode: str


class Category(_Wire):
    id: int
    name: str
    path: Annotated[str, StringConstraints(pattern=r"^(/\d+)+$")]  # "/2/4": ids from the root down


class Course(_Wire):
    """`idnumber` and `visible` are left out for an account without moodle/course:update in the course."""

    id: int
    categoryid: int
    fullname: str
    shortname: str
    idnumber: str | None = None
    visible: int = 1
    startdate: int = 0
    enddate: int = 0

    @property
    def is_front_page(self) -> bool:
        return self.categoryid == 0

    def to_domain(self, paths: Mapping[int, tuple[str, ...]], idnumber: str) -> LmsCourse:
        return LmsCourse(
            id=self.id,
            fullname=unescape(self.fullname),
            shortname=unescape(self.shortname),
            idnumber=idnumber,
            category_path=paths.get(self.categoryid, ()),
            visible=bool(self.visible),
            starts=_day(self.startdate),
            ends=_day(self.enddate),
        )


class User(_Wire):
    """A gradable user whose enrolment is active. An empty idnumber is left out by some functions, not sent as ''."""

    id: int
    idnumber: str | None = None
    suspended: bool = False

    def to_domain(self) -> LmsPupil:
        return LmsPupil(self.id, self.idnumber or "", active=not self.suspended)


class RoleRow(_Wire):
    shortname: str


class Enrolled(_Wire):
    """Somebody of a course with the roles held there."""

    idnumber: str | None = None
    roles: list[RoleRow] = []

    @property
    def teaches(self) -> bool:
        return any(role.shortname in TEACHING for role in self.roles)


class Group(_Wire):
    id: int
    courseid: int


class Members(_Wire):
    """Of a group that has none, the list is empty."""

    groupid: int
    userids: list[int]


class GradableUsers(_Wire):
    users: list[User]
    warnings: list[WarningRow] = []


class ItemName(_Wire):
    """The id comes as text here and as a number everywhere else."""

    id: Annotated[str, StringConstraints(pattern=r"^\d+$")]
    category: str | None = None


class ItemNames(_Wire):
    gradeItems: list[ItemName]
    warnings: list[WarningRow] = []

    def categories(self) -> dict[int, str]:
        """Item id → name of the category it stands in."""
        return {int(item.id): unescape(item.category or "") for item in self.gradeItems}


class Function(_Wire):
    name: str


class SiteInfo(_Wire):
    """`userprivateaccesskey` also stands in this answer; it is a secret and stays out."""

    userid: int
    release: str
    version: str
    functions: list[Function]
    userissiteadmin: bool = False


CATEGORIES = TypeAdapter(list[Category])
COURSES = TypeAdapter(list[Course])
GRADABLE = TypeAdapter(GradableUsers)
ENROLLED = TypeAdapter(list[Enrolled])
GROUPS = TypeAdapter(list[Group])
MEMBERS = TypeAdapter(list[Members])
ITEM_NAMES = TypeAdapter(ItemNames)
SITE_INFO = TypeAdapter(SiteInfo)


def category_paths(categories: list[Category]) -> dict[int, tuple[str, ...]]:
    """Names from the root down. A parent that the account may not see is left out."""
    names = {category.id: unescape(category.name) for category in categories}
    return {
        category.id: tuple(names[part] for part in map(int, category.path.split("/")[1:]) if part in names)
        for category in categories
    }


def _day(moment: int) -> date | None:
    """0 is no date; what lies beyond the year 3000 is none either."""
    return datetime.fromtimestamp(moment, VIETNAM).date() if 0 < moment < _YEAR_3000 else None
