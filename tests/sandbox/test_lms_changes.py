"""What a test or a demo changes in the stand-in shows in Moodle's answers, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from sandbox.lms import create_app
from tests.sandbox.recorded_site import recorded_site

NOW = 1_795_500_000
TOAN, GDTC, CHEMISTRY, CHEMISTRY_TEST = 2, 7, 5, 25
TX1, TX3, GK, LOCKED_COLUMN = 5, 7, 8, 18


@pytest.fixture(scope="module")
def site_file() -> str:
    return json.dumps(recorded_site())


@pytest.fixture
def client(site_file: str) -> FlaskClient:
    return create_app(json.loads(site_file), clock=lambda: NOW).test_client()


def call(client: FlaskClient, function: str, **params: Any) -> Any:
    form = {"wstoken": "TOKEN", "moodlewsrestformat": "json", "wsfunction": function, **params}
    return client.post("/webservice/rest/server.php", data=form).get_json()


def change(client: FlaskClient, op: str, **args: Any) -> dict[str, Any]:
    response = client.post("/sandbox/changes", json={"op": op, **args})
    assert response.status_code == 200, response.get_json()
    return response.get_json()


def cell(client: FlaskClient, course: int, user: int, item: int) -> dict[str, Any]:
    report = call(client, "gradereport_user_get_grade_items", courseid=course, userid=user)
    return next(row for row in report["usergrades"][0]["gradeitems"] if row["id"] == item)


def test_a_changed_score_shows_with_its_time_and_moves_the_totals(client: FlaskClient) -> None:
    before = cell(client, CHEMISTRY, 35, 24)["graderaw"]
    change(client, "set_score", course=CHEMISTRY, item=CHEMISTRY_TEST, user=35, raw=9.25)
    row = cell(client, CHEMISTRY, 35, CHEMISTRY_TEST)
    assert (row["graderaw"], row["gradeformatted"], row["gradedategraded"]) == (9.25, "9.25", NOW)
    assert (before, cell(client, CHEMISTRY, 35, 24)["graderaw"]) == (8, 9.25)


def test_one_changed_score_leaves_the_other_pupils_alone(client: FlaskClient) -> None:
    def others() -> list[Any]:
        rows = call(client, "gradereport_user_get_grade_items", courseid=CHEMISTRY)["usergrades"]
        return [row for row in rows if row["userid"] != 35]

    before = others()
    change(client, "set_score", course=CHEMISTRY, item=CHEMISTRY_TEST, user=35, raw=1)
    assert others() == before


@pytest.mark.parametrize(
    ("flags", "shown"),
    [
        ({"hidden": True}, {"gradeishidden": True, "graderaw": 8.75}),
        ({"locked": True}, {"gradeislocked": True, "locked": False}),
        ({"overridden": True}, {"gradeisoverridden": True}),
        ({"excluded": True}, {"status": "dropped", "weightraw": 0}),
        ({"needsupdate": True}, {"gradeneedsupdate": True, "graderaw": None, "gradeformatted": "Error"}),
        ({"raw": None}, {"graderaw": None, "status": "novalue", "gradeformatted": "-"}),
        ({"raw": 0}, {"graderaw": 0, "gradeformatted": "0.00", "percentageformatted": "0.00 %"}),
        ({"raw": 7.2475}, {"graderaw": 7.2475, "gradeformatted": "7.25"}),
        ({"raw": 6.666666}, {"graderaw": 6.66667}),
    ],
)
def test_a_flag_or_value_shows_as_moodle_shows_it(
    client: FlaskClient, flags: dict[str, Any], shown: dict[str, Any]
) -> None:
    change(client, "set_score", course=TOAN, item=GK, user=9, **flags)
    row = cell(client, TOAN, 9, GK)
    assert {key: row[key] for key in shown} == shown


def test_a_cleared_score_has_no_row_left(client: FlaskClient) -> None:
    change(client, "clear_score", course=CHEMISTRY, item=CHEMISTRY_TEST, user=35)
    row = cell(client, CHEMISTRY, 35, CHEMISTRY_TEST)
    assert (row["graderaw"], row["feedbackformat"], "status" in row) == (None, 0, False)


def test_an_added_column_stands_before_the_total_of_its_category_and_can_be_removed(client: FlaskClient) -> None:
    added = change(client, "add_item", course=TOAN, category=3, name="Bài bù", idnumber="GK1B", max=20)
    order = [row["id"] for row in _items(client, TOAN)]
    assert order.index(added["item"]) == order.index(3) - 1
    assert cell(client, TOAN, 9, added["item"])["grademax"] == 20
    change(client, "remove_item", course=TOAN, item=added["item"])
    assert added["item"] not in [row["id"] for row in _items(client, TOAN)]


def _items(client: FlaskClient, course: int) -> list[dict[str, Any]]:
    return call(client, "gradereport_user_get_grade_items", courseid=course, userid=9)["usergrades"][0]["gradeitems"]


def test_a_pupil_who_moves_leaves_one_gradebook_and_stands_in_the_other(client: FlaskClient) -> None:
    def pupils(course: int) -> set[int]:
        return {row["id"] for row in call(client, "core_grades_get_gradable_users", courseid=course)["users"]}

    change(client, "move_pupil", **{"user": 35, "from": CHEMISTRY, "to": GDTC})
    assert 35 not in pupils(CHEMISTRY)
    assert 35 in pupils(GDTC)
    members = call(client, "core_group_get_group_members", **{"groupids[0]": 2})[0]["userids"]
    assert 35 not in members


def test_a_suspended_enrolment_is_in_the_roster_but_not_in_the_gradebook(client: FlaskClient) -> None:
    change(client, "set_enrolment", course=CHEMISTRY, user=35, status="suspended")
    everybody = call(client, "core_grades_get_gradable_users", courseid=CHEMISTRY)["users"]
    active = call(client, "core_grades_get_gradable_users", courseid=CHEMISTRY, onlyactive=1)["users"]
    reported = call(client, "gradereport_user_get_grade_items", courseid=CHEMISTRY)["usergrades"]
    assert 35 in {row["id"] for row in everybody}
    assert 35 not in {row["id"] for row in active} | {row["userid"] for row in reported}


@pytest.mark.parametrize("idnumber", ["", "7900003304", " 7900003312 "])
def test_an_idnumber_may_be_emptied_doubled_or_padded(client: FlaskClient, idnumber: str) -> None:
    change(client, "set_user", user=35, idnumber=idnumber)
    report = call(client, "gradereport_user_get_grade_items", courseid=CHEMISTRY, userid=35)
    assert report["usergrades"][0]["useridnumber"] == idnumber


def test_a_deleted_user_is_found_by_id_only_without_idnumber(client: FlaskClient) -> None:
    change(client, "set_user", user=35, deleted=True)
    assert call(client, "core_user_get_users_by_field", **{"field": "idnumber", "values[0]": "7900003312"}) == []
    (row,) = call(client, "core_user_get_users_by_field", **{"field": "id", "values[0]": 35})
    assert row["username"] == f"hs11a112@moodle.example.test.{NOW}"
    assert "idnumber" not in row


def test_changes_of_manual_columns_and_overrides_do_not_show_in_updates_since(client: FlaskClient) -> None:
    change(client, "set_score", course=TOAN, item=12, user=9, raw=3)
    change(client, "set_score", course=TOAN, item=GK, user=9, raw=3, overridden=True)
    change(client, "set_score", course=TOAN, item=TX3, user=9, raw=3)
    updates = call(client, "core_course_get_updates_since", courseid=TOAN, since=NOW)
    assert [row["id"] for row in updates["instances"]] == [3]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"op": "nonsense"}, "unknown op"),
        ({"op": "set_score", "course": TOAN, "item": GK, "user": 9, "raw": 10.5}, "outside"),
        ({"op": "set_score", "course": TOAN, "item": 999, "user": 9, "raw": 1}, "no item 999"),
        ({"op": "set_score", "course": TOAN, "item": GK, "user": 99999, "raw": 1}, "no user"),
        ({"op": "set_item", "course": TOAN, "item": GK, "colour": "red"}, "no field 'colour'"),
        ({"op": "set_course", "course": TOAN, "idnumber": "10A1_GDTC_HK1_2324"}, "courseidnumbertaken"),
    ],
)
def test_a_change_that_moodle_would_not_take_is_refused(client: FlaskClient, wrong: dict[str, Any], said: str) -> None:
    response = client.post("/sandbox/changes", json=wrong)
    assert response.status_code == 400
    assert said in response.get_json()["error"]


def test_the_oracle_reads_values_flags_and_identities_of_a_course(client: FlaskClient) -> None:
    (course,) = client.get(f"/sandbox/scores?course={TOAN}").get_json()
    overridden = {"item": GK, "user": 12, "raw": 9.9, "overridden": True}
    found = next(row for row in course["cells"] if (row["item"], row["user"]) == (GK, 12))
    assert {key: found[key] for key in overridden} == overridden
    assert {"user": 18, "status": "suspended", "idnumber": "7900002310"} in course["enrolments"]


def test_changes_outlive_a_restart_with_their_time(site_file: str, tmp_path: Path) -> None:
    state = tmp_path / "changes.jsonl"
    first = create_app(json.loads(site_file), state=state, clock=lambda: NOW).test_client()
    change(first, "set_score", course=TOAN, item=GK, user=9, raw=3.25)
    change(first, "add_item", course=TOAN, name="Thêm")
    again = create_app(json.loads(site_file), state=state, clock=lambda: NOW + 9_999).test_client()
    assert again.get("/sandbox/site").get_json() == first.get("/sandbox/site").get_json()
    assert cell(again, TOAN, 9, GK)["gradedategraded"] == NOW


def test_a_site_that_is_written_out_and_read_again_answers_the_same(client: FlaskClient) -> None:
    copy = create_app(client.get("/sandbox/site").get_json(), clock=lambda: NOW).test_client()
    for course in (TOAN, GDTC, CHEMISTRY):
        ours = call(client, "gradereport_user_get_grade_items", courseid=course)
        assert call(copy, "gradereport_user_get_grade_items", courseid=course) == ours


def test_calls_are_counted_by_function(client: FlaskClient) -> None:
    for _ in range(3):
        call(client, "core_webservice_get_site_info")
    counted = client.get("/sandbox/calls").get_json()
    assert (counted["total"], counted["calls"]) == (3, {"core_webservice_get_site_info": 3})
    client.delete("/sandbox/calls")
    assert client.get("/sandbox/calls").get_json()["total"] == 0


def test_a_person_marks_with_a_decimal_comma_on_the_page(client: FlaskClient) -> None:
    page = client.post(f"/course/{TOAN}/score", data={"item": GK, "user": 9, "value": "9,25"}, follow_redirects=True)
    assert "9,25" in page.get_data(as_text=True)
    assert cell(client, TOAN, 9, GK)["graderaw"] == 9.25


def test_the_page_says_why_a_mark_was_not_taken(client: FlaskClient) -> None:
    page = client.post(f"/course/{TOAN}/score", data={"item": GK, "user": 9, "value": "95"})
    assert page.status_code == 400
    assert "Chưa ghi điểm" in page.get_data(as_text=True)


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/course/2", 200), ("/course/999", 404)])
def test_the_pages_are_there(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status
