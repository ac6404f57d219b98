"""Courses and items on their way to classes and columns: suggested, set, dropped, out into a sheet and in again."""

import csv
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from tests.cli.world import ADMIN, School

HEADS = "course,class,subject,course_term,item,term,column,origin"


def lines(school: School) -> set[tuple[object, ...]]:
    fields = ("course", "class", "subject", "item", "term", "column")
    return {tuple(row[name] for name in fields) for row in school.json("map", "show")["mapping"]}


def item_named(school: School, course: int, column: str) -> int:
    rows = school.json("map", "items", course)["items"]
    return next(row["item"] for row in rows if row["suggested"] and row["suggested"]["column"] == column)


def drop_all(school: School) -> None:
    for course in {line[0] for line in lines(school)}:
        assert school.run("map", "drop", course).code == 0


def test_courses_are_listed_with_what_they_feed(shared: School) -> None:
    rows = {row["course"]: row for row in shared.json("courses")["courses"]}
    course = shared.stand_ins.courses["10A1 TOAN"]
    assert (rows[course]["class"], rows[course]["subject"]) == ("10A1", "TOAN")
    assert rows[shared.stand_ins.courses["club"]]["class"] is None
    assert "Toán" in shared.run("courses").said


def test_sure_suggestions_are_counted_and_the_others_listed_with_reasons(school: School) -> None:
    drop_all(school)
    told = school.run("--lang", "en", "map", "suggest")
    assert told.code == 3
    assert "suggestions are sure" in told.said
    assert "a club, team or revision course" in told.said
    assert "Sure" not in told.out
    assert "the class is named" in school.run("--lang", "en", "map", "suggest", "--all").said


def test_sure_suggestions_are_taken_with_their_tagged_items(school: School) -> None:
    before = lines(school)
    drop_all(school)
    found = school.json("map", "suggest", "--accept")
    mine = [school.stand_ins.courses[f"{unit}"] for unit in ("10A1 TOAN", "10A2 TOAN", "10A2 NGUVAN")]
    assert set(mine) <= set(found["taken"])
    assert before <= lines(school)
    assert school.stand_ins.courses["club"] not in found["taken"]


def test_a_suggestion_can_be_asked_for_one_course(shared: School) -> None:
    club = shared.stand_ins.courses["club"]
    (found,) = shared.json("map", "suggest", "--course", club)["suggestions"]
    assert (found["course"], found["verdict"]) == (club, "unmatched")
    told = shared.run("map", "suggest", "--course", "4711")
    assert (told.code, "4711" in told.said) == (5, True)


def test_one_course_feeds_two_groups(school: School) -> None:
    course = school.stand_ins.courses["electives"]
    assert school.run("map", "set", course, "10-LY-N1", "VATLI").code == 0
    assert school.run("map", "set", course, "10-LY-N2", "VATLI", "--also").code == 0
    assert {line[1] for line in lines(school) if line[0] == course} == {"10-LY-N1", "10-LY-N2"}
    planned = school.json("sync", "plan", "--course", course, "--term", "HK1")
    assert {cell["class"] for cell in planned["cells"]} == {"10-LY-N1", "10-LY-N2"}
    assert "OTHER_CLASS" not in planned["hold"]
    assert school.run("map", "drop", course, "--class", "10-LY-N1").code == 0
    assert {line[1] for line in lines(school) if line[0] == course} == {"10-LY-N2"}


def test_setting_a_course_anew_replaces_what_was_said(school: School) -> None:
    course = school.stand_ins.courses["10A1 TOAN"]
    assert school.run("map", "set", course, "10A2", "TOAN").code == 0
    assert {line[1] for line in lines(school) if line[0] == course} == {"10A2"}


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("{toan}", "10A9", "TOAN"), "10A1"),
        (("{toan}", "10A1", "TOANN"), "TOAN"),
        (("4711", "10A1", "TOAN"), "bridge courses"),
    ],
)
def test_what_there_is_not_can_not_be_mapped(shared: School, words: tuple[str, ...], near: str) -> None:
    told = shared.run("map", "set", *(word.format(toan=shared.stand_ins.courses["10A1 TOAN"]) for word in words))
    assert (told.code, near in told.said) == (5, True)


def test_items_show_what_they_feed_and_may_feed(shared: School) -> None:
    course = shared.stand_ins.courses["10A1 TOAN"]
    rows = shared.json("map", "items", course)["items"]
    tagged = next(row for row in rows if row["idnumber"] == "HK1.TX1")
    assert tagged["feeds"] == {"term": "HK1", "column": "TX1", "origin": "tag"}
    total = next(row for row in rows if row["kind"] == "COURSE")
    assert (total["feeds"], total["computed"]) == (None, True)
    said = shared.run("map", "items", course).said
    assert "[HK1.TX1]" in said  # brackets are shown as they are
    assert "tổng do Moodle tính" in said


