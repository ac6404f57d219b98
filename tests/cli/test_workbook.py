"""The file route from the command line: downloads in, a batch out, a person's word, and what comes back as held."""

import json
import os
import stat
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bridge.config.loading import load_settings
from bridge.ports.byhand import Word
from bridge.ports.city import Outcome
from bridge.wiring import open_app
from bridge.wiring.process import now
from tests.cli.files import SHAPE, FileSchool, file_school, unpacked
from tests.cli.world import School, StandIns, call
from tests.csdl.workbook.made import Shape, Told, add_scores, make_pupils, make_table

UNIT = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")
NAME = "10A1.TOAN.HK1.2026.xlsx"


@pytest.fixture
def files(remotes: StandIns, tmp_path: Path) -> FileSchool:
    return file_school(remotes, tmp_path)


def confirmed(files: FileSchool) -> int:
    """Preview, and the teacher's yes; to how many cells."""
    assert files.run("sync", "plan", *UNIT).code == 3
    teacher = files.school.teacher("10A1", "TOAN")
    return int(files.school.json("sync", "confirm", actor=teacher)["cells"])


def filled(files: FileSchool, out: Path, *paths: Path) -> dict[str, Path]:
    done = files.run("workbook", "fill", *paths, "--out", out, *UNIT)
    assert done.code == 3, done.said
    return unpacked(out, out.with_suffix(""))


def marks_in(file: Path) -> dict[tuple[str, str], float]:
    """By pupil's code and header, as any reader of workbooks sees them."""
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    [head] = [number for number, row in enumerate(rows) if "Mã học sinh" in row]
    code, first = rows[head].index("Mã học sinh"), rows[head].index("Ngày sinh") + 1
    names = ("TX1", "TX2", "TX3", "TX4", "TX5", "GK", "CK")
    return {
        (str(row[code]), name): float(row[first + place])
        for row in rows[head + 1 :]
        if str(row[code]).startswith("HS")
        for place, name in enumerate(names)
        if row[first + place] != ""
    }


def test_marks_go_the_whole_way_by_files(files: FileSchool, tmp_path: Path) -> None:
    assert files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {})).code == 0
    count = confirmed(files)
    assert count > 20
    batch = filled(files, tmp_path / "lo.zip")
    assert set(batch) == {NAME, "BAO-CAO.xlsx", "lo.json"}
    assert json.loads(batch["lo.json"].read_text("utf-8"))["files"][0]["cells"] == count
    assert len(marks_in(batch[NAME])) == count
    assert files.school.json("sync", "plan", *UNIT)["skip"]["IN_FLIGHT"] == count
    said = files.school.json("workbook", "accept")
    assert (said["accepted"], said["refused"]) == (count, 0)
    again = files.school.json("sync", "plan", *UNIT)
    assert (again["skip"]["SAME"], again["send"]) == (count, {})
    assert marks_in(files.school.folder / "city" / NAME) == marks_in(batch[NAME])


def test_what_the_site_refused_is_held_and_all_else_is_in_the_ledger(files: FileSchool, tmp_path: Path) -> None:
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    batch = filled(files, tmp_path / "lo.zip")
    (pupil, _), *_ = marks_in(batch[NAME])
    theirs = sum(code == pupil for code, _ in marks_in(batch[NAME]))
    person = next(one for one in files.people["10A1"] if one.code == pupil)
    heads, rows = ("STT", "Mã học sinh", "Họ và tên", "Lỗi"), [(1, pupil, person.name, "Học sinh không thuộc lớp 10A1")]
    said = files.school.json("workbook", "accept", "--errors", make_table(tmp_path / "loi.xlsx", heads, rows))
    assert (said["accepted"], said["refused"]) == (count - theirs, theirs)
    held = files.school.json("sync", "plan", *UNIT)
    assert (held["hold"]["REFUSED"], held["skip"]["SAME"]) == (theirs, count - theirs)
    shown = files.run("holds", "list").said
    assert "không có tên trong lớp" in shown or "lớp" in shown
    assert len(marks_in(files.school.folder / "city" / NAME)) == count - theirs


