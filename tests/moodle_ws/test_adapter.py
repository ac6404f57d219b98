"""`Moodle` over recorded answers: the requests that leave, in their order, and what comes of the answers."""

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
import responses

from bridge.domain.errors import Garbled, Refused
from bridge.moodle_ws.replies import Why
from bridge.ports.lms import ItemKind, LmsCourse
from tests.moodle_ws.recorded import answer, moodle, serve, serve_value

REPORT = "gradereport_user_get_grade_items"
GRADABLE = "core_grades_get_gradable_users"
ACTIVE_IN_2 = {9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21, 22, 23}


@pytest.fixture
def http() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def sent(http: responses.RequestsMock) -> list[dict[str, str]]:
    """The parameters of each call, without token and format."""
    forms = [dict(parse_qsl(call.request.body)) for call in http.calls]
    return [{k: v for k, v in form.items() if k not in ("wstoken", "moodlewsrestformat")} for form in forms]


def serve_course_2(http: responses.RequestsMock) -> None:
    serve(http, f"{GRADABLE}--onlyactive")


def serve_big_course_2(http: responses.RequestsMock, groups: Any, *users: int) -> None:
    """Its groups, and the report of each of these users alone."""
    serve_course_2(http)
    serve_value(http, groups, wsfunction="core_group_get_course_groups")
    for row in answer(f"{REPORT}--course-all-users")["usergrades"]:
        if row["userid"] in users:
            serve_value(http, {"usergrades": [row]}, wsfunction=REPORT, userid=row["userid"])


def test_courses_come_with_the_path_of_their_category_and_plain_names(http: responses.RequestsMock) -> None:
    serve(http, "core_course_get_categories--all")
    serve(http, "core_course_get_courses--all")
    courses = {course.id: course for course in moodle().courses()}
    assert 1 not in courses
    assert courses[5] == LmsCourse(
        id=5,
        fullname="Hoá học 11A1 & 11A2 - HK1 2023-2024",
        shortname="HOAHOC-K11-HK1-2324",
        idnumber="K11_HOAHOC_HK1_2324",
        category_path=("Trường THPT Thử Nghiệm", "Khối 11"),
        visible=True,
        starts=date(2023, 9, 5),
        ends=date(2024, 1, 13),
    )
    assert not courses[8].visible
    assert sent(http) == [{"wsfunction": "core_course_get_categories"}, {"wsfunction": "core_course_get_courses"}]


@pytest.mark.parametrize("moment", [0, -1, 10**15])
def test_a_moment_that_is_no_date_is_none(http: responses.RequestsMock, moment: int) -> None:
    serve(http, "core_course_get_categories--all")
    rows = [row | {"startdate": moment} for row in answer("core_course_get_courses--all")]
    serve_value(http, rows, wsfunction="core_course_get_courses")
    assert {course.starts for course in moodle().courses()} == {None}


def test_an_idnumber_that_the_list_hides_is_read_from_the_courses_report(http: responses.RequestsMock) -> None:
    serve(http, "core_course_get_categories--all")
    listed = [row for row in answer("core_course_get_courses--all") if row["id"] == 2]
    hiding = [{k: v for k, v in row.items() if k not in ("idnumber", "visible")} for row in listed]
    serve_value(http, hiding, wsfunction="core_course_get_courses")
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, own_report(), wsfunction=REPORT, courseid=2, userid=71)
    (course,) = moodle().catalogue()
    assert course.idnumber == "10A1_TOAN_HK1_2324"


def test_a_course_whose_report_is_refused_stays_in_the_list(http: responses.RequestsMock) -> None:
    serve(http, "core_course_get_categories--all")
    serve_value(http, answer("core_course_get_courses--no-update", folder="live"), wsfunction="core_course_get_courses")
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, answer("ERR--missing-capability-not-enrolled"), wsfunction=REPORT)
    (course,) = moodle().catalogue()
    assert course.idnumber == ""


def own_report() -> Any:
    """The report of somebody without values, as of the account itself."""
    report = copy.deepcopy(answer(f"{REPORT}--teacher-as-user"))
    report["usergrades"][0]["userid"] = 71
    return report


