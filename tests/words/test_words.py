"""How codes and facts become sentences."""

from datetime import UTC, date, datetime

import pytest

from bridge.domain.actors import Role
from bridge.domain.errors import (
    AuditBroken,
    BadInput,
    BridgeError,
    Busy,
    ConfigProblem,
    Garbled,
    NotAllowed,
    NotFound,
    PlanUnusable,
    Refused,
    StoreProblem,
    Unclear,
    Unreachable,
)
from bridge.domain.mapping import Policy
from bridge.domain.matching import Reason, Why
from bridge.domain.plans import Choice, Gate, Hold, PersonHold, Problem
from bridge.domain.rights import Action, Lack
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Cause, Unreadable, Verdict, mark
from bridge.words import Sentence, Words

VI, EN = Words("vi"), Words("en")


def test_vietnamese_is_what_is_spoken_without_a_word_about_it():
    assert Words().language == "vi"
    assert Words("fr").language == "vi"


@pytest.mark.parametrize(
    ("score", "vi", "en"),
    [
        (mark(85), "8,5", "8.5"),
        (mark(0), "0,0", "0.0"),
        (mark(100), "10,0", "10.0"),
        (Verdict.PASSED, "Đạt", "Passed"),
        (Verdict.NOT_PASSED, "Chưa đạt", "Not passed"),
        (EXEMPT, "Miễn", "Exempt"),
        (ABSENT, "Vắng", "Absent"),
        (BLANK, "trống", "blank"),
        (Unreadable(Cause.OUT_OF_RANGE, "85"), "ngoài thang điểm (85)", "out of range (85)"),
        (Unreadable(Cause.FLAGS_MISSING), "không thấy trạng thái ô", "flags not seen"),
        (None, "chưa có", "none"),
    ],
)
def test_scores_are_written_as_schools_write_them(score, vi, en):
    assert (VI.score(score), EN.score(score)) == (vi, en)


@pytest.mark.parametrize(
    ("member", "vi"),
    [
        (Choice.KEEP_CITY, "Giữ điểm của CSDL"),
        (Gate.CONFIRM, "Chờ giáo viên xác nhận"),
        (Policy.OFF, "Không gửi"),
        (Role.DEPARTMENT_HEAD, "tổ trưởng chuyên môn"),
    ],
)
def test_members_have_short_labels(member, vi):
    assert VI.label(member) == vi


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [(1, "1 điểm", "1 score"), (0, "0 điểm", "0 scores"), (12345, "12.345 điểm", "12,345 scores")],
)
def test_numbers_of_things(number, vi, en):
    assert (VI.count("score", number), EN.count("score", number)) == (vi, en)


def test_a_hold_says_what_is_wrong_and_which_command_helps():
    told = VI.problem(Problem.HAND_ENTERED)
    assert "không do hệ thống này gửi" in told.what
    assert "`bridge holds settle`" in told.next


def test_an_unreadable_cell_is_told_by_its_cause():
    assert "thang điểm" in VI.problem(Problem.UNREADABLE, Cause.OUT_OF_RANGE).what
    assert "NEW_CAUSE" in VI.problem(Problem.UNREADABLE, "NEW_CAUSE").what


def test_a_past_refusal_is_told_by_our_word_or_by_the_citys_code():
    assert "khoá sổ" in VI.problem(Problem.REFUSED, "LOCKED").what
    assert "DADOI" in VI.problem(Problem.REFUSED, "DADOI").what


def test_a_detail_is_told_where_there_is_one():
    assert "thuộc lớp 10A2" in VI.problem(Problem.OTHER_CLASS, "10A2").what
    assert "thuộc lớp khác" in VI.problem(Problem.OTHER_CLASS).what


def test_a_unit_that_was_not_read_tells_the_error_behind_it():
    """The plan keeps an error as its text."""
    detail = str(Unreachable(remote="lms", operation="core_grades", reason="TIMEOUT"))
    assert "Moodle: quá thời gian chờ trả lời" in VI.problem(Problem.UNREAD, detail).what


