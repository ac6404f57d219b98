"""Heads of any depth, titles in any words, pupils by identifier or by name and birth date; and every doubt is said."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.csdl.workbook.folder import Folder, View
from bridge.csdl.workbook.layout import load_layouts, plain
from bridge.csdl.workbook.titles import WHOLE_YEAR, term_of, year_of
from bridge.domain.school import Assignment, Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.workbooks import FlawKind
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.made import COLUMNS, PEOPLE, Marks, Person, Shape, Told, make_pupils, make_scores, make_table

SUBJECTS, LAYOUTS = read_subjects(None), load_layouts()
UNIT = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
TWIN = replace(PEOPLE[0], code="HS000009", ministry="7900000009", birth="01/03/2011")


def look(folder: Path, listed: tuple[Person, ...] = PEOPLE, **scores: object) -> View:
    """A pupil list and one score workbook."""
    make_pupils(folder / "hs.xlsx", {"10A1": listed})
    if scores:
        make_scores(folder / "diem.xlsx", scores.pop("people", listed), **scores)  # type: ignore[arg-type]
    return Folder(folder, school=UNIT.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)


def flaws(view: View) -> set[FlawKind]:
    return {flaw.kind for _, flaw in view.flawed} | {
        flaw.kind for places in view.places.values() for place in places for flaw in place.scores.flaws
    }


MARKS: Marks = {(PEOPLE[0].code, "TX1"): 8.5, (PEOPLE[1].code, "GK"): "7,0", (PEOPLE[4].code, "CK"): "10"}


@pytest.mark.parametrize("heads", ["grouped", "flat", "three", "repeated"])
@pytest.mark.parametrize(
    "other",
    [{}, {"nfd": True, "numbering": True, "hidden_id": True}, {"with_codes": False, "birth": "serial"},
     {"with_codes": False, "with_ministry": False, "birth": "date"}, {"decorated": True, "protected": "locked"}],
    ids=str,
)  # fmt: skip
def test_a_score_sheet_is_read_whatever_its_head(tmp_path: Path, heads: str, other: dict[str, object]) -> None:
    view = look(tmp_path, marks=MARKS, shape=Shape(heads=heads, **other))  # type: ignore[arg-type]
    assert (set(view.places), flaws(view)) == ({UNIT}, set())
    [place] = view.places[UNIT]
    assert set(place.scores.sheet.head.marks) == set(map(Column, COLUMNS))
    assert place.scores.scores == {
        (PEOPLE[0].code, Column.TX1): mark(85),
        (PEOPLE[1].code, Column.GK): mark(70),
        (PEOPLE[4].code, Column.CK): mark(100),
    }


WRONG: dict[str, tuple[set[FlawKind], Callable[[], dict[str, object]]]] = {
    "a pupil twice": ({FlawKind.PUPIL_DOUBLED}, lambda: {"people": (*PEOPLE, PEOPLE[0])}),
    "a pupil missing": ({FlawKind.PUPIL_MISSING}, lambda: {"people": PEOPLE[:-1]}),
    "a stranger": ({FlawKind.PUPIL_UNKNOWN}, lambda: {"people": (*PEOPLE, Person("HS9", "7999999999", "Ai Đó"))}),
    "name of another": (
        {FlawKind.NAME_DIFFERS, FlawKind.PUPIL_MISSING},
        lambda: {"people": (replace(PEOPLE[0], name=PEOPLE[1].name), *PEOPLE[1:])},
    ),
    "two codes of two people": (
        {FlawKind.PUPIL_AMBIGUOUS, FlawKind.PUPIL_MISSING},
        lambda: {"people": (replace(PEOPLE[0], ministry=PEOPLE[1].ministry), *PEOPLE[1:])},
    ),
    "nobody": ({FlawKind.NO_PUPILS}, lambda: {"people": ()}),
    "no number": ({FlawKind.BAD_VALUE}, lambda: {"marks": {(PEOPLE[0].code, "TX1"): "8,25"}}),
    "unknown header": ({FlawKind.UNKNOWN_HEADER}, lambda: {"shape": Shape(extra_head="Điểm cộng")}),
    "doubled header": ({FlawKind.DOUBLED_HEADER}, lambda: {"shape": Shape(extra_head="ĐĐGgk")}),
    "six regular marks": ({FlawKind.UNKNOWN_HEADER}, lambda: {"shape": Shape(heads="flat", extra_head="ĐĐGtx6")}),
    "another school": ({FlawKind.OTHER_SCHOOL}, lambda: {"told": Told(school="TRƯỜNG THPT KHÁC")}),
    "another year": ({FlawKind.OTHER_YEAR}, lambda: {"told": Told(year="2025-2026")}),
    "years that are none": ({FlawKind.OTHER_YEAR}, lambda: {"told": Told(year="2026-2028")}),
    "the whole year": ({FlawKind.WHOLE_YEAR}, lambda: {"told": Told(term="cả năm")}),
    "two terms": ({FlawKind.CONTRADICTION}, lambda: {"told": Told(term="I (Học kỳ II)")}),
    "an unknown class": ({FlawKind.UNKNOWN_CLASS_NAME}, lambda: {"told": Told(school_class="12C9")}),
    "an unknown subject": ({FlawKind.UNKNOWN_SUBJECT_NAME}, lambda: {"told": Told(subject="Cờ vua")}),
    "no titles": (
        {FlawKind.UNTOLD_YEAR},
        lambda: {"shape": Shape(titles=False)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_doubt_is_a_flaw_with_its_place(tmp_path: Path, name: str) -> None:
    kinds, make = WRONG[name]
    view = look(tmp_path, **make())
    assert flaws(view) == kinds


def test_two_pupils_of_one_name_are_told_apart_by_code_and_not_by_name(tmp_path: Path) -> None:
    people = (*PEOPLE, TWIN)
    assert flaws(look(tmp_path, people, marks={})) == set()
    without = look(tmp_path, people, marks={}, shape=Shape(with_codes=False, with_ministry=False))
    assert FlawKind.PUPIL_AMBIGUOUS in flaws(without)


def test_a_new_pupil_without_a_ministry_code_is_known_by_name_and_birth_date(tmp_path: Path) -> None:
    """Our list was made before the code came; the score workbook has it already."""
    fresh = replace(PEOPLE[0], ministry="")
    shape = Shape(with_codes=False)
    view = look(tmp_path, (fresh, *PEOPLE[1:]), people=PEOPLE, marks=MARKS, shape=shape)
    assert flaws(view) == set()
    [place] = view.places[UNIT]
    assert place.scores.scores[PEOPLE[0].code, Column.TX1] == mark(85)


def test_two_files_of_one_unit_are_both_seen(tmp_path: Path) -> None:
    make_scores(tmp_path / "cu.xlsx")
    view = look(tmp_path, marks=MARKS)
    assert len(view.places[UNIT]) == 2


@pytest.mark.parametrize("hcm", [False, True])
def test_a_pupil_list_gives_classes_and_pupils_and_nothing_else(tmp_path: Path, hcm: bool) -> None:
    make_pupils(tmp_path / "hs.xlsx", {"10A1": PEOPLE[:2], "11B2": PEOPLE[2:]}, hcm=hcm)
    view = Folder(tmp_path, school=UNIT.school, names=["A"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)
    assert {code: row.grade_level for code, row in view.roster.classes.items()} == {"10A1": 10, "11B2": 11}
    first = view.roster.pupils["10A1"][0]
    assert first.code == (PEOPLE[0].ministry if hcm else PEOPLE[0].code)
    assert (first.name, first.birth_date, first.studying) == (PEOPLE[0].name, "2011-03-01", True)
    assert "09" not in repr(view.roster.pupils).replace("790", "").replace("HS0000", "")


def test_a_list_with_a_flaw_is_left_out_whole(tmp_path: Path) -> None:
    """A list that is half read looks like pupils who left."""
    heads = ("STT", "Mã lớp", "Mã học sinh", "Họ tên", "Ngày sinh", "Trạng thái HS")
    rows = [
        (1, "10A1", "HS1", "Trần An", "1/1/2011", "Đang học"),
        (2, "10A1", "HS2", "Lê Bình", "32/1/2011", "Đang học"),
    ]
    make_table(tmp_path / "hs.xlsx", heads, rows)
    view = Folder(tmp_path, school=UNIT.school, names=["A"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)
    assert (view.lists, view.roster.classes, flaws(view)) == (0, {}, {FlawKind.BAD_DATE})


@pytest.mark.parametrize(
    ("status", "studying"),
    [("Đang học", True), ("Chuyển đến kỳ 1", True), ("Nghỉ học xin học lại", True), ("Chuyển đi ngoài tỉnh", False),
     ("Thôi học", False), ("", True)],
)  # fmt: skip
def test_a_status_says_who_studies(tmp_path: Path, status: str, studying: bool) -> None:
    heads = ("STT", "Mã lớp", "Mã học sinh", "Họ tên", "Ngày sinh", "Trạng thái HS")
    make_table(tmp_path / "hs.xlsx", heads, [(1, "10A1", "HS1", "Trần An", "1/1/2011", status)])
    view = Folder(tmp_path, school=UNIT.school, names=["A"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)
    assert [pupil.studying for pupil in view.roster.pupils["10A1"]] == [studying]


def test_assignments_find_the_teacher_by_the_one_name_on_the_staff_list(tmp_path: Path) -> None:
    make_pupils(tmp_path / "hs.xlsx", {"10A1": PEOPLE[:2], "10A2": PEOPLE[2:]})
    heads = ("STT", "Mã giáo viên", "Họ tên", "Email", "Trạng thái CB", "Vị trí việc làm", "Nhóm chức vụ", "Môn dạy")
    staff = [("GV1", "Đỗ Thị Văn"), ("GV2", "Lê Văn Hai"), ("GV3", "Lê Văn Hai")]
    rows = [(n, code, name, "", "Đang làm việc", "", "", "Toán") for n, (code, name) in enumerate(staff, 1)]
    make_table(tmp_path / "gv.xlsx", heads, rows)
    taught = [(1, "Đỗ Thị Văn", "Toán", "10A1, 10A2", ""), (2, "Lê Văn Hai", "Ngữ văn", "10A1", "HK1")]
    make_table(tmp_path / "pc.xlsx", ("STT", "Giáo viên", "Môn", "Lớp", "Học kỳ"), taught)
    view = Folder(tmp_path, school=UNIT.school, names=["A"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)
    assert set(view.roster.assignments) == {
        Assignment("GV1", code, "TOAN", term, "Đỗ Thị Văn") for code in ("10A1", "10A2") for term in Term
    }
    assert flaws(view) == {FlawKind.TEACHER_UNKNOWN}


@pytest.mark.parametrize(
    ("text", "term"),
    [("I", Term.HK1), ("II", Term.HK2), ("1", Term.HK1), ("HK2", Term.HK2), ("HKI", Term.HK1), ("cả năm", WHOLE_YEAR),
     ("3", WHOLE_YEAR), ("III", WHOLE_YEAR), ("4", None), ("", None)],
)  # fmt: skip
def test_a_term_is_told_in_many_ways(text: str, term: object) -> None:
    assert term_of(text) == term


@pytest.mark.parametrize(
    ("text", "year"), [("2026-2027", 2026), ("2026 – 2027", 2026), ("2026", 2026), ("2026-2028", None), ("", None)]
)
def test_a_school_year_is_two_years_that_follow(text: str, year: int | None) -> None:
    assert year_of(text) == year


def test_a_subjects_name_may_hold_the_word_for_an_office(tmp_path: Path) -> None:
    view = look(tmp_path, marks={}, told=Told(subject="Giáo dục quốc phòng và an ninh"))
    assert set(view.places) == {UNIT._replace(subject="GDQPAN")}


def test_every_layout_says_how_sure_it_is_and_why() -> None:
    assert len({layout.id for layout in LAYOUTS}) == len(LAYOUTS)
    assert all(len(layout.source) > 20 for layout in LAYOUTS)
    systems = {layout.system for layout in LAYOUTS}
    assert {"CSDL ngành", "vnEdu", "SMAS", "Vietschool", "eNetViet"} <= systems


def test_plain_text_keeps_its_places() -> None:
    text = "Môn: Đạo đức Ngữ văn"
    assert (plain(text), len(plain(text))) == ("mon: dao duc ngu van", len(text))
