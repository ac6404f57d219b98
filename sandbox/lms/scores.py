"""Web-service functions about the gradebook: its columns, its tree, and the pupils' values."""

from __future__ import annotations

from typing import Any

from sandbox.lms import errors
from sandbox.lms.gradebook import View, category_path, max_depth
from sandbox.lms.people import pupils
from sandbox.lms.records import Course, GradeCategory, Item
from sandbox.lms.site import TEACHING, Caller
from sandbox.lms.wire import Encoded, to_json

_SEERS = ("manager", *TEACHING)


def get_user_grade_items(caller: Caller, args: dict[str, Any]) -> Encoded:
    """userid 0: pupils with an active enrolment. A single user: anybody who exists, enrolled or not."""
    sees_all = caller.enter(args["courseid"]) in _SEERS
    course = caller.site.course(args["courseid"])
    users = _reported_users(caller, course, args, sees_all=sees_all)
    depth = max_depth(course)
    rows = [_user_row(caller, course, user, depth=depth) for user in users]
    return Encoded('{"usergrades":[' + ",".join(rows) + '],"warnings":[]}')


def _reported_users(caller: Caller, course: Course, args: dict[str, Any], *, sees_all: bool) -> list[int]:
    site, user = caller.site, args["userid"]
    if not user:
        if not sees_all:
            raise errors.capability_missing("View grades of other users")
        active = [row.user for row in pupils(site, course, group=args["groupid"]) if row.status == "active"]
        return sorted(active, key=site.by_name)
    if user not in site.users or site.users[user].deleted:
        raise errors.invalid_user()
    if user != caller.user.id and not sees_all:
        raise errors.plain("nopermissiontoviewgrades", "Cannot view grades.")
    return [user]


def _user_row(caller: Caller, course: Course, user: int, *, depth: int) -> str:
    site = caller.site
    person = site.users[user]
    head = {
        "courseid": course.id,
        "courseidnumber": course.idnumber,
        "userid": user,
        "userfullname": site.full_name(person, last_first=site.settings.names_last_first),
        "useridnumber": person.idnumber,
        "maxdepth": depth,
    }
    view = View(sees_hidden=caller.sees_hidden(course.id), now=site.now)
    items = site.reports.items(course, user, revision=site.revisions[course.id], view=view)
    return f'{to_json(head)[:-1]},"gradeitems":{items}}}'


def get_grade_items(caller: Caller, args: dict[str, Any]) -> dict[str, Any]:
    """The columns that hold marks, in order of creation; ids come as strings, totals are left out."""
    course = _teachers_course(caller, args["courseid"])
    names = {category.id: category.name for category in course.grade_categories}
    columns = sorted((item for item in course.items if not item.is_total), key=lambda item: item.id)
    rows = [{"id": str(item.id), "itemname": item.name, "category": names[item.category or 0]} for item in columns]
    return {"gradeItems": rows, "warnings": []}


def get_grade_tree(caller: Caller, args: dict[str, Any]) -> str:
    """A JSON text inside JSON."""
    course = _teachers_course(caller, args["courseid"])
    root = next((category for category in course.grade_categories if category.parent is None), None)
    return to_json(_branch(course, root)) if root else "null"


def _branch(course: Course, category: GradeCategory) -> dict[str, Any]:
    below = {part.id: part for part in course.grade_categories if part.parent == category.id}
    children = [item for item in course.items if item.type != "course" and category_path(course, item) == category.id]
    return {
        "id": str(category.id),
        "name": category.name,
        "iscategory": True,
        "haschildcategories": bool(below),
        "children": [
            _branch(course, below[item.instance or 0]) if item.type == "category" else _leaf(item) for item in children
        ],
    }


def _leaf(item: Item) -> dict[str, Any]:
    return {"id": str(item.id), "name": item.name, "iscategory": False, "children": None}


def _teachers_course(caller: Caller, number: int) -> Course:
    if caller.enter(number) not in _SEERS:
        raise errors.capability_missing("View grades of other users")
    return caller.site.course(number)