@pytest.mark.parametrize(
    ("language", "beyond", "rival"),
    [
        ("vi", "sổ điểm chỉ có TX1–TX5", "mục khác cũng nhận cột này: chọn một"),
        ("en", "the book has TX1–TX5 only", "another item claims the column: choose one"),
    ],
)
def test_marks_that_no_column_of_the_book_takes_are_told(
    shared: School, language: str, beyond: str, rival: str
) -> None:
    course = shared.stand_ins.courses["10A2 NGUVAN"]
    before = {row["item"] for row in shared.json("map", "items", course)["items"]}
    for number in ("TX6", "GK", "GK"):
        shared.stand_ins.change(op="add_item", course=course, name=f"HK2 {number}", idnumber=f"HK2.{number}")
    said = shared.run("--lang", language, "map", "items", course).said
    for row in shared.json("map", "items", course)["items"]:
        if row["item"] not in before:
            shared.stand_ins.change(op="remove_item", course=course, item=row["item"])
    assert (beyond in said, said.count(rival) >= 2) == (True, True)


def test_an_item_is_put_into_a_column_and_taken_out(school: School) -> None:
    course = school.stand_ins.courses["10A1 TOAN"]
    item = item_named(school, course, "TX1")
    assert school.run("map", "item", course, item, "HK1", "TX5").code == 0
    assert (course, "10A1", "TOAN", item, "HK1", "TX5") in lines(school)
    assert school.run("map", "drop", course, "--item", item).code == 0
    assert item not in {line[3] for line in lines(school)}


def test_a_total_is_only_taken_by_an_explicit_word(school: School) -> None:
    course = school.stand_ins.courses["10A1 TOAN"]
    total = next(row["item"] for row in school.json("map", "items", course)["items"] if row["kind"] == "COURSE")
    refused = school.run("map", "item", course, total, "HK1", "TX5")
    assert (refused.code, "--computed" in refused.said) == (5, True)
    assert school.run("map", "item", course, total, "HK1", "TX5", "--computed").code == 0


def test_an_item_that_moodle_has_not_is_refused(shared: School) -> None:
    course = shared.stand_ins.courses["10A1 TOAN"]
    told = shared.run("map", "item", course, 999999, "HK1", "TX1")
    assert (told.code, f"bridge map items {course}" in told.said) == (5, True)


def test_a_teacher_maps_the_own_classes_only(school: School) -> None:
    own, other = school.stand_ins.courses["10A1 TOAN"], school.stand_ins.courses["10A2 NGUVAN"]
    teacher = school.teacher("10A1", "TOAN")
    item = item_named(school, own, "TX1")
    assert school.run("map", "item", own, item, "HK1", "TX5", actor=teacher).code == 0
    stranger = school.stranger("10A2", "NGUVAN")
    assert school.run("map", "drop", other, actor=stranger).code == 5
    shown = school.json("map", "show", actor=teacher)["mapping"]
    assert {(row["class"], row["subject"]) for row in shown} <= {("10A1", "TOAN"), ("10A2", "TOAN")}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_sheet_goes_out_and_comes_in_unchanged(school: School, tmp_path: Path, kind: str) -> None:
    file, before = tmp_path / f"mapping.{kind}", lines(school)
    assert school.json("map", "export", file)["rows"] == len(before)
    assert school.json("map", "import", file)["changed"] == 0
    drop_all(school)
    assert school.json("map", "import", file)["changed"] == len(before) + 3
    assert lines(school) == before


