"""TT22/2021: worked examples, every rounding fact, and the averages against exact fractions."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import BadInput
from bridge.domain.rules import ruleset_for
from bridge.domain.rules.averages import (
    REGULAR,
    required_columns,
    required_regular,
    term_average,
    term_verdict,
    year_average,
    year_verdict,
)
from bridge.domain.rules.bands import Learning, learning_band, year_conduct
from bridge.domain.rules.ruleset import Band
from bridge.domain.scale import converter
from bridge.domain.scores import (
    ABSENT,
    BLANK,
    EXEMPT,
    Cause,
    Column,
    Mark,
    Score,
    Unreadable,
    Value,
    Verdict,
    mark,
)
from bridge.domain.subjects import Kind

RULES = ruleset_for(2026)
PASSED, NOT_PASSED = Verdict.PASSED, Verdict.NOT_PASSED


def tenths(text: str) -> Mark:
    return mark(int(Decimal(text.replace(",", ".")) * 10))


def filled(regular: str, midterm: str, final: str) -> dict[Column, Score]:
    marks = map(tenths, regular.split())
    return {**dict(zip(REGULAR, marks, strict=False)), Column.GK: tenths(midterm), Column.CK: tenths(final)}


# which circular


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2040])
def test_the_circular_of_2021_holds_from_2024(year: int) -> None:
    assert ruleset_for(year).name == "TT22/2021"


@pytest.mark.parametrize("year", [2023, 2021, 2010, 0])
def test_a_year_before_the_circular_reached_everybody_is_refused(year: int) -> None:
    with pytest.raises(BadInput) as caught:
        ruleset_for(year)
    assert caught.value.facts == {"where": "year", "value": year, "why": "NO_RULESET"}


# how many


@pytest.mark.parametrize(
    ("periods", "alone", "with_cluster"),
    [(1, 2, 3), (34, 2, 3), (35, 2, 3), (36, 3, 4), (52, 3, 4), (70, 3, 4), (71, 4, 5), (105, 4, 5), (140, 4, 5)],
)
def test_the_number_of_regular_scores_follows_the_periods(periods: int, alone: int, with_cluster: int) -> None:
    assert required_regular(RULES, Kind.SCORED, periods) == alone
    assert required_regular(RULES, Kind.SCORED, periods, cluster=True) == with_cluster


@pytest.mark.parametrize("periods", [35, 70, 105])
@pytest.mark.parametrize("cluster", [False, True])
def test_a_comment_subject_has_two_regular_assessments(periods: int, cluster: bool) -> None:
    assert required_regular(RULES, Kind.COMMENT, periods, cluster=cluster) == 2


def test_every_subject_has_one_midterm_and_one_final() -> None:
    assert required_columns(RULES, Kind.SCORED, 52) == (Column.TX1, Column.TX2, Column.TX3, Column.GK, Column.CK)
    assert required_columns(RULES, Kind.COMMENT, 70) == (Column.TX1, Column.TX2, Column.GK, Column.CK)
    assert required_columns(RULES, Kind.SCORED, 105, cluster=True) == tuple(Column)


# semester and year averages


@pytest.mark.parametrize(
    ("regular", "midterm", "final", "average"),
    [
        ("8 9 7 8", "8", "9", "8,3"),
        ("8 7,5 9", "7", "8,5", "8,0"),
        ("7 8 7", "8", "8", "7,8"),  # a tie: 7,75
        ("9 8", "7,5", "8", "8,0"),
        ("8 9 7 8 9", "7", "8", "7,9"),  # five, with a cluster
        ("6,5 7 7,5", "6,5", "6,0", "6,5"),
        ("0 0", "0", "0", "0"),  # 0 is a mark
        ("10 10 10 10 10", "10", "10", "10"),
        ("5", "5", "5", "5"),
    ],
)
def test_worked_semester_averages(regular: str, midterm: str, final: str, average: str) -> None:
    assert term_average(RULES, filled(regular, midterm, final)) == tenths(average)


@pytest.mark.parametrize(
    ("first", "second", "average"),
    [("7,3", "8,0", "7,8"), ("6,4", "6,5", "6,5"), ("6,5", "6,4", "6,4"), ("6,6", "5,8", "6,1")],
)
def test_worked_year_averages(first: str, second: str, average: str) -> None:
    assert year_average(RULES, tenths(first), tenths(second)) == tenths(average)


def test_the_year_is_computed_from_rounded_semesters() -> None:
    first = term_average(RULES, filled("6 6 7", "8", "6"))  # 53 / 8 = 6,625
    second = term_average(RULES, filled("5 5 6", "6", "6"))  # 46 / 8 = 5,75
    assert (first, second) == (tenths("6,6"), tenths("5,8"))
    assert year_average(RULES, first, second) == tenths("6,1")  # from 6,625 and 5,75 it would be 6,0


def test_a_mark_is_rounded_once() -> None:
    convert = converter(Decimal(0), Decimal(10), words=False, kind=Kind.SCORED)
    assert convert(Decimal("7.2475"), 0, "") == tenths("7,2")
    assert convert(Decimal("8.25"), 0, "") == tenths("8,3")


def scores_of_sum(total: int, regular: int) -> dict[Column, Score]:
    """Some marks whose weighted sum is `total` tenths, with so many regular ones."""
    marks: dict[Column, Score] = {}
    for column, weight in [(Column.CK, 3), (Column.GK, 2), *((column, 1) for column in REGULAR[:regular])]:
        share = min(100, total // weight)
        marks[column], total = mark(share), total - weight * share
    assert total == 0
    return marks


ALL_SUMS = [(total, regular) for regular in range(1, 6) for total in range(100 * (regular + 5) + 1)]


def test_every_possible_semester_sum_is_rounded_half_up() -> None:
    for total, regular in ALL_SUMS:
        exact = Fraction(total, regular + 5)
        assert term_average(RULES, scores_of_sum(total, regular)) == Mark(floor(exact + Fraction(1, 2)))


def test_every_possible_year_is_rounded_half_up() -> None:
    for first, second in product(range(101), repeat=2):
        exact = Fraction(first + 2 * second, 3)
        assert year_average(RULES, mark(first), mark(second)) == Mark(floor(exact + Fraction(1, 2)))


@pytest.mark.parametrize("regular", [1, 2, 3, 4, 5])
def test_ties_exist_only_with_an_odd_number_of_regular_scores(regular: int) -> None:
    ties = [
        total for total, count in ALL_SUMS if count == regular and Fraction(total, regular + 5) % 1 == Fraction(1, 2)
    ]
    assert bool(ties) == bool(regular % 2)


def test_eight_has_a_hundred_ties_and_floats_lose_half_of_them() -> None:
    ties = [total for total in range(801) if Fraction(total, 8) % 1 == Fraction(1, 2)]
    lost = [total for total in ties if round(total / 80, 1) != float(f"{term_average(RULES, scores_of_sum(total, 3))}")]
    assert (len(ties), len(lost)) == (100, 50)


def test_a_year_never_ties() -> None:
    assert all(Fraction(first + 2 * second, 3) % 1 != Fraction(1, 2) for first, second in product(range(101), repeat=2))


MARKS = st.integers(0, 100).map(mark)


@given(st.lists(MARKS, min_size=1, max_size=5), MARKS, MARKS)
def test_a_semester_average_is_the_exact_fraction_rounded(regular: list[Mark], midterm: Mark, final: Mark) -> None:
    scores: dict[Column, Score] = {**dict(zip(REGULAR, regular, strict=False)), Column.GK: midterm, Column.CK: final}
    total = sum(score.tenths for score in regular) + 2 * midterm.tenths + 3 * final.tenths
    assert term_average(RULES, scores) == Mark(floor(Fraction(total, len(regular) + 5) + Fraction(1, 2)))


@pytest.mark.parametrize(
    ("changes", "average"),
    [
        ({}, "8,0"),
        ({Column.GK: BLANK}, None),
        ({Column.CK: BLANK}, None),
        ({Column.TX1: BLANK}, "8,0"),
        ({Column.TX1: BLANK, Column.TX2: BLANK}, None),
        ({Column.TX1: ABSENT}, None),  # 0 or a later date: the school decides
        ({Column.GK: EXEMPT}, None),
        ({Column.TX2: EXEMPT}, None),
        ({Column.CK: Unreadable(Cause.NEEDS_UPDATE)}, None),
        ({Column.TX3: PASSED}, None),  # a comment in a scored subject
        ({Column.TX3: mark(0)}, "7,0"),
    ],
)
def test_a_semester_without_all_it_needs_has_no_average(changes: dict[Column, Score], average: str | None) -> None:
    scores = {**filled("8 8", "8", "8"), **changes}
    assert term_average(RULES, scores) == (None if average is None else tenths(average))


def test_a_year_without_both_semesters_has_no_average() -> None:
    assert year_average(RULES, mark(80), None) is None
    assert year_average(RULES, None, mark(80)) is None
    assert year_average(RULES, None, None) is None


# comment subjects

FOUR = required_columns(RULES, Kind.COMMENT, 70)


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, PASSED),
        ({Column.TX1: NOT_PASSED}, NOT_PASSED),
        ({Column.CK: NOT_PASSED}, NOT_PASSED),
        ({Column.CK: BLANK}, None),
        ({Column.TX2: BLANK}, None),
        ({Column.TX2: BLANK, Column.TX3: PASSED}, PASSED),  # two regular ones, whichever
        ({Column.TX3: PASSED}, PASSED),
        ({Column.TX3: NOT_PASSED}, NOT_PASSED),
        ({Column.CK: BLANK, Column.GK: NOT_PASSED}, NOT_PASSED),
        ({Column.CK: ABSENT}, None),
        ({Column.CK: EXEMPT}, None),
        ({Column.CK: mark(80)}, None),
        ({Column.CK: ABSENT, Column.GK: NOT_PASSED}, None),
        ({Column.TX1: BLANK, Column.TX2: BLANK, Column.GK: BLANK, Column.CK: BLANK}, None),
    ],
)
def test_a_comment_semester_is_passed_when_all_it_needs_is_passed(
    changes: dict[Column, Score], verdict: Verdict | None
) -> None:
    assert term_verdict({**dict.fromkeys(FOUR, PASSED), **changes}, FOUR) == verdict


@pytest.mark.parametrize("second", [PASSED, NOT_PASSED, None])
def test_a_comment_year_is_its_second_semester(second: Verdict | None) -> None:
    assert year_verdict(second) == second


# bands

GOOD, FAIR, OK, FAILED = Band.GOOD, Band.FAIR, Band.PASSED, Band.NOT_PASSED


def results(scored: str, failed_comments: int = 0) -> dict[str, Value | None]:
    comments = [NOT_PASSED] * failed_comments + [PASSED] * (4 - failed_comments)
    named: dict[str, Value | None] = {f"S{place}": tenths(text) for place, text in enumerate(scored.split())}
    return named | {f"C{place}": verdict for place, verdict in enumerate(comments)}


@pytest.mark.parametrize(
    ("scored", "failed_comments", "raw", "band", "if_comment_counts"),
    [
        # Art. 9.2
        ("8,0 8,0 8,0 8,0 8,0 8,0 6,5 6,5", 0, GOOD, GOOD, GOOD),
        ("8,0 8,0 8,0 8,0 8,0 7,9 6,5 6,5", 0, FAIR, FAIR, FAIR),
        ("8,0 8,0 8,0 8,0 8,0 8,0 6,5 6,4", 0, FAIR, FAIR, FAIR),
        ("6,5 6,5 6,5 6,5 6,5 6,5 5,0 5,0", 0, FAIR, FAIR, FAIR),
        ("6,5 6,5 6,5 6,5 6,5 6,4 5,0 5,0", 0, OK, OK, OK),
        ("5,0 5,0 5,0 5,0 5,0 5,0 3,5 3,5", 0, OK, OK, OK),
        ("5,0 5,0 5,0 5,0 5,0 5,0 3,5 3,5", 1, OK, OK, OK),
        ("5,0 5,0 5,0 5,0 5,0 5,0 3,5 3,5", 2, FAILED, FAILED, FAILED),
        ("5,0 5,0 5,0 5,0 5,0 4,9 3,5 3,5", 0, FAILED, FAILED, FAILED),
        ("5,0 5,0 5,0 5,0 5,0 5,0 3,5 3,4", 0, FAILED, FAILED, FAILED),
        # Art. 9.3
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 7,0 4,9", 0, OK, FAIR, FAIR),
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 7,0 3,4", 0, FAILED, OK, OK),  # one step only
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 7,0 5,0", 0, FAIR, FAIR, FAIR),  # one level lower is no reason
        ("6,5 6,5 6,5 6,5 6,5 6,5 5,0 3,4", 0, FAILED, OK, OK),  # from Khá
        ("6,5 6,5 6,5 6,5 6,5 6,5 5,0 4,9", 0, OK, OK, OK),
        ("8,5 8,2 8,0 8,8 9,1 8,0 4,9 4,9", 0, OK, OK, OK),  # two subjects
        ("8,5 8,2 8,0 8,8 9,1 8,0 4,9 3,4", 0, FAILED, FAILED, FAILED),
        ("8,5 8,2 8,0 8,8 9,1 7,9 7,0 4,9", 0, OK, OK, OK),  # five reach 8,0: without the one it would be Khá
        # a comment subject as the one
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 7,0", 1, OK, OK, FAIR),
        ("6,5 6,5 6,5 6,5 6,5 6,5 5,0 5,0", 1, OK, OK, OK),  # from Khá it is one level
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 4,9", 1, OK, OK, OK),  # two subjects of two kinds
        ("8,5 8,2 8,0 8,8 9,1 8,0 7,9 7,0", 2, FAILED, FAILED, FAILED),
    ],
)
def test_bands_by_subject_and_the_one_subject_that_costs_too_much(
    scored: str, failed_comments: int, raw: Band, band: Band, if_comment_counts: Band
) -> None:
    assert learning_band(RULES, results(scored, failed_comments)) == Learning(raw, band, if_comment_counts)


def test_an_unfinished_subject_leaves_the_band_open() -> None:
    assert learning_band(RULES, {**results("8 8 8 8 8 8 8"), "S9": None}) is None
    assert learning_band(RULES, {}) is None


@given(st.lists(MARKS, max_size=10), st.lists(st.sampled_from(Verdict), max_size=4))
def test_the_adjustment_lifts_by_one_level_at_most(scored: list[Mark], comments: list[Verdict]) -> None:
    named: dict[str, Value | None] = {f"{place}": result for place, result in enumerate([*scored, *comments])}
    learning = learning_band(RULES, named)
    if learning is not None:
        assert learning.raw <= learning.band <= learning.band_if_comment_counts <= learning.raw + 1
        assert learning.band_if_comment_counts < GOOD or learning.raw is GOOD


# conduct: rows by HK II, cells by HK I


@pytest.mark.parametrize(
    ("second", "by_first"),
    [
        (GOOD, {GOOD: GOOD, FAIR: GOOD, OK: FAIR, FAILED: FAIR}),
        (FAIR, {GOOD: FAIR, FAIR: FAIR, OK: FAIR, FAILED: OK}),
        (OK, {GOOD: FAIR, FAIR: OK, OK: OK, FAILED: OK}),
        (FAILED, {GOOD: FAILED, FAIR: FAILED, OK: FAILED, FAILED: FAILED}),
    ],
)
def test_conduct_of_the_year(second: Band, by_first: dict[Band, Band]) -> None:
    assert {first: year_conduct(RULES, first, second) for first in Band} == by_first
