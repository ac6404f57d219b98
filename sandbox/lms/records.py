"""The rows of one Moodle site, as its site file holds them. Times are unix seconds, as in Moodle."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Settings:
    """What an administrator sets; `debug` is DEVELOPER debugging, `maintenance` the switch inside the site."""

    sitename: str
    url: str = "https://moodle.example.test"
    release: str = "4.5.6 (Build: 20250811)"
    version: str = "2024100706"
    lang: str = "en"
    themerev: int = 1795459684
    max_input_vars: int = 5000
    max_url_bytes: int = 8190
    webservices: bool = True
    debug: bool = False
    maintenance: bool = False
    maintenance_cli: bool = False
    names_last_first: bool = True
    """`fullnamedisplay`: what the gradebook shows. True = "Nguyễn Văn An"."""
    alternative_last_first: bool = False
    """`alternativefullnameformat`: what a caller with viewfullnames sees in user lists. False = "An Nguyễn Văn"."""


@dataclass
class Token:
    token: str
    user: int
    functions: list[str] | None = None
    """None = every function that this site serves."""
    expired: bool = False
    service_enabled: bool = True
    ip_allowed: bool = True


@dataclass
class User:
    id: int
    username: str
    firstname: str
    lastname: str
    email: str = ""
    idnumber: str = ""
    department: str = ""
    institution: str = ""
    city: str = ""
    country: str = "VN"
    description: str | None = None
    suspended: bool = False
    deleted: bool = False
    manager: bool = False
    """Holds the manager role in the system context: every capability that this site knows."""
    siteadmin: bool = False
    """A site administrator: everything a manager may, and named so in a launch."""


@dataclass
class CourseCategory:
    id: int
    name: str
    idnumber: str | None = None
    parent: int = 0
    description: str = ""
    sortorder: int = 0
    timemodified: int = 0


@dataclass
class Item:
    """A grade item. For `type` category and course, `instance` is the id of the grade category it totals."""

    id: int
    type: str
    name: str | None = None
    module: str | None = None
    instance: int | None = None
    number: int | None = 0
    idnumber: str | None = None
    category: int | None = None
    cmid: int | None = None
    min: float = 0
    max: float = 10
    scale: list[str] | None = None
    text: bool = False
    letter: bool = False
    hidden: bool = False
    hiddenuntil: int = 0
    locked: bool = False
    needsupdate: bool = False
    coefficient: float = 1
    decimals: int = 2
    tool: int | None = None
    """Kept for this LTI tool (a row of ltiservice_gradebookservices). None = no tool ever said anything of it."""
    link: int | None = None
    resourceid: str = ""
    tag: str = ""
    reviewurl: str = ""
    reviewparams: str = ""

    @property
    def is_total(self) -> bool:
        return self.type in ("category", "course")


@dataclass
class GradeCategory:
    """`aggregation`: mean | weighted | natural."""

    id: int
    name: str
    parent: int | None = None
    aggregation: str = "weighted"


@dataclass
class Cell:
    """A row of grade_grades: the final value of one user in one item.

    Totals are worked out; a cell of a total counts when it is overridden, else only its date does.
    """

    raw: float | None = None
    hidden: bool = False
    locked: bool = False
    overridden: bool = False
    excluded: bool = False
    feedback: str = ""
    feedbackformat: int = 1
    graded: int | None = None
    submitted: int | None = None
    modified: int | None = None
    """`timemodified`, against which a later AGS timestamp is held; None = as `graded`."""
    out_of: float | None = None
    """`rawgrademax` that a change of the item's maximum left behind; None = the item's."""


@dataclass
class Group:
    id: int
    name: str
    idnumber: str = ""
    description: str = ""
    members: list[int] = field(default_factory=list)


@dataclass
class Enrolment:
    """`role`: student | teacher | editingteacher. `status`: active | suspended | ended."""

    user: int
    role: str = "student"
    status: str = "active"


@dataclass
class Course:
    id: int
    shortname: str
    fullname: str
    category: int = 1
    idnumber: str = ""
    sortorder: int = 0
    context: int = 0
    visible: bool = True
    startdate: int = 0
    enddate: int = 0
    timecreated: int = 0
    timemodified: int = 0
    grade_categories: list[GradeCategory] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    enrolments: list[Enrolment] = field(default_factory=list)
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    """item id → user id → cell."""


def read_row(kind: type, row: dict[str, Any]) -> Any:
    """A record from its JSON object. An unknown key is an error of the site file (TypeError)."""
    return kind(**row)


def write_row(record: Any) -> dict[str, Any]:
    """The JSON object of a flat record, without the values that are the default anyway."""
    return {spec.name: value for spec in fields(record) if (value := getattr(record, spec.name)) != spec.default}


def read_course(row: dict[str, Any]) -> Course:
    nested = {
        "grade_categories": [GradeCategory(**part) for part in row.get("grade_categories", [])],
        "items": [Item(**part) for part in row.get("items", [])],
        "groups": [Group(**part) for part in row.get("groups", [])],
        "enrolments": [Enrolment(**part) for part in row.get("enrolments", [])],
        "cells": {
            int(item): {int(user): Cell(**cell) for user, cell in column.items()}
            for item, column in row.get("cells", {}).items()
        },
    }
    return Course(**{**row, **nested})


def write_course(course: Course) -> dict[str, Any]:
    plain = write_row(course)
    plain["grade_categories"] = [write_row(part) for part in course.grade_categories]
    plain["items"] = [write_row(part) for part in course.items]
    plain["groups"] = [write_row(part) for part in course.groups]
    plain["enrolments"] = [write_row(part) for part in course.enrolments]
    plain["cells"] = {
        str(item): {str(user): write_row(cell) for user, cell in column.items()}
        for item, column in course.cells.items()
    }
    return plain
