"""The pages of an admin and a principal: what each shows and changes, and what is refused."""

from datetime import timedelta

import pytest

from bridge.domain.actors import Grant, Role
from bridge.domain.mapping import Policy
from bridge.domain.scores import mark
from bridge.ports.jobs import JobKind
from bridge.ports.platforms import Case, Step
from bridge.web.timetables import spans
from tests.sync.harness import SCHOOL, TX1
from tests.web.fakes import launch
from tests.web.test_school import granted
from tests.web.world import Browser, Pages

SEES_ALL = ("school/", "school/holds", "school/late", "runs/", "policies/", "jobs/", "people/", "audit/")
OPERATES = ("platforms/", "passbacks/", "selftest/")
CHANGES = ("runs/start", "runs/last/revert", "policies/TX1", "jobs/SYNC", "jobs/SYNC/start", "people/roles",
           "people/roles/drop", "people/stand-ins", "school/holds/clear", "school/holds/identity",
           "school/late/deadlines", "school/late/deadlines/drop", "platforms/", "platforms/invite",
           "platforms/r1/state", "passbacks/x/settle", "passbacks/x/again", "selftest/")  # fmt: skip


@pytest.fixture
def admin(pages: Pages) -> Browser:
    return granted(pages, "QT01", Role.ADMIN)


