"""What was done in a link, learner by learner, as evidence for whoever confirms the scores that came of it."""

from collections.abc import Mapping, Sequence

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.evidence import Work
from bridge.materials.passes import Player
from bridge.ports.materials import SCORM, Material
from bridge.ports.playing import Attempt, Event, Link


def works(player: Player, link: Link, material: Material) -> Mapping[str, Work]:
    """By learner. Attempts that were set aside count for nothing, here too."""
    events = player.attempts.events_of_link(player.school, link.id)
    by_learner: dict[str, list[Attempt]] = {}
    for row in player.attempts.of_link(player.school, link.id):
        if row.state is not AttemptState.RESET:
            by_learner.setdefault(row.learner, []).append(row)
    return {
        who: _work(rows, [each for row in rows for each in events.get(row.id, ())], material)
        for who, rows in by_learner.items()
    }


def versions(player: Player, link: Link) -> list[int]:
    """The versions that attempts of this link were begun with."""
    return sorted({row.version for row in player.attempts.of_link(player.school, link.id)})


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
    played = {row.version for row in rows}
    if any(version.number in played and version.standard not in SCORM for version in material.versions):
        return None
    return tuple(event.detail.count(",") + 1 for event in events if event.kind == "answered")
