"""The class score sheet, from the first look to the receipt; and everybody who may not."""

import re

import pytest

from bridge.domain.actors import Grant, Role
from bridge.domain.mapping import Policy
from bridge.domain.scores import EXEMPT, Column, Term, mark
from bridge.duties.asks import send_unit
from bridge.ports.jobs import JobKind, JobState
from tests.sync.harness import GK, SCHOOL, TX1, UNIT
from tests.web.fakes import launch
from tests.web.world import Browser, Pages

SHEET = "units/10A1/TOAN/HK1/"


@pytest.fixture
def teacher(pages: Pages) -> Browser:
    """Six pupils with a mark for TX1 in Moodle, seen by their teacher."""
    for number in range(11, 17):
        pages.school.put(f"HS{number}", f"{number - 7}.25")
    browser = pages.browser()
    browser.launch(launch())
    return looked(browser)


def looked(browser: Browser) -> Browser:
    browser.send(browser.here(f"{SHEET}read"))
    browser.pages.work()
    browser.get(browser.here(SHEET))
    return browser


def plan_of(browser: Browser) -> str:
    return re.search(r'name="plan" value="([^"]+)"', browser.text)[1]


def confirm(browser: Browser, column: str = "TX1", **more: str):
    browser.get(browser.here(f"{SHEET}columns/{column}"))
    found = re.search(r'name="plan" value="([^"]+)"', browser.text)
    fields = {"plan": found[1] if found else "", **more}
    return browser.send(browser.here(f"{SHEET}columns/{column}/confirm"), **fields)


def sends(pages: Pages) -> list[JobState]:
    return [job.state for job in pages.school.store.jobs.list(SCHOOL, limit=20, kind=JobKind.SEND_UNIT)]


def decide(browser: Browser, cell: str, choice: str, why: str = "đã hỏi học sinh"):
    browser.get(browser.here(f"{SHEET}holds"))
    return browser.send(browser.here(f"{SHEET}holds/settle"), plan=plan_of(browser), cell=cell, choice=choice, why=why)


def test_a_first_visit_reads_by_itself_and_sends_nothing(pages: Pages, browser: Browser):
    browser.launch(launch())
    assert 'hx-trigger="load"' in browser.text
    assert pages.school.store.looks.of_class(SCHOOL, 2026, "10A1") == []


def test_pupils_stand_in_the_vietnamese_order_with_all_sides(teacher: Browser):
    names = re.findall(r"Người Thử (\d+)", teacher.text)
    assert names == sorted(names) and len(names) == 6
    assert "4,25" in teacher.text  # as Moodle has it
    assert "4,3" in teacher.text  # rounded once, half up
    assert "chờ xác nhận" in teacher.text


def test_the_preview_names_class_subject_and_column(teacher: Browser):
    teacher.get(teacher.here(f"{SHEET}columns/TX1"))
    assert "Xác nhận 6 điểm của ĐĐGtx1, lớp 10A1, môn Toán" in teacher.text
    assert "Xác nhận và gửi" in teacher.text


def test_a_yes_sends_the_column_and_the_city_has_it(pages: Pages, teacher: Browser):
    reply = confirm(teacher)
    assert reply.status_code == 200
    assert "/jobs/" in teacher.at
    pages.work()
    teacher.get(teacher.at)
    assert "CSDL ngành đã nhận 6 điểm" in teacher.text
    assert "đã ở CSDL" in teacher.text
    assert pages.school.book("HS11") == mark(43)


def test_a_double_click_sends_once(pages: Pages, teacher: Browser):
    confirm(teacher)
    confirm(teacher)
    assert sends(pages) == [JobState.QUEUED]
    pages.work()
    assert (pages.school.book("HS11"), pages.school.version("HS11")) == (mark(43), 1)
    teacher.send(teacher.here(f"{SHEET}send"))
    pages.work()
    assert pages.school.version("HS11") == 1


def test_progress_is_polled_until_the_work_is_done(pages: Pages, teacher: Browser):
    confirm(teacher)
    job = teacher.at
    part = teacher.client.get(job, base_url="https://bridge.example.test", headers={"HX-Request": "true"})
    assert b"<html" not in part.data
    assert b'hx-trigger="every 1s"' in part.data
    pages.work()
    ended = teacher.client.get(job, base_url="https://bridge.example.test", headers={"HX-Request": "true"})
    assert "done=" in ended.headers["HX-Redirect"]


