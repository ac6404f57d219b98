"""The link of a launch: which material stands there, and who may see to it."""

from collections.abc import Collection

from bridge.domain.errors import NotFound
from bridge.domain.names import sort_key, split_name
from bridge.domain.rights import Action
from bridge.materials import playing
from bridge.materials.passes import Player
from bridge.people.learners import learner_names
from bridge.ports.launches import Launch, Visit
from bridge.ports.materials import Material
from bridge.ports.playing import Link
from bridge.web.gate import permits
from bridge.web.gate import visit as here
from bridge.web.house import house
from bridge.web.language import words
from bridge.web.terms import terms_of

MATERIAL = "material"  # the custom parameter that makes a link one of a material
PLACED = "placed_in"  # the course for which it was chosen: a copy of the course takes it along as it is


def is_material(visit: Visit) -> bool:
    return visit.launch is not None and MATERIAL in visit.launch.custom


def launched() -> Launch:
    """`NotFound` in a visit of another kind; `NotAllowed` without the right to learn here."""
    found = here().launch
    if found is None or MATERIAL not in found.custom:
        raise NotFound(kind="material", name="", nearest=[])
    permits().demand(Action.PLAY, course=int(found.course.id))
    return found


def place_of(launch: Launch) -> tuple[Link, Material]:
    player = player_here()
    link = Link(
        id=player.library.new_id(),
        registration=launch.registration,
        course=launch.course.id,
        resource_link=launch.link,
        material=launch.custom[MATERIAL],
        title=launch.link_title,
        terms=terms_of(launch.custom),
        line_item=launch.scores.line_item if launch.scores is not None else "",
        at=player.now(),
    )
    is_copy = launch.custom.get(PLACED, "") != launch.course.id
    return playing.place(player, link, history=launch.course.history if is_copy else ())


def player_here() -> Player:
    return house().app.player()


def linked(action: Action) -> tuple[Player, Link, Material]:
    """The link of this launch, for whoever has this right in its course."""
    launch = launched()
    permits().demand(action, course=int(launch.course.id))
    return player_here(), *place_of(launch)


def names_of(link: Link, learners: Collection[str]) -> dict[str, str]:
    """Account → name, in the order of a class list; of whom the city does not know, the account."""
    app, platform = house().app, house().registrations.find(link.registration).issuer
    known = learner_names(app.store.faces, app.store.rosters, app.school, platform, learners)
    named = {each: known.get(each) or words().page("play.account", user=each) for each in learners}
    return dict(sorted(named.items(), key=lambda pair: (pair[0] not in known, sort_key(split_name(pair[1])))))
