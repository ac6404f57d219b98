"""LMS cells → scores. Every cause that a cell is no score, and exact rounding for every range."""

import unicodedata
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.names import spelling_key
from bridge.domain.scale import VERDICTS, Convert, Flag, converter
from bridge.domain.scores import BLANK, Cause, Mark, Score, Unreadable, Verdict, mark
from bridge.domain.subjects import Kind

D = Decimal
MAX_40 = "x" * 40


def by_number(low: str = "0", high: str = "10", kind: Kind = Kind.SCORED) -> Convert:
    return converter(D(low), D(high), words=False, kind=kind)


def by_word(kind: Kind = Kind.COMMENT) -> Convert:
    return converter(D(1), D(2), words=True, kind=kind)


@pytest.mark.parametrize(
    ("raw", "high", "tenths"),
    [
        ("0", "10", 0),  # a real mark
        ("0.00000", "10", 0),
        ("10.00000", "10", 100),
        ("7.2475", "10", 72),  # by way of 7.25 it would be 73
        ("8.25", "10", 83),
        ("8.24999", "10", 82),
        ("6.75", "10", 68),
        ("0.05", "10", 1),
        ("0.04999", "10", 0),
        ("9.95", "10", 100),
        ("9.94999", "10", 99),
        ("2.675", "10", 27),
        ("15", "20", 75),
        ("14.5", "20", 73),  # 7.25
        ("17.33333", "20", 87),
        ("20.25", "30", 68),  # 6.75
        ("1", "3", 33),
        ("2", "3", 67),
        ("72.5", "100", 73),
        ("72.49999", "100", 72),
        ("85", "100", 85),
        ("0.725", "1", 73),
        ("5", "0.5E1", 100),
    ],
)
def test_any_maximum_is_carried_to_ten_and_rounded_once(raw: str, high: str, tenths: int) -> None:
    assert by_number(high=high)(D(raw), 0, "") == mark(tenths)


@pytest.mark.parametrize(
    ("raw", "low", "high", "tenths"),
    [("1", "1", "5", 0), ("5", "1", "5", 100), ("3", "1", "5", 50), ("-1", "-2", "2", 25), ("10.5", "10", "30", 3)],
)
def test_a_range_need_not_begin_at_zero(raw: str, low: str, high: str, tenths: int) -> None:
    assert by_number(low, high)(D(raw), 0, "") == mark(tenths)


@pytest.mark.parametrize(
    ("raw", "high"),
    [("10.04", "10"), ("10.00001", "10"), ("85", "10"), ("-1", "10"), ("-0.00001", "10"), ("20.5", "20")],
)
def test_a_number_outside_its_range_is_no_mark(raw: str, high: str) -> None:
    assert by_number(high=high)(D(raw), 0, "") == Unreadable(Cause.OUT_OF_RANGE, raw)


