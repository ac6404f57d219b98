"""A question, and what each answer to it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

WHOLE = Fraction(1)


class QuestionKind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true-false"
    SHORT = "short"
    NUMERIC = "numeric"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to tick. HTML is clean: only what `sources.rich` lets through."""

    html: str
    weight: Fraction
    """−1…1: its part of the question's points. Ticked weights are added up; a sum below 0 counts as 0."""
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One short answer that counts. `*` stands for any letters; case and doubled blanks do not matter."""

    text: str
    weight: Fraction = WHOLE
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers that count, both ends included."""

    low: Fraction
    high: Fraction
    weight: Fraction = WHOLE
    feedback: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    kind: QuestionKind
    html: str
    choices: tuple[Choice, ...] = ()
    """For single, multiple and true-false (there: true first)."""
    accepted: tuple[Accepted, ...] = ()
    between: tuple[Between, ...] = ()
    feedback: str = ""
    """Shown after any answer."""
    points: Fraction = WHOLE


def evenly(right: Sequence[bool]) -> list[Fraction]:
    """Weights for ticks that are simply right or wrong: right ones share the whole, each wrong one takes it away."""
    share = Fraction(1, max(1, sum(right)))
    return [share if is_right else -WHOLE for is_right in right]
