"""Taking faulty questions of a version out of counting in a link, or back into it: first a look, then the change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.domain.discounting import Counting, Discount, Stuck, discount_of, rescored
from bridge.domain.errors import BadInput
from bridge.materials.passes import Player
from bridge.materials.rescoring import Instead, discounts_of, instead_of, standing, with_answers
from bridge.materials.results import counted
from bridge.ports.materials import Material
from bridge.ports.playing import Attempt, Link, Terms


@dataclass(frozen=True, slots=True)
class Wish:
    """Which questions of a version shall not count. `seen`: which did not when somebody looked."""

    version: int
    questions: frozenset[str]
    seen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Look:
    """What a wish would come to. `discount` None: nothing can be counted again, for it is not known how.

    `changes`: by learner, the score that counts now and then; `stuck`: attempts that keep the reported score, and why.
    """

    discount: Discount | None
    changes: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    stuck: Sequence[tuple[Attempt, Stuck]] = ()


def look(player: Player, link: Link, material: Material, wish: Wish) -> Look:
    """`BadInput(why="NO_CHOICE")` for a question that nobody was asked."""
    attempts = player.attempts.of_link(player.school, link.id)
    rows = with_answers(player, material, [row for row in attempts if row.version == wish.version])
    asked = {answer.question for _, reported in rows for answer in reported.judged}
    strange = sorted(wish.questions - asked - wish.seen)
    if strange:
        raise BadInput(where="questions", value=strange[0][:40], why="NO_CHOICE")
    none = Discount(frozenset(), Counting())
    discount = discount_of([reported for _, reported in rows], wish.questions) if wish.questions else none
    if discount is None:
        return Look(None)
    found = {row.id: rescored(reported, discount) for row, reported in rows}
    now = instead_of(player, link, attempts, discounts_of(player, link))
    then = {row.id: now[row.id] for row in attempts if row.id in now and row.version != wish.version}
    then |= {id: score for id, score in found.items() if isinstance(score, Decimal)}
    stuck = [(row, why) for row, _ in rows if isinstance(why := found[row.id], Stuck)]
    return Look(discount, _changes(link.terms, attempts, now, then), stuck)


def take(player: Player, link: Link, material: Material, wish: Wish, *, actor: str, why: str) -> None:
    """The change, with its reason in the audit trail. Whose score it changes is to be reported by `results.catch_up`.

    `BadInput`: NO_REASON, NOT_EXPLAINED, NO_CHOICE; `Overtaken` when other questions are out by now.
    """
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    found = look(player, link, material, wish).discount
    if found is None:
        raise BadInput(where="questions", value=str(len(wish.questions)), why="NOT_EXPLAINED")
    player.discounts.put(
        player.school, link.id, wish.version, found, seen=wish.seen, actor=actor, why=why.strip()[:500],
        now=player.now(),
    )  # fmt: skip


def _changes(
    terms: Terms, attempts: Sequence[Attempt], now: Instead, then: Instead
) -> dict[str, tuple[Decimal | None, Decimal | None]]:
    by_learner: dict[str, list[Attempt]] = {}
    for row in attempts:
        by_learner.setdefault(row.learner, []).append(row)
    both = {
        who: (counted(terms, standing(rows, now)), counted(terms, standing(rows, then)))
        for who, rows in by_learner.items()
    }
    return {who: (before, after) for who, (before, after) in both.items() if before != after}
