"""What was answered in an attempt, and the score that counts in the place of the reported one: derived each time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.domain.answers import answers_of
from bridge.domain.attempts import DONE, Answer
from bridge.domain.discounting import Reported, rescored
from bridge.materials.passes import Player
from bridge.ports.materials import SCORM, Material
from bridge.ports.playing import Attempt, Link

Instead = Mapping[str, Decimal]  # attempt → its score without discounted questions, where it is another one


def answers_in(player: Player, material: Material, attempt: Attempt) -> Sequence[Answer]:
    scorm = material.begun_with(attempt.version).standard in SCORM
    return answers_of(attempt.elements) if scorm else player.spoken(attempt.id)


def with_answers(player: Player, material: Material, attempts: Iterable[Attempt]) -> list[tuple[Attempt, Reported]]:
    """Those that are finished, each read whole, for lists of attempts leave their elements out."""
    whole = (player.attempts.find(player.school, row.id) for row in attempts if row.state in DONE)
    return [(row, Reported(row.score, answers_in(player, material, row))) for row in whole]


def instead_of(player: Player, link: Link, attempts: Sequence[Attempt]) -> Instead:
    """For a link in which every question counts, which is nearly all of them, this costs one small question."""
    discounts = player.discounts.of_link(player.school, link.id)
    if not discounts:
        return {}
    material = player.library.materials.find(player.school, link.material)
    rows = with_answers(player, material, [row for row in attempts if row.version in discounts])
    scores = {row.id: (row.score, rescored(reported, discounts[row.version])) for row, reported in rows}
    return {id: after for id, (before, after) in scores.items() if isinstance(after, Decimal) and after != before}


def standing(attempts: Sequence[Attempt], instead: Instead) -> list[Attempt]:
    """With the scores that count in the place of those that were reported."""
    return [replace(row, score=instead[row.id]) if row.id in instead else row for row in attempts]
