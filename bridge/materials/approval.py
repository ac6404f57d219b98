"""The way of a version into use, step by step: who may, from where to where, and why."""

from collections.abc import Iterator

from bridge.domain.errors import BadInput
from bridge.domain.materials import TURNS, WITH_REASON, MaterialState, Step, turn
from bridge.domain.rights import Permits
from bridge.materials.context import Library
from bridge.ports.materials import Material, Turned, Version, Wish

COMMENT = 2000  # characters
WAITING = (MaterialState.RETURNED, MaterialState.SUBMITTED, MaterialState.REVIEWED, MaterialState.APPROVED)
MOST = 200  # materials of one state that are looked through


def take(library: Library, turned: Turned, *, permits: Permits) -> None:
    """`turned.to` is found here. `NotAllowed`; `BadInput`: MATERIAL_STEP, MATERIAL_MOVED, NO_COMMENT, NOT_PLAYABLE."""
    material = library.materials.find(library.school, turned.material)
    found = turn(turned.seen, turned.step)
    permits.demand(found.action, subject=material.about.subject)
    comment = turned.comment.strip()[:COMMENT]
    if turned.step in WITH_REASON and not comment:
        raise BadInput(where="comment", value="", why="NO_COMMENT")
    if found.to not in (MaterialState.RETURNED, MaterialState.WITHDRAWN):
        _demand_playable(material, turned)
    made = turned._replace(to=found.to, comment=comment)
    library.materials.take(library.school, made, actor=permits.actor.id, now=library.now())


def open_steps(material: Material, version: Version, permits: Permits) -> Iterator[Step]:
    """What this person can do with this version now."""
    for (state, step), (_, action) in TURNS.items():
        ready = version.playable or step in WITH_REASON
        if state is version.state and ready and permits.may(action, subject=material.about.subject):
            yield step


def waiting(library: Library, permits: Permits) -> list[tuple[Material, Version]]:
    """What this person is to look at next: what their word moves on, and what was returned to them."""
    found = []
    for state in WAITING:
        for material in library.materials.search(library.school, Wish(state=state), limit=MOST):
            version = next(row for row in material.versions if row.state is state)
            theirs = state is not MaterialState.RETURNED or version.by == permits.actor.id
            if theirs and any(step not in WITH_REASON for step in open_steps(material, version, permits)):
                found.append((material, version))
    return found


def _demand_playable(material: Material, turned: Turned) -> None:
    version = material.version(turned.number)
    if version is None or not version.playable:
        raise BadInput(where="package", value=version.name if version else "", why="NOT_PLAYABLE")
