"""Who took part in a lesson, and who of the class list never opened it."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.attempts import AttemptState
from bridge.domain.mapping import CourseMap
from bridge.domain.materials import About, MaterialState
from bridge.domain.participation import ALWAYS, NEVER, Participation, Period, Stage
from bridge.materials.participation import Roll, Row, participation, took_part
from bridge.ports.materials import Material, Version
from bridge.ports.playing import Attempt, Link, Terms
from tests.materials.test_results import AT
from tests.materials.test_results import attempt as an_attempt
from tests.sync.harness import SCHOOL, YEAR, School, city_pupil, codes, open_school

MINUTE = timedelta(minutes=1)


def attempt(**more: object) -> Attempt:
    return replace(an_attempt(state=AttemptState.OPEN), **more)  # type: ignore[arg-type]


def test_nothing_opened_is_no_part():
    assert took_part([]) == took_part([attempt(sitting=0)]) == NEVER
    assert NEVER.stage is Stage.NEVER


def test_all_attempts_are_counted_together():
    first = attempt(seconds=60, progress=Decimal("0.8"), seen=AT + MINUTE, finished=AT + MINUTE)
    second = attempt(started=AT + 2 * MINUTE, seen=AT + 3 * MINUTE, seconds=30, progress=Decimal("0.2"))
    found = took_part([second, first])
    assert found == Participation(AT, AT + 3 * MINUTE, 2, 90, Decimal("0.8"), AT + MINUTE)
    assert found.stage is Stage.FINISHED


def test_an_attempt_that_was_set_aside_is_time_but_no_work_that_was_done():
    aside = attempt(state=AttemptState.RESET, seconds=60, progress=Decimal(1), finished=AT)
    assert took_part([aside]) == Participation(AT, AT, 1, 60)
    assert took_part([aside]).stage is Stage.OPENED


def test_a_lesson_that_says_no_progress_has_none_rather_than_zero():
    assert took_part([attempt()]).progress is None


@pytest.mark.parametrize(("since", "until", "holds"), [(0, 1, True), (1, 2, False), (-1, 0, False), (None, None, True)])
def test_a_period_holds_its_first_moment_and_not_its_last(since: int | None, until: int | None, holds: bool):
    at = [None if each is None else AT + each * MINUTE for each in (since, until)]
    assert Period(*at).holds(AT) is holds


@dataclass
class Lesson:
    """A link in course 12, which feeds 10A1; account `11` is HS11 for whoever asks."""

    school: School
    link: Link
    asked: list[str]

    @property
    def roll(self) -> Roll:
        store = self.school.store
        mapped = frozenset({"r1"})
        return Roll(SCHOOL, YEAR, store.attempts, store.rosters, store.mappings, self._whose, mapped)

    def _whose(self, registration: str, accounts: Collection[str]) -> Mapping[str, str]:
        self.asked.append(registration)
        known = self.school.store.rosters.directory(SCHOOL).key_of
        return {each: known[f"HS{each}"] for each in accounts if f"HS{each}" in known}

    def open(self, learner: str, **more: object) -> None:
        row = attempt(id=f"a{learner}", link=self.link.id, learner=learner, **more)
        self.school.store.attempts.begin(SCHOOL, row)

    def place(self, course: str) -> Link:
        made = replace(self.link, id=f"l{course}", course=course, resource_link=f"x{course}")
        return self.school.store.attempts.ensure_link(SCHOOL, made)

    def rows(
        self, *links: Link, period: Period = ALWAYS, sees: Callable[[CourseMap | None], bool] = lambda _: True
    ) -> list[Row]:
        return participation(self.roll, links or [self.link], period, sees=sees)

    def never(self, **more: object) -> set[str]:
        code_of = self.school.store.rosters.directory(SCHOOL).code_of
        return {code_of[row.pupil] for row in self.rows(**more) if row.did is NEVER}  # type: ignore[arg-type]


@pytest.fixture
def lesson(tmp_path: Path) -> Iterator[Lesson]:
    school = open_school(tmp_path)
    version = Version("m1", 1, MaterialState.PUBLISHED, "ab" * 32, "b.zip", 9, None, "", None, (), "GV1", AT)
    school.store.materials.add(SCHOOL, Material("m1", About("Phân số"), "GV1", AT, (version,)), actor="GV1")
    made = Link("l1", "r1", "12", "x", "m1", "Luyện tập", Terms(), "", AT)
    yield Lesson(school, school.store.attempts.ensure_link(SCHOOL, made), [])
    school.store.close()


def test_who_never_opened_it_is_told_from_the_class_list(lesson: Lesson):
    lesson.open("11")
    lesson.open("12", sitting=0)
    assert lesson.never() == set(codes("10A1")) - {"HS11"}
    assert [(row.account, row.feeds and row.feeds.school_class) for row in lesson.rows() if row.account] == [
        ("11", "10A1")
    ]


def test_who_has_left_the_class_is_not_missed(lesson: Lesson):
    pupils = [city_pupil(code, studying=code != "HS12") for code in codes("10A1")]
    lesson.school.store.rosters.save_members(SCHOOL, YEAR, {"10A1": pupils}, now=AT)
    assert lesson.never() == set(codes("10A1")) - {"HS12"}


def test_a_course_that_feeds_no_class_tells_only_who_came(lesson: Lesson):
    elsewhere = lesson.place("99")
    lesson.school.store.attempts.begin(SCHOOL, attempt(link=elsewhere.id, learner="11"))
    assert [(row.account, row.feeds) for row in lesson.rows(elsewhere)] == [("11", None)]


def test_a_course_of_another_lms_with_the_same_number_feeds_nothing(lesson: Lesson):
    made = replace(lesson.link, id="l2", registration="r2")
    elsewhere = lesson.school.store.attempts.ensure_link(SCHOOL, made)
    lesson.school.store.attempts.begin(SCHOOL, attempt(link=elsewhere.id, learner="11"))
    assert [(row.account, row.feeds) for row in lesson.rows(elsewhere)] == [("11", None)]
    assert lesson.rows(elsewhere, sees=lambda feeds: feeds is not None) == []


def test_somebody_of_another_class_is_on_no_list_of_this_course(lesson: Lesson):
    for learner in ("21", "999"):
        lesson.open(learner)
    came = {row.account: row for row in lesson.rows() if row.account}
    assert (came["21"].feeds, came["999"].feeds, bool(came["21"].pupil), came["999"].pupil) == (None, None, True, "")


def test_an_attempt_is_of_the_period_in_which_it_was_begun(lesson: Lesson):
    lesson.open("11", started=AT)
    assert "HS11" not in lesson.never(period=Period(AT, AT + MINUTE))
    assert "HS11" in lesson.never(period=Period(AT + MINUTE, None))
    assert lesson.rows(period=Period(None, AT)) == []  # nobody could have opened what was not there yet


def test_only_lists_that_may_be_seen_are_told(lesson: Lesson):
    lesson.open("999")
    assert lesson.rows(sees=lambda _: False) == []
    other = lesson.place("13")
    seen = lesson.rows(lesson.link, other, sees=lambda feeds: feeds is not None and feeds.school_class == "10A2")
    assert {row.link.id for row in seen} == {other.id}
    lesson.school.feed(12, "10A2", "TOAN")
    part = lesson.rows(sees=lambda feeds: feeds is not None and feeds.school_class == "10A2")
    assert {row.feeds.school_class for row in part if row.feeds} == {"10A2"}
    assert "999" not in {row.account for row in part}


def test_the_directory_is_asked_once_for_each_registration(lesson: Lesson):
    lesson.rows(lesson.link, lesson.place("13"), lesson.place("14"))
    assert lesson.asked == ["r1"]
