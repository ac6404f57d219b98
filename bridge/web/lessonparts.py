"""The parts of a material as a pupil sees them, and where the page of each is."""

from collections.abc import Sequence
from typing import NamedTuple

from bridge.domain.activities import Shut
from bridge.domain.attempts import Outcome
from bridge.domain.errors import NotAllowed
from bridge.domain.parts import of_part, outcomes
from bridge.materials import passes
from bridge.materials.order import demand_open, number_of, order_from, order_of
from bridge.materials.passes import Player
from bridge.materials.showing import chosen, parts_of
from bridge.ports.materials import Material, Part, Version
from bridge.ports.playing import Attempt
from bridge.web.headers import SANDBOX
from bridge.web.house import house


class Row(NamedTuple):
    """`number` from 1. `heads`: headings that the part before does not stand under."""

    number: int
    part: Part
    heads: Sequence[str]
    found: Outcome
    shut: Shut | None = None  # why it can't be opened now
    over: bool = False  # it need not be
    begun: bool = False


def rows_of(player: Player, material: Material, attempts: Sequence[Attempt]) -> list[Row]:
    """How the newest attempt stands, part by part; before the first one, what there will be. One part: no rows."""
    newest = attempts[-1] if attempts else None
    version = material.version(newest.version) if newest is not None else material.in_use
    parts = parts_of(player.library, version) if version is not None and version.playable else ()
    if version is None or len(parts) < 2:
        return []
    elements = newest.elements if newest is not None else {}
    found, order = outcomes(elements, len(parts)), order_of(player.library, version, elements)
    before = [(), *(part.headings for part in parts)]
    return [
        Row(
            number,
            part,
            _new(part.headings, before[number - 1]),
            each,
            order.shut.get(number),
            number in order.over,
            bool(of_part(elements, number)),
        )
        for number, (part, each) in enumerate(zip(parts, found, strict=True), start=1)
    ]


def next_part(player: Player, version: Version, attempt: Attempt) -> int:
    """The first that is not done, of those that may be opened; the first of all where all are."""
    found = outcomes(attempt.elements, len(parts_of(player.library, version)))
    if len(found) == 1:
        return 1
    order = order_of(player.library, version, attempt.elements)
    may = [number for number in range(1, len(found) + 1) if number not in order.shut]
    left = (number for number in may if not found[number - 1].finished and number not in order.over)
    return next(left, may[0] if may else 1)


def led_to(player: Player, version: Version, attempt: Attempt, part: int, *, way: str, target: str) -> int:
    """The part that a pupil, or content, asks for from this one; 0 of none. What comes next is the package's word, else
    what may be opened below; where nothing may, the one below, so that its page says why."""
    if way == "choice":
        return number_of(player.library, version, target)
    order = order_from(player.library, version, attempt.elements, part)
    if way == "previous":
        return order.before if order.follows else part - 1
    ahead = range(part + 1, len(parts_of(player.library, version)) + 1)
    may = (number for number in ahead if number not in order.shut and number not in order.over)
    return (order.next or next(may, 0) or (ahead[0] if ahead else 0)) if way == "continue" else 0


def frame(
    player: Player, version: Version, attempt: Attempt | None, number: int, *, review: bool = False
) -> dict[str, object]:
    """Where the content's page of this part is, and what there is beside it. `NotAllowed`: NO_CONTENT where no host for
    content is configured, PART_SHUT; `NotFound` for a part that there is not."""
    door = house()
    if not door.content:
        raise NotAllowed(actor="", action="PLAY", lack="NO_CONTENT")
    parts = parts_of(player.library, version)
    part = chosen(parts, number)
    if attempt is not None:
        demand_open(player.library, version, attempt.elements, number)
    origin = door.content_origin(version.package)
    token = passes.issue(player, version.package, attempt, part=number, parts=len(parts), review=review)
    place = {"origin": origin, "frame": f"{origin}/p/{token}/", "sandbox": SANDBOX}
    return {**place, "part": part, "number": number, "parts": len(parts)}


def _new(headings: Sequence[str], before: Sequence[str]) -> Sequence[str]:
    same = next((i for i, pair in enumerate(zip(headings, before, strict=False)) if pair[0] != pair[1]), None)
    return headings[min(len(headings), len(before)) if same is None else same :]
