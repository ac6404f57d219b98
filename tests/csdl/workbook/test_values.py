"""What a cell of a mark column says, and how a score is written: no guess, nothing rounded, nothing made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.values import number_of, read_birth, read_score, score_of_number, write_text
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Score, Unreadable, Verdict, mark

WORDS = load_layouts()[0].values
ALL: list[Score] = [*(mark(tenths) for tenths in range(101)), *Verdict, EXEMPT, ABSENT]


@pytest.mark.parametrize(
    ("cell", "score"),
    [
        ("8,5", mark(85)), ("8.5", mark(85)), ("8.50", mark(85)), ("8,500", mark(85)), (8.5, mark(85)),
        ("08", mark(80)), ("8", mark(80)), (8.0, mark(80)), (8, mark(80)), ("8,0", mark(80)),
        ("10", mark(100)), ("10,0", mark(100)), (10.0, mark(100)), ("0", mark(0)), (0.0, mark(0)),
        ("8,5'", mark(85)), ("'8,5", mark(85)), (" 8,5 ", mark(85)), ("8\u00a0", mark(80)),
        (8.299999999999999, mark(83)), (7.3500000000000005e0 - 0.05, mark(73)),
        ("", BLANK), ("   ", BLANK), (None, BLANK), ("-", BLANK), ("–", BLANK),
        ("M", EXEMPT), ("m", EXEMPT), ("Miễn", EXEMPT), ("Mie\u0302\u0303n", EXEMPT),
        ("x", ABSENT), ("KT", ABSENT), ("v", ABSENT), ("p", ABSENT), ("K", ABSENT),
    ],
)  # fmt: skip
def test_a_mark_cell_says_one_thing(cell: object, score: Score) -> None:
    assert read_score(cell, WORDS, verdicts=False) == score


@pytest.mark.parametrize(
    "cell",
    ["85", 85.0, "8,25", 8.25, "11", "10,5", "-1", -1.0, "8,", ",5", "8 5", "8;5", "tám", "8.5.1", "1e1", "٨", "Đ",
     "#N/A", "=A1", True, date(2026, 1, 1), "8,5 (bù)", "8/10"],
)  # fmt: skip
def test_what_is_no_mark_is_reported_and_never_guessed(cell: object) -> None:
    assert isinstance(read_score(cell, WORDS, verdicts=False), Unreadable)


@pytest.mark.parametrize(
    ("cell", "score"),
    [("Đ", Verdict.PASSED), ("Đạt", Verdict.PASSED), ("CĐ", Verdict.NOT_PASSED), ("Chưa đạt", Verdict.NOT_PASSED),
     ("M", EXEMPT), ("", BLANK)],
)  # fmt: skip
def test_a_comment_cell_says_passed_or_not(cell: object, score: Score) -> None:
    assert read_score(cell, WORDS, verdicts=True) == score


@pytest.mark.parametrize("cell", ["8,5", 8.0, "Tốt"])
def test_a_comment_cell_with_a_number_is_no_value(cell: object) -> None:
    assert isinstance(read_score(cell, WORDS, verdicts=True), Unreadable)


@given(st.integers(0, 100), st.booleans())
def test_what_is_written_is_what_is_read(tenths: int, comma: bool) -> None:
    text = write_text(mark(tenths), comma=comma, passed="Đ", not_passed="CĐ")
    assert read_score(text, WORDS, verdicts=False) == mark(tenths)
    assert read_score(tenths / 10, WORDS, verdicts=False) == mark(tenths)
    assert len(text) <= 4


@given(st.one_of(st.text(max_size=12), st.floats(allow_nan=True, allow_infinity=True), st.integers(-200, 2000)))
def test_any_cell_is_a_score_or_a_reported_one_and_nothing_is_raised(cell: object) -> None:
    score = read_score(cell, WORDS, verdicts=False)
    assert score in ALL or score is BLANK or isinstance(score, Unreadable)
    if isinstance(cell, int | float) and not isinstance(score, Unreadable):
        assert 0 <= float(cell) <= 10
        assert abs(float(cell) * 10 - score.tenths) < 1e-6  # type: ignore[union-attr]


def test_equal_scores_have_equal_numbers_and_others_others() -> None:
    numbers = [number_of(score) for score in ALL]
    assert len(set(numbers)) == len(ALL)
    assert min(numbers) > 0
    assert [score_of_number(number) for number in numbers] == ALL
    assert (number_of(None), number_of(BLANK), score_of_number(0)) == (0, 0, None)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05/03/2011", "2011-03-05"), ("5/3/2011", "2011-03-05"), ("05-03-2011", "2011-03-05"),
        ("05.03.2011", "2011-03-05"), ("2011-03-05", "2011-03-05"), (date(2011, 3, 5), "2011-03-05"),
        (40607.0, "2011-03-05"), ("40607", "2011-03-05"), ("'05/03/2011", "2011-03-05"),
        ("03/2011", "2011-03"), ("2011", "2011"), (2011.0, "2011"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_birth_date_keeps_its_precision(cell: object, day: str | None) -> None:
    assert read_birth(cell) == day


@pytest.mark.parametrize("cell", ["31/02/2011", "5/13/2011", "hôm qua", "1/2/3/4", "5/3/11", 0.5, "0"])
def test_what_is_no_day_is_an_error(cell: object) -> None:
    with pytest.raises(ValueError):
        read_birth(cell)


@given(st.dates(date(1995, 1, 1), date(2020, 12, 31)))
def test_any_day_is_read_from_text_and_from_excels_number(day: date) -> None:
    assert read_birth(f"{day:%d/%m/%Y}") == day.isoformat()
    assert read_birth(float((day - date(1899, 12, 30)).days)) == day.isoformat()
