"""One cell of an LMS gradebook → one score: exact, rounded half up once, never guessed.

A number is carried from the item's own range to 0–10 by integers alone and rounded to tenths there and only there
(TT22/2021 Art. 5.3b: the first decimal after rounding). Moodle's 7,2475 of 10 is 7,2; by way of 7,25 it would be 7,3.
A comment is read by its word; the position of a word in its scale means nothing, for every site orders its own.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import IntFlag

from bridge.domain.names import spelling_key
from bridge.domain.scores import BLANK, Cause, Score, Unreadable, Verdict, mark
from bridge.domain.subjects import Kind


class Flag(IntFlag):
    """What the LMS says of a cell beside its value. Kept as plain int in cells: they are many."""

    HIDDEN = 1
    EXCLUDED = 2
    OVERRIDDEN = 4
    LOCKED = 8
    NEEDS_UPDATE = 16
    FLAGS_MISSING = 32  # the caller may not see hidden and locked: nothing about this cell is sure


Convert = Callable[[Decimal | None, int, str], Score]  # final value, flags, scale word

# The words of TT22/2021 Art. 5.2 and the short forms of vnEdu's files. Any other word is unknown, also one that looks
# near: a site adds its own by passing a larger table. Keyed by `names.spelling_key`.
VERDICTS: Mapping[str, Verdict] = {
    spelling_key(word): verdict
    for verdict, words in {
        Verdict.PASSED: ("Đạt", "Đ"),
        Verdict.NOT_PASSED: ("Chưa đạt", "CĐ", "C.Đ"),
    }.items()
    for word in words
}

_HIDDEN = int(Flag.HIDDEN)
_FLAGS_MISSING = int(Flag.FLAGS_MISSING)
_UNSURE = int(Flag.FLAGS_MISSING | Flag.NEEDS_UPDATE)
_SHOWN = 40
_UNSEEN = Unreadable(Cause.FLAGS_MISSING)
_STALE = Unreadable(Cause.NEEDS_UPDATE)
_WITHHELD = Unreadable(Cause.HIDDEN_NULL)


def converter(
    low: Decimal, high: Decimal, *, words: bool, kind: Kind, verdicts: Mapping[str, Verdict] = VERDICTS
) -> Convert:
    """How the cells of one item become scores of a subject of this kind. Made once per item, called once per cell.

    `low` and `high` are the item's range, `words` whether its cells hold words of a scale. What is no score comes back
    as `Unreadable` with its cause; nothing is raised.

    A value under NEEDS_UPDATE is unreadable too, not only a blank: the flag says that the LMS has yet to recompute this
    item, so the number shown is the one before a re-mark or a new maximum. Waiting costs one run; sending it would put
    an outdated mark into the book.
    """
    read = _word_reader(kind, verdicts) if words else _number_reader(low, high, kind)

    def convert(raw: Decimal | None, flags: int, word: str) -> Score:
        if flags & _UNSURE:
            return _UNSEEN if flags & _FLAGS_MISSING else _STALE
        if raw is not None:
            return read(raw, word)
        if flags & _HIDDEN:
            return _WITHHELD
        return Unreadable(Cause.NOT_A_VALUE, word[:_SHOWN]) if word else BLANK

    return convert


_Read = Callable[[Decimal, str], Score]


def _word_reader(kind: Kind, verdicts: Mapping[str, Verdict]) -> _Read:
    if kind is Kind.SCORED:
        return lambda _raw, word: Unreadable(Cause.WRONG_KIND, word[:_SHOWN])
    known: dict[str, Score] = {}  # a scale has a handful of words, a class reads them by the dozen

    def read(_raw: Decimal, word: str) -> Score:
        score = known.get(word)
        if score is None:
            verdict = verdicts.get(spelling_key(word))
            score = known[word] = Unreadable(Cause.UNKNOWN_WORD, word[:_SHOWN]) if verdict is None else verdict
        return score

    return read


def _number_reader(low: Decimal, high: Decimal, kind: Kind) -> _Read:
    if kind is Kind.COMMENT:
        return lambda raw, _word: _bad(Cause.WRONG_KIND, raw)
    if not (low.is_finite() and high.is_finite() and low < high):
        return lambda raw, _word: _bad(Cause.BAD_RANGE, raw)
    return _mark_reader(low, high)


def _mark_reader(low: Decimal, high: Decimal) -> _Read:
    """raw = n/d, low = p/q, high − low = s/t; tenths = 100·(n/d − p/q)/(s/t), half up = ⌊tenths + 1/2⌋."""
    p, q = low.as_integer_ratio()
    top, bottom = high.as_integer_ratio()
    s, t = top * q - p * bottom, bottom * q
    times, whole = 200 * t, 2 * q * s

    def read(raw: Decimal, _word: str) -> Score:
        if not raw.is_finite():
            return _bad(Cause.NOT_A_VALUE, raw)
        if not low <= raw <= high:
            return _bad(Cause.OUT_OF_RANGE, raw)
        n, d = raw.as_integer_ratio()
        unit = whole * d
        return mark((times * (n * q - p * d) + unit // 2) // unit)

    return read


def _bad(cause: Cause, raw: Decimal) -> Unreadable:
    return Unreadable(cause, str(raw)[:_SHOWN])
