"""What was answered in an attempt, and the score that counts in the place of the reported one: derived each time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.domain.answers import answers_of
from bridge.domain.attempts import DONE, Answer
from bridge.domain.discounting import Discount, Reported, rescored
from bridge.materials.passes import Player
from bridge.ports.materials import SCORM, Material
from bridge.ports.playing import Attempt, Link

Instead = Mapping[str, Decimal]  # attempt → its score without discounted questions, where it is another one
Discounted = Mapping[int, Discount]  # version → which questions of it do not count; none of others
AT_ONCE = 50  # attempts whose elements, some megabytes each at worst, are held together


def answers_in(player: Player, material: Material, attempt: Attempt) -> Sequence[Answer]:
    scorm = material.begun_with(attempt.version).standard in SCORM
    return answers_of(attempt.elements) if scorm else player.spoken(attempt.id)


def with_answers(player: Player, material: Material, attempts: Iterable[Attempt]) -> list[tuple[Attempt, Reported]]:
    """Those that are finished, each looked up whole, for lists of attempts leave their elements out."""
    done, found = [row for row in attempts if row.state in DONE], []
    for first in range(0, len(done), AT_ONCE):
        some = done[first : first + AT_ONCE]
        whole = player.attempts.whole(player.school, [row.id for row in some])
        found += [(row, Reported(row.score, answers_in(player, material, whole[row.id]))) for row in some]
    return found


def discounts_of(player: Player, link: Link) -> Discounted:
    return player.discounts.of_link(player.school, link.id)


def instead_of(player: Player, link: Link, attempts: Sequence[Attempt], discounts: Discounted) -> Instead:
    """`discounts`: of the link. Where every question counts, which is nearly everywhere, this asks for nothing."""
    if not discounts:
        return {}
    material = player.library.materials.find(player.school, link.material)
    rows = with_answers(player, material, [row for row in attempts if row.version in discounts])
    scores = {row.id: (row.score, rescored(reported, discounts[row.version])) for row, reported in rows}
    return {id: after for id, (before, after) in scores.items() if isinstance(after, Decimal) and after != before}


def standing(attempts: Sequence[Attempt], instead: Instead) -> list[Attempt]:
    """With the scores that count in the place of those that were reported."""
    return [replace(row, score=instead[row.id]) if row.id in instead else row for row in attempts]
