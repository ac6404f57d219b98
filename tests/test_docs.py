"""The docs tell the truth: every command, test, link, path and setting that they name is there."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

from bridge.cli import bridge
from bridge.cli.entry import DEFECT, EXIT_CODES, STOPPED, USAGE
from bridge.cli.frame import DONE, NO, PARTLY, WAITING
from bridge.config import Settings

ROOT = Path(__file__).parent.parent
DOCS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
WORDS = [path for kind in ("toml", "py", "html") for path in sorted((ROOT / "bridge").rglob(f"*.{kind}"))]
ROOMS = ("bridge", "city_contract", "content_packager", "sandbox", "tests", "benchmarks", "docs", "scripts")

_CODE = re.compile(r"```.*?```|`([^`\n]+)`", re.S)
_COMMAND = re.compile(r"(?:^|&& |\| |\$ |bin/)bridge ([^#\n&]*)", re.M)
_TOLD = re.compile(r"`bridge ([a-z][^`]*)`")
_TEST = re.compile(r"`((?:[\w/]+\.py)?)(?:::(test_\w+))?`")
_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)]*)?\)")
_PATH = re.compile(rf"(?:{'|'.join(ROOMS)})(?:/[\w.-]+)+/?")
_SETTING = re.compile(rf"({'|'.join(Settings.model_fields)})\.([a-z_]+)")

each_doc = pytest.mark.parametrize("path", DOCS, ids=[str(path.relative_to(ROOT)) for path in DOCS])


def code_of(text: str) -> Iterator[str]:
    """What stands in code, in blocks and within lines."""
    for found in _CODE.finditer(text):
        yield found[1] or found[0]


def commands_of(text: str) -> Iterator[str]:
    for code in code_of(text):
        yield from (found[1].strip() for found in _COMMAND.finditer(code))


def problem_of(line: str) -> str | None:
    """What is wrong with `sync plan --class 10A2`; None when there is such a command with such options."""
    at: click.Command = bridge
    told: list[click.Command] = [bridge]
    words = iter(line.split())
    for word in words:
        if word.startswith("-"):
            name = word.partition("=")[0]
            option = _option(told, name)
            if option is None:
                return f"`bridge {line}`: {at.name} has no {name}"
            if not option.is_flag and "=" not in word:
                next(words, None)
        elif isinstance(at, click.Group):
            for choice in word.split("|"):
                if choice not in at.commands:
                    return f"`bridge {line}`: {at.name} has no command {choice}"
            at = at.commands[word.split("|")[0]]
            told.append(at)
    return None


def _option(commands: list[click.Command], name: str) -> click.Option | None:
    for command in commands:
        for found in command.get_params(click.Context(command)):
            if isinstance(found, click.Option) and name in (*found.opts, *found.secondary_opts):
                return found
    return None


@each_doc
def test_every_command_in_the_docs_is_one(path: Path) -> None:
    assert [wrong for line in commands_of(path.read_text("utf-8")) if (wrong := problem_of(line))] == []


@pytest.mark.parametrize(
    "line", ["sink run", "sync walk", "sync plan --klass 10A2", "runs list|hide", "--has GV1 status"]
)
def test_a_command_that_there_is_not_is_found(line: str) -> None:
    assert problem_of(line) is not None


def test_every_command_that_a_sentence_tells_people_to_run_is_one() -> None:
    told = [(path, found[1]) for path in WORDS for found in _TOLD.finditer(path.read_text("utf-8"))]
    assert len(told) > 100
    assert [(path.name, wrong) for path, line in told if (wrong := problem_of(re.sub(r"\{\w+\}", "X", line)))] == []


@cache
def known_tests(file: str) -> frozenset[str] | None:
    """The tests of a file that is named from `tests/` on, or by its name alone; None: there is no such file."""
    found = ROOT / "tests" / file
    if not found.exists():
        found = next(iter(sorted((ROOT / "tests").rglob(file))), found)
    if not found.exists():
        return None
    return frozenset(
        node.name for node in ast.walk(ast.parse(found.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
    )


@each_doc
def test_every_test_in_the_docs_is_there(path: Path) -> None:
    file, missing = "", []
    for named, test in _TEST.findall(path.read_text("utf-8")):
        file = named or file
        if test or file.rpartition("/")[2].startswith("test_"):
            known = known_tests(file.removeprefix("tests/"))
            if known is None or (test and test not in known):
                missing.append(f"{file}::{test}")
    assert missing == []


@each_doc
def test_every_link_leads_somewhere(path: Path) -> None:
    links = [link for link in _LINK.findall(_CODE.sub("", path.read_text("utf-8"))) if ":" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@each_doc
def test_every_path_in_the_docs_is_there(path: Path) -> None:
    if path.name == "CHANGELOG.md" or path.parent.name == "adr":
        return  # they tell of what was
    paths = [code for code in code_of(path.read_text("utf-8")) if _PATH.fullmatch(code)]
    assert [each for each in paths if not ((ROOT / each).exists() or (ROOT / f"{each}.py").exists())] == []


def settings_of(part: str) -> set[str]:
    kinds = [Settings.model_fields[part].annotation]
    names: set[str] = set()
    while kinds:
        kind = kinds.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            names |= set(kind.model_fields)
        else:
            kinds += get_args(kind)
    return names


@each_doc
def test_every_setting_in_the_docs_is_one(path: Path) -> None:
    named = [found for code in code_of(path.read_text("utf-8")) if (found := _SETTING.fullmatch(code))]
    assert [found[0] for found in named if found[2] not in settings_of(found[1])] == []


def test_the_readme_tells_every_exit_code_and_no_other() -> None:
    table = (ROOT / "README.md").read_text("utf-8").partition("## Exit codes")[2].partition("\n## ")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.M)}
    ends = {DONE, WAITING, PARTLY, NO, DEFECT, USAGE, STOPPED} | {code for _, code in EXIT_CODES}
    assert told == ends
