"""Columns of the gradebook as a tool sees them: whose they are, and the JSON of AGS 2.0 (with Moodle's additions)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from sandbox.lms.lti.records import Link, Tool
from sandbox.lms.records import Cell, Course, GradeCategory, Item
from sandbox.lms.site import Site
from sandbox.lms.wire import php_number


def tool_of(site: Site, link: Link) -> Tool | None:
    """The link's tool: by its id, or for a link without one the configured tool with the address's domain."""
    if link.tool:
        return site.tools.get(link.tool)
    found = [tool for tool in site.tools.values() if tool.state == "configured" and tool.domain == domain_of(link.url)]
    same = [tool for tool in found if link.url.startswith(tool.baseurl)]
    return next(iter([*same, *found]), None)


def domain_of(url: str) -> str:
    """Host and port without www., as Moodle matches tools. The scheme may be missing."""
    host = urlsplit(url if "//" in url else f"//{url}").netloc.lower()
    return host.removeprefix("www.")


def columns_of(site: Site, course: Course, tool: Tool) -> Iterator[Item]:
    """By id: what the tool made, and the columns of its activities."""
    for item in sorted(course.items, key=lambda item: item.id):
        link = link_of(site, course, item)
        if item.tool == tool.id or (item.tool is None and link is not None and tool_of(site, link) == tool):
            yield item


def link_of(site: Site, course: Course, item: Item) -> Link | None:
    """The activity whose own column this is."""
    if item.type != "mod" or item.module != "lti":
        return None
    return next((link for link in site.links.values() if link.cmid == item.cmid and link.course == course.id), None)


def own_column(course: Course, link: Link) -> Item | None:
    return next((item for item in course.items if item.cmid == link.cmid and item.number == 0), None)


def put_column(site: Site, course: Course, link: Link, args: dict[str, Any]) -> Item:
    """The column of a new activity; it counts in the course total at once (coefficient 1)."""
    tool = tool_of(site, link)
    about = {key: args.get(key, "") for key in ("resourceid", "tag", "reviewurl", "reviewparams")}
    item = Item(
        id=next_item_id(site),
        type="mod",
        name=link.name,
        module="lti",
        instance=link.id,
        idnumber="",
        cmid=link.cmid,
        max=args["grade"],
        tool=tool.id if tool else None,
        link=link.id,
        **about,
    )
    return insert_column(site, course, item)


def insert_column(site: Site, course: Course, item: Item) -> Item:
    """At the end of the course's top category; a course that never had a gradebook gets one."""
    total = next((each for each in course.items if each.type == "course"), None)
    if total is None:
        number = site.next_id("gradecategory", _grade_categories(site))
        course.grade_categories.append(GradeCategory(id=number, name=course.fullname, aggregation="natural"))
        total = Item(id=item.id, type="course", instance=number, max=100)
        item.id = next_item_id(site)
        course.items.append(total)
    item.category = total.instance
    course.items.insert(course.items.index(total), item)
    return item


def _grade_categories(site: Site) -> list[int]:
    return [part.id for course in site.courses.values() for part in course.grade_categories]


def next_item_id(site: Site) -> int:
    return site.next_id("item", (item.id for course in site.courses.values() for item in course.items))


def line_item_json(item: Item, *, base: str, tool: Tool, link: Link | None) -> dict[str, Any]:
    """`base`: the address of the course's line items."""
    row: dict[str, Any] = {
        "id": item_url(item, base=base, tool=tool),
        "label": item.name,
        "scoreMaximum": php_number(item.max),
    }
    if item.tool is None:
        return row | {"tag": ""} | _bound(link.id if link else None)
    row |= {"resourceId": item.resourceid, "tag": item.tag} | _bound(item.link)
    if item.reviewurl:
        review = {} if item.reviewurl == "DEFAULT" else {"url": item.reviewurl}
        row["submissionReview"] = review | ({"custom": split_lines(item.reviewparams)} if item.reviewparams else {})
    return row


def _bound(link: int | None) -> dict[str, str]:
    return {} if link is None else {"resourceLinkId": str(link), "ltiLinkId": str(link)}


def last_change(cell: Cell | None) -> int | None:
    """`timemodified`: what a score's timestamp must be above."""
    return (cell.modified or cell.graded) if cell else None


def item_url(item: Item, *, base: str, tool: Tool) -> str:
    return f"{base}/{item.id}/lineitem?type_id={tool.id}"


def split_lines(text: str) -> dict[str, str]:
    """Moodle keeps custom parameters as lines of key=value."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip() for key, _, value in pairs}


def join_lines(values: dict[str, Any]) -> str:
    return "\n".join(f"{key}={value}" for key, value in values.items())
