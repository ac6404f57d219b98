"""docs/xapi-requirements.md: `python -m tests.lrs.xapi_page > docs/xapi-requirements.md`."""

import sys

from tests.lrs.cmi5_requirements import CMI5, OTHERS_OF_CMI5
from tests.lrs.xapi_requirements import (
    COMMUNICATION,
    DATA,
    OTHERS_OF_COMMUNICATION,
    OTHERS_OF_DATA,
    TAKEN_OUT,
    Requirement,
)

_HEAD = """# What xAPI asks of a learning record store, and cmi5 of an LMS

Every MUST of xAPI 1.0.3 that is put to an LRS, and of [cmi5](#cmi5-quartz) that is put to an LMS, with the tests that
hold it. For xAPI the first column is the anchor in the
specification's own text; where it is empty, the demand is that of a table of properties. The second has the numbers of
ADL's conformance tests (XAPI-00001 …) about the same. Tests stand in `tests/`; what is in brackets is the place in a
statement that the cases of a table spoil, or may.

This page is printed: `python -m tests.lrs.xapi_page > docs/xapi-requirements.md`. `tests/lrs/test_xapi_requirements.py`
holds that every test exists, and, given a copy of the specification, that no MUST is forgotten.
"""
_TABLE = "\n| at | ADL | the LRS sees to it that | tests |\n|---|---|---|---|\n"
_CMI5 = """
## cmi5 (Quartz)

The first column is the number in the official list of requirements (npm's `@cmi5/requirements`); `§` is a section of
whose text the list leaves something out. What is asked of a unit stands here where an LMS can judge it. What is in
brackets is the case of a table.
"""
_CMI5_TABLE = "\n| at | the LMS sees to it that | tests |\n|---|---|---|\n"


def as_markdown() -> str:
    pages = [_HEAD]
    for title, part in (
        ("Part two: data", DATA),
        ("Part three: communication", COMMUNICATION),
    ):
        pages.append(f"\n## {title}\n")
        for name, rows in part.items():
            pages.append(f"\n### {name}\n{_TABLE}" + "".join(map(_row, rows)))
    pages.append("\n## What is not put to this LRS\n\n| part | MUST | why |\n|---|---|---|\n")
    for part, others in (("two", OTHERS_OF_DATA), ("three", OTHERS_OF_COMMUNICATION)):
        pages += [f"| {part} | {anchors} | {why} |\n" for anchors, why in others.items()]
    pages.append(f"\nNumbers that ADL took out itself, never gave, or that point to others: {TAKEN_OUT}.\n")
    return "".join([*pages, *_cmi5()])


def _cmi5() -> list[str]:
    pages = [_CMI5]
    for name, rows in CMI5.items():
        pages.append(f"\n### {name}\n{_CMI5_TABLE}" + "".join(map(_cmi5_row, rows)))
    pages.append("\n### What is not put to an LMS\n\n| MUST | why |\n|---|---|\n")
    return [*pages, *(f"| {anchors} | {why} |\n" for anchors, why in OTHERS_OF_CMI5.items())]


def _cmi5_row(row: Requirement) -> str:
    return f"| {_broken(row.anchors)} | {row.asks} | {_tests(row)} |\n"


def _row(row: Requirement) -> str:
    return f"| {_broken(row.anchors)} | {row.numbers} | {row.asks} | {_tests(row)} |\n"


def _broken(anchors: str) -> str:
    return anchors.replace(" ", " <br>")


def _tests(row: Requirement) -> str:
    files: dict[str, list[str]] = {}
    for test in row.tests:
        file, _, name = test.partition("::")
        files.setdefault(file, []).append(name)
    return "; ".join(f"`{file}`: {', '.join(_names(names))}" for file, names in files.items())


def _names(names: list[str]) -> list[str]:
    """A test once, with the places of all its cases."""
    places: dict[str, list[str]] = {}
    for name in names:
        test, _, place = name.rstrip("]").partition("[")
        places.setdefault(test, []).extend([place] if place else [])
    return [f"`{test}`" + (f" [{', '.join(found)}]" if found else "") for test, found in places.items()]


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