def test_a_column_that_is_closed_at_the_site_is_held_and_not_filled_again(files: FileSchool, tmp_path: Path) -> None:
    """The city tells no locks: what its page said is all that is known."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    confirmed(files)
    batch = filled(files, tmp_path / "lo.zip")
    closed = [pupil for pupil, column in marks_in(batch[NAME]) if column == "TX2"]
    rows = [(n, pupil, "", "ĐĐGtx 2", "Cột điểm đã khoá sổ") for n, pupil in enumerate(closed, start=1)]
    heads = ("STT", "Mã học sinh", "Họ và tên", "Cột điểm", "Nội dung lỗi")
    said = files.school.json("workbook", "accept", "--errors", make_table(tmp_path / "loi.xlsx", heads, rows))
    assert said["refused"] == len(closed) > 5
    again = files.school.json("sync", "plan", *UNIT)
    assert (again["send"], again["hold"]["REFUSED"]) == ({}, len(closed))


def test_the_check_says_what_the_folder_lacks(files: FileSchool) -> None:
    def codes() -> set[str]:
        return {row["code"] for row in files.school.run("--json", "check").data["city"]}

    assert codes() == set()
    home = files.school.folder / "city"
    (home / "PhanCong.xlsx").unlink()
    (home / "la.xlsx").write_bytes(b"x")
    assert codes() == {"NO_ASSIGNMENTS", "FILES_UNUSABLE"}


def test_init_asks_for_the_files_and_says_what_comes_next(files: FileSchool, tmp_path: Path) -> None:
    home = tmp_path / "moi"
    home.mkdir()
    stand_ins = files.school.stand_ins
    typed = "\n".join(["workbook", files.school.code, "THPT Mới", "THPT", "", "QT01", ""])
    words = ("--moodle-url", stand_ins.lms_url, "--moodle-token", stand_ins.token)
    done = call("--config", home / "bridge.toml", "init", *words, typed=typed, env={"BRIDGE_LANGUAGE": None})
    assert done.code == 0, done.said
    assert "bridge workbook read" in done.said
    settings = load_settings(home / "bridge.toml")
    assert (settings.city.kind, settings.city.folder) == ("workbook", home / "city")  # type: ignore[union-attr]
    assert not (home / "secrets" / "city.password").exists()


def test_an_error_file_that_fits_nothing_changes_nothing(files: FileSchool, tmp_path: Path) -> None:
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    filled(files, tmp_path / "lo.zip")
    stranger = make_table(
        tmp_path / "loi.xlsx", ("STT", "Mã học sinh", "Họ và tên", "Lỗi"), [(1, "HS999999", "Ai Đó", "sai")]
    )
    refused = files.run("workbook", "accept", "--errors", stranger)
    assert refused.code == 5
    assert "chưa ghi nhận gì" in refused.said
    assert "loi.xlsx" in refused.said or "Sheet1!D2" in refused.said
    assert files.school.json("sync", "plan", *UNIT)["skip"]["IN_FLIGHT"] == count


def test_a_batch_that_was_not_uploaded_is_planned_anew(files: FileSchool, tmp_path: Path) -> None:
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    filled(files, tmp_path / "lo.zip")
    assert files.school.json("workbook", "accept", "--none")["withdrawn"] == count
    again = filled(files, tmp_path / "lo2.zip")
    assert len(marks_in(again[NAME])) == count
    assert files.school.json("workbook", "accept")["accepted"] == count


def test_a_lost_zip_is_made_again_and_a_word_said_twice_changes_nothing(files: FileSchool, tmp_path: Path) -> None:
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    first = filled(files, tmp_path / "lo.zip")[NAME].read_bytes()
    assert filled(files, tmp_path / "lo2.zip")[NAME].read_bytes() == first
    assert files.school.json("workbook", "accept")["accepted"] == count
    again = files.run("workbook", "accept")
    assert (again.code, "đã được báo" in again.said) == (0, True)


def test_the_zip_itself_says_which_batch_it_is(files: FileSchool, tmp_path: Path) -> None:
    """A person says what became of the file in the hand, whatever was handed out since."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    shown = files.run("workbook", "fill", "--out", tmp_path / "lo-1.zip", *UNIT)
    assert f"bridge workbook accept {tmp_path / 'lo-1.zip'}" in shown.said
    first = json.loads(unpacked(tmp_path / "lo-1.zip", tmp_path / "eins")["lo.json"].read_text("utf-8"))["batch"]
    filled(files, tmp_path / "lo-2.zip")
    said = files.school.json("workbook", "accept", tmp_path / "lo-1.zip")
    assert (said["batch"], said["accepted"]) == (first, count)
    for other in (tmp_path / "khong-co.zip", tmp_path / "lo-2" / NAME):
        wrong = other.rename(other.with_suffix(".zip")) if other.exists() else other
        refused = files.run("workbook", "accept", wrong)
        assert (refused.code, "Không có lô nào" in refused.said) == (5, True)