def test_pupils_are_those_with_an_active_enrolment_and_suspended_accounts_are_marked(
    http: responses.RequestsMock,
) -> None:
    serve_course_2(http)
    pupils = {pupil.user_id: pupil for pupil in moodle().pupils(2)}
    assert pupils.keys() == ACTIVE_IN_2
    assert {user for user, pupil in pupils.items() if not pupil.active} == {19}
    assert (pupils[9].idnumber, pupils[21].idnumber) == ("7900002301", "")
    assert [(call["wsfunction"], call["onlyactive"]) for call in sent(http)] == [(GRADABLE, "1")]


@pytest.mark.parametrize(
    ("recorded", "folder"),
    [("core_group_get_course_groups--no-managegroups", "live"), ("ERR--function-not-in-service", "ws")],
)
def test_an_account_that_may_not_see_groups_reads_a_big_course_without(
    http: responses.RequestsMock, recorded: str, folder: str
) -> None:
    serve_big_course_2(http, answer(recorded, folder), 9, 14, 23)
    assert list(moodle(most_cells=50).gradebook(2, users=[9, 14, 23]).cells) == [9, 14, 23]


def test_groups_that_can_not_be_read_for_another_reason_stop_the_reading(http: responses.RequestsMock) -> None:
    serve_big_course_2(http, answer("ERR--invalid-token"), 9)
    with pytest.raises(Refused):
        moodle(most_cells=50).gradebook(2, users=[9, 14, 23])


@pytest.mark.parametrize(
    ("groups", "members", "why"),
    [
        ([{"id": 2, "courseid": 6}], [], Why.OTHER_COURSE),
        ([{"id": 2, "courseid": 2}], [{"groupid": 3, "userids": []}], Why.COUNT),
    ],
)
def test_groups_of_another_course_or_without_members_garble_the_reading(
    http: responses.RequestsMock, groups: Any, members: Any, why: Why
) -> None:
    http.assert_all_requests_are_fired = False
    serve_big_course_2(http, groups, 9)
    serve_value(http, members, wsfunction="core_group_get_group_members")
    with pytest.raises(Garbled) as caught:
        moodle(most_cells=50).gradebook(2, users=[9, 14, 23])
    assert caught.value.facts["why"] is why


def test_a_roster_with_somebody_twice_is_garbled(http: responses.RequestsMock) -> None:
    serve_value(http, {"users": [{"id": 9}, {"id": 9}]}, wsfunction=GRADABLE)
    with pytest.raises(Garbled):
        moodle().pupils(2)


def test_a_class_is_read_in_one_call_and_only_the_wanted_are_kept(http: responses.RequestsMock) -> None:
    serve_course_2(http)
    serve_value(http, answer(f"{REPORT}--course-all-users"), wsfunction=REPORT)
    lms = moodle()
    lms.pupils(2)
    book = lms.gradebook(2, users=ACTIVE_IN_2 - {19, 17})
    assert book.cells.keys() == ACTIVE_IN_2 - {19, 17}
    assert sent(http)[1:] == [{"wsfunction": REPORT, "courseid": "2", "userid": "0", "groupid": "0"}]


def test_a_gradebook_that_lacks_a_wanted_pupil_is_garbled(http: responses.RequestsMock) -> None:
    serve_course_2(http)
    report = copy.deepcopy(answer(f"{REPORT}--course-all-users"))
    report["usergrades"] = [row for row in report["usergrades"] if row["userid"] != 14]
    serve_value(http, report, wsfunction=REPORT)
    with pytest.raises(Garbled) as caught:
        moodle().gradebook(2, users=ACTIVE_IN_2)
    assert (caught.value.facts["why"], caught.value.facts["asked"], caught.value.facts["got"]) == (Why.COUNT, 13, 12)


