"""Web-service functions about courses, their categories, groups and changes."""

from __future__ import annotations

import re
from typing import Any

from sandbox.lms import errors
from sandbox.lms.records import Course, CourseCategory, Group
from sandbox.lms.site import FRONT_PAGE, Caller, Site

_FILTERS = ("displayh5p", "activitynames", "mathjaxloader", "emoticon", "urltolink", "mediaplugin")
_FIELDS = ("id", "ids", "shortname", "idnumber", "category", "sectionid", "")


def get_courses(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    """Unknown ids are left out without a word."""
    wanted = args.get("options", {}).get("ids")
    courses = [course for course in caller.site.courses.values() if wanted is None or course.id in wanted]
    for course in courses:
        if course.id != FRONT_PAGE:
            caller.enter_wrapped(course.id)
    return [_course_row(course) for course in courses]


def _course_row(course: Course) -> dict[str, Any]:
    front = course.id == FRONT_PAGE
    options = [("numsections", 1)] if front else [("hiddensections", 1), ("coursedisplay", 0)]
    return {
        "id": course.id,
        "shortname": course.shortname,
        "categoryid": course.category,
        "categorysortorder": course.sortorder,
        "fullname": _shown(course.fullname),
        "displayname": _shown(course.fullname),
        "idnumber": course.idnumber,
        **_summary(course),
        "format": "site" if front else "topics",
        "showgrades": 1,
        "newsitems": 3 if front else 0,
        "startdate": course.startdate,
        "enddate": course.enddate,
        "numsections": 1 if front else 4,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(course.visible),
        **({} if front else {"hiddensections": 1}),
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "timecreated": course.timecreated,
        "timemodified": course.timemodified,
        "enablecompletion": int(not front),
        "completionnotify": 0,
        "lang": "",
        "forcetheme": "",
        "courseformatoptions": [{"name": name, "value": value} for name, value in options],
        "showactivitydates": False,
        "showcompletionconditions": None if front else True,
    }


def get_courses_by_field(caller: Caller, args: dict[str, Any]) -> dict[str, Any]:
    if args["field"] not in _FIELDS:
        raise errors.invalid_parameter("Invalid field name")
    found = _courses_by_field(caller.site, args["field"], args["value"])
    rows = [_public_course_row(caller, course) for course in found if course.visible or caller.role_in(course.id)]
    return {"courses": rows, "warnings": []}


def _courses_by_field(site: Site, field: str, value: str) -> list[Course]:
    if field == "ids":
        numbers = {int(part) for part in value.split(",")}
        if numbers - site.courses.keys():
            raise errors.MoodleError("Error", message='Attempt to assign property "contextvalidated" on null')
        return [course for course in _by_id(site) if course.id in numbers]
    if not field:
        return _by_id(site)
    return [course for course in _by_id(site) if str(getattr(course, field)) == value]


def _by_id(site: Site) -> list[Course]:
    return sorted(site.courses.values(), key=lambda course: course.id)


def _public_course_row(caller: Caller, course: Course) -> dict[str, Any]:
    """Names for everybody; identifiers and settings only for who may update the course."""
    row = _course_face(caller.site, course)
    if caller.role_in(course.id) in ("manager", "editingteacher"):
        row |= _course_settings(caller.site, course)
    row["filters"] = [{"filter": name, "localstate": 0, "inheritedstate": 1} for name in _FILTERS]
    if course.id != FRONT_PAGE:
        options = [("hiddensections", 1), ("coursedisplay", 0), ("indentation", "1")]
        row["courseformatoptions"] = [{"name": name, "value": value} for name, value in options]
    return row


def _course_face(site: Site, course: Course) -> dict[str, Any]:
    front = course.id == FRONT_PAGE
    category = site.categories.get(course.category)
    return {
        "id": course.id,
        "fullname": _shown(course.fullname),
        "displayname": _shown(course.fullname),
        "shortname": course.shortname,
        "courseimage": f"{site.settings.url}/pluginfile.php/{course.context}/course/generated/course.svg",
        "categoryid": course.category,
        "categoryname": category.name if category else "",
        "sortorder": course.sortorder,
        **_summary(course),
        "summaryfiles": [],
        "overviewfiles": [],
        "showactivitydates": False,
        "showcompletionconditions": None if front else True,
        "contacts": _contacts(site, course),
        "enrollmentmethods": [] if front else ["manual"],
    }


def _contacts(site: Site, course: Course) -> list[dict[str, Any]]:
    teachers = [site.users[row.user] for row in site.enrolments(course.id).values() if row.role == "editingteacher"]
    order = site.settings.alternative_last_first
    return [{"id": user.id, "fullname": site.full_name(user, last_first=order)} for user in teachers]


def _course_settings(site: Site, course: Course) -> dict[str, Any]:
    front = course.id == FRONT_PAGE
    return {
        "idnumber": course.idnumber,
        "format": "site" if front else "topics",
        "showgrades": 1,
        "newsitems": 3 if front else 0,
        "startdate": course.startdate,
        "enddate": course.enddate,
        "maxbytes": 0,
        "showreports": 0,
        "visible": int(course.visible),
        "groupmode": 0,
        "groupmodeforce": 0,
        "defaultgroupingid": 0,
        "enablecompletion": int(not front),
        "completionnotify": 0,
        "lang": "",
        "theme": "",
        "marker": 0,
        "legacyfiles": 0,
        "calendartype": "",
        "timecreated": course.timecreated,
        "timemodified": course.timemodified,
        "requested": 0,
        "cacherev": site.settings.themerev,
    }


def _shown(name: str) -> str:
    """Names pass format_string: an ampersand arrives as an entity."""
    return name.replace("&", "&amp;")


def _summary(course: Course) -> dict[str, Any]:
    if course.id == FRONT_PAGE:
        return {"summary": "", "summaryformat": 0}
    name = _shown(course.fullname)
    return {"summary": f"<p>Khoá học <strong>{name}</strong></p>", "summaryformat": 1}


def summary_text(course: Course) -> str:
    """The summary without its tags, entities left: what a launch carries as the long description."""
    return re.sub(r"<[^>]+>", "", str(_summary(course)["summary"]))


def get_categories(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    site = caller.site
    found = list(site.categories.values())
    for criterion in args["criteria"]:
        key, value = criterion["key"], criterion["value"]
        if key not in ("id", "name", "parent", "idnumber", "visible", "theme"):
            raise errors.plain("criteriaerror", "Missing permissions to search on a criterion.")
        found = [category for category in found if str(getattr(category, key, 1)) == value]
    if args["criteria"] and args["addsubcategories"]:
        roots = {category.id for category in found}
        found = [category for category in site.categories.values() if roots & set(_lineage(site, category))]
    return [_category_row(caller, category) for category in found]


def _lineage(site: Site, category: CourseCategory) -> list[int]:
    above = _lineage(site, site.categories[category.parent]) if category.parent else []
    return [*above, category.id]


def _category_row(caller: Caller, category: CourseCategory) -> dict[str, Any]:
    lineage = _lineage(caller.site, category)
    courses = [course for course in caller.site.courses.values() if course.category == category.id]
    manages = caller.user.manager
    return {
        "id": category.id,
        "name": category.name,
        **({"idnumber": category.idnumber} if manages else {}),
        "description": category.description,
        "descriptionformat": 1,
        "parent": category.parent,
        "sortorder": category.sortorder,
        "coursecount": len(courses),
        **({"visible": 1, "visibleold": 1, "timemodified": category.timemodified} if manages else {}),
        "depth": len(lineage),
        "path": "".join(f"/{number}" for number in lineage),
        **({"theme": ""} if manages else {}),
    }


def get_course_groups(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    _manage_groups(caller, args["courseid"])
    course = caller.site.course(args["courseid"])
    return [_group_row(course, group) for group in course.groups]


def _group_row(course: Course, group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "courseid": course.id,
        "name": group.name,
        "description": group.description,
        "descriptionformat": 1,
        "enrolmentkey": None,
        "idnumber": group.idnumber,
        "visibility": 0,
        "participation": True,
    }


def get_group_members(caller: Caller, args: dict[str, Any]) -> list[dict[str, Any]]:
    """One unknown group id refuses the whole call."""
    site = caller.site
    rows = []
    for number in args["groupids"]:
        found = [(c, g) for c in site.courses.values() for g in c.groups if g.id == number]
        if not found:
            raise errors.missing_record("groups")
        course, group = found[0]
        _manage_groups(caller, course.id)
        rows.append({"groupid": group.id, "userids": sorted(group.members, key=site.by_name)})
    return rows


def _manage_groups(caller: Caller, course: int) -> None:
    if caller.enter_wrapped(course) not in ("manager", "editingteacher"):
        raise errors.capability_missing("Manage groups")


def get_updates_since(caller: Caller, args: dict[str, Any]) -> dict[str, Any]:
    """Changes of activities only. Manual columns, totals, overrides, hiding and locking never show."""
    caller.enter_wrapped(args["courseid"])
    course = caller.site.course(args["courseid"])
    instances = [_module_updates(course, item.id, args["since"]) for item in course.items if item.cmid is not None]
    return {"instances": [row for row in instances if row["updates"]], "warnings": []}


def _module_updates(course: Course, item_id: int, since: int) -> dict[str, Any]:
    item = next(item for item in course.items if item.id == item_id)
    updates: list[dict[str, Any]] = []
    if course.timecreated >= since:
        updates.append({"name": "configuration", "timeupdated": course.timecreated})
    changed = [
        item.id * 10_000 + user
        for user, cell in course.cells.get(item.id, {}).items()
        if (cell.graded or 0) >= since and not cell.overridden
    ]
    if changed and item.module != "lti":
        what = "userattempts" if item.module == "quiz" else "usersubmissions"
        updates += [{"name": what, "itemids": changed}, {"name": "usergrades", "itemids": changed}]
    return {"contextlevel": "module", "id": item.cmid, "updates": updates}
