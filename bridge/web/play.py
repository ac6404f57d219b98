"""A material in a course: a pupil's page with where things stand, the player around it, and the teacher's list."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bridge.domain.errors import NotFound
from bridge.domain.materials import ScorePolicy
from bridge.domain.rights import Action
from bridge.domain.sheets import Activity
from bridge.materials import changes, playing, results
from bridge.materials.looking import demand_look, may_look
from bridge.materials.order import order_from, order_of
from bridge.materials.passes import Player
from bridge.materials.rescoring import Discounted, discounts_of, instead_of, standing
from bridge.passback.rows import is_stuck, together, written
from bridge.ports.launches import Launch, MessageType
from bridge.ports.materials import Material
from bridge.ports.passback import Passback
from bridge.ports.playing import Attempt, Link, Terms
from bridge.sync.own import OwnFed, own_fed
from bridge.web.columns import with_column
from bridge.web.contentcalls import send_scores
from bridge.web.doors import may, visitor
from bridge.web.gate import permits
from bridge.web.house import house
from bridge.web.lessonparts import frame, led_to, next_part, rows_of
from bridge.web.links import launched, linked, names_of, place_of, player_here
from bridge.web.numbers import whole
from bridge.web.pupil import own_key
from bridge.web.terms import read_terms

bp = Blueprint("play", __name__, url_prefix="/v/<visit>/play")


@bp.get("/")
@visitor
def show(visit: str) -> str | Response:  # noqa: ARG001
    launch = launched()
    if launch.person.teaching:
        return redirect(
            _reviewed(launch) if launch.message is MessageType.SUBMISSION_REVIEW else url_for("play.attempts")
        )
    player, (link, material) = player_here(), place_of(launch)
    found = player.attempts.of_learner(player.school, link.id, launch.person.user)
    going = playing.current(player, link, launch.person.user)
    discounts = discounts_of(player, link)
    stand = standing(found, instead_of(player, link, found, discounts))
    score, key = results.counted(link.terms, stand), own_key()
    return render_template(
        "play/show.html",
        launch=launch,
        link=link,
        material=material,
        attempts=stand,
        discounted=_count_out(found, discounts),
        going=going,
        elsewhere=going is not None and going.sitting > 0 and changes.is_alive(going, player.now()),
        may_begin=going is not None or playing.may_begin(link, material, found),
        score=score,
        book=_in_book(link, key, score),
        arrival=_arrival(link, launch.person.user),
        school_class=_class(key),
        to_see=[row.id for row in found if may_look(link, material.begun_with(row.version), row, player.now())],
        rows=rows_of(player, material, found),
        looks=whole(request.args.get("looks", ""), 0),
        asked=whole(request.args.get("shut", ""), 0),
    )


@bp.post("/")
@visitor
def begin(visit: str) -> Response:  # noqa: ARG001
    launch = launched()
    player, (link, material) = player_here(), place_of(launch)
    attempt = playing.attempt_of(player, link, material, launch.person.user)
    part = whole(request.form.get("part", ""), 0) or next_part(player, material.begun_with(attempt.version), attempt)
    return redirect(url_for("play.sit", attempt=attempt.id, part=part), code=303)


@bp.get("/<attempt>/", defaults={"part": 1})
@bp.get("/<attempt>/parts/<int:part>")
@visitor
def sit(visit: str, attempt: str, part: int) -> Response | str:  # noqa: ARG001
    """The player. The content's own page begins a sitting each time that it is loaded; this page changes nothing.

    Whoever asks for a part that can't be opened yet is told why on the lesson's page.
    """
    launch = launched()
    player, (link, material, found) = player_here(), _own(launch, attempt)
    version = material.begun_with(found.version)
    if part in order_of(player.library, version, found.elements).shut:
        return redirect(url_for("play.show", shut=part))
    return render_template(
        "play/sit.html",
        launch=launch,
        link=link,
        attempt=found,
        school_class=_class(own_key()),
        title=link.title or material.about.title,
        order=order_from(player.library, version, found.elements, part),
        **frame(player, version, found, part),
    )


@bp.get("/<attempt>/parts/<int:part>/<any('continue', 'previous', 'choice', 'exit'):way>")
@visitor
def go(visit: str, attempt: str, part: int, way: str) -> Response:  # noqa: ARG001
    """Where the pupil or the content wants to go from a part; the lesson's page where that leads nowhere."""
    launch = launched()
    _, material, found = _own(launch, attempt)
    version = material.begun_with(found.version)
    target = led_to(player_here(), version, found, part, way=way, target=request.args.get("target", ""))
    return redirect(url_for("play.sit", attempt=attempt, part=target) if target else url_for("play.show"))


@bp.get("/<attempt>/review", defaults={"part": 1})
@bp.get("/<attempt>/review/<int:part>")
@visitor
def review(visit: str, attempt: str, part: int) -> str:  # noqa: ARG001
    """A finished attempt is looked at again. `NotAllowed(lack="NO_REVIEW")`."""
    launch = launched()
    player, (link, material, found) = player_here(), _own(launch, attempt)
    version = material.begun_with(found.version)
    demand_look(link, version, found, player.now())
    return render_template(
        "play/review.html",
        attempt=found,
        title=link.title or material.about.title,
        **frame(player, version, found, part, review=True),
    )


