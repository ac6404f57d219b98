"""What people and tools do to the LTI side of a site, as changes of the journal: tools, links, columns of tools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from sandbox.lms.lti.lineitems import last_change, put_column
from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.records import Cell
from sandbox.lms.site import Site

_FIRST_CMID = 2


def _add_tool(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """A tool as the registration or an administrator's form makes it; `clientid` must be new on this site."""
    if args["clientid"] in {tool.clientid for tool in site.tools.values()}:
        raise ValueError(f"client id {args['clientid']} is taken")
    number = site.next_id("tool", site.tools)
    site.tools[number] = Tool(id=number, **_without(args, "id"))
    return {"tool": number, "clientid": args["clientid"]}


def _set_tool(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    _set(site.tools[args["tool"]], _without(args, "tool"), keep=("id",))
    return {"tool": args["tool"]}


def _remove_tool(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """The links stay, as in Moodle: they say that their tool was deleted."""
    del site.tools[args["tool"]]
    return {"tool": args["tool"]}


def _add_link(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """An activity at the end of its course, with a column where `grade` (its maximum) is given."""
    course = site.courses[args["course"]]
    if args.get("tool") and args["tool"] not in site.tools:
        raise LookupError(f"no tool {args['tool']}")
    known = {spec.name for spec in fields(Link)}
    given = {key: value for key, value in args.items() if key in known}
    number = site.next_id("link", site.links)
    given |= {"id": number, "cmid": site.next_id("cm", _cmids(site))}
    link = site.links[number] = Link(**given)
    made = {"link": number, "cmid": link.cmid, "item": None}
    if args.get("grade"):
        made["item"] = put_column(site, course, link, args).id
    return made


def _cmids(site: Site) -> list[int]:
    columns = [item.cmid for course in site.courses.values() for item in course.items if item.cmid]
    return [_FIRST_CMID, *columns, *(link.cmid for link in site.links.values())]


def _set_link(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    _set(site.links[args["link"]], _without(args, "link"), keep=("id", "course", "cmid"))
    return {"link": args["link"]}


def _remove_link(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """The activity, its column, and every column that a tool had bound to it."""
    link = site.links.pop(args["link"])
    course = site.courses[link.course]
    gone = [item for item in course.items if item.cmid == link.cmid or item.link == link.id]
    for item in gone:
        course.items.remove(item)
        course.cells.pop(item.id, None)
    return {"link": link.id}


def _remove_course(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    del site.courses[args["course"]]
    site.links = {number: link for number, link in site.links.items() if link.course != args["course"]}
    return {"course": args["course"]}


def _set_column(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """A tool changes its column. A new maximum rescales the marks that stand there."""
    course = site.courses[args["course"]]
    item = next(item for item in course.items if item.id == args["item"])
    if item.max and args["max"] != item.max:
        for cell in course.cells.get(item.id, {}).values():
            cell.raw = None if cell.raw is None else round(cell.raw * args["max"] / item.max, 5)
    for key, value in _without(args, "course", "item").items():
        setattr(item, key, value)
    return {"item": item.id}


def _set_maximum(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """Of an activity, in its form. Marks are worked out anew from what came in (`adjust_raw_grade`), and what that was
    out of stays as it was: results go on telling it as `resultMaximum`."""
    course = site.courses[args["course"]]
    item = next(item for item in course.items if item.id == args["item"])
    for cell in course.cells.get(item.id, {}).values():
        cell.out_of = cell.out_of or item.max
        cell.raw = None if cell.raw is None else round(cell.raw * args["max"] / item.max, 5)
    item.max = args["max"]
    return {"item": item.id}


def _ags_score(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """A score that a tool sent, `at` = its timestamp; `raw` null empties, at the site's own time (`emptied`).

    An activity's column keeps what a teacher overrode, and forgets when it was emptied. A column that a tool made takes
    every score, overridden or not, and a repeated one leaves the old time.
    """
    course = site.courses[args["course"]]
    item = next(item for item in course.items if item.id == args["item"])
    cell = course.cells.setdefault(item.id, {}).setdefault(args["user"], Cell())
    said = args.get("feedback", "")
    if item.type == "mod":
        _take_in_activity(cell, args["raw"], at=args["at"], said=said)
    elif last_change(cell) is None or (cell.raw, cell.feedback) != (args["raw"], said):
        moment = args["at"] if args["raw"] is not None else args.get("emptied", args["at"])
        _put(cell, args["raw"], said=said, modified=moment)
    return {"item": item.id}


def _take_in_activity(cell: Cell, raw: float | None, *, at: int, said: str) -> None:
    if not cell.overridden:
        _put(cell, raw, said=said, modified=None if raw is None else at)


def _put(cell: Cell, raw: float | None, *, said: str, modified: int | None) -> None:
    """Who has neither value nor comment has no date in the gradebook either."""
    cell.raw, cell.feedback, cell.feedbackformat, cell.modified, cell.out_of = raw, said, 2, modified, None
    cell.graded = modified if raw is not None or said else None


def _without(args: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in args.items() if key not in ("at", *names)}


def _set(record: Tool | Link, args: dict[str, Any], *, keep: tuple[str, ...]) -> None:
    known = {spec.name for spec in fields(record)} - set(keep)
    if unknown := args.keys() - known:
        raise ValueError(f"no field {', '.join(sorted(unknown))}")
    for key, value in args.items():
        setattr(record, key, value)


LTI_OPERATIONS: dict[str, Callable[[Site, dict[str, Any]], dict[str, Any]]] = {
    "add_tool": _add_tool,
    "set_tool": _set_tool,
    "remove_tool": _remove_tool,
    "add_link": _add_link,
    "set_link": _set_link,
    "remove_link": _remove_link,
    "remove_course": _remove_course,
    "set_column": _set_column,
    "set_maximum": _set_maximum,
    "ags_score": _ags_score,
}