def test_an_empty_report_of_somebodys_other_group_is_garbled(http: responses.RequestsMock) -> None:
    serve_course_2(http)
    serve_value(http, answer(f"{REPORT}--group-of-other-course"), wsfunction=REPORT)
    with pytest.raises(Garbled):
        moodle().gradebook(2, users=ACTIVE_IN_2)


@pytest.mark.parametrize("stranger", [18, 20, 54, 99999])
def test_who_is_not_active_is_not_even_asked_for(http: responses.RequestsMock, stranger: int) -> None:
    serve_course_2(http)
    with pytest.raises(Garbled) as caught:
        moodle().gradebook(2, users=[9, stranger])
    assert caught.value.facts["not_active"] == [stranger]
    assert REPORT not in [call["wsfunction"] for call in sent(http)]


def test_a_big_course_is_read_pupil_by_pupil(http: responses.RequestsMock) -> None:
    serve_big_course_2(http, [], 9, 14, 23)
    book = moodle(most_cells=50).gradebook(2, users=[9, 14, 23])
    assert [call["userid"] for call in sent(http) if call["wsfunction"] == REPORT] == ["9", "14", "23"]
    assert list(book.cells) == [9, 14, 23]


def test_columns_are_read_from_the_accounts_own_row(http: responses.RequestsMock) -> None:
    serve(http, "core_grades_get_gradeitems--ok")
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, own_report(), wsfunction=REPORT, courseid=2, userid=71)
    lms = moodle()
    items = {item.id: item for item in lms.items(2)}
    assert (items[5].idnumber, items[5].category) == ("TX1", "Đánh giá thường xuyên")
    assert items[11].words
    assert lms.items(2)
    assert [call["wsfunction"] for call in sent(http)].count("core_webservice_get_site_info") == 1


def test_nobody_wanted_still_shows_the_columns(http: responses.RequestsMock) -> None:
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, own_report(), wsfunction=REPORT, courseid=2, userid=71)
    book = moodle().gradebook(2, users=())
    assert (len(book.items), book.cells) == (20, {})


def test_a_course_without_columns_has_its_total_alone(http: responses.RequestsMock) -> None:
    report = answer(f"{REPORT}--empty-course")
    users = [{"id": row["userid"]} for row in report["usergrades"]]
    serve_value(http, {"users": users}, wsfunction=GRADABLE, courseid=8, onlyactive=1)
    serve_value(http, report, wsfunction=REPORT, courseid=8)
    book = moodle().gradebook(8, users=[user["id"] for user in users])
    assert [item.kind for item in book.items] == [ItemKind.COURSE]
    assert {row[0].raw for row in book.cells.values()} == {None}


REGRADING = {"exception": "core\\exception\\moodle_exception", "errorcode": "gradesneedregrading", "message": "x"}


def test_a_gradebook_whose_totals_are_due_is_made_to_compute_them(http: responses.RequestsMock) -> None:
    serve_value(http, REGRADING, wsfunction=GRADABLE)
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, own_report(), wsfunction=REPORT, courseid=2, userid=71)
    serve_course_2(http)
    assert len(moodle().pupils(2)) == 13
    assert [call["wsfunction"] for call in sent(http)][2:4] == [REPORT, GRADABLE]


def test_a_gradebook_that_stays_broken_is_refused(http: responses.RequestsMock) -> None:
    for _ in range(2):
        serve_value(http, REGRADING, wsfunction=GRADABLE)
    serve_value(http, answer("core_webservice_get_site_info--ok"), wsfunction="core_webservice_get_site_info")
    serve_value(http, own_report(), wsfunction=REPORT, courseid=2, userid=71)
    with pytest.raises(Refused) as caught:
        moodle().pupils(2)
    assert caught.value.facts["reason"] == "BROKEN_GRADEBOOK"


def test_a_report_that_cannot_be_computed_is_refused(http: responses.RequestsMock) -> None:
    serve_course_2(http)
    serve_value(http, REGRADING, wsfunction=REPORT)
    with pytest.raises(Refused) as caught:
        moodle().gradebook(2, users=ACTIVE_IN_2)
    assert caught.value.facts["reason"] == "BROKEN_GRADEBOOK"
