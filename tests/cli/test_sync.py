"""The main job from the command line: preview, yes, sending, what is held and how it is settled, and the way back."""

from pathlib import Path

import pytest

from tests.cli.world import ADMIN, PRINCIPAL, School

UNIT = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")
RUN_KEYS = {
    "run", "kind", "plan", "started_at", "ended_at", "audit_head", "rows", "failures", "moved",
    "units", "send", "wait", "hold", "skip",
}  # fmt: skip
PLAN_KEYS = {
    "plan", "scope", "created_at", "expires_at", "units", "send", "wait", "hold", "skip",
    "cells", "unit_holds", "people",
}  # fmt: skip


def confirm(school: School, *words: str, actor: str | None = None) -> int:
    """The teacher's yes to the last plan; to how many cells."""
    teacher = actor or school.teacher("10A1", "TOAN")
    return int(school.json("sync", "confirm", *words, actor=teacher)["cells"])


def send_unit(school: School) -> int:
    """TX marks of 10A1 Toán go out; how many."""
    assert school.run("sync", "plan", *UNIT).code == 3
    assert confirm(school) > 0
    return int(school.json("sync", "apply")["rows"]["accepted"])


def remark(school: School, *, raw: float = 9.75) -> str:
    """One accepted TX1 mark becomes another in Moodle; the city's code of the pupil."""
    row = next(row for row in school.book() if row["column"] == "TX1" and row["value"] != "9.8")
    course = school.stand_ins.courses["10A1 TOAN"]
    item = next(each["item"] for each in school.json("map", "items", course)["items"] if each["idnumber"] == "HK1.TX1")
    user = 1000 + int(row["pupil"].removeprefix("HS"))
    school.stand_ins.change(op="set_score", course=course, item=item, user=user, raw=raw)
    return str(row["pupil"])


def edit_by_hand(school: School, value: str = "1.5") -> str:
    row = next(row for row in school.book() if row["column"] == "TX1")
    where = {name: row[name] for name in ("term", "subject", "pupil", "column")}
    school.city("edits", {**where, "value": value})
    return str(row["pupil"])


def test_a_plan_is_shown_and_sends_nothing(school: School) -> None:
    planned = school.run("--lang", "en", "sync", "plan", *UNIT)
    assert (planned.code, school.book()) == (3, [])
    assert "10A1" in planned.said
    assert "Toán (TOAN)" in planned.said
    assert "What to do next" in planned.said


def test_a_plan_is_one_document_with_random_keys_for_pupils(school: School) -> None:
    found = school.run("--json", "sync", "plan", *UNIT)
    assert set(found.data) == PLAN_KEYS
    assert found.data["wait"]["CONFIRM"] == len([cell for cell in found.data["cells"] if cell["action"] == "wait"])
    assert "HS0000" not in found.out
    assert all(row["name"] not in found.out for row in school.stand_ins.world["pupils"])


def test_single_cells_are_shown_on_request(school: School) -> None:
    assert "Chờ giáo viên xác nhận" in school.run("sync", "plan", *UNIT, "--all").said


def test_confirmed_marks_are_sent_and_accepted(school: School) -> None:
    count = send_unit(school)
    assert count == len(school.book()) > 0
    again = school.run("--json", "sync", "run", *UNIT)
    assert (again.code, again.data["rows"], again.data["send"]) == (3, {}, {})
    assert set(again.data) == RUN_KEYS


def test_only_the_confirmed_columns_go_out(school: School) -> None:
    school.run("sync", "plan", *UNIT)
    confirm(school, "--column", "TX1")
    school.run("sync", "run", *UNIT)
    assert {row["column"] for row in school.book()} == {"TX1"}


def test_a_plan_is_applied_once(school: School) -> None:
    send_unit(school)
    again = school.run("sync", "apply")
    assert (again.code, "bridge sync plan" in again.said) == (5, True)


def test_an_admin_can_not_confirm_for_the_teacher(school: School) -> None:
    school.run("sync", "plan", *UNIT)
    refused = school.run("sync", "confirm")
    assert (refused.code, "10A1" in refused.said) == (5, True)


def test_a_teacher_runs_the_own_units_only(school: School) -> None:
    teacher = school.teacher("10A1", "TOAN")
    planned = school.json("sync", "plan", actor=teacher)
    rows = [row for row in school.stand_ins.world["assignments"] if row["teacher"] == teacher]
    own = {(row["class"], row["subject"]) for row in rows}
    assert {(cell["class"], cell["subject"]) for cell in planned["cells"]} <= own
    stranger = school.stranger("10A1", "TOAN")
    refused = school.run("sync", "run", *UNIT, actor=stranger)
    assert (refused.code, refused.out) == (5, "")