def test_a_hold_of_a_plan_can_be_handed_over_whole():
    assert VI.hold(Hold(Problem.COURSE_GONE, "12")) == VI.problem(Problem.COURSE_GONE, "12")
    assert VI.hold(PersonHold(3, 17, Problem.NO_IDNUMBER)) == VI.problem(Problem.NO_IDNUMBER)


def test_one_reason_of_two_remotes_has_two_sentences():
    city = VI.error(Refused(remote="city", operation="KiemTraKetNoi", reason="HTTP", theirs="404"))
    moodle = VI.error(Refused(remote="lms", operation="core", reason="HTTP", theirs="404"))
    assert "CSDL ngành" in city.what
    assert "Moodle" in moodle.what
    assert "404" in city.what


def test_after_a_lost_reply_nobody_is_told_to_send_by_hand():
    told = EN.error(Unclear(remote="city", operation="GuiDiem", reason="TIMED_OUT"))
    assert "not clear whether" in told.what
    assert "Send nothing by hand" in told.next


def test_an_unknown_reason_shows_its_code():
    assert "NEW_REASON" in VI.error(Refused(remote="city", operation="x", reason="NEW_REASON")).what
    assert "NEW_REASON" in VI.error(Garbled(remote="lms", operation="x", why="NEW_REASON")).what
    assert "NEW_WHY" in VI.error(StoreProblem(why="NEW_WHY", detail="d")).what
    assert "NEW_WHY" in VI.error(BadInput(where="w", value="v", why="NEW_WHY")).what
    assert "NEW_WHY" in VI.error(PlanUnusable(plan="p", why="NEW_WHY")).what


def test_the_reason_goes_before_a_technical_why():
    told = VI.error(Garbled(remote="city", operation="LayDiem", reason="BAD_ROW", why="value_error"))
    assert "có dòng sai" in told.what


def test_the_same_reason_in_small_letters_is_the_same():
    assert VI.error(PlanUnusable(plan="p1", why="expired")) == VI.error(PlanUnusable(plan="p1", why="EXPIRED"))


class NewTrouble(BridgeError):
    code = "NEW_TROUBLE"


def test_an_unknown_error_shows_its_code_and_facts():
    told = VI.error(NewTrouble(course=12, item=None))
    assert told.what == "NEW_TROUBLE course=12"
    assert told.next


@pytest.mark.parametrize(
    "kind",
    [
        Refused,
        Unreachable,
        Unclear,
        Garbled,
        NotAllowed,
        NotFound,
        BadInput,
        Busy,
        StoreProblem,
        AuditBroken,
        ConfigProblem,
    ],
)
def test_missing_facts_never_stop_the_telling(kind):
    told = VI.error(kind())
    assert told.what
    assert told.next


def test_a_missing_fact_shows_its_bare_name():
    assert "{holder}" in EN.error(Busy(lease="send:1")).what


def test_moments_and_days_are_told_in_the_schools_time():
    until = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert "06:30 ngày 24/11/2026" in VI.error(Busy(lease="x", holder="h", until=until)).what
    assert "2026-11-24 06:30" in EN.error(Busy(lease="x", holder="h", until=until)).what
    denied = NotAllowed(
        actor="GV1", action=Action.CONFIRM, lack=Lack.DATES, basis=Lack.ROLE, since=date(2026, 9, 5), until=None
    )
    assert "từ 05/09/2026 đến –" in VI.error(denied).what


def test_facts_that_are_codes_are_told_by_their_labels():
    told = VI.error(NotAllowed(actor="GV1", action=Action.GRANT, lack=Lack.ROLE, roles=(Role.ADMIN, Role.PRINCIPAL)))
    assert "cấp hoặc thu hồi vai trò" in told.what
    assert "quản trị viên, hiệu trưởng" in told.next


