"""Whatever a workbook is refused for is told with its reason, its place and what to do, in both languages."""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter import Workbook

from bridge.ports.workbooks import FlawKind
from tests.cli.files import SHAPE, FileSchool, bare_file_school, file_school
from tests.cli.world import StandIns
from tests.csdl.workbook.formats import make_format
from tests.csdl.workbook.made import PEOPLE, Person, Shape, Told, add_scores, make_pupils, make_table
from tests.csdl.workbook.test_old import DATA
from tests.csdl.workbook.test_package import SPOILT

UNIT = ("10A1", "TOAN", "HK1")
NAME = "10A1.TOAN.HK1.2026.xlsx"
Words = list[object]
Making = Callable[[FileSchool], Words]


@pytest.fixture
def files(remotes: StandIns, tmp_path: Path) -> FileSchool:
    return file_school(remotes, tmp_path)


@pytest.fixture(scope="module")
def shared_files(remotes: StandIns, tmp_path_factory: pytest.TempPathFactory) -> FileSchool:
    """For tests that take nothing in."""
    return file_school(remotes, tmp_path_factory.mktemp("refusals"))


def recognise(**other: object) -> Making:
    """A score sheet of 10A1 with something about it."""
    return lambda files: ["workbook", "recognise", made(files, **other)]


def made(files: FileSchool, **other: Any) -> Path:
    told, marks = other.pop("told", {}), other.pop("marks", {})
    people = other.pop("people", lambda some: some)
    whole = replace(Told(f"Trường {files.name}", "10A1", "Toán", "I"), **told)
    first = files.people["10A1"][0].code
    cells = {(first, column): value for column, value in marks.items()}
    return files.download(*UNIT, cells, told=whole, people=people(files.people["10A1"]), **other)


def hinted(*words: str) -> Making:
    return lambda files: ["workbook", "recognise", made(files), *words]


def untold(*left_out: str) -> Making:
    """Of all that a person may say, all but one."""
    said = {"--class": "10A1", "--subject": "TOAN", "--term": "HK1", "--year": "2026"}
    words = [word for option, text in said.items() if option not in left_out for word in (option, text)]
    silent = replace(SHAPE, titles=False, class_column=False)
    return lambda files: ["workbook", "recognise", made(files, shape=silent), *words]


def spoilt(name: str) -> Making:
    def make(files: FileSchool) -> Words:
        path = files.downloads / "hong.xlsx"
        path.write_bytes(SPOILT[name][1](made(files).read_bytes()))
        return ["workbook", "recognise", path]

    return make


def listed(heads: tuple[str, ...], *rows: tuple[object, ...]) -> Making:
    return lambda files: ["workbook", "recognise", make_table(files.downloads / "ds.xlsx", heads, rows)]


def second(some: list[Person], **changed: str) -> list[Person]:
    return [some[0], replace(some[1], **changed), *some[2:]]


