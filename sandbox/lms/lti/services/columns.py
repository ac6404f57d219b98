"""Assignment and Grade Services 2.0: line items, found, made, changed and deleted as Moodle does it."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlencode

from flask import Response

from sandbox.lms.lti.answers import bad_gateway
from sandbox.lms.lti.lineitems import columns_of, item_url, join_lines, line_item_json, link_of, tool_of
from sandbox.lms.lti.records import Tool
from sandbox.lms.lti.scopes import LINEITEM, LINEITEM_READONLY
from sandbox.lms.lti.services.call import Call, Refused, Resource, answer
from sandbox.lms.records import Course, Item

_CONTAINER = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_LONGEST = 255
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_ON_ONE = ("GET", "PUT", "DELETE")
_LIST = r"/(?P<course>[^/]+)/lineitems"
_FILTERS = {"resource_id": "resourceId", "resource_link_id": "resourceLinkId", "tag": "tag"}


def _lineitems(call: Call) -> Response:
    reading = call.method == "GET"
    tool = call.tool(*((LINEITEM, LINEITEM_READONLY) if reading else (LINEITEM,)), number=call.query.get("type_id"))
    course = call.course()
    if reading and call.accept not in ("", _CONTAINER, _ITEM):
        raise Refused(400, "No context or unsupported content type")
    if reading:
        return _list(call, course, tool)
    return _create(call, course, tool)


def base_of(call: Call, course: Course) -> str:
    return call.platform.services(f"{course.id}/lineitems")


def shown(call: Call, course: Course, tool: Tool, item: Item) -> dict[str, Any]:
    link = link_of(call.platform.site, course, item)
    return line_item_json(item, base=base_of(call, course), tool=tool, link=link)


def _list(call: Call, course: Course, tool: Tool) -> Response:
    rows = [shown(call, course, tool, item) for item in columns_of(call.platform.site, course, tool)]
    for name, key in _FILTERS.items():
        if call.query.get(name):
            rows = [row for row in rows if row.get(key) == call.query[name]]
    limit, start = call.number("limit"), call.number("from")
    response = answer(rows[start : start + limit] if limit else rows, _CONTAINER)
    if limit:
        response.headers["Link"] = _links(call, course, tool, total=len(rows)).encode().decode("latin-1")
    return response


def _links(call: Call, course: Course, tool: Tool, *, total: int) -> str:
    """Malformed as Moodle's: quotation marks that are letters, ampersands as entities, a last page past the end."""
    limit, start = call.number("limit"), call.number("from")
    inside = start < total
    pages = [("first", 0)]
    if start > 0 and inside:
        pages.append(("prev", max(start - limit, 0)))
    pages.append(("canonical", start))
    if start + limit <= total - 1 and inside:
        pages.append(("next", start + limit))
    pages.append(("last", max(total - limit + 1, 0)))
    kept = {name: call.query[name] for name in _FILTERS if call.query.get(name)}
    query = urlencode({"type_id": tool.id, **kept}).replace("&", "&amp;")
    head = f"{base_of(call, course)}?{query}&amp;limit={limit}&amp;from="
    return ", ".join(f"<{head}{place}>; rel=“{name}”" for name, place in pages)


def _create(call: Call, course: Course, tool: Tool) -> Response:
    """Not idempotent: the same resourceId twice makes two columns. Dates and gradesReleased are echoed, not kept."""
    asked = _read(call)
    if asked.get("label") is None or asked.get("scoreMaximum") is None:
        raise Refused(400, "No label or Score Maximum")
    if not is_numeric(asked["scoreMaximum"]):
        raise Refused(400)
    link = _bound_link(call, course, tool, asked)
    if len(asked["label"]) > _LONGEST:
        return bad_gateway()
    made = call.platform.journal.change(
        {
            "op": "add_item",
            "course": course.id,
            "name": asked["label"],
            "max": float(asked["scoreMaximum"]),
            "tool": tool.id,
            "link": link,
            "resourceid": str(asked.get("resourceId") or ""),
            "tag": str(asked.get("tag") or ""),
            "coefficient": 0,
            **_review(asked),
        }
    )
    item = find_item(course, made["item"])
    assert item is not None
    return answer({**asked, "id": item_url(item, base=base_of(call, course), tool=tool)}, _ITEM, status=201)


