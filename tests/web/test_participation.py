"""The page of who takes part in a lesson: its teacher sees all, others what is theirs."""

from collections.abc import Iterator

import pytest

from tests.sync.harness import SCHOOL, codes
from tests.web.fakes import launch, two_moodles
from tests.web.test_play import done, learn, room, seen_before  # noqa: F401 the fixture
from tests.web.world import Browser, Pages

PAGE = "play/participation"


@pytest.fixture
def lesson(room: Pages) -> Iterator[Pages]:  # noqa: F811
    """HS11 and somebody of whom nobody knows who it is have done it; HS12 has only looked
    at its page."""
    seen_before(room, "11", "HS11")
    seen_before(room, "12", "HS12")
    for code in ("HS11", "HS77"):
        done(learn(room, code))
    learn(room, "HS12")
    yield room


def page(lesson: Pages, **who: object) -> Browser:
    course = int(str(who.pop("course", 12)))
    browser = lesson.browser()
    browser.launch(launch(custom={"material": lesson.material.id}, course=course, **who))  # type: ignore[arg-type]
    browser.get(browser.here(PAGE))
    return browser


def name(lesson: Pages, code: str) -> str:
    key = lesson.school.key(code)
    return lesson.school.store.rosters.names(SCHOOL, {key})[key]


def test_a_teacher_sees_who_came_and_who_never_did(lesson: Pages):
    said = page(lesson).text
    came, _, never = said.partition("Chưa mở bài: 5 trên 6 học sinh")
    assert never, said
    assert name(lesson, "HS11") in came and "Tài khoản Moodle 77" in came
    assert all(name(lesson, code) in never for code in codes("10A1") if code != "HS11")
    assert name(lesson, "HS11") not in never and name(lesson, "HS12") not in came


def test_the_list_of_attempts_leads_there(lesson: Pages):
    browser = page(lesson)
    browser.get(browser.here("play/attempts"))
    assert f'href="{browser.here(PAGE)}"' in browser.text


@pytest.mark.parametrize("who", [{"user": "77", "idnumber": ""}, {"user": "88", "idnumber": "GV2"}])
def test_the_citys_class_list_is_not_for_a_teacher_of_the_course_alone(lesson: Pages, who: dict[str, str]):
    said = page(lesson, **who).text
    assert "Tham gia học" in said and "chỉ dành cho giáo viên được phân công" in said
    assert name(lesson, "HS13") not in said and "Chưa mở bài:" not in said


def test_where_no_class_is_known_the_page_says_so(lesson: Pages):
    now = lesson.school.clock()
    lesson.school.store.mappings.drop_course(SCHOOL, 12, school_class=None, actor="GV1", now=now)
    said = page(lesson).text
    assert "Chưa biết khoá học này là của lớp nào" in said and name(lesson, "HS11") in said
    assert name(lesson, "HS13") not in said


def test_a_course_of_another_moodle_is_of_no_class_here(lesson: Pages):
    lesson.registrations.rows = two_moodles(lesson.house.app.sync.platform)
    said = page(lesson).text
    assert "Chưa biết khoá học này là của lớp nào" in said and name(lesson, "HS13") not in said


def test_a_pupil_is_refused(lesson: Pages):
    browser = lesson.browser()
    browser.launch(launch(user="11", idnumber="HS11", teaching=False, custom={"material": lesson.material.id}))
    assert browser.get(browser.here(PAGE)).status_code == 403