STRANGER = Person("HS999999", "7999999999", "Ai Đó Lạ")
PUPILS = ("STT", "Mã lớp", "Mã học sinh", "Họ tên", "Ngày sinh", "Trạng thái HS")
TAUGHT = ("STT", "Giáo viên", "Môn", "Lớp", "Học kỳ")
JUDGED: Mapping[FlawKind, Making] = {  # a look says so
    FlawKind.NOT_A_WORKBOOK: spoilt("text"),
    FlawKind.HTML_AS_XLS: spoilt("html"),
    FlawKind.ENCRYPTED: spoilt("password"),
    FlawKind.MACROS: spoilt("macros"),
    FlawKind.EXTERNAL_LINKS: spoilt("external link"),
    FlawKind.BOMB: spoilt("bomb"),
    FlawKind.DAMAGED: spoilt("broken xml"),
    FlawKind.DOCTYPE: spoilt("doctype"),
    FlawKind.TOO_MANY_CELLS: spoilt("far cell"),
    FlawKind.UNKNOWN_LAYOUT: listed(("A", "B"), (1, 2)),
    FlawKind.UNKNOWN_HEADER: recognise(shape=replace(SHAPE, extra_head="Điểm cộng")),
    FlawKind.DOUBLED_HEADER: recognise(shape=replace(SHAPE, extra_head="ĐĐGgk")),
    FlawKind.OTHER_SCHOOL: recognise(told={"school": "Trường THPT Khác"}),
    FlawKind.OTHER_YEAR: recognise(told={"year": "2025-2026"}),
    FlawKind.WHOLE_YEAR: recognise(told={"term": "cả năm"}),
    FlawKind.UNTOLD_YEAR: untold("--year"),
    FlawKind.UNTOLD_TERM: untold("--term"),
    FlawKind.UNTOLD_CLASS: untold("--class"),
    FlawKind.UNTOLD_SUBJECT: untold("--subject"),
    FlawKind.OTHER_CLASS_SHEET: hinted("--class", "10A2"),
    FlawKind.OTHER_SUBJECT_SHEET: hinted("--subject", "NGUVAN"),
    FlawKind.OTHER_TERM_SHEET: hinted("--term", "HK2"),
    FlawKind.CONTRADICTION: recognise(told={"term": "I (Học kỳ II)"}),
    FlawKind.UNKNOWN_CLASS_NAME: recognise(told={"school_class": "12C9"}),
    FlawKind.UNKNOWN_SUBJECT_NAME: recognise(told={"subject": "Cờ vua"}),
    FlawKind.NO_PUPILS: recognise(people=lambda some: []),
    FlawKind.PUPIL_UNKNOWN: recognise(people=lambda some: [*some, STRANGER]),
    FlawKind.PUPIL_AMBIGUOUS: recognise(people=lambda some: second(some, ministry=some[0].ministry)),
    FlawKind.PUPIL_DOUBLED: recognise(people=lambda some: [*some, some[0]]),
    FlawKind.PUPIL_MISSING: recognise(people=lambda some: some[:-1]),
    FlawKind.NAME_DIFFERS: recognise(people=lambda some: second(some, name="Ai Đó Khác")),
    FlawKind.BAD_VALUE: recognise(marks={"TX1": 85}),
    FlawKind.NO_IDENTIFIER: listed(PUPILS, (1, "10A1", "", "Trần An", "1/1/2011", "Đang học")),
    FlawKind.BAD_DATE: listed(PUPILS, (1, "10A1", "HS1", "Trần An", "32/1/2011", "Đang học")),
}  # fmt: skip


def confirmed(files: FileSchool) -> None:
    files.run("workbook", "read", made(files))
    unit = ("--class", "10A1", "--subject", "TOAN", "--term", "HK1")
    assert files.run("sync", "plan", *unit).code == 3
    assert files.run("sync", "confirm", actor=files.school.teacher("10A1", "TOAN")).code == 0


def fill(files: FileSchool) -> Words:
    return ["workbook", "fill", "--out", files.downloads / "lo.zip", "--class", "10A1", "--subject", "TOAN"]


def two_files(files: FileSchool) -> Words:
    """One that holds two units lies there; another of only one of them comes."""
    with Workbook(str(files.school.folder / "city" / "hai-lop.xlsx")) as book:
        for name in ("10A1", "10A2"):
            told, shape = Told(f"Trường {files.name}", name, "Toán", "I"), Shape(sheet=name, columns=SHAPE.columns)
            add_scores(book, files.people[name], {}, told=told, shape=shape)
    return ["workbook", "read", made(files)]


def stranger_teaches(files: FileSchool) -> Words:
    """Without a code, and the staff list has nobody of that name."""
    heads = ("STT", "Mã giáo viên", "Họ tên", "Trạng thái CB", "Môn dạy")
    staff = make_table(files.downloads / "gv.xlsx", heads, [(1, "GV0001", "Đỗ Thị Văn", "Đang làm việc", "Toán")])
    assert files.run("workbook", "read", staff).code == 0
    taught = [(1, "Không Có Ai", "Toán", "10A1", "")]
    return ["workbook", "read", make_table(files.downloads / "pc.xlsx", TAUGHT, taught)]


def no_lists(files: FileSchool) -> Words:
    for path in (files.school.folder / "city").glob("*.xlsx"):
        path.unlink()
    return ["workbook", "recognise", made(files)]


def gone(files: FileSchool) -> Words:
    confirmed(files)
    assert files.run("sync", "run", "--class", "10A1", "--subject", "TOAN").code == 3
    (files.school.folder / "city" / NAME).unlink()
    return fill(files)


def old(files: FileSchool) -> Words:
    confirmed(files)
    then = time.time() - 30 * 3600
    os.utime(files.school.folder / "city" / NAME, (then, then))
    return fill(files)


def unmatched(files: FileSchool) -> Words:
    confirmed(files)
    assert files.run(*fill(files)).code == 3
    rows = [(1, STRANGER.code, STRANGER.name, "sai")]
    errors = make_table(files.downloads / "loi.xlsx", ("STT", "Mã học sinh", "Họ và tên", "Lỗi"), rows)
    return ["workbook", "accept", "--errors", errors]