def _own(launch: Launch, attempt: str) -> tuple[Link, Material, Attempt]:
    """`NotFound` for an attempt of another link, or of somebody else."""
    player, (link, material) = player_here(), place_of(launch)
    found = player.attempts.find(player.school, attempt)
    if (found.link, found.learner) != (link.id, launch.person.user):
        raise NotFound(kind="attempt", name=attempt[:40], nearest=[])
    return link, material, found


@bp.get("/attempts")
@visitor
def attempts(visit: str) -> str:  # noqa: ARG001
    """For the teacher of this course: who has come how far."""
    player, link, material = linked(Action.SEE_LMS)
    return _list(player, with_column(player, link), material, wished=None)


@bp.post("/terms")
@visitor
def terms(visit: str) -> Response | str:  # noqa: ARG001
    """Other terms for this link: first whose score would change, then, with another press, the change."""
    player, link, material = linked(Action.PLACE_MATERIAL)
    wished = read_terms(request.form)
    if request.form.get("sure") != "1":
        return _list(player, link, material, wished=wished)
    player.attempts.set_terms(player.school, link.id, wished, actor=permits().actor.id, now=player.now())
    results.catch_up(player)
    send_scores()
    return redirect(url_for("play.attempts"), code=303)


def _reviewed(launch: Launch) -> str:
    """The newest attempt of the pupil that the LMS's gradebook was asked about (LTI Submission Review 1.0 §3)."""
    player, (link, _) = player_here(), place_of(launch)
    found = player.attempts.of_learner(player.school, link.id, launch.for_user)
    return url_for("attempts.show", attempt=found[-1].id) if found else url_for("play.attempts")


def _list(player: Player, link: Link, material: Material, *, wished: Terms | None) -> str:
    by_learner: dict[str, list[Attempt]] = {}
    rows = player.attempts.of_link(player.school, link.id)
    instead = instead_of(player, link, rows, discounts_of(player, link))
    for row in standing(rows, instead):
        by_learner.setdefault(row.learner, []).append(row)
    arrivals = _arrivals(link)
    return render_template(
        "play/attempts.html",
        link=link,
        material=material,
        learners=by_learner,
        names=names_of(link, by_learner),
        reported={row.id: row.score for row in rows if row.id in instead},
        scores={who: results.counted(link.terms, theirs) for who, theirs in by_learner.items()},
        arrivals=arrivals,
        stuck=together(arrivals[who] for who in by_learner if who in arrivals and is_stuck(arrivals[who])),
        written=written,
        may_place=permits().may(Action.PLACE_MATERIAL, course=int(link.course)),
        wished=wished,
        difference=results.difference(link.terms, wished, by_learner) if wished is not None else {},
        terms=wished or link.terms,
        policies=tuple(ScorePolicy),
    )


def _arrival(link: Link, learner: str) -> Passback | None:
    """How far this learner's score is on its way into the LMS."""
    place = results.place_of(link, learner)
    return house().app.store.passbacks.find(house().app.school, place) if place is not None else None


def _arrivals(link: Link) -> Mapping[str, Passback]:
    """Of all learners of the link."""
    outbox = house().app.store.passbacks
    return outbox.of_column(house().app.school, link.registration, link.line_item) if link.terms.graded else {}


@bp.get("/preview/<material>/<int:number>", defaults={"part": 1})
@bp.get("/preview/<material>/<int:number>/parts/<int:part>")
@may(Action.SEE_LIBRARY)
def preview(visit: str, material: str, number: int, part: int) -> str:  # noqa: ARG001
    player = player_here()
    found = player.library.materials.find(player.school, material)
    version = found.version(number)
    if version is None:
        raise NotFound(kind="version", name=str(number), nearest=[])
    return render_template("play/preview.html", material=found, version=number, **frame(player, version, None, part))


def _count_out(attempts: Sequence[Attempt], discounts: Discounted) -> int:
    """How many questions of what was played do not count."""
    return sum(len(discounts[number].questions) for number in {row.version for row in attempts} & discounts.keys())


def _class(key: str) -> str:
    """The class of whoever is here, "" of somebody whom the city does not know."""
    app = house().app
    members = app.store.rosters.members(app.school, app.year) if key else {}
    return next((name for name, rows in members.items() if any(row.pupil == key for row in rows)), "")


def _in_book(link: Link, key: str, score: Decimal | None) -> list[OwnFed]:
    """Where this lesson's score goes in the city's book, for the pupil who is here. Another LMS may have the same
    course numbers: it feeds nothing."""
    app = house().app
    ours = link.registration in app.mapped(house().registrations)
    if not (key and ours and link.terms.graded):
        return []
    return own_fed(app.sync, key, Activity(int(link.course), link.resource_link), score)
