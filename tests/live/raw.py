"""A Moodle read with nothing but requests: what the suite compares the bridge with, so it shares no line with it.

Reads only. Keeps ids, idnumbers, groups and gradebook cells; names of people are dropped as soon as they arrive.
"""

from dataclasses import dataclass, field
from typing import Any

import requests

ENDPOINT = "/webservice/rest/server.php"
REPORT = "gradereport_user_get_grade_items"
MOST_AT_ONCE = 400  # pupils in one report; above that, one report each


class Refusal(Exception):
    """Moodle's own error code."""


@dataclass(repr=False)  # a failing test shows its arguments
class Course:
    id: int
    name: str
    category: str  # name of the innermost category
    starts: int
    idnumber: str = ""
    active: dict[int, str] = field(default_factory=dict)  # user → idnumber as it stands there
    groups: dict[int, str] = field(default_factory=dict)  # user → name of a group, where groups are shown
    rows: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # user → cells
    refusal: str = ""


class Site:
    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/") + ENDPOINT
        self.token = token
        self.calls = 0

    def ask(self, function: str, **params: object) -> Any:
        form = {"wstoken": self.token, "wsfunction": function, "moodlewsrestformat": "json", **params}
        self.calls += 1
        body = requests.post(self._url, data=form, timeout=120).json()
        if isinstance(body, dict) and "exception" in body:
            raise Refusal(body.get("errorcode", body["exception"]))
        return body

    def courses(self) -> list[Course]:
        """Every visible course, read whole; a refused one says so."""
        categories = {row["id"]: row["name"] for row in self.ask("core_course_get_categories")}
        found = [
            Course(row["id"], row["fullname"], categories.get(row["categoryid"], ""), row["startdate"])
            for row in self.ask("core_course_get_courses")
            if row["categoryid"] != 0
        ]
        for course in found:
            try:
                self._read(course)
            except Refusal as refusal:
                course.refusal = str(refusal)
        return found

    def _read(self, course: Course) -> None:
        active = self.ask("core_grades_get_gradable_users", courseid=course.id, onlyactive=1)["users"]
        course.active = {user["id"]: user.get("idnumber") or "" for user in active if not user.get("suspended")}
        reports = [0] if len(active) <= MOST_AT_ONCE else list(course.active)
        for user in reports:
            for row in self.ask(REPORT, courseid=course.id, userid=user)["usergrades"]:
                course.idnumber = row["courseidnumber"] or ""
                if row["userid"] in course.active:
                    course.rows[row["userid"]] = row["gradeitems"]
        course.groups = self._groups(course.id)

    def _groups(self, course: int) -> dict[int, str]:
        try:
            groups = self.ask("core_group_get_course_groups", courseid=course)
            names = {group["id"]: group["name"] for group in groups}
            asked = {f"groupids[{place}]": group for place, group in enumerate(names)}
            members = self.ask("core_group_get_group_members", **asked) if asked else []
        except Refusal:
            return {}
        return {user: names[group["groupid"]] for group in members for user in group["userids"]}
