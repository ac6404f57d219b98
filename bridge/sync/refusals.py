"""What the city has refused before, and whether it would again."""

from bridge.domain.plans import Decision, Send
from bridge.ports.city import Refusal
from bridge.ports.marks import PastRefusal


def told(refusal: PastRefusal) -> str:
    """Our word for it has a sentence of its own; for what is none of these the city's code says more."""
    return refusal.code if refusal.refusal is Refusal.OTHER and refusal.code else refusal.refusal


def stands(refusal: PastRefusal, send: Send, decision: Decision | None, *, locks_told: bool) -> bool:
    """Whether the city would refuse this again, for all we know.

    A lock is no such refusal where the city tells its locks: whether one is there now was just read. And a person who
    decided after the refusal may know of what has been mended in the city since.
    """
    if refusal.refusal is Refusal.LOCKED and locks_told:
        return False
    if decision is not None and refusal.at is not None and decision.at > refusal.at:
        return False
    return refusal[:3] == (send.op, send.score, send.base_version)
