"""Which result of a learner counts in a link, and its way into the course's column.

A commit and the wish for its score in the gradebook are two transactions: an attempt's `revision` rises with the
first, `reported` follows with the second, and whatever a kill left between them is caught up by `catch_up`. The
platform always hears "fully graded" (any other word makes Moodle erase what stands there), so what is not to count is
not sent at all.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.materials import counting
from bridge.materials.passes import Player
from bridge.materials.rescoring import discounts_of, instead_of, standing
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.passback import Place, Wanted
from bridge.ports.playing import Attempt, Link, Terms

FULL = Decimal(100)
AT_ONCE = 200  # attempts that one round of `catch_up` looks at


def counted(terms: Terms, attempts: Sequence[Attempt]) -> Decimal | None:
    """The score that counts, 0–100, of one learner's attempts in their order; None where there is none.

    An attempt that is not finished has none. One that finished without a score has none either, but where somebody
    chose for this link that finishing is full marks.
    """
    found = [_score(terms, row) for row in attempts if row.state in DONE]
    return counting(terms.policy, [score for score in found if score is not None])


def _score(terms: Terms, attempt: Attempt) -> Decimal | None:
    return FULL if attempt.score is None and terms.by_completion else attempt.score


def place_of(link: Link, learner: str) -> Place | None:
    """Where this learner's score goes; None for a link without marks or without a column."""
    counts = link.terms.graded and bool(link.line_item)
    return Place(link.registration, link.line_item, learner) if counts else None


def report(player: Player, attempt: Attempt) -> None:
    """Hand on what counts now for the learner of this attempt. Again and again is harmless: the newest wish stands.

    The moment is taken before the attempts are read: of two reports at once the later one has read what the other has.
    """
    now = player.now()
    link = player.attempts.link(player.school, attempt.link)
    rows = player.attempts.of_learner(player.school, link.id, attempt.learner)
    place = place_of(link, attempt.learner)
    score = counted(link.terms, standing(rows, instead_of(player, link, rows, discounts_of(player, link))))
    if place is not None and score is not None:
        player.hand_on(place, Wanted(score, FULL, _progress(link.terms, rows), now, source=link.id))
    player.attempts.reported(player.school, rows)


def catch_up(player: Player) -> int:
    """Report what was not yet, after a kill or a change of the link's terms; how many learners' scores."""
    told = 0
    while found := player.attempts.unreported(player.school, limit=AT_ONCE):
        for row in {(row.link, row.learner): row for row in found}.values():
            report(player, row)
            told += 1
    return told


def used(attempts: Sequence[Attempt]) -> int:
    """How many attempts of the link's number are used up."""
    return sum(row.state is not AttemptState.RESET for row in attempts)


def difference(
    old: Terms, new: Terms, learners: Mapping[str, Sequence[Attempt]]
) -> Mapping[str, tuple[Decimal | None, Decimal | None]]:
    """Whose score would become another one by other terms: what counts, and what would count."""
    both = {who: (counted(old, rows), counted(new, rows)) for who, rows in learners.items()}
    return {who: (before, after) for who, (before, after) in both.items() if before != after}


def _progress(terms: Terms, attempts: Sequence[Attempt]) -> ActivityProgress:
    """Completed when no attempt is left, submitted while the learner may still better it (AGS 2.0 §3.4.7)."""
    used_up = terms.attempts and used(attempts) >= terms.attempts
    going = attempts[-1].state is AttemptState.OPEN
    return ActivityProgress.COMPLETED if used_up and not going else ActivityProgress.SUBMITTED
