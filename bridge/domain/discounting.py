"""Taking faulty questions out of a score that a package has reported: only where its answers explain that score.

A package says one number and, beside it, what was answered; how the one came of the other it does not say. So ways of
counting are tried: each question worth one or its own weight, of those that were answered or of all that there are.
A score is explained by a way that comes to it within rounding to whole percents. Where none does (hints that cost
marks, questions that are not reported), no other score can be known, and none is made up.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from bridge.domain.attempts import Answer

ROUNDING = Decimal("0.5")  # percent: packages round to whole ones
EXACT = Decimal("0.0001")  # percent: five decimals of a mark out of 10, all that an LMS keeps
_FULL, _NONE = Decimal(100), Decimal(0)


@dataclass(frozen=True, slots=True)
class Counting:
    """How a package's score comes of its answers.

    `weighted`: by the weights that it states, else each question is worth one. `whole`: what all questions are worth
    together, those that were not answered too, and `out`: what of it the discounted ones are worth; None: only what was
    answered counts.
    """

    weighted: bool = False
    whole: Decimal | None = None
    out: Decimal = _NONE


@dataclass(frozen=True, slots=True)
class Discount:
    """Questions of one version of a package that do not count, and how its scores are counted."""

    questions: frozenset[str]
    counting: Counting


class Reported(NamedTuple):
    """An attempt's score in percent, None of none, as the package reported it, and its answers."""

    score: Decimal | None
    answers: Sequence[Answer]

    @property
    def judged(self) -> list[Answer]:
        """Those of which the package says how much was reached."""
        return [each for each in self.answers if each.mark is not None]


class Stuck(StrEnum):
    """Why an attempt's score can't be counted again."""

    NO_ANSWERS = "NO_ANSWERS"  # the package reports none
    NOT_EXPLAINED = "NOT_EXPLAINED"  # the answers do not come to the score
    NOTHING_LEFT = "NOTHING_LEFT"  # no question would remain


def rescored(reported: Reported, discount: Discount) -> Decimal | Stuck | None:
    """The score without the discounted questions, 0–100 to four places; the reported one, to the letter, where they
    change nothing; None where there is none."""
    score, answers, counting = reported.score, reported.judged, discount.counting
    if score is None or not discount.questions:
        return score
    if not answers:
        return Stuck.NO_ANSWERS
    if counting.whole is None and not any(each.question in discount.questions for each in answers):
        return score
    if not explains(counting, reported):
        return Stuck.NOT_EXPLAINED
    after = share(answers, counting, without=discount.questions)
    if after is None:
        return Stuck.NOTHING_LEFT
    return score if after == share(answers, counting) else after


def explains(counting: Counting, reported: Reported) -> bool:
    """Whether the answers come to the score in this way."""
    found = share(reported.judged, counting)
    return found is not None and reported.score is not None and abs(found - reported.score) <= ROUNDING


def share(answers: Sequence[Answer], counting: Counting, *, without: Collection[str] = ()) -> Decimal | None:
    """What answers come to, in percent to four places; None where they can't be counted so, or nothing is left."""
    worth = {each.question: each.weight if counting.weighted else Decimal(1) for each in answers}
    counted = [each for each in answers if each.question not in without]
    if any(weight is None or weight < 0 for weight in worth.values()):
        return None
    got = sum(((each.mark or _NONE) * (worth[each.question] or _NONE) for each in counted), _NONE)
    most = sum((worth[each.question] or _NONE for each in counted), _NONE)
    if counting.whole is not None:
        most = counting.whole - (counting.out if without else _NONE)
    if most <= 0 or got > most:
        return None
    return (got * _FULL / most).quantize(EXACT, ROUND_HALF_UP)


def discount_of(attempts: Sequence[Reported], questions: frozenset[str]) -> Discount | None:
    """These questions out of one version's attempts, counted in the way that explains the most of them.

    None where no way explains any, or where two explain as many and come to different scores: then it is not known.
    """
    scored = [each for each in attempts if each.score is not None and each.judged]
    ways = [(sum(explains(way, each) for each in scored), way) for way in _countings(scored, questions)]
    most = max(count for count, _ in ways)
    best = [Discount(questions, way) for count, way in ways if count == most]
    results = [[rescored(each, discount) for each in scored] for discount in best]
    return best[0] if most and all(each == results[0] for each in results) else None


def _countings(attempts: Sequence[Reported], questions: frozenset[str]) -> Iterator[Counting]:
    """Ways to try. Weights count where every question has one, the same in each attempt."""
    known: dict[str, set[Decimal | None]] = {}
    for each in (answer for attempt in attempts for answer in attempt.judged):
        known.setdefault(each.question, set()).add(each.weight)
    even = {question: Decimal(1) for question in known}
    yield Counting()
    yield Counting(whole=_worth(even), out=_worth(even, of=questions))
    weights = {question: next(iter(found)) for question, found in known.items() if len(found) == 1}
    stated = {question: weight for question, weight in weights.items() if weight is not None}
    if stated and stated.keys() == known.keys():
        yield Counting(weighted=True)
        yield Counting(weighted=True, whole=_worth(stated), out=_worth(stated, of=questions))


def _worth(weights: Mapping[str, Decimal], *, of: Collection[str] | None = None) -> Decimal:
    return sum((weight for question, weight in weights.items() if of is None or question in of), _NONE)
