"""A discounted question changes a score only where the answers explain it, and then by exact arithmetic."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.attempts import Answer
from bridge.domain.discounting import Counting, Discount, Reported, Stuck, discount_of, rescored, share

EVEN = Counting()
WEIGHTED = Counting(weighted=True)


def answers(marks: str, **weights: int) -> list[Answer]:
    """`"1 0 ? -"`: right, wrong, not judged, not answered; questions q1, q2 …"""
    given = {f"q{number}": mark for number, mark in enumerate(marks.split(), 1) if mark != "-"}
    return [
        Answer(
            question,
            "x",
            None,
            mark=None if mark == "?" else Decimal(mark),
            weight=Decimal(weights[question]) if question in weights else None,
        )
        for question, mark in given.items()
    ]


def reported(score: object, marks: str, **weights: int) -> Reported:
    return Reported(None if score is None else Decimal(str(score)), answers(marks, **weights))


def out(*questions: str, counting: Counting = EVEN) -> Discount:
    return Discount(frozenset(questions), counting)


@pytest.mark.parametrize(
    ("score", "marks", "discounted", "comes_to"),
    [
        (75, "1 1 1 0", "q4", 100),
        (75, "1 1 1 0", "q1", "66.6667"),
        (67, "1 1 0", "q3", 100),  # rounded by the package
        ("66.67", "1 1 0", "q1", 50),
        (67, "1 1 0", "q9", 67),  # not asked: to the letter as it was
        (100, "1 1 1", "q2", 100),
        (0, "0 0", "q1", 0),
        (50, "0.5 0.5", "q1", 50),
        (None, "1 0", "q2", None),  # no score is never made into one
        (66, "1 1 0", "q3", Stuck.NOT_EXPLAINED),  # not the nearest whole percent
        (60, "1 1 1 - -", "q1", Stuck.NOT_EXPLAINED),  # unanswered ones count there, which this way does not know
        (50, "? ?", "q1", Stuck.NO_ANSWERS),
        (50, "", "q1", Stuck.NO_ANSWERS),
        (100, "1", "q1", Stuck.NOTHING_LEFT),
    ],
)
def test_each_question_worth_one(score: object, marks: str, discounted: str, comes_to: object):
    expected = Decimal(comes_to) if isinstance(comes_to, int | str) and not isinstance(comes_to, Stuck) else comes_to
    assert rescored(reported(score, marks), out(discounted)) == expected


WEIGHTS = {"q1": 3, "q2": 1, "q3": 1}


def test_weights_and_questions_that_were_not_answered():
    found = reported(60, "1 0 0", **WEIGHTS)
    assert rescored(found, out("q3", counting=WEIGHTED)) == 75
    whole = Counting(weighted=True, whole=Decimal(5), out=Decimal(1))
    assert rescored(reported(60, "1 - -", **WEIGHTS), out("q3", counting=whole)) == 75
    assert rescored(reported(60, "1 - -", **WEIGHTS), out("q3", counting=WEIGHTED)) == 60  # was not asked it


def test_a_weight_that_is_not_stated_explains_nothing():
    assert rescored(reported(60, "1 0 0", q1=3), out("q1", counting=WEIGHTED)) is Stuck.NOT_EXPLAINED


@pytest.mark.parametrize(
    ("attempts", "counting"),
    [
        ([reported(75, "1 1 1 0"), reported(25, "0 1 0 0")], EVEN),
        ([reported(60, "1 0 0", **WEIGHTS), reported(40, "0 1 1", **WEIGHTS)], WEIGHTED),
        ([reported(50, "1 1 - -"), reported(75, "1 1 0 1")], Counting(whole=Decimal(4), out=Decimal(1))),
        ([reported(33, "1 0 0", **WEIGHTS)], EVEN),  # it states weights and does not go by them
        ([reported(60, "1 - -", **WEIGHTS), reported(100, "1 1 1", **WEIGHTS)], Counting(True, Decimal(5), Decimal(3))),
        ([reported(50, "1 1 1 0"), reported(75, "1 1 1 0")], EVEN),  # one is explained; the other stays as it is
    ],
)
def test_the_way_that_explains_the_most_counts(attempts: list[Reported], counting: Counting):
    assert discount_of(attempts, frozenset({"q1"})) == out("q1", counting=counting)


@pytest.mark.parametrize(
    "attempts",
    [
        [],
        [reported(50, "")],
        [reported(None, "1 0")],
        [reported(60, "1 1 1 0"), reported(61, "1 0 1 0")],  # hints cost marks, perhaps
        # 50 by weights and 50 by number; without q1 it is 43 or 33: nobody can tell
        [reported(50, "1 0 1 0", q1=1, q2=1, q3=3, q4=3)],
    ],
)
def test_where_no_way_is_sure_there_is_none(attempts: list[Reported]):
    assert discount_of(attempts, frozenset({"q1"})) is None


MARKS = st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal(1)])
WORTH = st.integers(1, 20).map(Decimal)
LESSON = st.dictionaries(st.sampled_from([f"q{n}" for n in range(1, 13)]), st.tuples(MARKS, WORTH), min_size=1)
SOME = st.frozensets(st.sampled_from([f"q{n}" for n in range(1, 13)]))
Lesson = Mapping[str, tuple[Decimal, Decimal]]


def played(lesson: Lesson, *, weighted: bool) -> Reported:
    """As a package reports it that rounds to whole percents."""
    given = [Answer(question, "", None, mark=mark, weight=worth) for question, (mark, worth) in lesson.items()]
    exact = fraction(lesson, frozenset(), weighted=weighted)
    assert exact is not None
    return Reported((Decimal(exact.numerator) / exact.denominator).quantize(Decimal(1), ROUND_HALF_UP), given)


def fraction(lesson: Lesson, without: frozenset[str], *, weighted: bool) -> Fraction | None:
    """The rule once more, by fractions."""
    rows = [(mark, worth if weighted else Decimal(1)) for name, (mark, worth) in lesson.items() if name not in without]
    most = sum(Fraction(worth) for _, worth in rows)
    return sum(Fraction(mark) * Fraction(worth) for mark, worth in rows) * 100 / most if most else None


@given(LESSON, SOME, st.booleans())
def test_it_is_the_share_of_what_remains_within_its_range(lesson: Lesson, without: frozenset[str], weighted: bool):
    found = rescored(played(lesson, weighted=weighted), Discount(without, Counting(weighted=weighted)))
    exact = fraction(lesson, without, weighted=weighted)
    if exact is None:
        assert found is Stuck.NOTHING_LEFT
    elif exact == fraction(lesson, frozenset(), weighted=weighted):
        assert found == played(lesson, weighted=weighted).score
    else:
        assert isinstance(found, Decimal) and 0 <= found <= 100
        assert abs(Fraction(found) - exact) <= Fraction(1, 20_000)


@given(LESSON, SOME)
def test_a_wrong_answer_taken_out_never_lowers_and_a_right_one_never_raises(lesson: Lesson, chosen: frozenset[str]):
    given = played(lesson, weighted=False)
    before = share(given.answers, EVEN)
    for mark in (Decimal(0), Decimal(1)):
        out_of = frozenset(question for question in chosen & lesson.keys() if lesson[question][0] == mark)
        after = share(given.answers, EVEN, without=out_of)
        if before is not None and after is not None:
            assert after >= before if mark == 0 else after <= before


@given(LESSON)
def test_no_question_out_is_the_reported_score_to_the_letter(lesson: Lesson):
    given = played(lesson, weighted=False)
    assert rescored(given, out()) is given.score


@given(LESSON, SOME.filter(bool), st.integers(1, 100))
def test_a_score_that_the_answers_do_not_come_to_is_never_changed(lesson: Lesson, without: frozenset[str], off: int):
    given = played(lesson, weighted=False)
    assert given.score is not None
    wrong = Reported(given.score + off, given.answers)
    assert rescored(wrong, Discount(without, EVEN)) in (wrong.score, Stuck.NOT_EXPLAINED)


@given(st.lists(LESSON, min_size=1, max_size=6), SOME.filter(bool))
def test_whatever_way_is_found_every_score_stays_within_its_range(lessons: list[Lesson], without: frozenset[str]):
    attempts = [played(lesson, weighted=number % 2 == 0) for number, lesson in enumerate(lessons)]
    found = discount_of(attempts, without)
    for each in attempts if found is not None else ():
        assert found is not None
        after = rescored(each, found)
        assert isinstance(after, Stuck) or (after is not None and 0 <= after <= 100)