ACTED: Mapping[FlawKind, Making] = {  # doing something comes upon it
    FlawKind.TWO_FILES: two_files,
    FlawKind.TEACHER_UNKNOWN: stranger_teaches,
    FlawKind.NO_ROSTER_FILE: no_lists,
    FlawKind.NO_WORKBOOK: gone,
    FlawKind.WORKBOOK_OLD: old,
    FlawKind.ERROR_ROW_UNMATCHED: unmatched,
}
ELSEWHERE = {
    FlawKind.OLD_FORMAT,  # tests/csdl/workbook/test_old.py; that it can be read and how to save it is said below
    FlawKind.NOT_AS_FILLED,  # tests/csdl/workbook/test_fill.py: only a defect of ours or of the disk can bring it about
}


def test_every_refusal_is_brought_about() -> None:
    assert {*JUDGED, *ACTED, *ELSEWHERE} == set(FlawKind)


@pytest.mark.parametrize("kind", JUDGED)
def test_a_look_says_why_where_and_what_to_do(shared_files: FileSchool, kind: FlawKind) -> None:
    check(shared_files, kind, JUDGED[kind](shared_files))


@pytest.mark.parametrize("kind", ACTED)
def test_what_is_refused_on_the_way_says_why_where_and_what_to_do(files: FileSchool, kind: FlawKind) -> None:
    check(files, kind, ACTED[kind](files))


def check(files: FileSchool, kind: FlawKind, words: Words) -> None:
    """The first flaw is it; both languages tell its place, and neither shows a code or a hole."""
    found = files.run("--json", *words)
    assert found.code in (4, 5), found.said
    flaws = {flaw["kind"]: flaw for flaw in flaws_in(found.data)}
    assert kind in flaws, flaws
    said = {language: files.run("--lang", language, *words).said for language in ("vi", "en")}
    for text in said.values():
        assert " ".join(flaws[kind]["where"].split()) in text
        assert kind not in text
        assert not re.search(r"\{\w+\}|\(\)|“”", text), "a hole where a fact should stand"
    assert said["vi"] != said["en"]


def flaws_in(data: Any) -> Iterator[dict[str, str]]:
    """Wherever in the answer they stand."""
    if isinstance(data, Mapping):
        yield from data.get("flaws", ())
        for value in data.values():
            yield from flaws_in(value)
    elif isinstance(data, list):
        for each in data:
            yield from flaws_in(each)


@pytest.mark.parametrize(("language", "words"), [("vi", "khoá"), ("en", "lock")])
def test_a_locked_sheet_is_filled_nowhere_and_each_cell_is_named(files: FileSchool, language: str, words: str) -> None:
    files.run("workbook", "read", made(files, shape=Shape(columns=SHAPE.columns, protected="locked")))
    assert files.run("sync", "plan", "--class", "10A1", "--subject", "TOAN", "--term", "HK1").code == 3
    files.run("sync", "confirm", actor=files.school.teacher("10A1", "TOAN"))
    done = files.run("--json", *fill(files))
    assert (done.data["cells"], done.data["batch"]) == (0, None)
    assert {row["refusal"] for row in done.data["refused"]} == {"LOCKED"}
    assert all(re.search(r"!\w+\d+$", row["where"]) for row in done.data["refused"])
    files.run("sync", "plan", "--class", "10A1", "--subject", "TOAN", "--term", "HK1")
    assert words in files.run("--lang", language, "holds", "list").said


def test_an_old_xls_is_taken_in_with_the_advice_how_to_save_it(remotes: StandIns, tmp_path: Path) -> None:
    files = bare_file_school(remotes, tmp_path, "THPT Mẫu")
    pupils = make_pupils(files.downloads / "hs.xlsx", {"10A1": PEOPLE})
    assert files.run("workbook", "read", pupils).code == 0
    old = DATA / "csdl-mau-1.xls"
    assert files.run("--json", "workbook", "read", old).data["files"][0]["old_format"] is True
    for language in ("vi", "en"):
        shown = files.run("--lang", language, "workbook", "read", old)
        assert shown.code == 0
        assert "Save As" in shown.said
        assert old.name in shown.said


def test_what_is_only_guessed_or_only_recognised_is_said(shared_files: FileSchool) -> None:
    _, _, taught = shared_files.lists()
    for words, file in (
        ("phỏng đoán", taught),
        ("nhận ra", make_format(shared_files.downloads / "nx.xlsx", "csdl-mau-nhan-xet")),
    ):
        shown = shared_files.run("--lang", "vi", "workbook", "recognise", file)
        assert (shown.code, words in shown.said) == (0, True)
    found = shared_files.run("--json", "workbook", "recognise", *shared_files.lists()).data["files"]
    assert {each["sheets"][0]["sure"] for each in found} == {"DESCRIBED", "GUESSED"}
