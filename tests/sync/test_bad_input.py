"""What bad input gets: a hold that names pupil, class, column and cause; and nothing else of the class is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bridge.cli.show import plan_value
from bridge.domain.errors import Garbled
from bridge.domain.plans import Problem
from bridge.domain.scores import Column, mark
from bridge.ports.city import ColumnLock
from bridge.ports.lms import Gradebook, LmsItem
from bridge.words import Words
from tests.fakes_lms import MemoryLms
from tests.sync.harness import HK1, SCHOOL, TX1, TX2, School, city_pupil, course, item, item_id

Act = Callable[[School], None]
M7 = mark(70)


def told(school: School) -> dict[str, Any]:
    """What a run says as one document, as `bridge holds list --json` does."""
    units = school.run().units
    return plan_value(school.store.plans.head("last", school=SCHOOL), units)


def put(raw: str | None, **more: object) -> Act:
    return lambda school: school.put("HS11", raw, **more)  # type: ignore[arg-type]


def comment(raw: str | None, word: str = "", *, words: bool = True) -> Act:
    def act(school: School) -> None:
        school.lms.put_item(14, item(14, TX1, words=words))
        school.lms.put(14, 11, item_id(14, TX1), raw, word=word)

    return act


def a_scale_where_marks_belong(school: School) -> None:
    school.lms.put_item(12, item(12, TX1, words=True))
    school.put("HS11", "2", word="Đạt")


CELLS: list[tuple[str, Act, str, str]] = [
    # what                                  how                         subject  cause
    ("a comma in a text item",              put(None, word="8,5"),      "TOAN",  "NOT_A_VALUE"),
    ("a word in a text item",               put(None, word="vắng"),     "TOAN",  "NOT_A_VALUE"),
    ("85 out of 10",                        put("85"),                  "TOAN",  "OUT_OF_RANGE"),
    ("below nothing",                       put("-1"),                  "TOAN",  "OUT_OF_RANGE"),
    ("a little above the maximum",          put("10.04"),               "TOAN",  "OUT_OF_RANGE"),
    ("no number at all",                    put("NaN"),                 "TOAN",  "NOT_A_VALUE"),
    ("a word that no scale of marks knows", comment("3", "Khá"),        "GDTC",  "UNKNOWN_WORD"),
    ("a number in a subject of comments",   comment("8", words=False),  "GDTC",  "WRONG_KIND"),
    ("a comment in a subject of marks",     a_scale_where_marks_belong, "TOAN",  "WRONG_KIND"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "subject", "cause"), [row[1:] for row in CELLS], ids=[row[0] for row in CELLS])
def test_a_cell_that_is_no_score(school: School, act: Act, subject: str, cause: str) -> None:
    school.put("HS21", "7")
    act(school)
    [cell] = [row for row in told(school)["cells"] if row["action"] == "hold"]
    assert (cell["pupil"], cell["class"], cell["subject"], cell["column"]) == (school.key("HS11"), "10A1", subject, TX1)
    assert (cell["problem"], cell["detail"]) == (Problem.UNREADABLE, cause)
    assert school.book("HS21") == M7
    for language in ("vi", "en"):
        words = Words(language)
        assert words.problem(Problem.UNREADABLE, cause) != words.problem(Problem.UNREADABLE)


def test_a_locked_column_says_why_and_holds_nobody_elses(school: School) -> None:
    school.city.book.locks.append(ColumnLock(HK1, True, "10A1", "TOAN", TX1, reason="Đã khoá sổ"))
    school.put("HS11", "8")
    school.put("HS21", "7")
    [cell] = [row for row in told(school)["cells"] if row["action"] == "hold"]
    assert (cell["pupil"], cell["class"], cell["column"]) == (school.key("HS11"), "10A1", TX1)
    assert (cell["problem"], cell["detail"]) == (Problem.LOCKED, "Đã khoá sổ")
    assert (school.book("HS11"), school.book("HS21")) == (None, M7)


PEOPLE: list[tuple[str, str, Problem, str]] = [
    # what            idnumber in Moodle   problem                    detail
    ("none",          "",                  Problem.NO_IDNUMBER,       ""),
    ("blanks",        "  ",                Problem.NO_IDNUMBER,       ""),
    ("unknown",       "HS999",             Problem.UNKNOWN_PUPIL,     ""),
    ("another's",     "HS12",              Problem.DOUBLED_IDNUMBER,  ""),
    ("another class", "HS21",              Problem.OTHER_CLASS,       "10A2"),
]  # fmt: skip


@pytest.mark.parametrize(("idnumber", "problem", "detail"), [row[1:] for row in PEOPLE], ids=[row[0] for row in PEOPLE])
def test_an_account_that_is_surely_nobody_here(school: School, idnumber: str, problem: Problem, detail: str) -> None:
    """No pupil's key can be named: course and account are."""
    for number in (12, 14):
        school.lms.drop_pupil(number, 11)
    school.lms.drop_pupil(13, 21)
    school.store.mappings.drop_course(SCHOOL, 13, actor="admin", now=school.clock())
    school.enrol(12, 99, idnumber)
    school.put("HS13", "7")
    found = told(school)["people"]
    person = {"course": 12, "user_id": 99, "problem": problem, "detail": detail}
    assert person in found
    assert school.book("HS13") == M7