def is_numeric(value: Any) -> bool:
    """As PHP's is_numeric."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def _read(call: Call) -> dict[str, Any]:
    try:
        read = json.loads(call.body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _bound_link(call: Call, course: Course, tool: Tool, asked: dict[str, Any]) -> int | None:
    """A column may be bound to an activity of the same course and tool only."""
    wanted = asked.get("resourceLinkId") or asked.get("ltiLinkId")
    if not wanted:
        return None
    link = call.platform.site.links.get(int(wanted)) if str(wanted).isdigit() else None
    if link is None or link.course != course.id or tool_of(call.platform.site, link) != tool:
        raise Refused(403)
    return link.id


def _review(asked: dict[str, Any]) -> dict[str, str]:
    review = asked.get("submissionReview")
    if not isinstance(review, dict):
        return {}
    return {"reviewurl": review.get("url") or "DEFAULT", "reviewparams": join_lines(review.get("custom") or {})}


def _lineitem(call: Call) -> Response:
    reading = call.method == "GET"
    tool = call.tool(*((LINEITEM, LINEITEM_READONLY) if reading else (LINEITEM,)), number=call.query.get("type_id"))
    course, item = found_item(call, tool)
    if call.method == "GET":
        return answer(shown(call, course, tool, item), _ITEM)
    if call.method == "PUT":
        return _change(call, course, tool, item)
    if item.tool is None:
        raise Refused(403)
    call.platform.journal.change({"op": "remove_item", "course": course.id, "item": item.id})
    return Response("", status="204 OK", content_type="text/html; charset=utf-8")


def find_item(course: Course, number: int) -> Item | None:
    return next((item for item in course.items if item.id == number), None)


def found_item(call: Call, tool: Tool) -> tuple[Course, Item]:
    """The column and its course, which need not be the one in the address.

    As loose as Moodle 4.5.6: a column that any tool keeps is open to every tool, and one of no tool is taken for that
    of the LTI activity with the same instance number, a quiz's too. A tool has to know what is its own.
    """
    call.course()
    number, site = call.parts["item"], call.platform.site
    every = ((course, item) for course in site.courses.values() for item in course.items)
    found = next((pair for pair in every if str(pair[1].id) == number), None)
    if found is None:
        raise Refused(404, f"Not Found: Grade item {number} doesn't exist")
    link = site.links.get(found[1].instance or 0)
    if found[1].tool is None and (link is None or tool_of(site, link) != tool):
        raise Refused(404, "Line item does not exist")
    return found


def _change(call: Call, course: Course, tool: Tool, item: Item) -> Response:
    asked = _read(call)
    if asked.get("label") is None or not is_numeric(asked.get("scoreMaximum")):
        raise Refused(400)
    link = _bound_link(call, course, tool, asked)
    if len(asked["label"]) > _LONGEST:
        return bad_gateway()
    maximum = float(asked["scoreMaximum"])
    change = {"op": "set_column", "course": course.id, "item": item.id, "name": asked["label"], "max": maximum}
    if item.tool is not None:
        change |= {"resourceid": str(asked.get("resourceId") or ""), "tag": str(asked.get("tag") or "")}
        change |= {"link": link or item.link, "reviewurl": "", "reviewparams": "", **_review(asked)}
    call.platform.journal.change(change)
    return answer({**asked, "id": item_url(item, base=base_of(call, course), tool=tool)}, _ITEM)


RESOURCES = (
    Resource("lineitems", re.compile(_LIST), (_CONTAINER, _ITEM), ("GET", "POST"), _lineitems),
    Resource("lineitem", re.compile(rf"{_LIST}/(?P<item>[^/]+)/lineitem"), (_ITEM,), _ON_ONE, _lineitem),
)