def test_an_error_file_may_be_given_again_and_changes_nothing(files: FileSchool, tmp_path: Path) -> None:
    """As after a crash in the middle of it: part of the batch has its end in the books by then."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    (pupil, _), *_ = marks_in(filled(files, tmp_path / "lo.zip")[NAME])
    errors = make_table(tmp_path / "loi.xlsx", ("STT", "Mã học sinh", "Họ và tên", "Lỗi"), [(1, pupil, "", "sai")])
    said = files.school.json("workbook", "accept", "--errors", errors)
    assert said["accepted"] + said["refused"] == count
    again = files.run("workbook", "accept", "--errors", errors)
    assert (again.code, "đã được báo" in again.said) == (0, True)
    assert files.school.json("sync", "plan", *UNIT)["hold"]["REFUSED"] == said["refused"]


def test_what_was_typed_in_the_city_meanwhile_is_not_overwritten(files: FileSchool, tmp_path: Path) -> None:
    """The plan saw a blank workbook; a newer download has a mark: that cell is left, and a person decides."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    assert files.run("sync", "run", *UNIT).code == 3
    (pupil, column), *_ = marks_in(filled(files, tmp_path / "lo.zip")[NAME])
    newer = files.download("10A1", "TOAN", "HK1", {(pupil, column): 1.5})
    done = files.run("workbook", "fill", newer, "--out", tmp_path / "lo2.zip", *UNIT)
    assert done.code == 3, done.said
    assert "không điền được vào ô" in done.said
    batch = unpacked(tmp_path / "lo2.zip", tmp_path / "lo2")
    assert marks_in(batch[NAME])[pupil, column] == 1.5
    assert files.school.json("workbook", "accept")["accepted"] == count - 1
    assert files.school.json("sync", "plan", *UNIT)["hold"]["HAND_ENTERED"] == 1


def test_a_change_in_the_city_after_the_acceptance_is_held(files: FileSchool, tmp_path: Path) -> None:
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    confirmed(files)
    batch = filled(files, tmp_path / "lo.zip")
    files.run("workbook", "accept")
    now = marks_in(batch[NAME])
    (pupil, column), *_ = now
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {**now, (pupil, column): 1.5}))
    assert files.school.json("sync", "plan", *UNIT)["hold"]["CITY_CHANGED"] == 1


def test_an_old_download_is_read_and_not_filled(files: FileSchool, tmp_path: Path) -> None:
    old = files.download("10A1", "TOAN", "HK1", {})
    then = time.time() - 30 * 3600
    os.utime(old, (then, then))
    assert files.run("workbook", "read", old).code == 0
    confirmed(files)
    done = files.run("workbook", "fill", "--out", tmp_path / "lo.zip", *UNIT)
    assert (done.code, (tmp_path / "lo.zip").exists()) == (4, False)
    assert "tải về đã quá lâu" in done.said
    fresh = filled(files, tmp_path / "lo.zip", files.download("10A1", "TOAN", "HK1", {}))
    assert len(marks_in(fresh[NAME])) > 20


