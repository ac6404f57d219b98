"""What `bridge check` finds out about a site, over the stand-in server and over changed recordings."""

import copy
import json
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import responses

from bridge.moodle_ws import Client, Moodle
from bridge.moodle_ws.health import CAPABILITIES, _about_clock
from bridge.moodle_ws.replies import Reason
from bridge.ports.lms import LmsFinding
from tests.moodle_ws.recorded import ENDPOINT, SITE, answer, php_json
from tests.moodle_ws.stand_in import standing_in
from tests.sandbox.recorded_site import recorded_site

NOW = 1_795_460_000.0
INFO = "core_webservice_get_site_info"
REPORT = "gradereport_user_get_grade_items"
GROUPS = "core_group_get_course_groups"
NEEDED = [{"name": name} for name in sorted(CAPABILITIES)]


def as_shown_to_a_reader(course: dict[str, Any]) -> dict[str, Any]:
    """Without what Moodle shows in its list of courses to those alone who may change the course."""
    return {key: value for key, value in course.items() if key not in ("idnumber", "visible")}


class Site:
    """Answers by function, from recordings about course 2; a test changes what it is about."""

    def __init__(self) -> None:
        courses = answer("core_course_get_courses--all")
        own = copy.deepcopy(answer(f"{REPORT}--teacher-as-user"))
        own["usergrades"][0]["userid"] = 71
        self.answers: dict[str, Any] = {
            INFO: answer(f"{INFO}--ok") | {"functions": NEEDED},
            "core_course_get_courses": [as_shown_to_a_reader(row) for row in courses if row["id"] in (1, 2)],
            "core_grades_get_gradable_users": answer("core_grades_get_gradable_users--ok"),
            GROUPS: answer("core_group_get_course_groups--no-managegroups", folder="live"),
            "core_grades_get_gradeitems": answer("core_grades_get_gradeitems--ok"),
            REPORT: own,
        }
        self.clock = NOW

    @property
    def own_cells(self) -> list[dict[str, Any]]:
        return self.answers[REPORT]["usergrades"][0]["gradeitems"]

    def reply(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        function = request.body.split("wsfunction=")[1].split("&")[0]
        return 200, {"Date": formatdate(self.clock, usegmt=True)}, php_json(self.answers[function])


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    with responses.RequestsMock() as http:
        http.add_callback(responses.POST, ENDPOINT, callback=site.reply)
        yield site


def findings() -> dict[str, LmsFinding]:
    found = Moodle(Client(SITE, "TOKEN"), now=lambda: NOW).examine()
    return {finding.code: finding for finding in found}


def test_a_sound_site_says_its_version_and_what_a_person_must_look_at(site: Site) -> None:
    found = findings()
    assert {code: finding.serious for code, finding in found.items()} == {
        "LMS_VERSION": False,
        "IDNUMBER_LOCK_UNSEEN": False,
    }
    assert found["LMS_VERSION"].facts["release"] == "4.5.6 (Build: 20250811)"


@pytest.mark.parametrize("function", sorted(CAPABILITIES))
def test_a_missing_function_is_named_and_serious(site: Site, function: str) -> None:
    site.answers[INFO]["functions"] = [row for row in NEEDED if row["name"] != function]
    missing = findings()["FUNCTION_MISSING"]
    assert (missing.serious, missing.facts) == (True, {"function": function})


def test_functions_that_write_are_told_from_those_that_read_too_much(site: Site) -> None:
    more = ["core_grades_update_grades", "enrol_manual_enrol_users", "core_user_get_users", "mod_assign_save_grade"]
    site.answers[INFO]["functions"] = [*NEEDED, *({"name": name} for name in more)]
    found = findings()
    assert found["FUNCTION_WRITES"].facts["functions"] == (
        "core_grades_update_grades",
        "enrol_manual_enrol_users",
        "mod_assign_save_grade",
    )
    assert found["FUNCTION_SURPLUS"].facts["functions"] == ("core_user_get_users",)
    assert not any(finding.serious for finding in found.values())


def test_rights_to_change_things_that_show_in_answers_are_pointed_out(site: Site) -> None:
    site.answers["core_course_get_courses"][1]["idnumber"] = ""
    site.answers[GROUPS] = answer(f"{GROUPS}--ok")
    surplus = findings()["RIGHT_SURPLUS"]
    assert not surplus.serious
    assert surplus.facts == {"capabilities": ("moodle/course:managegroups", "moodle/course:update")}


def test_groups_may_be_missing_from_the_service(site: Site) -> None:
    site.answers[INFO]["functions"] = [row for row in NEEDED if "group" not in row["name"]]
    site.answers[GROUPS] = answer("ERR--function-not-in-service")
    assert not any(finding.serious for finding in findings().values())


def test_a_site_administrators_token_is_pointed_out(site: Site) -> None:
    site.answers[INFO]["userissiteadmin"] = True
    assert findings()["ACCOUNT_IS_ADMIN"].facts == {"user": 71}


@pytest.mark.parametrize(("theirs", "skew"), [(NOW + 3600, 3600), (NOW - 90, -90), (NOW + 20, None)])
def test_a_clock_that_is_minutes_off_is_pointed_out(site: Site, theirs: float, skew: int | None) -> None:
    site.clock = theirs
    found = findings().get("CLOCK_SKEW")
    assert (found.facts["seconds"] if found else None) == skew


@pytest.mark.parametrize("date", [None, "soon"])
def test_a_server_without_a_readable_clock_has_no_skew(date: str | None) -> None:
    assert list(_about_clock(date, NOW)) == []


@pytest.mark.parametrize("key", ["gradeislocked", "gradeisoverridden"])
def test_null_flags_are_serious(site: Site, key: str) -> None:
    for cell in site.own_cells:
        cell[key] = None
    assert findings()["FLAGS_UNSEEN"].serious


def test_columns_that_are_withheld_are_serious_and_named(site: Site) -> None:
    site.answers[REPORT]["usergrades"][0]["gradeitems"] = [cell for cell in site.own_cells if cell["id"] not in (7, 13)]
    withheld = findings()["ITEMS_WITHHELD"]
    assert (withheld.serious, withheld.facts) == (True, {"course": 2, "items": (7, 13)})


@pytest.mark.parametrize(("key", "column"), [("graderaw", "value"), ("rangeformatted", "range")])
def test_a_report_without_values_or_ranges_is_serious(site: Site, key: str, column: str) -> None:
    for cell in site.own_cells:
        del cell[key]
    assert findings()["COLUMNS_OFF"].facts == {"course": 2, "columns": (column,)}


def test_a_course_where_nobody_has_an_idnumber_is_serious(site: Site) -> None:
    users = answer("core_grades_get_gradable_users--ok")["users"]
    hidden = [{key: value for key, value in user.items() if key != "idnumber"} for user in users]
    site.answers["core_grades_get_gradable_users"] = {"users": hidden}
    assert findings()["IDNUMBERS_HIDDEN"].serious


ERRORS = [
    ("core_course_get_courses", "ERR--weak-empty", None, Reason.NO_ACCESS),
    ("core_grades_get_gradable_users", f"{REPORT}--as-student-all-users", 2, Reason.NO_RIGHT),
    (REPORT, "ERR--missing-capability-not-enrolled", 2, Reason.NO_ACCESS),
]


@pytest.mark.parametrize(("function", "recorded", "course", "reason"), ERRORS, ids=[row[0] for row in ERRORS])
def test_a_missing_right_is_named_by_what_to_grant(
    site: Site, function: str, recorded: str, course: int | None, reason: Reason
) -> None:
    site.answers[function] = answer(recorded)
    missing = findings()["RIGHT_MISSING"]
    assert missing.serious
    assert (missing.facts["course"], missing.facts["function"], missing.facts["reason"]) == (course, function, reason)
    assert missing.facts["capabilities"] == CAPABILITIES[function]


def test_a_broken_gradebook_is_named_and_stops_nothing_else(site: Site) -> None:
    site.answers["core_grades_get_gradable_users"] = {"exception": "x", "errorcode": "gradesneedregrading"}
    broken = findings()["GRADEBOOK_BROKEN"]
    assert (broken.serious, broken.facts) == (False, {"course": 2})


@pytest.fixture(scope="module")
def stand_in() -> Iterator[Callable[[str], set[str]]]:
    """The codes of serious findings for a token of the recorded site."""
    with standing_in(recorded_site()) as server:
        yield lambda token: {one.code for one in Moodle(Client(server.url, token)).examine() if one.serious}


@pytest.mark.parametrize(
    ("token", "codes"),
    [("TOKEN", set()), ("TOKEN_MIN", {"FUNCTION_MISSING"}), ("TOKEN_WEAK", {"RIGHT_MISSING"})],
)
def test_tokens_of_the_stand_in(stand_in: Callable[[str], set[str]], token: str, codes: set[str]) -> None:
    assert stand_in(token) == codes


def test_every_function_that_a_real_site_marks_as_writing_is_recognised(site: Site) -> None:
    """`written.json` lists them as the site's own registry does; two that write nothing of worth are known to slip."""
    written = json.loads((Path(__file__).parent / "written.json").read_text(encoding="utf-8"))
    site.answers[INFO]["functions"] = [*NEEDED, *({"name": name} for name in written)]
    slipped = set(written) - set(findings()["FUNCTION_WRITES"].facts["functions"])
    assert slipped == {"core_user_view_user_list", "core_files_get_unused_draft_itemid"}