def test_a_sheet_says_all_about_the_courses_it_names(school: School, tmp_path: Path) -> None:
    file = tmp_path / "mapping.csv"
    school.json("map", "export", file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    kept = [row for row in rows if row["class"] == "10A1" and row["column"] != "TX1"]
    with file.open("w", encoding="utf-8") as out:
        out.write("\n".join([HEADS.replace(",", ";"), *(";".join(row.values()) for row in kept)]))  # as Excel here does
    before = lines(school)
    school.json("map", "import", file)
    gone = {line for line in before if line[1] == "10A1" and line[5] == "TX1"}
    assert lines(school) == before - gone


def write_csv(file: Path, *rows: str) -> Path:
    file.write_text("\n".join([HEADS, *rows]), "utf-8")
    return file


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,10A1,TOAN,,{item},HK1,TX1,", "3: course = “x”"),
        ("{course},,TOAN,,{item},HK1,TX1,", "3: class = “”"),
        ("{course},10A9,TOAN,,{item},HK1,TX1,", "3: class = “10A9”"),
        ("{course},10A1,VAN,,{item},HK1,TX1,", "3: subject = “VAN”"),
        ("{course},10A1,TOAN,HK3,{item},HK1,TX1,", "3: course_term = “HK3”"),
        ("{course},10A1,TOAN,,abc,HK1,TX1,", "3: item = “abc”"),
        ("{course},10A1,TOAN,,{item},HK9,TX1,", "3: term = “HK9”"),
        ("{course},10A1,TOAN,,{item},HK1,TX9,", "3: column = “TX9”"),
        ("{course},10A1,TOAN,,{item},HK1,TX2,", "3: column = “HK1.TX2”"),
        ("{course},10A1,TOAN,,{other},HK1,TX1,", "3: item = “{other}”"),
        ("{course},10A1,NGUVAN,,{item},HK1,TX1,", "3: subject = “NGUVAN”"),
        ("{course},10A1,TOAN,,{total},HK1,TX5,", "3: item = “{total}”"),
        ("{course},10A1,TOAN,,999999,HK1,TX5,", "3: item = “999999”"),
        ("4711,10A1,TOAN,,,,,", "3: course = “4711”"),
        ("{course}", "3: class = “”"),
    ],
)
def test_one_bad_line_is_named_and_nothing_is_taken(shared: School, tmp_path: Path, row: str, said: str) -> None:
    course = shared.stand_ins.courses["10A1 TOAN"]
    items = shared.json("map", "items", course)["items"]
    facts = {
        "course": course,
        "item": next(each["item"] for each in items if each["idnumber"] == "HK1.TX1"),
        "other": next(each["item"] for each in items if each["idnumber"] == "HK1.TX3"),
        "total": next(each["item"] for each in items if each["kind"] == "COURSE"),
    }
    before = lines(shared)
    good = "{course},10A1,TOAN,,{item},HK1,TX1,"
    told = shared.run("map", "import", write_csv(tmp_path / "m.csv", good.format(**facts), row.format(**facts)))
    assert (told.code, lines(shared)) == (5, before)
    assert said.format(**facts) in told.said


def test_all_bad_lines_are_named_the_first_twenty_at_least(shared: School, tmp_path: Path) -> None:
    told = shared.run("map", "import", write_csv(tmp_path / "m.csv", *["x,10A1,TOAN,,,,,"] * 25))
    assert (told.code, "21: course" in told.said, "(+5)" in told.said) == (5, True, True)


def an_xlsx_of_nothing(file: Path) -> None:
    Workbook(str(file)).close()


@pytest.mark.parametrize(
    ("name", "fill", "said"),
    [
        ("m.txt", lambda file: file.write_text("x"), ".csv"),
        ("m.csv", lambda file: None, "Không đọc được"),
        ("m.csv", lambda file: file.write_bytes("môn;lớp".encode("utf-16")), "Không đọc được"),
        ("m.xlsx", lambda file: file.write_bytes(b"no workbook"), "Không đọc được"),
        ("m.xlsx", an_xlsx_of_nothing, "thiếu các cột"),
        ("m.csv", lambda file: file.write_text(""), "thiếu các cột"),
        ("m.csv", lambda file: file.write_text("course,class\n1,10A1"), "subject, course_term"),
        ("m.csv", lambda file: file.write_text(HEADS + "\n,,,,,,,\n"), "không có dòng nào"),
    ],
)
def test_a_sheet_that_is_none_is_told(shared: School, tmp_path: Path, name: str, fill: object, said: str) -> None:
    file = tmp_path / name
    fill(file)  # type: ignore[operator]
    told = shared.run("map", "import", file)
    assert (told.code, said in told.said) == (5, True), told.said


def test_a_sheet_that_can_not_be_written_is_told(shared: School, tmp_path: Path) -> None:
    told = shared.run("map", "export", tmp_path / "nowhere" / "m.csv")
    assert (told.code, "nowhere" in told.said) == (5, True)


def test_only_who_may_sees_and_takes_suggestions(shared: School) -> None:
    teacher = shared.teacher("10A1", "TOAN")
    assert shared.run("map", "suggest", actor=teacher).code == 5
    assert shared.run("map", "suggest", actor=None).code == 5
    assert shared.run("map", "suggest", "--accept", actor=ADMIN + "x").code == 5
