"""What can go wrong, named by meaning. Whether to try again is the class, never a word in a message.

Facts are keyword-only and hold ids, never a pupil's name, a mark or a token. Sentences are made at the two entries
(`bridge/words.py` holds them); `code` finds the sentence.
"""


class BridgeError(Exception):
    """Base of every error that a person may meet. `code` names the sentence, `facts` fill it."""

    code = "UNEXPECTED"

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.code, facts)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.facts.items())])


class RemoteError(BridgeError):
    """Something between us and another system. Facts: remote, operation, and what the subclass adds."""


class Unreachable(RemoteError):
    """The call surely did nothing: no connection, a refused one, maintenance, overload. Try again later."""

    code = "UNREACHABLE"


class Unclear(RemoteError):
    """A write may or may not have happened: a lost reply, a time-out, a fault without detail. Ask before repeating."""

    code = "UNCLEAR"


class Refused(RemoteError):
    """The other side said no, and will say so again. Facts: reason (its code in our words), theirs (its own code)."""

    code = "REFUSED"


class Garbled(RemoteError):
    """An answer that is not what was asked for: broken, cut off, of another class, of another shape."""

    code = "GARBLED"


class ConfigProblem(BridgeError):
    """Settings that cannot work. Facts: problems, a list of (where, what)."""

    code = "CONFIG"


class NotAllowed(BridgeError):
    """The actor has no right to this. Facts: actor, action, what is missing."""

    code = "NOT_ALLOWED"


class LaunchRefused(NotAllowed):
    """A launch that did not pass. Facts: case (what the launch doctor opens), why."""

    code = "LAUNCH_REFUSED"


class NotFound(BridgeError):
    """Nothing has that name. Facts: kind, name, nearest."""

    code = "NOT_FOUND"


class BadInput(BridgeError):
    """A person's input that cannot be used. Facts: where, value, why."""

    code = "BAD_INPUT"


class Overtaken(BridgeError):
    """Somebody else has changed this since it was looked at; nothing was changed now. Facts: kind, name, now."""

    code = "OVERTAKEN"


class Busy(BridgeError):
    """Somebody else holds the lease. Facts: school, holder, until."""

    code = "BUSY"


class LeaseLost(BridgeError):
    """Our lease ran out and another took it: stop before the next write. Facts: lease."""

    code = "LEASE_LOST"


class PlanUnusable(BridgeError):
    """A saved plan that cannot be confirmed or applied: expired, used, of another school. Facts: plan, why."""

    code = "PLAN_UNUSABLE"


class StoreProblem(BridgeError):
    """The database cannot be used: full disk, locked, old schema, wrong key. Facts: why, detail."""

    code = "STORE"


class AuditBroken(BridgeError):
    """The audit chain does not verify. Facts: school, seq, why."""

    code = "AUDIT_BROKEN"