def test_a_word_that_was_cut_off_before_it_was_recorded_is_taken_up(files: FileSchool, tmp_path: Path) -> None:
    """Said, and killed before ledger and copy were brought up: the next command ends it, and nothing is held."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    count = confirmed(files)
    filled(files, tmp_path / "lo.zip")
    app = open_app(load_settings(files.school.config))
    for each in app.tray.waiting():
        app.tray.say(each.id, dict.fromkeys(range(len(each.rows)), Word(Outcome.ACCEPTED)), actor="QT01", now=now())
    assert files.run("sync", "run", *UNIT).code == 3
    again = files.school.json("sync", "plan", *UNIT)
    assert again["skip"]["SAME"] == count
    assert not {"CITY_CHANGED", "BOTH_CHANGED"} & set(again["hold"])


def test_what_lies_in_the_folder_and_in_the_batch_is_for_this_account_alone(files: FileSchool, tmp_path: Path) -> None:
    """It holds names and marks."""
    files.run("workbook", "read", files.download("10A1", "TOAN", "HK1", {}))
    confirmed(files)
    filled(files, tmp_path / "lo.zip")
    files.run("workbook", "accept")
    home = files.school.folder / "city"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in home.glob("*.xlsx")} == {0o600}
    assert stat.S_IMODE((tmp_path / "lo.zip").stat().st_mode) == 0o600


def test_nothing_of_parents_and_phones_is_read_in(files: FileSchool) -> None:
    stored = (files.school.folder / "bridge.sqlite3").read_bytes()
    assert b"0900000000" not in stored
    assert "Người Bịa".encode() not in stored


def test_a_whole_zip_is_taken_in_and_each_file_is_judged(files: FileSchool, tmp_path: Path) -> None:
    good = files.download("10A1", "TOAN", "HK1", {})
    other = files.download("10A2", "TOAN", "HK1", {}, told=Told("Trường THPT Khác", "10A2", "Toán", "I"))
    with zipfile.ZipFile(tmp_path / "tai-ve.zip", "w") as target:
        target.write(good, "khoi10/a.xlsx")
        target.write(other, "khoi10/b.xlsx")
        target.writestr("doc-toi.txt", "x")
    read = files.run("--json", "workbook", "read", tmp_path / "tai-ve.zip")
    assert (read.code, read.data["taken"]) == (5, 1)
    assert [flaw["kind"] for row in read.data["files"] for sheet in row["sheets"] for flaw in sheet["flaws"]] == [
        "OTHER_SCHOOL"
    ]


def test_a_file_that_does_not_say_what_it_is_needs_a_persons_word(files: FileSchool) -> None:
    silent = files.download("10A1", "TOAN", "HK1", {}, shape=Shape(columns=SHAPE.columns, titles=False))
    refused = files.run("--json", "workbook", "read", silent)
    assert refused.code == 5
    assert {flaw["kind"] for flaw in refused.data["files"][0]["sheets"][0]["flaws"]} >= {"UNTOLD_YEAR", "UNTOLD_TERM"}
    said = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1", "--year", "2026")
    assert files.run("workbook", "read", silent, *said).code == 0
    assert confirmed(files) > 20


def test_a_zip_of_many_goes_in_and_a_zip_of_filled_ones_and_one_report_come_out(
    files: FileSchool, tmp_path: Path
) -> None:
    """What could not be used is in the report too, beside what was filled; the rest goes on without it."""
    good = [files.download(name, "TOAN", "HK1", {}) for name in ("10A1", "10A2")]
    other = files.download("10A2", "NGUVAN", "HK1", {}, told=Told("Trường THPT Khác", "10A2", "Ngữ văn", "I"))
    with zipfile.ZipFile(tmp_path / "tai-ve.zip", "w") as target:
        for path in (*good, other):
            target.write(path, f"khoi10/{path.name}")
    assert files.run("workbook", "read", tmp_path / "tai-ve.zip").code == 5
    files.run("sync", "plan", "--subject", "TOAN", "--term", "HK1")
    for name in ("10A1", "10A2"):
        files.run("sync", "confirm", "--class", name, actor=files.school.teacher(name, "TOAN"))
    done = files.run("workbook", "fill", tmp_path / "tai-ve.zip", "--out", tmp_path / "lo.zip", "--subject", "TOAN")
    assert done.code == 4, done.said
    batch = unpacked(tmp_path / "lo.zip", tmp_path / "lo")
    assert set(batch) == {NAME, "10A2.TOAN.HK1.2026.xlsx", "BAO-CAO.xlsx", "lo.json"}
    report = CalamineWorkbook.from_path(str(batch["BAO-CAO.xlsx"])).get_sheet_by_index(0).to_python()
    told = {str(row[0]): " ".join(map(str, row[1:])) for row in report}
    assert f" {len(marks_in(batch[NAME]))} " in told[NAME]
    assert "trường khác" in told[other.name]


def test_what_a_person_said_of_a_workbook_of_several_classes_is_known_the_next_time(files: FileSchool) -> None:
    """It stands at the end of the file's name in the folder: the next plan asks nobody."""
    path = files.downloads / "khoi10.xlsx"
    with Workbook(str(path)) as book:
        for name in ("10A1", "10A2"):
            told, shape = Told(f"Trường {files.name}", name, "Toán", "I", year=""), Shape(sheet=name)
            add_scores(book, files.people[name], {}, told=told, shape=shape)
    assert files.run("workbook", "read", path).code == 5
    assert files.run("workbook", "read", path, "--year", "2026").code == 0
    taken = files.school.folder / "city" / "khoi10.-.-.-.2026.xlsx"
    assert taken.exists()
    assert files.run("workbook", "recognise", taken).code == 0
    assert confirmed(files) > 20
    assert files.run("workbook", "read", path, "--year", "2026").code == 0
    assert [each.name for each in taken.parent.glob("khoi10*.xlsx")] == [taken.name]


