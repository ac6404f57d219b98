"""What a teacher does with a pupil's attempt: let it go on, or set it aside. Both with a reason, in the audit trail."""

from collections.abc import Sequence
from dataclasses import replace

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.errors import BadInput
from bridge.materials.passes import Player
from bridge.materials.results import report
from bridge.ports.playing import Attempt, Event


def reopen(player: Player, attempt: Attempt, *, actor: str, why: str) -> Attempt:
    """Let the learner go on with a finished attempt; its score counts again when it is finished again.

    `BadInput(why="ATTEMPT_STATE")` where it is not finished, or a newer one was begun.
    """
    newer = player.attempts.of_learner(player.school, attempt.link, attempt.learner)[-1]
    if attempt.state not in DONE or newer.number != attempt.number:
        raise BadInput(where="attempt", value=str(attempt.number), why="ATTEMPT_STATE")
    return _turn(player, attempt, AttemptState.OPEN, actor=actor, why=why)


def reset(player: Player, attempt: Attempt, *, actor: str, why: str) -> Attempt:
    """Set it aside: it counts for nothing and uses up no attempt. What was done stays to be seen.

    `BadInput(why="ATTEMPT_STATE")` where it is set aside already.
    """
    if attempt.state is AttemptState.RESET:
        raise BadInput(where="attempt", value=str(attempt.number), why="ATTEMPT_STATE")
    return _turn(player, attempt, AttemptState.RESET, actor=actor, why=why)


def note(player: Player, seen: Attempt, kind: str, *, actor: str, why: str) -> Attempt:
    """An event of a teacher's, with its reason in the audit trail; the attempt itself stays. `BadInput(NO_REASON)`."""
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    now = player.now()
    return player.attempts.turn(
        player.school, seen.id, lambda before: (before, [Event(now, kind)]), actor=actor, why=why.strip()[:500], now=now
    )


def _turn(player: Player, seen: Attempt, to: AttemptState, *, actor: str, why: str) -> Attempt:
    """`BadInput(why="ATTEMPT_STATE")` also where it has moved since it was seen; `NO_REASON` without a reason."""
    if not why.strip():
        raise BadInput(where="why", value="", why="NO_REASON")
    now = player.now()

    def change(before: Attempt) -> tuple[Attempt, Sequence[Event]]:
        if before.state is not seen.state:
            raise BadInput(where="attempt", value=str(before.number), why="ATTEMPT_STATE")
        made = replace(before, state=to, finished=None, revision=before.revision + 1)
        return made, [Event(now, to.lower(), "")]

    after = player.attempts.turn(player.school, seen.id, change, actor=actor, why=why.strip()[:500], now=now)
    report(player, after)
    return after
