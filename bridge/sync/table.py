"""The decision table: what the three sides of a cell say about it.

L is what the LMS has, A what the city last accepted from us or we adopted, C what stands in the city. A row of `TABLE`
reads as a sentence; `tests/sync/test_table.py` walks every combination.
"""

from enum import StrEnum

from bridge.domain.plans import Accepted, CityCell, Hold, Op, Problem, Reason, Skip
from bridge.domain.scores import BLANK, Score, Standing


class L(StrEnum):
    BLANK = "blank"
    VALUE = "value"  # there is no A to compare with
    AS_A = "= A"
    NOT_A = "≠ A"


class A(StrEnum):
    NONE = "–"
    SENT = "A"
    CANCELLED = "cancelled"


class C(StrEnum):
    NONE = "–"
    AS_A = "= A"
    AS_L = "= L"
    OTHER = "other"
    STATE = "exempt / absent"


Ruling = Op | Skip | Hold

NO_SCORE, CITY_ONLY, SAME = Skip(Reason.NO_SCORE), Skip(Reason.CITY_ONLY), Skip(Reason.SAME)
ADOPT, CLOSE = Skip(Reason.ADOPT), Skip(Reason.CLOSE)
HAND_ENTERED, CITY_CHANGED = Hold(Problem.HAND_ENTERED), Hold(Problem.CITY_CHANGED)
BOTH_CHANGED, REMOVED, CITY_STATE = Hold(Problem.BOTH_CHANGED), Hold(Problem.REMOVED), Hold(Problem.CITY_STATE)

# fmt: off
TABLE: dict[tuple[L, A, C], Ruling] = {
    (L.BLANK, A.NONE,      C.NONE):  NO_SCORE,
    (L.BLANK, A.NONE,      C.OTHER): CITY_ONLY,
    (L.VALUE, A.NONE,      C.NONE):  Op.NEW,
    (L.VALUE, A.NONE,      C.AS_L):  ADOPT,
    (L.VALUE, A.NONE,      C.OTHER): HAND_ENTERED,
    (L.AS_A,  A.SENT,      C.AS_A):  SAME,
    (L.NOT_A, A.SENT,      C.AS_A):  Op.UPDATE,
    (L.AS_A,  A.SENT,      C.NONE):  CITY_CHANGED,
    (L.AS_A,  A.SENT,      C.OTHER): CITY_CHANGED,
    (L.NOT_A, A.SENT,      C.AS_L):  ADOPT,
    (L.NOT_A, A.SENT,      C.NONE):  BOTH_CHANGED,
    (L.NOT_A, A.SENT,      C.OTHER): BOTH_CHANGED,
    (L.BLANK, A.SENT,      C.AS_A):  REMOVED,  # only a person sends CANCEL
    (L.BLANK, A.SENT,      C.NONE):  CLOSE,
    (L.BLANK, A.SENT,      C.OTHER): BOTH_CHANGED,
    (L.BLANK, A.CANCELLED, C.NONE):  NO_SCORE,
    (L.BLANK, A.CANCELLED, C.OTHER): CITY_ONLY,
    (L.VALUE, A.CANCELLED, C.NONE):  Op.NEW,  # with a version above the cancelled one
    (L.VALUE, A.CANCELLED, C.AS_L):  ADOPT,
    (L.VALUE, A.CANCELLED, C.OTHER): HAND_ENTERED,
    **{(left, sent, C.STATE): CITY_STATE for left in L for sent in A},
}
# fmt: on


def rule(lms: Score, accepted: Accepted | None, city: CityCell | None) -> Ruling:
    """What the table says of these three sides; `lms` is BLANK or a value."""
    sent, known = _a_side(accepted)
    left = _l_side(lms, known)
    return TABLE[left, sent, _c_side(city, lms, known)]


def _a_side(accepted: Accepted | None) -> tuple[A, Score | None]:
    if accepted is None:
        return A.NONE, None
    if accepted.score is not None:
        return A.SENT, accepted.score
    return (A.CANCELLED if accepted.cancelled else A.NONE), None


def _l_side(lms: Score, known: Score | None) -> L:
    if lms is BLANK:
        return L.BLANK
    if known is None:
        return L.VALUE
    return L.AS_A if lms == known else L.NOT_A


def _c_side(city: CityCell | None, lms: Score, known: Score | None) -> C:
    if city is None:
        return C.NONE
    if isinstance(city.score, Standing):
        return C.STATE
    if known is not None and city.score == known:
        return C.AS_A
    return C.AS_L if city.score == lms else C.OTHER
