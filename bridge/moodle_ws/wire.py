"""Courses, people and groups as Moodle sends them: only the fields that are needed.

What is not named here is dropped while the bytes are parsed: names of people, e-mail, phone, address never come in.
Types are taken at their word (no number out of a text), and an error names a place and never quotes what stood there.
Texts that went through Moodle's `format_string` (course, category and group names) arrive HTML-escaped once;
idnumbers are raw.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from html import unescape
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.json import Decoder

from bridge.ports.lms import LmsCourse, LmsPupil

# Course dates are midnights at the site. Vietnam has one zone and no summer time.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
_YEAR_3000 = 32_503_680_000
TEACHING = frozenset({"editingteacher", "teacher"})  # Moodle's standard roles; a school's own ones tell us nothing


class WarningRow(Struct, frozen=True):
    warningcode: str


class Category(Struct, frozen=True):
    id: int
    name: str
    path: Annotated[str, Meta(pattern=r"^(/[0-9]+)+$")]  # "/2/4": ids from the root down


class Course(Struct, frozen=True):
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


class User(Struct, frozen=True):
    """A gradable user whose enrolment is active. An empty idnumber is left out by some functions, not sent as ''."""

    id: int
    idnumber: str | None = None
    suspended: bool = False

    def to_domain(self) -> LmsPupil:
        return LmsPupil(self.id, self.idnumber or "", active=not self.suspended)


class RoleRow(Struct, frozen=True):
    shortname: str


class Enrolled(Struct, frozen=True):
    """Somebody of a course with the roles held there."""

    idnumber: str | None = None
    roles: list[RoleRow] = []

    @property
    def teaches(self) -> bool:
        return any(role.shortname in TEACHING for role in self.roles)


class Group(Struct, frozen=True):
    id: int
    courseid: int


class Members(Struct, frozen=True):
    """Of a group that has none, the list is empty."""

    groupid: int
    userids: list[int]


class GradableUsers(Struct, frozen=True):
    users: list[User]
    warnings: list[WarningRow] = []


class ItemName(Struct, frozen=True):
    """The id comes as text here and as a number everywhere else."""

    id: Annotated[str, Meta(pattern=r"^[0-9]+$")]
    category: str | None = None


class ItemNames(Struct, frozen=True):
    gradeItems: list[ItemName]
    warnings: list[WarningRow] = []

    def categories(self) -> dict[int, str]:
        """Item id → name of the category it stands in."""
        return {int(item.id): unescape(item.category or "") for item in self.gradeItems}


class Function(Struct, frozen=True):
    name: str


class SiteInfo(Struct, frozen=True):
    """`userprivateaccesskey` also stands in this answer; it is a secret and stays out."""

    userid: int
    release: str
    version: str
    functions: list[Function]
    userissiteadmin: bool = False


CATEGORIES = Decoder(list[Category])
COURSES = Decoder(list[Course])
GRADABLE = Decoder(GradableUsers)
ENROLLED = Decoder(list[Enrolled])
GROUPS = Decoder(list[Group])
MEMBERS = Decoder(list[Members])
ITEM_NAMES = Decoder(ItemNames)
SITE_INFO = Decoder(SiteInfo)


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
