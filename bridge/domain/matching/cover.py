"""The words left of a text, covered at the least cost by what they may be: subject, idle, telling, grade level.

`Khoa học tự nhiên` is one subject and not the idle `khoa học` with two unknown words; `Lí Hoá Sinh` is three
subjects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bridge.domain.matching.lexicon import How, Lexicon, Sense
from bridge.domain.matching.scan import Word
from bridge.domain.matching.verdicts import Why
from bridge.domain.matching.vocabulary import IDLE, LONGEST_PHRASE, TELLING

_UNKNOWN_COST: Final = 100
_COSTS: Final = {How.EXACT: 20, How.SLIP: 24, How.CUT: 30, How.TYPO: 34}
_PHRASE_COST: Final = 20
_GRADE_COST: Final = 19
_LONGER_COST: Final = 1  # per word: of two covers with as many pieces, the one by shorter phrases


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and what they are: exactly one of the four fields is set, none for an unknown word."""

    text: str
    sense: Sense | None = None
    telling: Why | None = None
    grade_level: int | None = None
    idle: bool = False

    @property
    def unknown(self) -> bool:
        return not (self.sense or self.telling or self.grade_level or self.idle)


@dataclass(frozen=True, slots=True)
class _Path:
    cost: int
    pieces: tuple[Piece, ...]


def cover(words: Sequence[Word], lexicon: Lexicon) -> tuple[Piece, ...]:
    """The cheapest cover.

    Words are first taken as they are; as mistyped or cut only where that leaves some unknown, or several subjects.
    """
    strict = _cover(words, lexicon, loosely=False)
    if not any(piece.unknown for piece in strict) and sum(piece.sense is not None for piece in strict) <= 1:
        return strict
    return _cover(words, lexicon, loosely=True)


def _cover(words: Sequence[Word], lexicon: Lexicon, *, loosely: bool) -> tuple[Piece, ...]:
    best: list[_Path] = [_Path(0, ())]
    for end in range(1, len(words) + 1):
        best.append(min(_paths(best, words[:end], lexicon, loosely=loosely), key=lambda path: path.cost))
    return best[-1].pieces


def _paths(best: Sequence[_Path], words: Sequence[Word], lexicon: Lexicon, *, loosely: bool) -> Iterable[_Path]:
    end = len(words)
    for start in range(max(0, end - LONGEST_PHRASE), end):
        span = words[start:]
        if span[0].run != span[-1].run:
            continue
        for cost, piece in _pieces(span, lexicon, loosely=loosely):
            yield _Path(best[start].cost + cost + _LONGER_COST * len(span), (*best[start].pieces, piece))


def _pieces(span: Sequence[Word], lexicon: Lexicon, *, loosely: bool) -> Iterable[tuple[int, Piece]]:
    keys = tuple(word.key for word in span)
    key, text = "".join(keys), " ".join(word.text for word in span)
    if len(span) == 1:
        yield _UNKNOWN_COST, Piece(text)
        if key.isdigit() and 6 <= int(key) <= 12:
            yield _GRADE_COST, Piece(text, grade_level=int(key))
    if key in IDLE:
        yield _PHRASE_COST, Piece(text, idle=True)
    for why, phrases in TELLING.items():
        if (key.rstrip("0123456789") if why is Why.COPY else key) in phrases:
            yield _PHRASE_COST - 1, Piece(text, telling=why)
    sense = lexicon.sense(keys, loosely=loosely)
    if sense is not None:
        yield _COSTS[sense.how], Piece(text, sense=sense)
