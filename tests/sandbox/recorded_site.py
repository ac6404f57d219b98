"""The site of the recordings as a site file, worked out from the recorded answers themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORDINGS = Path(__file__).parent.parent / "recordings" / "ws"
_TOTALS = ("category", "course")
_TEACHERS = {2: [3], 3: [4], 4: [5], 5: [6], 6: [7], 7: [8], 8: [3]}
_COURSE_2_CATEGORIES = {
    1: "Toán 10A1 - HK1 2023-2024",
    2: "Đánh giá thường xuyên",
    3: "Giữa kì",
    4: "Cuối kì",
}
_USER_KEYS = (
    "id",
    "username",
    "firstname",
    "lastname",
    "email",
    "idnumber",
    "department",
    "institution",
    "city",
    "description",
    "suspended",
)
_KEPT_DATES = ((17, 2), (17, 1))
"""Totals that came out the same after a later mark: Moodle left their date."""
_COEFFICIENTS = {"TX": 1, "GK": 2, "CK": 3}
_REPORTS = {
    2: "course-all-users",
    3: "natural-100",
    5: "separate-groups-manager",
    6: "category-created",
    7: "scale-course",
    8: "empty-course",
}


def recording(name: str) -> dict[str, Any]:
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def answer(name: str) -> Any:
    return recording(name)["response"]


def recorded_site() -> dict[str, Any]:
    return {
        "settings": {"sitename": "Trường THPT Thử Nghiệm"},
        "tokens": _tokens(),
        "categories": _categories(),
        "users": _users(),
        "courses": [_course(row) for row in answer("core_course_get_courses--all")],
    }


def _tokens() -> list[dict[str, Any]]:
    minimum = ["core_webservice_get_site_info", "core_course_get_courses"]
    return [
        {"token": "TOKEN", "user": 71},
        {"token": "TOKEN_MIN", "user": 71, "functions": minimum},
        {"token": "TOKEN_OFF", "user": 71, "service_enabled": False},
        {"token": "TOKEN_IPONLY", "user": 71, "ip_allowed": False},
        {"token": "TOKEN_EXPIRED", "user": 71, "expired": True},
        {"token": "TOKEN_WEAK", "user": 72},
        {"token": "TOKEN_SUSP", "user": 73},
        {"token": "TOKEN_TEACHER", "user": 3},
        {"token": "TOKEN_NTTEACHER", "user": 4},
        {"token": "TOKEN_TEACHER5", "user": 6},
        {"token": "TOKEN_STUDENT", "user": 9},
    ]


def _categories() -> list[dict[str, Any]]:
    keys = ("id", "name", "idnumber", "parent", "description", "sortorder", "timemodified")
    return [{key: row[key] for key in keys} for row in answer("core_course_get_categories--all")]


def _users() -> list[dict[str, Any]]:
    """What each recording tells about a person is laid over what earlier ones left open."""
    merged: dict[int, dict[str, Any]] = {}
    for row in _people():
        known = merged.setdefault(row["id"], {"id": row["id"]})
        known |= {key: value for key, value in row.items() if value not in (None, "") and not known.get(key)}
        if "description" in row:
            known.setdefault("description", row["description"])
    for known in merged.values():
        known.setdefault("username", known.get("email", "").partition("@")[0])
    merged[70] |= {"deleted": True}
    return sorted(merged.values(), key=lambda person: person["id"])


def _people() -> Iterator[dict[str, Any]]:
    yield {"id": 71, "username": "ws_bridge", "firstname": "Cầu nối", "lastname": "WS", "manager": True}
    yield {"id": 72, "username": "ws_weak", "firstname": "Yếu", "lastname": "WS"}
    yield {"id": 73, "username": "ws_susp", "firstname": "Khoá", "lastname": "WS", "suspended": True}
    yield from map(_person, answer("ERR--max_input_vars-6000-values"))
    for case in ("default", "separate-groups-teacher", "group"):
        yield from (_person(row) for row in answer(f"core_enrol_get_enrolled_users--{case}"))
    for row in answer("core_user_get_users_by_field--suspended-and-deleted"):
        yield _person(row)
    for case in ("trailing-space-trim", "html-in-name", "after-update"):
        yield from (_person(row) for row in answer(f"core_user_get_users_by_field--{case}"))
    for course in answer("core_course_get_courses_by_field--all")["courses"]:
        yield from (_first_last(row["id"], row["fullname"]) for row in course["contacts"])
    for case in ("separate-groups-manager", "user-not-enrolled", "empty-course"):
        yield from (_reported(row) for row in answer(f"gradereport_user_get_grade_items--{case}")["usergrades"])


def _person(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key in _USER_KEYS}


def _first_last(number: int, shown: str) -> dict[str, Any]:
    first, _, last = shown.partition(" ")
    return {"id": number, "firstname": first, "lastname": last}


def _reported(row: dict[str, Any]) -> dict[str, Any]:
    last, _, first = row["userfullname"].rpartition(" ")
    return {"id": row["userid"], "firstname": first, "lastname": last, "idnumber": row["useridnumber"]}


def _course(row: dict[str, Any]) -> dict[str, Any]:
    number = row["id"]
    return {
        "id": number,
        "shortname": row["shortname"],
        "fullname": row["fullname"].replace("&amp;", "&"),
        "category": row["categoryid"],
        "idnumber": row["idnumber"],
        "sortorder": row["categorysortorder"],
        "context": 2 if number == 1 else 79 + number,
        "visible": bool(row["visible"]),
        "startdate": row["startdate"],
        "enddate": row["enddate"],
        "timecreated": row["timecreated"],
        "timemodified": row["timemodified"],
        "enrolments": [{"user": user, **how} for user, how in _enrolments(number).items()],
        "groups": _groups(number),
        **_gradebook(number),
    }


def _enrolments(course: int) -> dict[int, dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {user: {"role": "editingteacher"} for user in _TEACHERS.get(course, [])}
    if course == 2:
        rows[4] = {"role": "teacher"}
    for row in answer("core_enrol_get_enrolled_users--default"):
        if row["id"] > 8 and (course == 2 or course in [found["id"] for found in row["enrolledcourses"]]):
            rows[row["id"]] = {}
    if course == 2:
        rows[18], rows[20] = {"status": "suspended"}, {"status": "ended"}
    if course == 5:
        pupils = answer("core_enrol_get_enrolled_users--separate-groups-teacher")
        rows |= {row["id"]: {} for row in pupils if row["id"] > 8}
    if course in (6, 8):
        rows |= {user: {} for user in range(54, 69)}
    return rows


def _groups(course: int) -> list[dict[str, Any]]:
    if course == 2:
        named = [row for row in answer("core_enrol_get_enrolled_users--default") if "groups" in row]
        group = {key: named[0]["groups"][0][key] for key in ("id", "name", "description")}
        return [{**group, "idnumber": "LOP_10A1", "members": [row["id"] for row in named]}]
    if course != 5:
        return []
    members = {row["groupid"]: row["userids"] for row in answer("core_group_get_group_members--ok")}
    rows = answer("core_group_get_course_groups--ok")
    keys = ("id", "name", "idnumber", "description")
    return [{**{key: row[key] for key in keys}, "members": members[row["id"]]} for row in rows]


def _gradebook(course: int) -> dict[str, Any]:
    if course not in _REPORTS:
        return {}
    reports = answer(f"gradereport_user_get_grade_items--{_REPORTS[course]}")["usergrades"]
    items = reports[0]["gradeitems"]
    return {
        "grade_categories": _grade_categories(course, items),
        "items": [_item(course, row) for row in items],
        "cells": _cells(reports),
    }


def _grade_categories(course: int, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    totals = {row["iteminstance"]: row["itemtype"] for row in items if row["itemtype"] in _TOTALS}
    root = next(number for number, kind in totals.items() if kind == "course")
    below = "mean" if course == 2 else "weighted"
    top = "weighted" if course == 2 else "natural"
    return [
        {
            "id": number,
            "name": _COURSE_2_CATEGORIES.get(number, ""),
            "parent": None if number == root else root,
            "aggregation": top if number == root else below,
        }
        for number in totals
    ]


def _item(course: int, row: dict[str, Any]) -> dict[str, Any]:
    number, total = row["id"], row["itemtype"] in _TOTALS
    words = row["rangeformatted"].split("&ndash;")
    in_top_category = course == 2 and (total or row["categoryid"] == 1)
    return {
        "id": number,
        "type": row["itemtype"],
        "name": row["itemname"],
        "module": row["itemmodule"],
        "instance": row["iteminstance"],
        "number": row["itemnumber"],
        "idnumber": row["idnumber"],
        "category": row["categoryid"],
        "cmid": row.get("cmid"),
        "min": row["grademin"],
        "max": row["grademax"],
        "scale": words if words[0].strip() and not words[0].isdigit() else None,
        "text": words == ["", ""],
        "letter": number == 17,
        "hidden": number == 13,
        "hiddenuntil": 4070908800 if number == 14 else 0,
        "locked": row["locked"],
        "coefficient": _COEFFICIENTS.get(row["idnumber"], 0) if in_top_category else 1,
        "decimals": 1 if course == 2 and total else 2,
    }


def _cells(reports: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    cells: dict[str, dict[str, Any]] = {}
    for report in reports:
        for row in report["gradeitems"]:
            if _is_stored(row):
                cells.setdefault(str(row["id"]), {})[str(report["userid"])] = _cell(row)
            elif (report["userid"], row["id"]) in _KEPT_DATES:
                cells.setdefault(str(row["id"]), {})[str(report["userid"])] = {"graded": row["gradedategraded"]}
    return cells


def _is_stored(row: dict[str, Any]) -> bool:
    """Totals are worked out, unless somebody overrode them."""
    if row["itemtype"] in _TOTALS:
        return row["gradeisoverridden"]
    return row["graderaw"] is not None or row["gradeisoverridden"] or bool(row["feedback"]) or "status" in row


def _cell(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "raw": row["graderaw"],
        "hidden": row["gradeishidden"] and row["id"] not in (13, 14),
        "locked": row["gradeislocked"] and not row["locked"],
        "overridden": row["gradeisoverridden"],
        "excluded": row.get("status") == "dropped",
        "feedback": row["feedback"],
        "graded": row["gradedategraded"],
        "submitted": row["gradedatesubmitted"],
    }