@pytest.mark.parametrize("raw", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_no_value(raw: str) -> None:
    assert by_number()(D(raw), 0, "") == Unreadable(Cause.NOT_A_VALUE, raw)


@pytest.mark.parametrize(("low", "high"), [("10", "10"), ("10", "0"), ("0", "NaN"), ("0", "Infinity")])
def test_a_range_without_extent_makes_every_number_unreadable(low: str, high: str) -> None:
    assert by_number(low, high)(D(5), 0, "") == Unreadable(Cause.BAD_RANGE, "5")
    assert by_number(low, high)(None, 0, "") is BLANK


def test_what_is_shown_of_a_cell_is_short() -> None:
    assert by_number()(D("1" * 100), 0, "") == Unreadable(Cause.OUT_OF_RANGE, "1" * 40)
    assert by_word()(D(1), 0, "x" * 100) == Unreadable(Cause.UNKNOWN_WORD, MAX_40)
    assert by_word()(None, 0, "x" * 100) == Unreadable(Cause.NOT_A_VALUE, MAX_40)


PASSED, NOT_PASSED = Verdict.PASSED, Verdict.NOT_PASSED


@pytest.mark.parametrize(
    ("word", "verdict"),
    [
        ("Đạt", PASSED),
        ("ĐẠT", PASSED),
        ("  đạt ", PASSED),
        ("Đ", PASSED),
        (unicodedata.normalize("NFD", "Đạt"), PASSED),
        ("Ðạt", PASSED),  # Icelandic eth
        ("Chưa đạt", NOT_PASSED),
        ("chưa\u00a0Đạt", NOT_PASSED),
        (unicodedata.normalize("NFD", "CHƯA ĐẠT"), NOT_PASSED),
        ("CĐ", NOT_PASSED),
        ("C.Đ", NOT_PASSED),
    ],
)
@pytest.mark.parametrize("position", [1, 2])
def test_a_comment_is_read_by_its_word_never_by_its_position(word: str, verdict: Verdict, position: int) -> None:
    assert by_word()(D(position), 0, word) is verdict


@pytest.mark.parametrize("word", ["", "Dat", "D", "Không đạt", "Đạt yêu cầu", "Giỏi", "Đát", "A", "2", "✓"])
def test_an_unknown_word_is_not_guessed(word: str) -> None:
    assert by_word()(D(2), 0, word) == Unreadable(Cause.UNKNOWN_WORD, word)


def test_a_site_adds_its_own_words() -> None:
    verdicts = {**VERDICTS, spelling_key("Hoàn thành"): PASSED}
    convert = converter(D(1), D(2), words=True, kind=Kind.COMMENT, verdicts=verdicts)
    assert convert(D(1), 0, "hoàn thành") is PASSED
    assert convert(D(1), 0, "đạt") is PASSED


def test_a_number_in_a_comment_subject_is_the_wrong_kind() -> None:
    assert by_number(kind=Kind.COMMENT)(D("8.5"), 0, "") == Unreadable(Cause.WRONG_KIND, "8.5")


def test_a_word_in_a_scored_subject_is_the_wrong_kind() -> None:
    assert by_word(Kind.SCORED)(D(2), 0, "Đạt") == Unreadable(Cause.WRONG_KIND, "Đạt")


HIDDEN, EXCLUDED, OVERRIDDEN, LOCKED = (
    int(flag) for flag in (Flag.HIDDEN, Flag.EXCLUDED, Flag.OVERRIDDEN, Flag.LOCKED)
)
NEEDS_UPDATE, FLAGS_MISSING = int(Flag.NEEDS_UPDATE), int(Flag.FLAGS_MISSING)


@pytest.mark.parametrize(
    ("raw", "flags", "word", "score"),
    [
        (None, 0, "", BLANK),
        (None, EXCLUDED, "", BLANK),  # what an exclusion means is the plan's business
        (None, OVERRIDDEN | LOCKED, "", BLANK),  # a teacher emptied it
        (None, HIDDEN, "", Unreadable(Cause.HIDDEN_NULL)),
        (None, NEEDS_UPDATE, "", Unreadable(Cause.NEEDS_UPDATE)),
        (None, FLAGS_MISSING, "", Unreadable(Cause.FLAGS_MISSING)),
        (None, FLAGS_MISSING | NEEDS_UPDATE | HIDDEN, "", Unreadable(Cause.FLAGS_MISSING)),
        (None, NEEDS_UPDATE | HIDDEN, "", Unreadable(Cause.NEEDS_UPDATE)),
        (None, 0, "8,5", Unreadable(Cause.NOT_A_VALUE, "8,5")),  # text
        (D("8.5"), HIDDEN | EXCLUDED | OVERRIDDEN | LOCKED, "", mark(85)),
        (D("8.5"), NEEDS_UPDATE, "", Unreadable(Cause.NEEDS_UPDATE)),  # the value of before
        (D("8.5"), FLAGS_MISSING, "", Unreadable(Cause.FLAGS_MISSING)),
        (D("85"), NEEDS_UPDATE, "", Unreadable(Cause.NEEDS_UPDATE)),
    ],
)
def test_a_blank_is_blank_only_when_that_is_sure(raw: Decimal | None, flags: int, word: str, score: Score) -> None:
    assert by_number()(raw, flags, word) == score


@pytest.mark.parametrize("flag", Flag)
def test_flags_speak_of_word_cells_too(flag: Flag) -> None:
    expected = {
        Flag.NEEDS_UPDATE: Unreadable(Cause.NEEDS_UPDATE),
        Flag.FLAGS_MISSING: Unreadable(Cause.FLAGS_MISSING),
    }
    assert by_word()(D(2), int(flag), "Đạt") == expected.get(flag, PASSED)


FIVE_PLACES = st.decimals(-100, 200, places=5)


@given(FIVE_PLACES, FIVE_PLACES, FIVE_PLACES)
def test_rounding_is_exact_for_every_range(raw: Decimal, low: Decimal, high: Decimal) -> None:
    score = by_number(str(low), str(high))(raw, 0, "")
    if low >= high:
        assert score == Unreadable(Cause.BAD_RANGE, str(raw)[:40])
    elif low <= raw <= high:
        exact = 100 * (Fraction(raw) - Fraction(low)) / (Fraction(high) - Fraction(low))
        assert score == Mark(floor(exact + Fraction(1, 2)))
    else:
        assert score == Unreadable(Cause.OUT_OF_RANGE, str(raw)[:40])


@pytest.mark.parametrize("high", [10, 20, 30, 100])
def test_every_tie_goes_up(high: int) -> None:
    convert = by_number(high=str(high))
    for tenths in range(100):
        tie = D(high) * (2 * tenths + 1) / 200  # exact: high / 200 has at most 3 places
        assert convert(tie, 0, "") == mark(tenths + 1)
        assert convert(tie - D("0.00001"), 0, "") == mark(tenths)