def test_the_clock_may_pull_and_sync_and_nothing_else(shared: School) -> None:
    assert shared.run("roster", "pull", actor="schedule").code in (0, 3)
    assert shared.run("sync", "run", *UNIT, actor="schedule").code in (0, 3)
    assert shared.run("policy", "set", "TX1", "auto", actor="schedule").code == 5
    assert shared.run("status", actor="schedule").code == 5


def test_nobody_runs_without_a_name(shared: School) -> None:
    refused = shared.run("sync", "run", actor=None)
    assert (refused.code, "--as" in refused.said) == (5, True)
    assert shared.run("status", actor=None, env={"BRIDGE_AS": ADMIN}).code in (0, 3)


def test_released_columns_wait_for_teacher_and_leader(school: School) -> None:
    assert school.json("policy", "set", "TX1", "release")["policies"]["TX1"] == "release"
    assert school.run("roles", "grant", PRINCIPAL, "principal").code == 0
    school.run("sync", "plan", *UNIT)
    confirm(school, "--column", "TX1")
    assert school.json("sync", "run", *UNIT)["wait"]["RELEASE"] > 0
    assert school.run("sync", "release", actor=school.teacher("10A1", "TOAN")).code == 5
    assert school.json("sync", "release", actor=PRINCIPAL)["cells"] > 0
    school.run("sync", "run", *UNIT)
    assert {row["column"] for row in school.book()} == {"TX1"}


def test_a_column_that_is_auto_goes_by_itself(school: School) -> None:
    school.run("policy", "set", "TX1", "auto")
    school.run("sync", "run", *UNIT)
    assert {row["column"] for row in school.book()} == {"TX1"}
    assert "Gửi" in school.run("policy").said


def test_a_hand_edit_is_held_and_settled_either_way(school: School) -> None:
    send_unit(school)
    pupil = edit_by_hand(school)
    school.run("sync", "plan", *UNIT)
    held = school.run("--json", "holds", "list", "--cells")
    assert (held.code, held.data["hold"]["CITY_CHANGED"]) == (3, 1)
    teacher = school.teacher("10A1", "TOAN")
    words = ("--pupil", pupil, "--problem", "CITY_CHANGED", "--why", "đã chấm lại trên giấy")
    assert school.run("holds", "settle", *words, "--choice", "KEEP_CITY").code == 5  # the teacher's alone
    done = school.run("--json", "holds", "settle", *words, "--choice", "SEND_OURS", actor=teacher)
    assert done.data == {"settled": 1, "choice": "SEND_OURS"}
    assert school.json("sync", "run", *UNIT)["rows"] == {"accepted": 1}
    assert {row["value"] for row in school.book() if row["pupil"] == pupil and row["column"] == "TX1"} != {"1.5"}
    said = school.run("audit", "show", "--limit", 200).said
    assert "đã chấm lại trên giấy" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--pupil", "HS999999", "--choice", "KEEP_CITY"), "HS999999"),
        (("--problem", "CITY_CHANGED", "--choice", "CANCEL"), "holds list"),
        (("--problem", "TWO_SOURCES", "--choice", "KEEP_CITY"), "holds list"),
    ],
)
def test_what_can_not_be_settled_so_is_told(school: School, words: tuple[str, ...], said: str) -> None:
    send_unit(school)
    edit_by_hand(school)
    school.run("sync", "plan", *UNIT)
    refused = school.run("holds", "settle", *words, "--why", "x", actor=school.teacher("10A1", "TOAN"))
    assert (refused.code, said in refused.said) == (5, True)


def test_a_shrunk_list_holds_the_class_until_an_admin_waves_it_through(school: School) -> None:
    school.run("sync", "plan", *UNIT)
    school.city_faults({"kind": "shrink", "school_class": "10A1", "keep": 2, "times": None})
    assert school.run("sync", "plan", *UNIT).code == 3
    assert school.json("status")["hold"]["ROSTER_SHRUNK"] == 1
    refused = school.run("holds", "clear", "ROSTER_SHRUNK", "--why", "x", actor=school.teacher("10A1", "TOAN"))
    assert refused.code == 5
    assert school.json("holds", "clear", "ROSTER_SHRUNK", "--why", "lớp đã tách") == {"cleared": 1}
    planned = school.json("sync", "plan", *UNIT)
    assert "ROSTER_SHRUNK" not in planned["hold"]
    assert school.run("holds", "clear", "MASS_CHANGE", "--why", "x").code == 5


