"""What was done in a link, learner by learner, as evidence for whoever confirms the scores that came of it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.evidence import Work
from bridge.materials.passes import Player
from bridge.ports.materials import SCORM, Material
from bridge.ports.playing import Attempt, Event, Link


class Played(NamedTuple):
    """`works` by learner: attempts that were set aside count for nothing, here too. `versions`: of all attempts."""

    works: Mapping[str, Work]
    versions: Sequence[int]


def played(player: Player, link: Link, material: Material) -> Played:
    attempts = player.attempts.of_link(player.school, link.id)
    return Played(_works(player, link, material, attempts), sorted({row.version for row in attempts}))


def _works(player: Player, link: Link, material: Material, attempts: Sequence[Attempt]) -> Mapping[str, Work]:
    events = player.attempts.events_of_link(player.school, link.id)
    by_learner: dict[str, list[Attempt]] = {}
    for row in attempts:
        if row.state is not AttemptState.RESET:
            by_learner.setdefault(row.learner, []).append(row)
    return {
        who: _work(rows, [each for row in rows for each in events.get(row.id, ())], material)
        for who, rows in by_learner.items()
    }


def _work(rows: Sequence[Attempt], events: Sequence[Event], material: Material) -> Work:
    kinds = {event.kind for event in events}
    return Work(
        attempts=len(rows),
        seconds=sum(row.seconds for row in rows),
        last=max(row.seen for row in rows),
        finished=any(row.state in DONE for row in rows),
        scored=any(row.score is not None for row in rows),
        bursts=_bursts(rows, events, material),
        odd_clock="odd_time" in kinds,
        reopened="open" in kinds,
    )


def _bursts(rows: Sequence[Attempt], events: Sequence[Event], material: Material) -> tuple[int, ...] | None:
    """Of SCORM alone: what xAPI and cmi5 answer goes to the record store."""
    begun = {row.version for row in rows}
    if any(version.number in begun and version.standard not in SCORM for version in material.versions):
        return None
    return tuple(event.detail.count(",") + 1 for event in events if event.kind == "answered")
