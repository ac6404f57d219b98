"""The leader's own page: what waits for a release, column by column, and how each subject stands. Edits nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term
from bridge.overview.releases import ReleaseLine, departments
from bridge.sync import words as said
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.numbers import whole
from bridge.web.school import term_asked, visible_states
from bridge.web.schoolpages import number_asked, see, who

bp = Blueprint("releases", __name__, url_prefix="/v/<visit>/releases")


class Ticked(NamedTuple):
    """One column as its line showed it. It travels in the form as `write_ticked` has it."""

    plan: str
    unit: Unit
    column: Column
    number: int


@bp.get("/")
@visitor
def show(visit: str) -> str:  # noqa: ARG001
    """Of the subjects in which this person may release."""
    app, mine = house().app, permits()
    return render_template(
        "school/releases.html", term=term_asked(), terms=list(Term), subjects=app.sync.subjects.by_code,
        ticked=lambda line: write_ticked(line) if _is_fresh(line) else "",
        released=number_asked("released"), others=number_asked("others"),
        departments=departments(
            visible_states(), lambda unit: mine.may(Action.RELEASE, unit), term_asked(), list(app.sync.subjects.by_code)
        ),
    )  # fmt: skip


@bp.post("/")
@visitor
def give(visit: str) -> Response:  # noqa: ARG001
    """The leader's yes to each column that was ticked, as it was counted; all or none where a right is missing."""
    ticked = [read_ticked(text) for text in request.form.getlist("column")]
    if not ticked:
        raise BadInput(where="column", value="", why="NOTHING_TICKED")
    for row in ticked:
        permits().demand(Action.RELEASE, row.unit)
    told = [said.release(house().app.sync, plan, rows, actor=who()) for plan, rows in _by_plan(ticked).items()]
    others = sum(len(each.others) for each in told)
    return see("releases.show", released=sum(each.scores for each in told), others=others or None)


def write_ticked(line: ReleaseLine) -> str:
    unit = line.state.unit
    return "|".join((line.state.plan, unit.school_class, unit.subject, unit.term, str(line.column), str(line.number)))


def read_ticked(text: str) -> Ticked:
    """`NotFound` for what no line of ours can have said."""
    plan, *rest = text.split("|")
    number = whole(rest[4], None, most=99_999) if len(rest) == 5 else None
    if number is None or rest[2] not in Term.__members__ or rest[3] not in Column.__members__:
        raise NotFound(kind="column", name=text[:60], nearest=[])
    app, (school_class, subject, term, column) = house().app, rest[:4]
    unit = Unit(app.school, app.year, school_class, subject, Term(term))
    return Ticked(plan, unit, Column(column), number)


def _is_fresh(line: ReleaseLine) -> bool:
    """A yes is bound to a plan that lives; an older one is read again on its sheet first."""
    sync, at = house().app.sync, line.state.at
    return line.column is not None and at is not None and sync.world.now() < at + sync.choices.plan_lifetime


def _by_plan(ticked: Iterable[Ticked]) -> Mapping[str, Mapping[tuple[Unit, Column], int]]:
    found: dict[str, dict[tuple[Unit, Column], int]] = defaultdict(dict)
    for row in ticked:
        found[row.plan][row.unit, row.column] = row.number
    return found
