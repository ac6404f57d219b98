"""Deep linking: what a teacher puts into the course: the score sheet, or materials, several at once (LTI-DL 2.0)."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.materials import MaterialState, ScorePolicy
from bridge.domain.rights import Action
from bridge.ports.launches import DeepLinking, Item, Launch
from bridge.ports.materials import Material, Wish
from bridge.ports.playing import Terms
from bridge.web.doors import visitor
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.language import words
from bridge.web.links import MATERIAL, PLACED
from bridge.web.terms import custom_of, read_terms

bp = Blueprint("linking", __name__, url_prefix="/lti/deep-link/<visit>")

KIND = "ltiResourceLink"  # LTI-DL 2.0 §3.1
LISTED = 30  # materials of one look; more is found by words
MAXIMUM = 10.0  # of a column: what schools here count in
TAG = "material"


@bp.get("")
@visitor
def choose(visit: str) -> str:  # noqa: ARG001 the door has looked it up
    launch, asked = _linking()
    return _page(launch, asked, chosen=(), wish=Wish(), terms=Terms(graded=True, review=True))


@bp.post("")
@visitor
def sheet(visit: str) -> str:  # noqa: ARG001
    """The score sheet of this course, as the one item; the browser posts it to the platform."""
    found, _ = _linking()
    item = Item(words().page("link.title"), words().page("link.text"), _url(), {"page": "sheet"})
    return render_template("lti/answer.html", answer=house().tool.answer(found, [item]))


@bp.post("/materials")
@visitor
def materials(visit: str) -> str:  # noqa: ARG001
    """The chosen materials go to the platform; or, with `find`, the dialogue once more, what was chosen kept."""
    launch, asked = _linking()
    terms, chosen = read_terms(request.form), _chosen()
    if "find" in request.form:
        wish = Wish(words=request.form.get("q", "")[:200], subject=request.form.get("subject", "")[:40])
        return _page(launch, asked, chosen=chosen, wish=wish, terms=terms)
    if not chosen:
        raise BadInput(where="material", value="", why="LINK_NONE")
    if len(chosen) > 1 and not asked.multiple:
        raise BadInput(where="material", value=str(len(chosen)), why="LINK_ONE")
    items = [_item(row, terms, course=launch.course.id) for row in chosen]
    return render_template("lti/answer.html", answer=house().tool.answer(launch, items))


def _page(launch: Launch, asked: DeepLinking, *, chosen: Sequence[Material], wish: Wish, terms: Terms) -> str:
    app = house().app
    shown = wish._replace(state=MaterialState.PUBLISHED)
    ids = {row.id for row in chosen}
    found = [row for row in app.store.materials.search(app.school, shown, limit=LISTED + 1) if row.id not in ids]
    return render_template(
        "lti/deep_link.html",
        launch=launch,
        multiple=asked.multiple,
        chosen=chosen,
        found=found[:LISTED],
        more=len(found) > LISTED,
        here=app.store.attempts.materials_in(app.school, launch.registration, launch.course.id),
        library=permits().may(Action.SEE_LIBRARY),
        may_place=permits().may(Action.PLACE_MATERIAL, course=int(launch.course.id)),
        wish=wish,
        terms=terms,
        policies=tuple(ScorePolicy),
        subjects=app.sync.subjects.by_code,
    )


def _chosen() -> list[Material]:
    """`NotFound` for a material that there is not, or that is not in use (any more)."""
    app = house().app
    found = [app.store.materials.find(app.school, id) for id in dict.fromkeys(request.form.getlist("material"))]
    for row in found:
        if row.in_use is None:
            raise NotFound(kind="material", name=row.about.title, nearest=[])
    return found


def _item(material: Material, terms: Terms, *, course: str) -> Item:
    return Item(
        title=material.about.title,
        text=material.about.description,
        url=_url(),
        custom={MATERIAL: material.id, PLACED: course, **custom_of(terms)},
        maximum=MAXIMUM if terms.graded else None,
        resource_id=material.id,
        tag=TAG,
    )


def _url() -> str:
    return f"{house().url}/lti/launch"


def _linking() -> tuple[Launch, DeepLinking]:
    """The launch that asks for content, and what it takes.

    `NotFound` in any other visit; `NotAllowed` without the right to put something into this course; `BadInput` where
    the platform takes no links.
    """
    found = here().launch
    if found is None or found.deep_linking is None:
        raise NotFound(kind="deep linking", name="", nearest=[])
    permits().demand(Action.PLACE_MATERIAL, course=int(found.course.id))
    if KIND not in found.deep_linking.accepts:
        raise BadInput(where="accept_types", value=", ".join(found.deep_linking.accepts)[:80], why="LINK_KIND")
    return found, found.deep_linking
