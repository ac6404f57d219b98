"""Everything that a person could do in the running Moodle and that a test or a demo does for them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from sandbox.lms.lti.changes import LTI_OPERATIONS
from sandbox.lms.lti.lineitems import next_item_id
from sandbox.lms.records import Cell, Course, Enrolment, Item, Token, User
from sandbox.lms.site import Site

_CELL_FLAGS = ("hidden", "locked", "overridden", "excluded", "feedback")


def apply_change(site: Site, change: dict[str, Any]) -> dict[str, Any]:
    """`change` is {"op": name, …}; `at` (unix seconds) is the moment it counts from."""
    args = dict(change)
    name = args.pop("op", None)
    operations = _OPERATIONS | LTI_OPERATIONS
    if name not in operations:
        raise ValueError(f"unknown op {name!r}, known: {', '.join(sorted(operations))}")
    outcome = operations[name](site, args)
    site.touched(args.get("course"))
    return outcome


def _set_score(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """raw (null = no value) and the flags; what is not named stays. `needsupdate` is a flag of the whole item."""
    course, item = _item(site, args)
    if args["user"] not in site.users:
        raise LookupError(f"no user {args['user']}")
    cell = course.cells.setdefault(item.id, {}).setdefault(args["user"], Cell())
    if "raw" in args:
        cell.raw, cell.out_of = _checked_value(item, args["raw"]), None
        cell.graded = None if cell.raw is None else args["at"]
        cell.modified = args["at"]
    for flag in _CELL_FLAGS:
        setattr(cell, flag, args.get(flag, getattr(cell, flag)))
    item.needsupdate = args.get("needsupdate", item.needsupdate)
    return {"course": course.id, "item": item.id, "user": args["user"]}


def _checked_value(item: Item, raw: float | None) -> float | None:
    """Moodle stores five decimals and never a value outside the item's range."""
    if raw is None:
        return None
    value = round(float(raw), 5)
    if not item.min <= value <= item.max:
        raise ValueError(f"{raw} is outside {item.min}–{item.max}")
    return value


def _clear_score(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    course, item = _item(site, args)
    course.cells.get(item.id, {}).pop(args["user"], None)
    return {"course": course.id, "item": item.id, "user": args["user"]}


def _add_item(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """The column goes to the end of its grade category (the top one unless `category` says another)."""
    course = site.courses[args["course"]]
    total = _total_of(course, args.get("category"))
    number = next_item_id(site)
    given = {key: value for key, value in args.items() if key not in ("at", "course")}
    item = Item(**{"type": "manual", **given, "id": number, "category": total.instance})
    course.items.insert(course.items.index(total), item)
    return {"course": course.id, "item": number}


def _total_of(course: Course, category: int | None) -> Item:
    for item in course.items:
        if item.is_total and (item.instance == category if category else item.type == "course"):
            return item
    raise LookupError(f"no grade category {category} in course {course.id}")


def _remove_item(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    course, item = _item(site, args)
    course.items.remove(item)
    course.cells.pop(item.id, None)
    return {"course": course.id, "item": item.id}


def _set_item(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    course, item = _item(site, args)
    _set_fields(item, args, keep=("at", "course", "item", "id", "type", "category"))
    return {"course": course.id, "item": item.id}


def _set_course(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    course = site.courses[args["course"]]
    taken = [other.id for other in site.courses.values() if other is not course and other.idnumber]
    if args.get("idnumber") and args["idnumber"] in {site.courses[number].idnumber for number in taken}:
        raise ValueError(f"courseidnumbertaken: {args['idnumber']}")
    _set_fields(course, args, keep=("at", "course", "id", "items", "cells", "groups", "enrolments"))
    course.timemodified = args["at"]
    return {"course": course.id}


def _set_user(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """idnumber, suspended, deleted, names. An idnumber may be doubled, emptied or untrimmed: Moodle lets it be."""
    user = site.users[args["user"]]
    _set_fields(user, args, keep=("at", "user", "id"))
    if args.get("deleted"):
        _mangle(site, user, args["at"])
    return {"user": user.id}


def _mangle(site: Site, user: User, at: int) -> None:
    """What Moodle leaves of a deleted user: no idnumber, no enrolment, a name that nobody can sign in with."""
    digest = hashlib.md5(user.username.encode(), usedforsecurity=False).hexdigest()
    user.username, user.email, user.idnumber = f"{user.email}.{at}", digest, ""
    for course in site.courses.values():
        _set_enrolment(site, {"course": course.id, "user": user.id, "status": "none"})


def _set_enrolment(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """`status` active | suspended | ended | none; a user who was not there is enrolled with `role`."""
    course = site.courses[args["course"]]
    course.enrolments = [row for row in course.enrolments if row.user != args["user"]]
    if args["status"] == "none":
        _leave_groups(course, args["user"])
    else:
        row = Enrolment(user=site.users[args["user"]].id, role=args.get("role", "student"), status=args["status"])
        course.enrolments.append(row)
    return {"course": course.id, "user": args["user"]}


def _move_pupil(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """From one course to another; the old values stay in the old course, as in Moodle."""
    user = args["user"]
    _set_enrolment(site, {"course": args["from"], "user": user, "status": "none"})
    _set_enrolment(site, {"course": args["to"], "user": user, "status": "active"})
    return {"user": user}


def _leave_groups(course: Course, user: int) -> None:
    for group in course.groups:
        group.members = [member for member in group.members if member != user]


def _set_group(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    course = site.courses[args["course"]]
    group = next((group for group in course.groups if group.id == args["group"]), None)
    if group is None:
        raise LookupError(f"no group {args['group']} in course {course.id}")
    _set_fields(group, args, keep=("at", "course", "group", "id"))
    return {"course": course.id, "group": group.id}


def _set_site(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """maintenance, maintenance_cli, webservices, debug, max_input_vars, name order."""
    _set_fields(site.settings, args, keep=("at",))
    return {}


def _set_token(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    known = {spec.name for spec in fields(Token)}
    earlier = vars(site.tokens[args["token"]]) if args["token"] in site.tokens else {}
    site.tokens[args["token"]] = Token(**{**earlier, **{key: args[key] for key in known & args.keys()}})
    return {"token": args["token"]}


def _item(site: Site, args: dict[str, Any]) -> tuple[Course, Item]:
    course = site.courses[args["course"]]
    for item in course.items:
        if item.id == args["item"]:
            return course, item
    raise LookupError(f"no item {args['item']} in course {course.id}")


def _set_fields(record: Any, args: dict[str, Any], *, keep: tuple[str, ...]) -> None:
    known = {spec.name for spec in fields(record)}
    for key, value in args.items():
        if key in keep:
            continue
        if key not in known:
            raise ValueError(f"no field {key!r}")
        setattr(record, key, value)


_OPERATIONS: dict[str, Callable[[Site, dict[str, Any]], dict[str, Any]]] = {
    "set_score": _set_score,
    "clear_score": _clear_score,
    "add_item": _add_item,
    "remove_item": _remove_item,
    "set_item": _set_item,
    "set_course": _set_course,
    "set_user": _set_user,
    "set_enrolment": _set_enrolment,
    "move_pupil": _move_pupil,
    "set_group": _set_group,
    "set_site": _set_site,
    "set_token": _set_token,
}