def a_course_of_last_year(school: School) -> None:
    school.lms.held[12].course = course(12, starts=date(2025, 9, 5), ends=date(2026, 5, 31))


def an_empty_list(school: School) -> None:
    school.city.book.pupils["10A1"] = []


def an_empty_course(school: School) -> None:
    for user in range(11, 17):
        school.lms.drop_pupil(12, user)


class CutOff(MemoryLms):
    def gradebook(self, course: int, **_: object) -> Gradebook:
        raise Garbled(remote="lms", operation="gradebook", why="CUT_OFF", course=course)


def an_answer_cut_off(school: School) -> None:
    whole, school.lms = school.lms, CutOff()
    school.lms.held = whole.held


UNITS: list[tuple[Act, Problem, str]] = [
    (a_course_of_last_year, Problem.WRONG_YEAR, "12: 2025-09-05–2026-05-31"),
    (an_empty_list, Problem.ROSTER_SHRUNK, "10A1: 6 → 0"),
    (an_empty_course, Problem.GRADEBOOK_SHRUNK, "12: 6 → 0"),
    (an_answer_cut_off, Problem.UNREAD, "CUT_OFF"),
]


@pytest.mark.parametrize(("act", "problem", "detail"), UNITS)
def test_what_makes_a_whole_unit_doubtful(school: School, act: Act, problem: Problem, detail: str) -> None:
    school.run()
    act(school)
    school.put("HS12", "8")
    holds = told(school)["unit_holds"]
    [hold] = [row for row in holds if row["unit"]["class"] == "10A1" and row["unit"]["subject"] == "TOAN"]
    assert (hold["unit"]["term"], hold["column"], hold["problem"]) == (HK1, None, problem)
    assert detail in hold["detail"]
    assert school.book("HS12") is None


def extra(number: int, idnumber: str) -> LmsItem:
    return replace(item(12, TX1), id=number, name=idnumber, idnumber=idnumber)


def test_more_items_than_columns_send_what_is_mapped_and_nothing_else(school: School) -> None:
    """A sixth regular mark and a second mid-term one stand in Moodle; no column of the book gets them."""
    for number, idnumber in ((1250, "HK1.TX6"), (1251, "HK1.GK"), (1252, "HK1.GK")):
        school.lms.put_item(12, extra(number, idnumber))
        school.lms.put(12, 11, number, "3")
    school.put("HS11", "7")
    school.put("HS11", "8", TX2)
    found = told(school)
    assert not [row for row in found["cells"] if row["action"] == "hold"] and not found["unit_holds"]
    shown = {column: school.book("HS11", column) for column in Column if school.book("HS11", column) is not None}
    assert shown == {TX1: M7, TX2: mark(80)}


def test_two_pupils_of_one_name_are_two(school: School) -> None:
    """Nobody is known by name."""
    school.city.book.pupils["10A1"][1] = replace(city_pupil("HS12"), name=city_pupil("HS11").name)
    school.put("HS11", "7")
    school.put("HS12", "8")
    school.run()
    assert (school.book("HS11"), school.book("HS12")) == (M7, mark(80))