def test_a_changed_idnumber_is_settled_by_an_admin(school: School) -> None:
    send_unit(school)
    assert school.run("holds", "identity", 1002, "HS000002", "--why", "đã đối chiếu học bạ").code == 0
    assert school.run("holds", "identity", 1002, "HS999999", "--why", "x").code == 5
    assert (
        school.run("holds", "identity", 1002, "HS000002", "--why", "x", actor=school.teacher("10A1", "TOAN")).code == 5
    )


def test_nothing_held_is_said(shared: School) -> None:
    shared.run("sync", "plan", "--class", "10A3")
    told = shared.run("holds", "list")
    assert (told.code, "Không có mục nào" in told.said) == (0, True)


def test_runs_are_listed_shown_and_undone(school: School) -> None:
    send_unit(school)
    (run,) = [row for row in school.json("runs", "list")["runs"] if row["rows"].get("accepted")]
    shown = school.run("--json", "runs", "show", run["run"])
    assert (shown.code, shown.data["rows"]) == (0, run["rows"])
    assert "Đã ghi" in school.run("runs", "show").said
    assert school.run("runs", "list").code == 0
    refused = school.run("runs", "revert", run["run"], "--why", "x", actor=school.teacher("10A1", "TOAN"))
    assert refused.code == 5
    undone = school.json("runs", "revert", run["run"], "--why", "nhầm lớp")
    assert (undone["rows"], school.book()) == (run["rows"], [])


def test_a_run_that_there_is_not_is_told(shared: School) -> None:
    for words in (("runs", "show", "4711"), ("runs", "revert", "4711", "--why", "x"), ("sync", "apply", "4711")):
        told = shared.run(*words)
        assert (told.code, "4711" in told.said) == (5, True)


def test_status_tells_where_the_school_stands(school: School) -> None:
    told = dict(school.run("--json", "status").data)
    assert {"PULL_ROSTER", "SYNC"} <= {job["kind"] for job in told.pop("jobs")}
    assert told == {"plan": None, "open_rows": 0, "last_run": None}
    assert "bridge sync plan" in school.run("status").said
    send_unit(school)
    told = school.run("status")
    assert (told.code, "10A1" in told.said) == (3, True)


def test_the_trail_can_be_proved_up_to_a_printed_head(school: School) -> None:
    send_unit(school)
    head = school.json("runs", "show")["audit_head"]
    assert school.run("audit", "verify", "--head", head).code == 0
    assert school.json("audit", "verify")["entries"] >= 1
    cut = school.run("audit", "verify", "--head", "99999:abc")
    assert (cut.code, "99999" in cut.said) == (5, True)
    assert {"seq", "at", "actor", "what"} <= set(school.json("audit", "show", "--limit", 1)["entries"][0])


def test_a_lost_ledger_is_rebuilt_from_the_city(school: School, tmp_path: Path) -> None:
    """Yesterday's backup over today's city: said, rebuilt, and in step again, with nothing sent twice."""
    saved = tmp_path / "yesterday.bridge"
    assert school.run("backup", saved).code == 0
    send_unit(school)
    book = school.book()
    assert school.run("restore", saved).code == 9  # what is there is not overwritten by itself
    assert school.run("restore", saved, "--overwrite").code == 0
    assert school.json("ledger", "rebuild")["rows"] == {}
    again = school.json("sync", "run", *UNIT)
    assert (again["rows"], again["send"], school.book()) == ({}, {}, book)


def test_a_backup_does_not_overwrite_and_a_broken_one_is_refused(shared: School, tmp_path: Path) -> None:
    file = tmp_path / "x.bridge"
    file.write_text("no backup")
    assert shared.run("backup", file).code == 9
    assert shared.run("restore", file, "--overwrite").code == 9
    assert shared.run("backup", tmp_path / "nowhere" / "x").code == 9
    assert shared.run("backup", tmp_path / "y", actor=shared.teacher("10A1", "TOAN")).code == 5


def test_a_re_mark_waits_again(school: School) -> None:
    send_unit(school)
    pupil = remark(school)
    planned = school.json("sync", "run", *UNIT)
    assert planned["wait"] == {"CONFIRM": 1}
    assert confirm(school) == 1
    school.run("sync", "run", *UNIT)
    assert {row["value"] for row in school.book() if row["pupil"] == pupil and row["column"] == "TX1"} == {"9.8"}