def test_names_near_to_a_wrong_one_are_offered():
    assert "10A1, 10A2" in VI.error(NotFound(kind="class", name="10A", nearest=["10A1", "10A2"])).next
    assert "Gần giống" not in VI.error(NotFound(kind="class", name="10A", nearest=[])).next


def test_all_problems_of_the_settings_are_told_each_on_its_line():
    problems = [
        ("school.code", "Field required"),
        ("moodle.url", "Value error, must begin with http:// or https://"),
        ("city.environment", "Input should be 'test' or 'production'"),
        ("moodle.token", "secrets do not belong in this file: use moodle.token_file or the environment"),
        ("city.parallel", "Something new"),
    ]
    lines = VI.error(ConfigProblem(file="bridge.toml", problems=problems)).what.splitlines()
    assert lines[1:] == [
        "  - school.code: còn thiếu",
        "  - moodle.url: phải bắt đầu bằng http:// hoặc https://",
        "  - city.environment: phải là 'test' hoặc 'production'",
        "  - moodle.token: không ghi mật khẩu hay token vào tệp này: dùng moodle.token_file hoặc biến môi trường",
        "  - city.parallel: Something new",
    ]


def test_a_finding_is_told_by_what_it_is_about():
    assert "tài khoản" in VI.finding("IDNUMBER_MISSING", {"users": (1, 2)}).what
    assert "khoá học Moodle chưa có mã số (idnumber): 1, 2" in VI.finding("IDNUMBER_MISSING", {"courses": (1, 2)}).what


def test_a_finding_about_a_failure_tells_its_cause():
    facts = {"error": "REFUSED", "remote": "city", "operation": "KiemTraKetNoi", "reason": "LOGIN"}
    assert "sai tên đăng nhập hoặc mật khẩu" in VI.finding("CITY_NO_ANSWER", facts).what


def test_an_unknown_finding_shows_its_code_and_facts():
    assert VI.finding("NEW_FINDING", {"course": 3}).what == "NEW_FINDING course=3"


def test_reasons_of_a_mapping_are_told_with_their_facts():
    assert VI.reason(Reason(Why.UNKNOWN_CLASS, {"texts": ["10A9"]})) == "trường không có lớp này (10A9)"
    assert VI.reason(Reason(Why.ROSTER, {"of_course": 98, "of_class": 95})).startswith("98 % học sinh")
    assert VI.reason(Reason(Why.TEACHER)) == "giáo viên được phân công dạy môn này ở lớp này"


def test_an_unknown_text_shows_its_key_and_an_unknown_code_itself():
    assert VI.text("said.never", count=3) == "said.never count=3"
    assert VI.code("audit", "never.happened") == "never.happened"


def test_a_sentence_reads_on_in_one_line_unless_it_is_a_list():
    assert str(Sentence("A.", "B.")) == "A. B."
    assert str(Sentence("A:\n  - b", "C.")) == "A:\n  - b\nC."


def test_an_error_that_was_written_down_is_told_like_the_error_itself():
    until = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    told = Words("vi").error(Busy(lease="send:79000001", holder="here", until=until))
    assert "15:00 ngày 20/11/2026" in told.what
    written = {"lease": "send:79000001", "holder": "here", "until": until.isoformat()}
    assert Words("vi").failure("BUSY", written) == told
    assert "20261120" in Words("vi").failure("NOT_FOUND", {"kind": "plan", "name": "20261120"}).what


@pytest.mark.parametrize("problem", list(Problem))
def test_nobody_at_a_page_is_told_to_type_a_command_over_a_hold(problem):
    for words in (VI, EN):
        assert "`" not in words.page_problem(problem).what + words.page_problem(problem).next


@pytest.mark.parametrize(
    "kind", [Refused, Unreachable, Unclear, Garbled, NotAllowed, NotFound, BadInput, Busy, StoreProblem]
)
def test_nobody_at_a_page_is_told_to_type_a_command_over_an_error(kind):
    for words in (VI, EN):
        for remote in ("city", "lms"):
            assert "`" not in words.page_error(kind(remote=remote, operation="x", reason="NO_CONNECTION")).next
