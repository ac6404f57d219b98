"""Web-service functions about users: the roster of a course and the look-up by field."""

from __future__ import annotations

from typing import Any

from sandbox.lms import errors
from sandbox.lms.records import Course, Enrolment, User
from sandbox.lms.site import TEACHING, Caller, Site

_ROLE_IDS = {"editingteacher": 3, "teacher": 4, "student": 5}
_SORTS = ("id", "firstname", "lastname", "siteorder")
_IDENTITY = ("username", "department", "institution", "idnumber")
_GRADERS = ("manager", "editingteacher")


def get_users_by_field(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    """By id deleted users come too, mangled, and nothing says so. An empty value finds nobody."""
    field = args["field"]
    if field not in ("id", "idnumber", "username", "email"):
        raise errors.invalid_parameter(f"The search field '{field}' is not supported")
    if not args["values"]:
        raise errors.invalid_parameter("Array must not be empty")
    wanted = {_field_value(field, value) for value in args["values"]}
    found = [
        user
        for user in caller.site.users.values()
        if str(getattr(user, field)) in wanted and (not user.deleted or field == "id")
    ]
    shown = [user for user in found if caller.user.manager or user.id == caller.user.id]
    return [_profile(caller.site, user) for user in shown]


def _field_value(field: str, value: str) -> str:
    if field != "id":
        return value or "\0"
    if not value.strip().lstrip("-").isdigit():
        raise errors.invalid_parameter(f'the value is "{value}", the server was expecting "int" type')
    return str(int(value))


def _profile(site: Site, user: User) -> dict[str, Any]:
    last_first = site.settings.alternative_last_first
    return {
        "id": user.id,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": site.full_name(user, last_first=last_first),
        "email": user.email,
        "department": user.department,
        **({"institution": user.institution} if user.institution else {}),
        **({"idnumber": user.idnumber} if user.idnumber else {}),
        "firstaccess": 0,
        "lastaccess": 0,
        "auth": "manual",
        "suspended": user.suspended,
        "confirmed": True,
        "lang": site.settings.lang,
        "theme": "",
        "timezone": "99",
        "mailformat": 1,
        "trackforums": 0,
        **({"description": user.description, "descriptionformat": 1} if user.description is not None else {}),
        **({"city": user.city} if user.city else {}),
        "country": user.country,
        **_pictures(site, small="f2"),
    }


def _pictures(site: Site, *, small: str) -> dict[str, str]:
    base = f"{site.settings.url}/theme/image.php/boost/core/{site.settings.themerev}/u"
    return {"profileimageurlsmall": f"{base}/{small}", "profileimageurl": f"{base}/f1"}


def get_gradable_users(caller: Caller, args: dict[str, Any]) -> dict[str, Any]:
    """Pupils of the course with idnumber and `suspended` (of the account); ended enrolments too unless onlyactive."""
    if caller.enter(args["courseid"]) not in ("manager", *TEACHING):
        raise errors.capability_missing("View grades of other users")
    site, course = caller.site, caller.site.course(args["courseid"])
    rows = [row for row in pupils(site, course, group=args["groupid"]) if not _inactive(row) or not args["onlyactive"]]
    return {"users": [_gradable(site, site.users[row.user]) for row in rows], "warnings": []}


def pupils(site: Site, course: Course, *, group: int = 0) -> list[Enrolment]:
    """The pupils' enrolments by user id; a group of another course gives none."""
    students = [row for row in site.enrolments(course.id).values() if row.role == "student"]
    members = _members(course, group)
    return [row for row in students if members is None or row.user in members]


def _members(course: Course, group: int) -> set[int] | None:
    if not group:
        return None
    return {user for row in course.groups if row.id == group for user in row.members}


def _inactive(row: Enrolment) -> bool:
    return row.status != "active"


def _gradable(site: Site, user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": site.full_name(user, last_first=site.settings.names_last_first),
        "email": user.email,
        "address": "",
        "phone1": "",
        "phone2": "",
        "department": user.department,
        "institution": user.institution,
        "idnumber": user.idnumber,
        "firstaccess": 0,
        "lastaccess": 0,
        "auth": "manual",
        "suspended": user.suspended,
        "confirmed": True,
        "lang": site.settings.lang,
        "calendartype": "gregorian",
        "theme": "",
        "timezone": "99",
        "mailformat": 1,
        "trackforums": 0,
        "description": user.description or "",
        "descriptionformat": 1,
        "city": user.city,
        "country": user.country,
        **_pictures(site, small="f1"),
    }


def get_enrolled_users(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    """Everybody, suspended and ended too, with no flag to tell; an unknown option is ignored."""
    options = {row["name"]: row["value"] for row in args["options"]}
    if options.get("sortby", "id") not in _SORTS:
        raise errors.invalid_parameter(f"Invalid value for sortby parameter (value: {options['sortby']})")
    caller.enter_wrapped(args["courseid"])
    site, course = caller.site, caller.site.course(args["courseid"])
    rows = [row for row in site.enrolments(course.id).values() if _wanted(course, row, options)]
    ordered = _sorted(site, [site.users[row.user] for row in rows], options)
    start, count = int(options.get("limitfrom", 0)), int(options.get("limitnumber", 0))
    page = ordered[start : start + count] if count else ordered[start:]
    fields = options["userfields"].split(",") if options.get("userfields") else None
    return [_enrolled(caller, course, user, fields=fields) for user in page]


def _wanted(course: Course, row: Enrolment, options: dict[str, str]) -> bool:
    members = _members(course, int(options.get("groupid", 0)))
    return (
        (members is None or row.user in members)
        and not (options.get("onlyactive") == "1" and _inactive(row))
        and not (options.get("onlysuspended") == "1" and not _inactive(row))
        and not (options.get("withcapability") == "moodle/grade:edit" and row.role not in _GRADERS)
    )


def _sorted(site: Site, users: list[User], options: dict[str, str]) -> list[User]:
    keys = {
        "id": lambda user: (user.id,),
        "firstname": lambda user: (user.firstname, user.id),
        "lastname": lambda user: (user.lastname, user.id),
        "siteorder": lambda user: site.by_name(user.id),
    }
    downwards = options.get("sortdirection", "ASC").upper() == "DESC"
    return sorted(users, key=keys[options.get("sortby", "id")], reverse=downwards)


def _enrolled(caller: Caller, course: Course, user: User, *, fields: list[str] | None) -> dict[str, Any]:
    row = _enrolled_row(caller, course, user)
    if fields is None:
        return row
    return {key: value for key, value in row.items() if key in fields or key in ("id", "fullname")}


def _enrolled_row(caller: Caller, course: Course, user: User) -> dict[str, Any]:
    """Identity fields (username, department, idnumber) only for managers and for oneself; empty ones are left out."""
    site = caller.site
    teacher = caller.teaches(course.id)
    order = site.settings.alternative_last_first if teacher else site.settings.names_last_first
    row = {
        "id": user.id,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": site.full_name(user, last_first=order),
        "email": user.email,
        "department": user.department,
        "institution": user.institution or None,
        "idnumber": user.idnumber or None,
        "firstaccess": 0,
        "lastaccess": 0,
        "lastcourseaccess": 0,
        "description": user.description or "",
        "descriptionformat": 1,
        "city": user.city or None,
        "country": user.country,
        **_pictures(site, small="f2"),
        "groups": _groups(course, user) or None,
        "roles": _roles(site, course, user),
        **({"preferences": _preferences(site)} if user.id == caller.user.id else {}),
        "enrolledcourses": [
            {"id": found.id, "fullname": found.fullname.replace("&", "&amp;"), "shortname": found.shortname}
            for found in site.courses_of(user.id)
        ],
    }
    identified = caller.user.manager or user.id == caller.user.id
    return {key: value for key, value in row.items() if value is not None and (identified or key not in _IDENTITY)}


def _preferences(site: Site) -> list[dict[str, Any]]:
    return [{"name": "core_message_migrate_data", "value": "1"}, {"name": "_lastloaded", "value": site.now}]


def _groups(course: Course, user: User) -> list[dict[str, Any]]:
    return [
        {"id": group.id, "name": group.name, "description": group.description, "descriptionformat": 1}
        for group in course.groups
        if user.id in group.members
    ]


def _roles(site: Site, course: Course, user: User) -> list[dict[str, Any]]:
    role = site.enrolments(course.id)[user.id].role
    return [{"roleid": _ROLE_IDS[role], "name": "", "shortname": role, "sortorder": 0}]
