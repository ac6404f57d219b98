"""How many assessments a subject needs, and what follows from them for a semester and a year.

Everything is computed in whole tenths and rounded half up once at the end of each formula (TT22/2021 Art. 5.3b, 9.1).
The circular says "after rounding" and no more; half up is what the gradebook software of schools does.
"""

from collections.abc import Collection, Iterable, Mapping

from bridge.domain.rules.ruleset import Ruleset
from bridge.domain.scores import BLANK, Column, Mark, Score, Verdict, mark
from bridge.domain.subjects import Kind

REGULAR = tuple(column for column in Column if column.is_regular)
TERM_SCORES = Mapping[Column, Score]  # what stands in one subject and semester; a missing column is blank


def required_regular(rules: Ruleset, kind: Kind, periods: int, *, cluster: bool = False) -> int:
    """Regular assessments that a subject needs in each semester (TT22/2021 Art. 6.2).

    An elective topic cluster (cụm chuyên đề) belongs to a scored subject and gives one more, in the semester that the
    school chose: the caller says so for that one only.
    """
    if kind is Kind.COMMENT:
        return rules.regular_by_comment
    steps = (step.regular for step in rules.regular_by_periods if step.periods is None or periods <= step.periods)
    return min(next(steps) + cluster, rules.regular_most)


def required_columns(rules: Ruleset, kind: Kind, periods: int, *, cluster: bool = False) -> tuple[Column, ...]:
    """The columns that must be filled in a semester: the regular ones, then GK and CK (TT22/2021 Art. 6, 7)."""
    return (*REGULAR[: required_regular(rules, kind, periods, cluster=cluster)], Column.GK, Column.CK)


def term_average(rules: Ruleset, scores: TERM_SCORES) -> Mark | None:
    """ĐTBmhk, by the number of regular marks that are there (TT22/2021 Art. 9.1b).

    None until GK, CK and one regular mark exist, and wherever something stands that is neither blank nor a mark:
    whether a missed assessment counts as 0 is the school's decision (Art. 7), and an exempt subject enters no average.
    """
    marks = _marks(scores)
    regular = [marks[column].tenths for column in REGULAR if column in marks]
    if len(marks) != len(_filled(scores)) or not regular or Column.GK not in marks or Column.CK not in marks:
        return None
    total = rules.weight_regular * sum(regular)
    total += rules.weight_midterm * marks[Column.GK].tenths + rules.weight_final * marks[Column.CK].tenths
    return _half_up(total, rules.weight_regular * len(regular) + rules.weight_midterm + rules.weight_final)


def year_average(rules: Ruleset, first: Mark | None, second: Mark | None) -> Mark | None:
    """ĐTBmcn from the two semester averages as they were recorded, that is, rounded; None until both exist."""
    if first is None or second is None:
        return None
    total = rules.weight_first_term * first.tenths + rules.weight_second_term * second.tenths
    return _half_up(total, rules.weight_first_term + rules.weight_second_term)


def term_verdict(scores: TERM_SCORES, required: Collection[Column]) -> Verdict | None:
    """Result of a comment subject in a semester: Đạt when the required ones are there and all are Đạt (Art. 9.1a).

    One Chưa đạt decides at once. None while something required is missing, and wherever something stands that is
    neither blank nor a comment: that a missed one counts as Chưa đạt is the school's decision.
    """
    filled = _filled(scores)
    if any(not isinstance(score, Verdict) for score in filled.values()):
        return None
    if Verdict.NOT_PASSED in filled.values():
        return Verdict.NOT_PASSED
    enough = _regular_count(filled) >= _regular_count(required) and _periodic(filled) >= _periodic(required)
    return Verdict.PASSED if enough else None


def year_verdict(second: Verdict | None) -> Verdict | None:
    """Result of a comment subject in the year: that of HK II (TT22/2021 Art. 9.1a)."""
    return second


def _filled(scores: TERM_SCORES) -> dict[Column, Score]:
    return {column: score for column, score in scores.items() if score is not BLANK}


def _marks(scores: TERM_SCORES) -> dict[Column, Mark]:
    return {column: score for column, score in scores.items() if isinstance(score, Mark)}


def _regular_count(columns: Iterable[Column]) -> int:
    return sum(column.is_regular for column in columns)


def _periodic(columns: Iterable[Column]) -> set[Column]:
    return {column for column in columns if not column.is_regular}


def _half_up(total: int, divisor: int) -> Mark:
    return mark((2 * total + divisor) // (2 * divisor))