@pytest.mark.parametrize("path", SEES_ALL + OPERATES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_admin_sees_every_page(pages: Pages, admin: Browser, path: str, language: str):
    pages.school.put("HS11", "8")
    pages.school.run()
    assert admin.get(admin.here(f"{path}?lang={language}")).status_code == 200


@pytest.mark.parametrize("path", SEES_ALL)
def test_a_principal_sees_what_an_admin_sees(pages: Pages, path: str):
    principal = granted(pages, "HT01", Role.PRINCIPAL)
    assert principal.get(principal.here(path)).status_code == 200


@pytest.mark.parametrize("path", CHANGES)
def test_a_principal_changes_nothing_but_policies(pages: Pages, path: str):
    principal = granted(pages, "HT01", Role.PRINCIPAL)
    allowed = path == "policies/TX1"
    assert principal.send(principal.here(path), policy="off", seen="confirm").status_code == (200 if allowed else 403)


@pytest.mark.parametrize("path", [path for path in (*SEES_ALL, *OPERATES) if not path.startswith("school/")])
def test_a_department_head_sees_no_page_of_the_school(pages: Pages, path: str):
    head = granted(pages, "TT01", Role.DEPARTMENT_HEAD, "TOAN")
    assert head.get(head.here(path)).status_code == 403


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("who", [{"idnumber": "GV1"}, {"idnumber": "HS11", "teaching": False}])
def test_nobody_else_changes_anything(browser: Browser, path: str, who: dict[str, object]):
    browser.launch(launch(user="7", **who))
    assert browser.send(browser.here(path)).status_code == 403


# --- holds


def test_holds_of_the_school_are_told_by_why_and_filtered(pages: Pages, admin: Browser):
    for code, school_mark in (("HS11", 50), ("HS21", 60)):
        pages.school.put(code, "8")
        pages.school.edit(code, mark(school_mark))
    pages.school.plan()
    admin.get(admin.here("school/holds"))
    assert admin.text.count("10A1 · Toán · HK1 · ĐĐGtx1") == admin.text.count("10A2 · Toán · HK1 · ĐĐGtx1") == 1
    admin.get(admin.here("school/holds?school_class=10A2&problem=HAND_ENTERED"))
    assert "10A1 · Toán · HK1" not in admin.text
    assert admin.get(admin.here("school/holds?problem=" + "x" * 20000)).status_code == 200


def test_a_unit_that_is_held_is_let_pass_with_a_reason(pages: Pages, admin: Browser):
    pages.school.plan()
    for _number in range(11, 17):
        pages.school.city.book.pupils["10A1"] = pages.school.city.book.pupils["10A1"][:1]
    pages.school.plan()
    fields = {"school_class": "10A1", "subject": "TOAN", "term": "HK1", "problem": "ROSTER_SHRUNK", "plan": "last"}
    admin.get(admin.here("school/holds"))
    assert "Danh sách lớp hụt" in admin.text
    assert admin.send(admin.here("school/holds/clear"), **fields, why="").status_code == 422
    assert admin.send(admin.here("school/holds/clear"), **fields, why="lớp đã tách").status_code == 200
    pages.work()
    admin.get(admin.here("school/holds?school_class=10A1&subject=TOAN"))
    assert "Cho qua 10A1 · Toán" not in admin.text


def test_an_account_is_settled_to_be_a_pupil(pages: Pages, admin: Browser):
    pages.school.plan()
    pages.school.enrol(12, 11, "HS12")
    pages.school.plan()
    admin.get(admin.here("school/holds"))
    assert "Mã số đã đổi" in admin.text
    assert admin.send(admin.here("school/holds/identity"), user="11", pupil="HS99", why="x").status_code == 404
    assert admin.send(admin.here("school/holds/identity"), user="11", pupil="HS12", why="nhập nhầm").status_code == 200
    pins = pages.school.store.pins.pins(SCHOOL, "https://moodle.test")
    assert pins[11] == pages.school.key("HS12")


def test_an_account_in_several_courses_is_one_thing_to_mend(pages: Pages, admin: Browser):
    for course in (12, 13):
        pages.school.enrol(course, 99, "")
    pages.school.plan()
    admin.get(admin.here("school/holds?problem=NO_IDNUMBER"))
    assert "Tài khoản Moodle số 99, trong 2 khoá học: 12, 13" in admin.text


# --- deadlines


def test_where_no_day_is_known_nothing_is_said_to_be_in_time(pages: Pages, admin: Browser):
    admin.get(admin.here("school/late"))
    assert "Chưa biết ngày khoá sổ nào" in admin.text
    assert "Không có lớp nào trễ" not in admin.text


def test_what_closes_before_it_is_sent_is_listed(pages: Pages, admin: Browser):
    last = pages.school.clock().date() + timedelta(days=2)
    admin.send(admin.here("school/late/deadlines"), term="HK1", column="", day=last.isoformat())
    assert "10A1 · Toán · HK1" in admin.text
    assert "còn 2 ngày" in admin.text
    admin.send(admin.here("school/late/deadlines/drop"), term="HK1", column="")
    assert "còn 2 ngày" not in admin.text


@pytest.mark.parametrize(("field", "value", "status"), [
    ("day", "31/12/2026", 422), ("day", "", 422), ("term", "HK3", 404), ("column", "TX9", 404),
])  # fmt: skip
def test_a_deadline_that_makes_no_sense_is_refused(admin: Browser, field: str, value: str, status: int):
    fields = {"term": "HK1", "column": "", "day": "2026-12-31", field: value}
    assert admin.send(admin.here("school/late/deadlines"), **fields).status_code == status


# --- runs


def test_a_run_is_asked_for_once_however_often_it_is_pressed(pages: Pages, admin: Browser):
    pages.school.policy(Policy.AUTO)
    pages.school.put("HS11", "8")
    for _ in range(2):
        admin.send(admin.here("runs/start"))
    assert len([job for job in pages.house.jobs.list(SCHOOL, limit=9) if job.kind is JobKind.SYNC]) == 1
    watched = admin.at
    pages.work()
    admin.get(watched)
    assert admin.at == admin.here(f"runs/{pages.school.last_run()}")
    assert pages.school.book("HS11") == mark(80)


def test_a_run_is_taken_back_with_a_reason_that_stands_in_the_trail(pages: Pages, admin: Browser):
    pages.school.policy(Policy.AUTO)
    pages.school.put("HS11", "8")
    pages.school.run()
    run = pages.school.last_run()
    assert admin.send(admin.here(f"runs/{run}/revert"), why=" ").status_code == 422
    admin.send(admin.here(f"runs/{run}/revert"), why="nhầm lớp")
    pages.work()
    assert pages.school.book("HS11") is None
    asked = [row for row in pages.school.store.audit.show(SCHOOL, limit=50) if row.what == "run.revert_asked"]
    assert [(row.actor, row.subject, row.reason) for row in asked] == [("QT01", run, "nhầm lớp")]
    assert all("nhầm" not in str(job.arguments) for job in pages.house.jobs.list(SCHOOL, limit=9))


def test_a_right_that_ended_before_the_revert_began_stops_it(pages: Pages, admin: Browser):
    pages.school.policy(Policy.AUTO)
    pages.school.put("HS11", "8")
    pages.school.run()
    admin.send(admin.here(f"runs/{pages.school.last_run()}/revert"), why="nhầm lớp")
    pages.school.store.grants.revoke(SCHOOL, "QT01", Role.ADMIN, by="QT02", now=pages.school.clock())
    pages.work()
    assert pages.school.book("HS11") == mark(80)


def test_a_plan_and_a_run_of_nowhere_are_not_found(admin: Browser):
    assert admin.get(admin.here("runs/none")).status_code == 404
    assert admin.get(admin.here("runs/none/plan")).status_code == 404
    assert admin.get(admin.here("runs/jobs/none")).status_code == 404


# --- policies


def test_two_who_set_a_policy_at_once_do_not_undo_each_other(pages: Pages, admin: Browser):
    other = granted(pages, "HT01", Role.PRINCIPAL)
    assert other.send(other.here("policies/TX1"), policy="off", seen="confirm").status_code == 200
    assert admin.send(admin.here("policies/TX1"), policy="auto", seen="confirm").status_code == 409
    assert "Người khác vừa thay đổi" in admin.text
    assert pages.school.store.mappings.policies(SCHOOL)[TX1] is Policy.OFF


@pytest.mark.parametrize(("column", "policy", "status"), [("TX9", "off", 404), ("TX1", "yes", 422), ("TX1", "", 422)])
def test_a_policy_that_there_is_not_is_refused(admin: Browser, column: str, policy: str, status: int):
    assert admin.send(admin.here(f"policies/{column}"), policy=policy, seen="confirm").status_code == status


# --- schedules


def test_a_timetable_is_set_and_switched_off(pages: Pages, admin: Browser):
    admin.send(admin.here("jobs/SYNC"), day=["0", "2"], times="17:15, 20:00", every="", quiet="07:00-11:00")
    kept = pages.school.store.schedules.schedules(SCHOOL)[JobKind.SYNC]
    assert (kept.when.days, kept.when.times, kept.when.quiet) == (frozenset({0, 2}), (1035, 1200), (420, 660))
    admin.send(admin.here("jobs/SYNC"), off="1")
    assert pages.school.store.schedules.schedules(SCHOOL)[JobKind.SYNC].on is False


@pytest.mark.parametrize("fields", [
    {"times": "25:00"}, {"times": "", "every": ""}, {"times": "18:00", "every": "30"}, {"times": "8:00", "quiet": "x"},
    {"every": "999999"},
])  # fmt: skip
def test_a_timetable_that_makes_no_sense_is_refused(admin: Browser, fields: dict[str, str]):
    assert admin.send(admin.here("jobs/SYNC"), **fields).status_code == 422


@pytest.mark.parametrize(("days", "told"), [
    ({0, 1, 2, 3, 4, 5}, [(0, 5)]), ({0, 2, 3, 6}, [(0, 0), (2, 3), (6, 6)]), (set(), []),
])  # fmt: skip
def test_days_in_a_row_are_told_as_first_and_last(days: set[int], told: list[tuple[int, int]]):
    assert spans(frozenset(days)) == told


def test_what_is_not_planned_can_not_be_planned(admin: Browser):
    assert admin.send(admin.here("jobs/REVERT"), times="8:00").status_code == 404


@pytest.mark.parametrize("kind", [JobKind.PASSBACK, JobKind.ROTATE_KEYS])
def test_how_often_scores_go_to_moodle_and_keys_change_is_the_schools_to_say(
    pages: Pages, admin: Browser, kind: JobKind
):
    assert admin.send(admin.here(f"jobs/{kind}"), every="45").status_code == 200
    assert pages.school.store.schedules.schedules(SCHOOL)[kind].when.every == 45


# --- people


def test_a_role_is_given_and_taken(pages: Pages, admin: Browser):
    admin.send(admin.here("people/roles"), actor="TT02", role="department_head", subject=["TOAN"], since="", until="")
    grants = pages.school.store.grants.grants
    assert Grant("TT02", Role.DEPARTMENT_HEAD, ("TOAN",)) in grants(SCHOOL)
    admin.send(admin.here("people/roles/drop"), actor="TT02", role="department_head")
    assert [row.actor for row in grants(SCHOOL)] == ["QT01"]


@pytest.mark.parametrize(("fields", "status"), [
    ({"role": "department_head"}, 422), ({"actor": ""}, 422), ({"role": "king"}, 422), ({"subject": ["ZZ"]}, 404),
    ({"since": "2026-12-01", "until": "2026-11-01"}, 422), ({"since": "soon"}, 422),
])  # fmt: skip
def test_a_role_that_makes_no_sense_is_refused(pages: Pages, admin: Browser, fields: dict[str, object], status: int):
    given = {"actor": "HT02", "role": "principal", "since": "", "until": "", **fields}
    assert admin.send(admin.here("people/roles"), **given).status_code == status
    assert len(pages.school.store.grants.grants(SCHOOL)) == 1


def test_the_last_admin_can_not_go(pages: Pages, admin: Browser):
    assert admin.send(admin.here("people/roles/drop"), actor="QT01", role="admin").status_code == 422
    assert "quản trị viên cuối cùng" in admin.text


def test_a_stand_in_is_named_with_dates_and_ended(pages: Pages, admin: Browser):
    today = pages.house.app.today
    place = {"actor": "GV7", "school_class": "10A1", "subject": "TOAN", "term": "HK1", "since": today.isoformat()}
    later = (today + timedelta(days=9)).isoformat()
    assert admin.send(admin.here("people/stand-ins"), **place, until=later).status_code == 200
    teacher = pages.browser()
    teacher.launch(launch(user="70", idnumber="GV7"))
    assert teacher.at == teacher.here("units/10A1/TOAN/HK1/")
    admin.send(admin.here("people/stand-ins"), **place, until=today.isoformat())
    assert [row.until for row in pages.school.store.grants.delegations(SCHOOL)] == [today]


# --- the trail


def test_the_trail_is_shown_filtered_and_proved(pages: Pages, admin: Browser):
    admin.send(admin.here("policies/TX1"), policy="off", seen="confirm")
    admin.get(admin.here("audit/?subject=TX1"))
    assert "đặt quy định gửi" in admin.text
    assert "trao quyền" not in admin.text.lower().partition("<tbody>")[2]
    assert admin.send(admin.here("audit/verify")).status_code == 200
    assert "Nhật ký nguyên vẹn" in admin.text
    assert admin.send(admin.here("audit/verify"), head="99:none").status_code == 400


def test_the_trail_is_narrowed_to_one_kind_of_event(pages: Pages, admin: Browser):
    admin.send(admin.here("policies/TX1"), policy="off", seen="confirm")
    admin.get(admin.here("audit/?what=policy.set"))
    rows = admin.text.partition("<tbody>")[2]
    assert rows.count("<tr>") == rows.count("đặt quy định gửi") > 0
    assert "Không gửi" in rows
    admin.get(admin.here("audit/?what=none"))
    assert "<tr>" not in admin.text.partition("<tbody>")[2]


@pytest.mark.parametrize("limit", ["0", "-1", "999999999", "x"])
def test_however_much_is_asked_for_a_page_stays_a_page(admin: Browser, limit: str):
    assert admin.get(admin.here(f"audit/?limit={limit}")).status_code == 200


# --- registrations


BY_HAND = {
    "name": "LMS khác", "issuer": "https://lms.example.test", "client_id": "c9",
    "auth_url": "https://lms.example.test/auth", "token_url": "https://lms.example.test/token",
    "jwks_url": "https://lms.example.test/jwks",
}  # fmt: skip


def test_an_invitation_is_shown_once(pages: Pages, admin: Browser):
    admin.send(admin.here("platforms/invite"))
    word = admin.text.partition("/lti/register/")[2].partition('"')[0]
    assert len(word) > 20
    assert pages.school.store.invitations.use(SCHOOL, word, now=pages.school.clock())
    admin.get(admin.here("platforms/"))
    assert word not in admin.text


def test_a_platform_is_registered_by_hand_once_and_shut_out(pages: Pages, admin: Browser):
    assert admin.send(admin.here("platforms/"), **BY_HAND).status_code == 200
    assert admin.send(admin.here("platforms/"), **BY_HAND).status_code == 422
    made = pages.school.store.platforms.registrations(SCHOOL)[0]
    assert made.state == "PENDING"
    admin.send(admin.here(f"platforms/{made.id}/state"))
    assert pages.school.store.platforms.find(made.id).state == "DISABLED"
    admin.send(admin.here(f"platforms/{made.id}/state"), on="1")
    assert pages.school.store.platforms.find(made.id).state == "ACTIVE"


@pytest.mark.parametrize("field", ["issuer", "auth_url", "token_url", "jwks_url"])
def test_an_address_that_would_not_be_called_is_refused(admin: Browser, field: str):
    for address in ("http://lms.example.test", "http://localhost.evil.example.test/", "http://[x", "https://", "x"):
        assert admin.send(admin.here("platforms/"), **{**BY_HAND, field: address}).status_code == 422


def test_a_case_is_opened_step_by_step(pages: Pages, admin: Browser):
    case = Case("K7Q2MN", pages.school.clock(), Step.CLOCK, "EXPIRED", "r1", {"seconds": 75})
    pages.school.store.cases.note(SCHOOL, case)
    admin.get(admin.here("platforms/doctor?case= k7q2mn "))
    assert admin.text.count("✓") == list(Step).index(Step.CLOCK)
    assert "hỏng ở đây" in admin.text
    assert "đồng bộ giờ (NTP)" in admin.text
    assert "{case}" not in admin.text
    assert admin.get(admin.here("platforms/doctor?case=XXXXXX")).status_code == 404
