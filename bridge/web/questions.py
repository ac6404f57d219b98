"""What the answers of a class say about each question; a faulty one taken out of counting, or back into it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.answers import Item, statistics
from bridge.domain.attempts import DONE
from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.materials import results
from bridge.materials.discounting import Look, Wish, look, take
from bridge.materials.passes import Player
from bridge.materials.rescoring import discounts_of, with_answers
from bridge.ports.materials import Material
from bridge.ports.playing import Link
from bridge.web.contentcalls import send_scores
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.links import linked, names_of
from bridge.web.numbers import whole

bp = Blueprint("questions", __name__, url_prefix="/v/<visit>/play/attempts/questions")
MOST = 500  # attempts of a version of which the questions are counted


class Asked(NamedTuple):
    """The questions of one version. `finished`: so many attempts; `out`: questions that do not count."""

    version: int
    finished: int
    items: Sequence[Item]
    out: frozenset[str]


@bp.get("")
@visitor
def show(visit: str) -> str:  # noqa: ARG001
    player, link, material = linked(Action.SEE_LMS)
    return _page(player, link, material)


@bp.post("")
@visitor
def discount(visit: str) -> Response | str:  # noqa: ARG001
    """First whose score would change, then, with another press, the change."""
    player, link, material = linked(Action.PLACE_MATERIAL)
    wish, why = _wish(material), request.form.get("why", "")
    if request.form.get("sure") != "1":
        return _page(player, link, material, wish=wish, found=look(player, link, material, wish), why=why)
    take(player, link, material, wish, actor=permits().actor.id, why=why)
    results.catch_up(player)
    send_scores()
    return redirect(url_for("questions.show"), code=303)


def _wish(material: Material) -> Wish:
    number = whole(request.form.get("version", ""), 0)
    if material.version(number) is None:
        raise NotFound(kind="version", name=str(number), nearest=[])
    form = request.form
    return Wish(number, frozenset(form.getlist("out")), frozenset(form.getlist("seen")))


def _page(
    player: Player,
    link: Link,
    material: Material,
    *,
    wish: Wish | None = None,
    found: Look | None = None,
    why: str = "",
) -> str:
    """`wish` and `found`: what was asked for and what it would come to."""
    asked = _asked(player, link, material)
    changed = found.changes if found is not None else {}
    stuck = [row.learner for row, _ in found.stuck] if found is not None else []
    return render_template(
        "play/questions.html",
        link=link,
        material=material,
        asked=[asked[number] for number in sorted(asked, reverse=True)],
        may_discount=permits().may(Action.PLACE_MATERIAL, course=int(link.course)),
        names=names_of(link, {*changed, *stuck}),
        wish=wish,
        found=found,
        why=why,
    )


def _asked(player: Player, link: Link, material: Material) -> Mapping[int, Asked]:
    """By version, for a question of another version is another question."""
    rows = [row for row in player.attempts.of_link(player.school, link.id) if row.state in DONE]
    discounts, found = discounts_of(player, link), {}
    for number in {row.version for row in rows} | discounts.keys():
        mine = [row for row in rows if row.version == number]
        items = statistics(reported.answers for _, reported in with_answers(player, material, mine[:MOST]))
        out = discounts[number].questions if number in discounts else frozenset[str]()
        found[number] = Asked(number, len(mine), items, out)
    return found
