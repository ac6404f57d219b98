"""The table of requirements against the tests that it names, and against what the makers of xAPI publish."""

import ast
import json
import os
import re
from functools import cache
from pathlib import Path

import pytest

from tests.lrs.cmi5_requirements import CMI5, OTHERS_OF_CMI5
from tests.lrs.test_statement import REFUSED, TAKEN
from tests.lrs.xapi_page import as_markdown
from tests.lrs.xapi_requirements import (
    COMMUNICATION,
    DATA,
    OTHERS_OF_COMMUNICATION,
    OTHERS_OF_DATA,
    TAKEN_OUT,
    groups,
    numbers,
)
from tests.packager.build.oracles import npm_folder
from tests.web.test_lessons import REFUSED as FORBIDDEN

TESTS = Path(__file__).parents[1]
OURS = [row for rows in groups().values() for row in rows]
ROWS = [*OURS, *(row for rows in CMI5.values() for row in rows)]
CASES = {  # by test: the places of its table
    "test_what_the_specification_does_not_allow_is_refused_at_its_place": {path for path, _ in REFUSED},
    "test_what_it_allows_is_taken": {path for path, _ in TAKEN},
    "test_what_cmi5_forbids_is_refused_and_nothing_of_the_request_is_kept": {row[0] for row in FORBIDDEN},
}
EVERY = 337  # ADL counts from 1 to 336


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.anchors or row.numbers)
def test_every_requirement_names_tests_that_there_are(row):
    assert row.tests
    for test in row.tests:
        file, _, name = test.partition("::")
        name, _, place = name.rstrip("]").partition("[")
        assert name in names_in(file), test
        if place:
            assert place in CASES[name], test


def test_every_case_of_the_tables_of_statements_serves_a_requirement():
    named = {test for row in ROWS for test in row.tests}
    for name, table in CASES.items():
        unused = table - {test.rstrip("]").partition("[")[2] for test in named if f"::{name}[" in test}
        assert unused <= {"context", "result"}  # as wholes: null


def test_every_number_of_adl_is_somewhere_once_at_least():
    ours = set().union(*(numbers(row.numbers) for row in OURS)) | numbers(TAKEN_OUT)
    assert sorted(set(range(1, EVERY)) - ours) == []


def test_no_requirement_of_cmi5_is_forgotten_or_named_in_vain():
    official = json.loads((npm_folder() / "@cmi5/requirements/requirements.json").read_text("utf-8"))
    asked = {re.sub(r" \(d\d*\)$", "", number) for number in official}
    named = [anchor for row in ROWS[len(OURS) :] for anchor in row.anchors.split()]
    named += [anchor for anchors in OTHERS_OF_CMI5 for anchor in anchors.split()]
    assert {anchor for anchor in named if not anchor.startswith("§")} == asked


def test_the_page_is_printed_from_the_tables():
    page = (TESTS.parent / "docs" / "xapi-requirements.md").read_text("utf-8")
    assert page == as_markdown(), "python -m tests.lrs.xapi_page > docs/xapi-requirements.md"


def anchors_of_musts(text: str) -> set[str]:
    """The anchor that a MUST stands at, or after."""
    found: set[str] = set()
    here = ""
    for line in text.splitlines():
        if names := re.findall(r'(?:name|id)="([\d.]+s\d+[\w.]*)"', line):
            here = names[-1]
        if here and re.search(r"\b(MUST|SHALL)\b", line):
            found.add(here)
    return found


@pytest.mark.xapi_spec
@pytest.mark.parametrize(
    ("name", "part", "others", "least"),
    [
        ("xAPI-Data.md", DATA, OTHERS_OF_DATA, 90),
        ("xAPI-Communication.md", COMMUNICATION, OTHERS_OF_COMMUNICATION, 100),
    ],
    ids=["data", "communication"],
)
def test_no_must_of_the_specification_is_forgotten(name, part, others, least):
    """The text is published on GitHub only: name a folder with branch 1.0.3 of adlnet/xAPI-Spec in XAPI_SPEC."""
    ours = [anchor for rows in part.values() for row in rows for anchor in row.anchors.split()]
    ours += [anchor for anchors in others for anchor in anchors.split()]
    asked = anchors_of_musts((Path(os.environ["XAPI_SPEC"]) / name).read_text("utf-8"))
    assert len(asked) >= least
    assert sorted(asked - set(ours)) == []