def test_a_teacher_fills_the_own_class_and_no_other(files: FileSchool, tmp_path: Path) -> None:
    teacher = files.school.teacher("10A1", "TOAN")
    stranger = files.school.stranger("10A1", "TOAN")
    file = files.download("10A1", "TOAN", "HK1", {})
    assert files.run("workbook", "read", file, actor=stranger).code == 5
    assert files.run("workbook", "read", file, actor=teacher).code == 0
    assert files.run("workbook", "read", *files.lists(), actor=teacher).code == 5
    confirmed(files)
    done = files.run("workbook", "fill", "--out", tmp_path / "lo.zip", actor=teacher)
    assert done.code == 3, done.said
    assert files.run("workbook", "accept", actor=stranger).code == 5
    assert files.school.run("--json", "workbook", "accept", actor=teacher).data["accepted"] > 20


def test_marks_of_an_elective_go_into_the_workbooks_of_its_groups(files: FileSchool, tmp_path: Path) -> None:
    """One course in Moodle, two groups, a workbook for each."""
    course = files.school.stand_ins.courses["electives"]
    groups = ("10-LY-N1", "10-LY-N2")
    assert files.run("map", "set", course, groups[0], "VATLI").code == 0
    assert files.run("map", "set", course, groups[1], "VATLI", "--also").code == 0
    shape = replace(SHAPE, class_column=True)
    for group in groups:
        told = Told(f"Trường {files.name}", group, "Vật lí", "I", label="Nhóm")
        assert (
            files.run("workbook", "read", files.download(group, "VATLI", "HK1", {}, told=told, shape=shape)).code == 0
        )
    assert files.run("sync", "plan", "--course", course, "--term", "HK1").code == 3
    for group in groups:
        files.run("sync", "confirm", "--class", group, actor=files.school.teacher(group, "VATLI"))
    assert files.run("workbook", "fill", "--out", tmp_path / "lo.zip", "--course", course).code == 3
    batch = unpacked(tmp_path / "lo.zip", tmp_path / "lo")
    marks = {group: marks_in(batch[f"{group}.VATLI.HK1.2026.xlsx"]) for group in groups}
    for group, found in marks.items():
        assert {code for code, _ in found} <= {person.code for person in files.people[group]}
    count = sum(map(len, marks.values()))
    assert count > 10
    assert files.school.json("workbook", "accept", tmp_path / "lo.zip")["accepted"] == count
    assert files.school.json("sync", "plan", "--course", course, "--term", "HK1")["skip"]["SAME"] == count


def test_a_newer_pupil_list_takes_the_place_of_the_older_whatever_the_browser_called_it(files: FileSchool) -> None:
    """Who left is gone; a list of a part of the classes only is not mixed with it."""
    newer = files.downloads / "C1-HocSinh (1).xlsx"
    people = files.classes
    make_pupils(newer, {**people, "10A1": people["10A1"][1:]})
    assert files.run("workbook", "read", newer).code == 0
    assert {path.name for path in (files.school.folder / "city").glob("C1*.xlsx")} == {newer.name}
    assert files.run("roster", "pull").code == 0
    assert files.run("workbook", "recognise", files.download("10A1", "TOAN", "HK1", {})).code == 5
    part = make_pupils(files.downloads / "khoi-10.xlsx", {"10A1": people["10A1"]})
    refused = files.run("--json", "workbook", "read", part)
    assert [flaw["kind"] for flaw in refused.data["files"][0]["flaws"]] == ["TWO_FILES"]


def test_a_new_layout_is_learnt_and_used(files: FileSchool) -> None:
    strange = Shape(columns=("TX1", "TX2", "GK", "CK"), heads="flat", extra_head="Điểm cộng")
    file = files.download("10A1", "TOAN", "HK1", {}, shape=strange)
    assert files.run("workbook", "recognise", file).code == 5
    learnt = files.run("workbook", "learn", file, "--name", "Bảng điểm", "--system", "Lạ", typed="\n\n\n")
    assert learnt.code == 0, learnt.said
    assert "Điểm cộng" in learnt.said
    assert files.run("workbook", "recognise", file).code == 0


def test_the_commands_are_for_a_city_that_is_reached_by_files(school: School, tmp_path: Path) -> None:
    file = make_table(tmp_path / "a.xlsx", ("STT", "Họ và tên"), [])
    refused = school.run("workbook", "recognise", file)
    assert refused.code == 7
    assert "city.kind" in refused.said
