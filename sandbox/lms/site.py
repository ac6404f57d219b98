"""One Moodle site in memory: look-ups, who may see what, and a revision per course that the gradebook cache obeys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.lms import errors
from sandbox.lms.gradebook import ReportCache
from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.records import (
    Course,
    CourseCategory,
    Enrolment,
    Settings,
    Token,
    User,
    read_course,
    read_row,
    write_course,
    write_row,
)

FRONT_PAGE = 1
TEACHING = ("teacher", "editingteacher")


class Site:
    """Every read and change happens under `lock`: one request is one moment, as one PHP request sees one database."""

    def __init__(self, data: dict[str, Any], *, clock: Callable[[], float]):
        self.clock = clock
        self.skew = 0.0
        """Seconds by which a test has put this site's clock forward."""
        self.lock = threading.RLock()
        self.reports = ReportCache()
        self.settings: Settings = read_row(Settings, data["settings"])
        self.tokens = {row["token"]: read_row(Token, row) for row in data["tokens"]}
        self.categories = {row["id"]: read_row(CourseCategory, row) for row in data["categories"]}
        self.users: dict[int, User] = {row["id"]: read_row(User, row) for row in data["users"]}
        self.courses: dict[int, Course] = {row["id"]: read_course(row) for row in data["courses"]}
        self.tools: dict[int, Tool] = {row["id"]: read_row(Tool, row) for row in data.get("tools", [])}
        self.links: dict[int, Link] = {row["id"]: read_row(Link, row) for row in data.get("links", [])}
        self._last_ids: dict[str, int] = {}
        self.revisions: dict[int, int] = dict.fromkeys(self.courses, 0)
        self._enrolled = {course.id: _by_user(course) for course in self.courses.values()}

    def to_json(self) -> dict[str, Any]:
        return {
            "settings": write_row(self.settings),
            "tokens": [write_row(token) for token in self.tokens.values()],
            "categories": [write_row(category) for category in self.categories.values()],
            "users": [write_row(user) for user in self.users.values()],
            "courses": [write_course(course) for course in self.courses.values()],
            "tools": [write_row(tool) for tool in self.tools.values()],
            "links": [write_row(link) for link in self.links.values()],
        }

    @property
    def now(self) -> int:
        return int(self.clock() + self.skew)

    def touched(self, course: int | None = None) -> None:
        """A change was made in `course`, or in something that every course shows (None)."""
        for key in [course] if course in self.courses else self.courses:
            self.revisions[key] = self.revisions.get(key, 0) + 1
            self._enrolled[key] = _by_user(self.courses[key])

    def next_id(self, table: str, taken: Iterable[int]) -> int:
        """Above every id in `taken` and every one ever given: like a database, an id is never used twice."""
        self._last_ids[table] = 1 + max([self._last_ids.get(table, 0), *taken])
        return self._last_ids[table]

    def course(self, number: int) -> Course:
        try:
            return self.courses[number]
        except KeyError as missing:
            raise errors.missing_record("course") from missing

    def enrolments(self, course: int) -> dict[int, Enrolment]:
        """user id → enrolment, in the order of user ids, as Moodle's lists come by default."""
        return self._enrolled[course]

    def courses_of(self, user: int) -> list[Course]:
        """Where the user is enrolled and active, in the order of the course list."""
        mine = [
            course
            for course in self.courses.values()
            if (found := self._enrolled[course.id].get(user)) and found.status == "active"
        ]
        return sorted(mine, key=lambda course: course.sortorder)

    def role_of(self, user: int, course: int) -> str | None:
        """manager | editingteacher | teacher | student, or None: no way in."""
        person = self.users.get(user)
        if person is None or person.deleted:
            return None
        if person.manager or person.siteadmin:
            return "manager"
        enrolment = self.enrolments(course).get(user)
        return enrolment.role if enrolment and enrolment.status == "active" else None

    def by_name(self, user: int) -> tuple[str, str, int]:
        """Sort key of the gradebook: family and middle name, then given name, in code point order."""
        person = self.users[user]
        return person.lastname, person.firstname, person.id

    def full_name(self, user: User, *, last_first: bool) -> str:
        first, last = user.firstname, user.lastname
        return f"{last} {first}" if last_first else f"{first} {last}"


class Caller:
    """The person behind the token, and what that person may do in a course."""

    def __init__(self, site: Site, token: Token, *, blind: bool = False):
        """`blind`: a fault switch that takes the right to see hidden grades (and with it all flags) away."""
        self.site, self.token, self.user, self._blind = site, token, site.users[token.user], blind

    def role_in(self, course: int) -> str | None:
        return self.site.role_of(self.user.id, course)

    def enter(self, course: int) -> str:
        """The role with which the caller may act in an existing course; an error as Moodle's validate_context."""
        self.site.course(course)
        role = self.role_in(course)
        if role is None:
            raise errors.not_enrolled()
        return role

    def enter_wrapped(self, course: int) -> str:
        """Like `enter`, for the functions that hide the reason behind `errorcoursecontextnotvalid`."""
        self.site.course(course)
        role = self.role_in(course)
        if role is None:
            raise errors.course_context_refused(course)
        return role

    def teaches(self, course: int) -> bool:
        return self.role_in(course) in ("manager", *TEACHING)

    def sees_hidden(self, course: int) -> bool:
        """Hidden values, and the flags locked and overridden."""
        return self.teaches(course) and not self._blind


def _by_user(course: Course) -> dict[int, Enrolment]:
    return {row.user: row for row in sorted(course.enrolments, key=lambda row: row.user)}
