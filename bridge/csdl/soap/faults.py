"""Their codes and our meaning. A fault is read by the code in its detail, never by faultcode or HTTP status.

Those two differ by stack: typed faults of JAX-WS are always `Server`, a failed login at a Node server is a plain
401. So without a code in the detail a read is `Garbled`, and a write is `Unclear`: nobody knows what it did.
"""

from dataclasses import dataclass
from enum import Enum

from bridge.domain.errors import Garbled, Refused, RemoteError, Unclear, Unreachable
from bridge.ports.city import Outcome, Refusal

REMOTE = "city"


class Meaning(Enum):
    REFUSED = "REFUSED"  # nothing was done, and a repeat will not help
    LATER = "LATER"  # nothing was done; try again after the time given
    BROKEN = "BROKEN"  # the city's own failure: a write may have been done
    AGAIN = "AGAIN"  # the walk through the pages must start again


# Fault of a whole message (maloi) → our meaning and our word for the reason.
FAULTS: dict[str, tuple[Meaning, str]] = {
    "XACTHUC": (Meaning.REFUSED, "LOGIN"),  # unknown user and wrong password alike
    "QUYEN": (Meaning.REFUSED, "RIGHT"),  # the account may not read or write this school
    "SAIDINHDANG": (Meaning.REFUSED, "FORMAT"),  # the field stands beside it
    "PHIENBANHOPDONG": (Meaning.REFUSED, "CONTRACT_VERSION"),
    "QUANHIEUDONG": (Meaning.REFUSED, "TOO_MANY_ROWS"),
    "QUALON": (Meaning.REFUSED, "TOO_LARGE"),
    "MAGUITRUNG": (Meaning.REFUSED, "SUBMISSION_REUSED"),  # this id came before, with other content
    "TRUONGLA": (Meaning.REFUSED, "UNKNOWN_SCHOOL"),
    "LOPLA": (Meaning.REFUSED, "UNKNOWN_CLASS"),
    "MONLA": (Meaning.REFUSED, "UNKNOWN_SUBJECT"),
    "HOCKYLA": (Meaning.REFUSED, "UNKNOWN_TERM"),
    "CONTROHETHAN": (Meaning.AGAIN, "CURSOR_EXPIRED"),
    "MOCQUACU": (Meaning.AGAIN, "CURSOR_EXPIRED"),
    "QUATAI": (Meaning.LATER, "OVERLOAD"),
    "BAOTRI": (Meaning.LATER, "MAINTENANCE"),
    "LOIHETHONG": (Meaning.BROKEN, "INTERNAL"),
}

# Receipt of one row (maketqua) → what became of it, and why not.
ROW_CODES: dict[str, tuple[Outcome, Refusal | None]] = {
    "DAGHI": (Outcome.ACCEPTED, None),
    "DACO": (Outcome.ACCEPTED, None),  # recorded before, equal
    "DADOI": (Outcome.REFUSED, Refusal.MOVED),
    "CU": (Outcome.REFUSED, Refusal.OLDER),
    "XUNGDOT": (Outcome.REFUSED, Refusal.CONFLICT),
    "OCOCHU": (Outcome.REFUSED, Refusal.OTHER_RECORD),
    "DAKHOA": (Outcome.REFUSED, Refusal.LOCKED),
    "HOCSINHLA": (Outcome.REFUSED, Refusal.UNKNOWN_PUPIL),
    "KHONGTRONGLOP": (Outcome.REFUSED, Refusal.NOT_IN_CLASS),
    "COTSAI": (Outcome.REFUSED, Refusal.BAD_COLUMN),
    "GIATRISAI": (Outcome.REFUSED, Refusal.BAD_VALUE),
    "GIATRITHIEU": (Outcome.REFUSED, Refusal.BAD_VALUE),
    "KIEUSAI": (Outcome.REFUSED, Refusal.WRONG_KIND),
    "KHONGDUOCSUA": (Outcome.REFUSED, Refusal.NOT_ALLOWED),
    "TRUNGTRONGGUI": (Outcome.REFUSED, Refusal.DOUBLED),
    "DONGSAI": (Outcome.REFUSED, Refusal.BAD_VALUE),
    "LOIHETHONG": (Outcome.FAILED, None),
}

# What to do with a row whose code is not in the table above: its group (nhom) is a closed list for that purpose.
GROUPS: dict[str, tuple[Outcome, Refusal | None]] = {
    "NHAN": (Outcome.ACCEPTED, None),
    "TUCHOI": (Outcome.REFUSED, Refusal.OTHER),
    "LOI": (Outcome.FAILED, None),
}


@dataclass(frozen=True, slots=True)
class Call:
    """What was being done when it went wrong. `write` decides whether an unknown outcome is `Unclear`."""

    operation: str
    write: bool = False
    school: str = ""

    def unreachable(self, reason: str, **facts: object) -> Unreachable:
        return Unreachable(**self._facts(reason), **facts)

    def refused(self, reason: str, **facts: object) -> Refused:
        return Refused(**self._facts(reason), **facts)

    def garbled(self, reason: str, **facts: object) -> RemoteError:
        """The answer cannot be used; after a write that means nobody knows."""
        return (Unclear if self.write else Garbled)(**self._facts(reason), **facts)

    def lost(self, reason: str, **facts: object) -> RemoteError:
        """The answer did not come, or not to the end of its head."""
        return (Unclear if self.write else Unreachable)(**self._facts(reason), **facts)

    def _facts(self, reason: str) -> dict[str, object]:
        return {"remote": REMOTE, "operation": self.operation, "school": self.school, "reason": reason}


@dataclass(frozen=True, slots=True)
class Fault:
    """A SOAP fault as it came. `code` is "" when its detail has none."""

    code: str = ""
    field: str = ""
    retry_after: float | None = None  # seconds


class CursorExpired(Refused):
    """The city forgot the walk through its pages: start again from the first. Never leaves this adapter."""


def error_of(fault: Fault, call: Call) -> RemoteError:
    """The error that a fault means. `thongbao` is left out: it is the city's text and might name somebody."""
    if not fault.code:
        return call.garbled("FAULT_WITHOUT_CODE")
    known = FAULTS.get(fault.code)
    if known is None:
        return _unknown(fault, call)
    meaning, reason = known
    if meaning is Meaning.LATER:
        return call.unreachable(reason, theirs=fault.code, retry_after=fault.retry_after)
    if meaning is Meaning.BROKEN:
        return call.lost(reason, theirs=fault.code)
    refused = call.refused(reason, theirs=fault.code, field=fault.field)
    return CursorExpired(**refused.facts) if meaning is Meaning.AGAIN else refused


def _unknown(fault: Fault, call: Call) -> RemoteError:
    """A code of a later minor version. A time to wait says that waiting helps; none, that it does not."""
    if call.write:
        return call.garbled("UNKNOWN_FAULT", theirs=fault.code)
    if fault.retry_after is not None:
        return call.unreachable("UNKNOWN_FAULT", theirs=fault.code, retry_after=fault.retry_after)
    return call.refused("UNKNOWN_FAULT", theirs=fault.code, field=fault.field)