def test_the_outcome_is_told_once_and_of_this_unit_alone(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    teacher.get(teacher.at)
    assert "CSDL ngành đã nhận" in teacher.text
    for none in ("long-since-tidied-away", other_units_job(pages)):
        assert teacher.get(teacher.here(f"{SHEET}?done={none}")).status_code == 200
        assert "CSDL ngành đã nhận" not in teacher.text


def other_units_job(pages: Pages) -> str:
    app = pages.house.app
    asked = app.store.jobs.enqueue(send_unit(UNIT._replace(term=Term.HK2), actor="GV1"), now=app.sync.world.now())
    pages.work()
    return asked.id


def test_a_city_that_is_away_is_told_in_words_and_nothing_is_lost(pages: Pages, teacher: Browser):
    pages.school.road.troubles = ["unreachable"] * 20
    confirm(teacher)
    pages.work()
    teacher.get(teacher.at)
    assert "Hệ thống sẽ tự thử lại" in teacher.text
    pages.school.clock.sleep(3600)
    pages.work()
    teacher.get(teacher.at)
    assert "Chưa có gì bị mất" in teacher.text
    assert pages.school.book("HS11") is None
    pages.school.road.troubles = []
    teacher.send(teacher.here(f"{SHEET}send"))
    pages.work()
    assert pages.school.book("HS11") == mark(43)


def test_a_side_that_could_not_be_read_holds_the_sheet_and_says_so(pages: Pages, teacher: Browser):
    pages.school.road.unread = {"10A1"}
    looked(teacher)
    assert "Bấm “Đọc lại” sau ít phút" in teacher.text
    assert "chưa ghép" not in teacher.text


def test_a_job_of_another_sheet_is_not_shown_here(teacher: Browser):
    confirm(teacher)
    job = teacher.at.split("/")[-1]
    assert teacher.get(teacher.here(f"units/10A1/GDTC/HK1/jobs/{job}")).status_code == 404


def test_a_score_changed_since_the_preview_waits_again(pages: Pages, teacher: Browser):
    teacher.get(teacher.here(f"{SHEET}columns/TX1"))
    plan = plan_of(teacher)
    pages.school.put("HS11", "9")
    teacher.send(teacher.here(f"{SHEET}columns/TX1/confirm"), plan=plan)
    pages.work()
    assert pages.school.book("HS11") is None
    assert pages.school.book("HS12") == mark(53)


def test_the_receipts_say_what_when_and_by_whom(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    teacher.get(teacher.here(f"{SHEET}sent"))
    assert teacher.text.count("GV1") == 6
    assert "Người Thử 11" in teacher.text


def test_a_hold_shows_three_sides_and_its_buttons(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", mark(90))
    looked(teacher)
    teacher.get(teacher.here(f"{SHEET}holds"))
    assert "không do hệ thống này gửi" in teacher.text
    assert "Giữ điểm của CSDL" in teacher.text
    assert "`bridge" not in teacher.text


def test_keeping_the_citys_score_settles_the_hold(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", mark(90))
    looked(teacher)
    decide(teacher, f"TX1|{pages.school.key('HS11')}", "KEEP_CITY")
    assert "giữ điểm CSDL" in teacher.text
    assert "tạm giữ" not in teacher.text


def test_sending_ours_needs_one_more_press_and_overwrites_what_was_seen(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", mark(90))
    looked(teacher)
    decide(teacher, f"TX1|{pages.school.key('HS11')}", "SEND_OURS")
    assert "sẽ gửi" in teacher.text
    assert pages.school.book("HS11") == mark(90)
    teacher.send(teacher.here(f"{SHEET}send"))
    pages.work()
    assert pages.school.book("HS11") == mark(43)


@pytest.mark.parametrize(
    ("choice", "why"), [("KEEP_CITY", " "), ("CANCEL", "vì sao"), ("WHATEVER", "vì sao"), ("", "vì sao")]
)
def test_a_decision_that_can_not_be_changes_nothing(pages: Pages, teacher: Browser, choice, why):
    pages.school.edit("HS11", mark(90))
    looked(teacher)
    reply = decide(teacher, f"TX1|{pages.school.key('HS11')}", choice, why)
    assert reply.status_code == 422
    assert "tạm giữ" in looked(teacher).text


def test_a_state_of_the_city_can_only_be_kept(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", EXEMPT)
    looked(teacher)
    teacher.get(teacher.here(f"{SHEET}cells/TX1/{pages.school.key('HS11')}"))
    assert "Giữ điểm của CSDL" in teacher.text
    assert "Gửi điểm Moodle" not in teacher.text


def test_a_mass_change_is_waved_through_with_a_reason(pages: Pages, teacher: Browser):
    confirm(teacher)
    pages.work()
    for number in range(11, 17):
        pages.school.put(f"HS{number}", "9")
    looked(teacher)
    assert "cả cột đang bị giữ" in teacher.text
    teacher.get(teacher.here(f"{SHEET}columns/TX1"))
    plan = plan_of(teacher)
    reply = teacher.send(teacher.here(f"{SHEET}columns/TX1/clear"), plan=plan, problem="MASS_CHANGE", why="")
    assert reply.status_code == 422
    teacher.send(teacher.here(f"{SHEET}columns/TX1/clear"), plan=plan, problem="MASS_CHANGE", why="chấm lại")
    pages.work()
    teacher.get(teacher.here(SHEET))
    assert "6 điểm chờ giáo viên xác nhận" in teacher.text


def test_a_release_waits_for_the_leader_after_the_teacher(pages: Pages, teacher: Browser):
    pages.school.policy(Policy.RELEASE, TX1)
    pages.school.store.grants.grant(SCHOOL, Grant("HT1", Role.PRINCIPAL), by="HT1", now=pages.school.clock())
    confirm(teacher)
    assert "chờ lãnh đạo duyệt" in teacher.text
    assert sends(pages) == []
    leader = pages.browser()
    leader.launch(launch(user="5", idnumber="HT1"))
    leader.get(leader.here(f"{SHEET}columns/TX1"))
    looked(leader)
    leader.get(leader.here(f"{SHEET}columns/TX1"))
    leader.send(leader.here(f"{SHEET}columns/TX1/release"), plan=plan_of(leader))
    assert "sẽ gửi" in leader.text
    assert leader.send(leader.here(f"{SHEET}send")).status_code == 403
    teacher.send(teacher.here(f"{SHEET}send"))
    pages.work()
    assert pages.school.book("HS11") == mark(43)


def test_what_was_sent_elsewhere_since_is_said_and_not_guessed(pages: Pages, teacher: Browser):
    pages.school.plan()
    pages.school.confirm()
    pages.school.run()
    teacher.get(teacher.here(SHEET))
    assert "Có điểm đã được gửi sau lần đọc này" in teacher.text
    assert "tạm giữ" not in teacher.text
    looked(teacher)
    assert "Có điểm đã được gửi sau" not in teacher.text


def test_the_average_is_a_preview_of_what_the_book_will_have(pages: Pages, teacher: Browser):
    pages.school.edit("HS11", mark(70), GK)
    pages.school.edit("HS11", mark(80), Column.CK)
    looked(teacher)
    row = teacher.text.split("Người Thử 11")[1].split("</tr>")[0]
    assert "7,1" in row.split('class="avg"')[1]  # (4,3 + 2·7 + 3·8) / 6 = 7,05, half up
    assert "xem trước" in teacher.text


def test_the_rule_is_checked(teacher: Browser):
    assert "Quy định 4 ĐĐGtx, đã ghép 2 cột" in teacher.text
    assert "còn thiếu cột" in teacher.text
    assert "6 học sinh chưa đủ ĐĐGtx" in teacher.text


FOREIGN = [
    ("get", SHEET), ("get", f"{SHEET}columns/TX1"), ("get", f"{SHEET}holds"), ("get", f"{SHEET}sent"),
    ("get", f"{SHEET}sheet.csv"), ("get", f"{SHEET}sheet.xlsx"), ("send", f"{SHEET}read"), ("send", f"{SHEET}send"),
    ("send", f"{SHEET}columns/TX1/confirm"), ("send", f"{SHEET}columns/TX1/release"), ("send", f"{SHEET}holds/settle"),
    ("send", f"{SHEET}columns/TX1/clear"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "path"), FOREIGN)
def test_a_teacher_of_another_class_who_guesses_an_address_is_refused(pages: Pages, teacher: Browser, how, path):
    other = pages.browser()
    other.launch(launch(user="77", idnumber="GV9", course=13))
    reply = getattr(other, how)(other.here(path))
    assert reply.status_code == 403
    assert "Người Thử" not in other.text


@pytest.mark.parametrize(("how", "path"), FOREIGN)
def test_a_pupil_who_guesses_an_address_is_refused(pages: Pages, teacher: Browser, how, path):
    pupil = pages.browser()
    pupil.launch(launch(user="11", idnumber="HS11", teaching=False))
    assert getattr(pupil, how)(pupil.here(path)).status_code == 403
    assert "Người Thử" not in pupil.text


def test_an_unknown_teacher_sees_nothing_of_the_city(pages: Pages, teacher: Browser):
    other = pages.browser()
    assert other.launch(launch(user="77", idnumber="")).status_code == 403
    assert "mã số" in other.text
    assert other.get(other.here(SHEET)).status_code == 403


def test_a_plan_of_another_class_confirms_nothing_there(pages: Pages, teacher: Browser):
    """The plan is of the whole school, the form of one class: only this class's cells are said yes to."""
    pages.school.put("HS21", "8")
    pages.school.plan()
    plan = pages.school.store.plans.head("last", school=SCHOOL).id
    teacher.send(teacher.here(f"{SHEET}columns/TX1/confirm"), plan=plan)
    pages.school.run()
    assert pages.school.book("HS21") is None
    assert pages.school.book("HS11") == mark(43)


@pytest.mark.parametrize("path", ["units/10A1/TOAN/HK9/", "units/10A1/TOAN/HK1/columns/ZZ", "units/10Z/TOAN/HK1/"])
def test_what_there_is_not_is_not_found(teacher: Browser, path):
    assert teacher.get(teacher.here(path)).status_code in (403, 404)


def test_files_hold_the_sheet_and_no_formula(pages: Pages, teacher: Browser):
    csv = teacher.get(teacher.here(f"{SHEET}sheet.csv"))
    assert 'filename="10A1-TOAN-HK1.csv"' in csv.headers["Content-Disposition"]
    assert csv.data.startswith("\ufeff".encode())
    assert len(csv.data.decode("utf-8-sig").splitlines()) == 7
    assert "4.3" in csv.data.decode()
    assert teacher.get(teacher.here(f"{SHEET}sheet.xlsx")).data.startswith(b"PK")
    trail = pages.school.store.audit.show(SCHOOL, limit=9, what="sheet.exported")
    assert [(row.actor, row.subject) for row in trail] == [("GV1", "2026/TOAN/HK1/10A1")] * 2


def test_both_languages(teacher: Browser):
    teacher.get(f"{teacher.here(SHEET)}?lang=en")
    assert "to confirm" in teacher.text
    assert "chờ" not in teacher.text


def test_a_sheet_that_nothing_feeds_says_so_and_does_not_read_for_ever(pages: Pages, teacher: Browser):
    for item in pages.school.store.mappings.items(SCHOOL, 2026):
        if item.course == 12:
            pages.school.store.mappings.drop_item(SCHOOL, 12, item.item, actor="x", now=pages.school.clock())
    teacher.get(teacher.here(SHEET))
    assert "Chưa có cột nào của học kỳ này lấy điểm từ Moodle" in teacher.text
    assert 'hx-trigger="load"' not in teacher.text
    assert "courses/12/" in teacher.text


def test_another_term_is_offered_to_whom_it_is_assigned(pages: Pages, teacher: Browser):
    assert "Học kỳ II" not in teacher.text
    leader = pages.browser()
    pages.school.store.grants.grant(SCHOOL, Grant("HT1", Role.PRINCIPAL), by="HT1", now=pages.school.clock())
    leader.launch(launch(user="5", idnumber="HT1"))
    assert "Học kỳ II" in leader.text
