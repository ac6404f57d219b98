"""The options that say which units a command is about."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from bridge.cli.frame import Frame
from bridge.domain.errors import NotFound
from bridge.domain.scores import Column, Term
from bridge.sync.context import Scope

Command = Callable[..., Any]


def scope_options(command: Command) -> Command:
    """`--class`, `--subject`, `--term`, `--course`, each repeatable; none means all."""
    options = (
        click.option("--class", "classes", multiple=True, metavar="10A1", help="Lớp hoặc nhóm · class or group code."),
        click.option("--subject", "subjects", multiple=True, metavar="TOAN", help="Môn · subject code."),
        click.option("--term", "terms", multiple=True, type=click.Choice(list(Term)), help="Học kỳ · term."),
        click.option("--course", "courses", multiple=True, type=int, metavar="ID", help="Khoá học Moodle · course id."),
    )
    for option in reversed(options):
        command = option(command)
    return command


column_option = click.option(
    "--column", "columns", multiple=True, type=click.Choice(list(Column)), help="Cột điểm · column; none: all."
)


def scope_of(frame: Frame, found: dict[str, Any]) -> Scope:
    """The scope that the options say; `NotFound` for a class or subject that there is not."""
    check_classes(frame, found["classes"])
    check_subjects(frame, found["subjects"])
    terms = tuple(Term(term) for term in found["terms"]) or (Term.HK1, Term.HK2)
    return Scope(terms, frozenset(found["classes"]), frozenset(found["subjects"]), frozenset(found["courses"]))


def check_classes(frame: Frame, names: Sequence[str]) -> None:
    """`NotFound` for a class or group that the city has not."""
    app = frame.app
    _check("class", names, [row.code for row in app.store.rosters.classes(app.school, app.year)])


def check_subjects(frame: Frame, codes: Sequence[str]) -> None:
    _check("subject", codes, list(frame.app.sync.subjects.by_code))


def check_teacher(frame: Frame, code: str) -> None:
    """`NotFound` for whom the city has assigned nothing this year."""
    app = frame.app
    _check("teacher", [code], sorted({row.teacher for row in app.store.rosters.assignments(app.school, app.year)}))


def _check(kind: str, wanted: Sequence[str], known: list[str]) -> None:
    for name in wanted:
        if name not in known:
            raise NotFound(kind=kind, name=name, nearest=nearest(name, known))


def nearest(name: str, known: list[str]) -> list[str]:
    """Up to three names that look like what was typed."""
    from rapidfuzz import process

    return [found for found, _, _ in process.extract(name, known, limit=3, score_cutoff=60)]
