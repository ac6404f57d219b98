"""Pages of Moodle outside mod_lti: signing in as somebody, the course, the form of an activity."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.lms.lti.ajax import add_ajax
from sandbox.lms.lti.answers import Unable, error_page, page
from sandbox.lms.lti.browser import enter, known_session, need_session_key, put_cookie, signed_in
from sandbox.lms.lti.launches import not_enrolled_page
from sandbox.lms.lti.platform import Platform, Session
from sandbox.lms.lti.records import NEW_WINDOW, container_of
from sandbox.lms.records import Course, User
from sandbox.lms.site import FRONT_PAGE

_FORM = {
    "name": "name",
    "introeditor[text]": "intro",
    "icon": "icon",
    "toolurl": "url",
    "instructorcustomparameters": "custom",
    "lineitemresourceid": "resourceid",
    "lineitemtag": "tag",
    "lineitemsubreviewurl": "reviewurl",
    "lineitemsubreviewparams": "reviewparams",
}
"""Field of Moodle's form → key of the change `add_link`."""


def doors_blueprint(platform: Platform) -> Blueprint:
    doors = Blueprint("doors", __name__)
    _add_signing_in(doors, platform)
    _add_courses(doors, platform)
    _add_activity_form(doors, platform)
    add_ajax(doors, platform)

    @doors.errorhandler(Unable)
    def unable(error: Unable) -> Response:
        return error_page(platform.site, error.word)

    return doors


def _add_signing_in(doors: Blueprint, platform: Platform) -> None:
    @doors.get("/people/<int:number>")
    @platform.alone
    def people(number: int) -> Response:
        """Everybody as whom the course can be entered. No part of Moodle: there one would type a password."""
        course = _course(platform, number)
        return page(platform.site, "lti/people.html", course=course, groups=_people(platform, course))

    @doors.route("/login/index.php", methods=["GET", "POST"])
    @platform.alone
    def login() -> ResponseReturnValue:
        if request.method == "GET":
            return redirect("/")
        user = request.form.get("user", 0, int)
        if user not in platform.site.users or platform.site.users[user].deleted:
            raise Unable("nopermission")
        wanted = request.form.get("wantsurl", "/")
        target = wanted if wanted.startswith("/") and not wanted.startswith("//") else "/"
        return put_cookie(platform, Response(status=303, headers={"Location": target}), platform.open_session(user))

    @doors.get("/login/logout.php")
    @platform.alone
    def logout() -> ResponseReturnValue:
        if session := known_session(platform):
            del platform.sessions[session.key]
        return redirect("/")


def _people(platform: Platform, course: Course) -> list[tuple[str, list[User]]]:
    site = platform.site
    by_role: dict[str, list[User]] = {"editingteacher": [], "teacher": [], "student": []}
    for row in sorted(course.enrolments, key=lambda row: site.by_name(row.user)):
        if row.status == "active" and not site.users[row.user].deleted:
            by_role[row.role].append(site.users[row.user])
    people = [user for user in site.users.values() if not user.deleted and not user.username.startswith("ws_")]
    return [
        ("Quản trị viên", [user for user in people if user.siteadmin]),
        ("Hiệu trưởng (quản lí toàn trang)", [user for user in people if user.manager and not user.siteadmin]),
        ("Giáo viên", by_role["editingteacher"]),
        ("Giáo viên không có quyền sửa (dạy thay, trợ giảng)", by_role["teacher"]),
        ("Học sinh", by_role["student"]),
    ]


def _course(platform: Platform, number: int | None) -> Course:
    if number not in platform.site.courses or number == FRONT_PAGE:
        raise Unable("nocourse")
    return platform.site.courses[number]


def _add_courses(doors: Blueprint, platform: Platform) -> None:
    @doors.get("/course/view.php")
    @platform.alone
    def course_page() -> ResponseReturnValue:
        course = _course(platform, request.args.get("id", type=int))
        if signed_in(platform) is None:
            return redirect(url_for("doors.people", number=course.id))
        _, user = enter(platform)
        role = platform.site.role_of(user.id, course.id)
        if role is None:
            return not_enrolled_page(platform, course.id)
        return page(platform.site, "lti/course.html", **frame(platform, course, user), NEW_WINDOW=NEW_WINDOW)


def frame(platform: Platform, course: Course, user: User) -> dict[str, Any]:
    """What every page inside a course shows: who is there, the activities, the tools that can be added."""
    site = platform.site
    role = site.role_of(user.id, course.id)
    links = [link for link in site.links.values() if link.course == course.id]
    columns = [item for item in course.items if item.type == "mod" and item.module != "lti"]
    tools = [tool for tool in site.tools.values() if tool.state == "configured" and tool.coursevisible == 2]
    edits = role in ("manager", "editingteacher")
    return {
        "course": course,
        "user": user,
        "role": role,
        "links": links,
        "columns": columns,
        "tools": tools if edits else [],
        "name": site.full_name(user, last_first=True),
        "containers": {link.id: container_of(link, site.tools.get(link.tool)) for link in links},
    }


def _add_activity_form(doors: Blueprint, platform: Platform) -> None:
    @doors.get("/course/modedit.php")
    @platform.alone
    def activity_form() -> Response:
        session, user, course = _editor(platform, request.args.get("course", type=int))
        tool = platform.site.tools.get(request.args.get("typeid", 0, int))
        if tool is None:
            raise Unable("tooldeleted")
        about = frame(platform, course, user)
        return page(platform.site, "lti/modedit.html", **about, tool=tool, sesskey=session.sesskey)

    @doors.post("/course/modedit.php")
    @platform.alone
    def save_activity() -> ResponseReturnValue:
        """What the form holds, or the list that a deep linking response left in it. Twice makes two, as in Moodle."""
        session, _, course = _editor(platform, request.form.get("course", type=int))
        need_session_key(session)
        several = request.form.get("multiple")
        forms = [_flat(values) for values in json.loads(several)] if several else [request.form.to_dict()]
        for form in forms:
            platform.journal.change(link_change(course.id, form))
        return redirect(f"/course/view.php?id={course.id}", code=303)


def _editor(platform: Platform, number: int | None) -> tuple[Session, User, Course]:
    session, user = enter(platform)
    course = _course(platform, number)
    if platform.site.role_of(user.id, course.id) not in ("manager", "editingteacher"):
        raise Unable("nopermission")
    return session, user, course


def _flat(values: dict[str, Any]) -> dict[str, str]:
    """What the tool's response became, in the names of the form."""
    flat = {**values, "introeditor[text]": values.get("introeditor", {}).get("text", "")}
    return {key: str(value) for key, value in flat.items() if not isinstance(value, dict)}


def link_change(course: int, form: dict[str, str]) -> dict[str, Any]:
    """The change that saving the form makes. A graded activity without a maximum has Moodle's default of 100."""
    change: dict[str, Any] = {"op": "add_link", "course": course, "tool": int(form.get("typeid") or 0)}
    change |= {key: form[field] for field, key in _FORM.items() if form.get(field)}
    change["container"] = int(form.get("launchcontainer") or 1)
    if form.get("instructorchoiceacceptgrades") == "1":
        change["grade"] = float(form.get("grade_modgrade_point") or 100)
    return change
