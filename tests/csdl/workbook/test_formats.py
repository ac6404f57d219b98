"""Each layout knows its own file; score workbooks of each are filled with nothing but mark cells changed."""

import re
from itertools import product
from pathlib import Path

import pytest

from bridge.csdl.workbook.fill import Put, aim, write
from bridge.csdl.workbook.folder import Folder, Place, View
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.package import open_package
from bridge.domain.scores import Column, mark
from bridge.ports.workbooks import SheetKind
from bridge.wiring.tables import read_subjects
from bridge.words import Words
from tests.csdl.workbook.formats import FORMATS, SCORES, UNIT, make_format
from tests.csdl.workbook.lab import parts
from tests.csdl.workbook.made import PEOPLE, make_pupils
from tests.csdl.workbook.test_fill import spots, without

SUBJECTS, LAYOUTS = read_subjects(None), load_layouts()
COLUMNS = {"vnedu-so-diem": 3, "smas-so-diem": 3, "vietschool-so-diem": 3, "enetviet-so-diem": 2, "csdl-bang-diem": 4}
SHEET = "xl/worksheets/sheet1.xml"
LINE = re.compile(r"\| `([\w-]+)` [^|]+\| [^|]+\| [^|]+\| ([^|]+) \|")


def look(folder: Path) -> View:
    return Folder(folder, school=UNIT.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)


def place_of(folder: Path, name: str) -> Place:
    """The one score workbook beside a pupil list, read without a doubt."""
    make_pupils(folder / "hoc-sinh.xlsx", {"10A1": PEOPLE})
    make_format(folder / "diem.xlsx", name)
    view = look(folder)
    assert view.flawed == []
    [place] = view.places[UNIT]
    assert place.scores.flaws == ()
    return place


def puts(place: Place) -> tuple[Put, ...]:
    """A mark for everybody in every column that the sheet has."""
    columns = [column for column in Column if column in place.scores.sheet.head.marks]
    cells = product(PEOPLE, columns)
    return tuple(Put(person.code, column, mark(40 + n)) for n, (person, column) in enumerate(cells))


def test_there_is_a_file_for_every_layout() -> None:
    assert set(FORMATS) == {layout.id for layout in LAYOUTS}


def test_schools_are_told_how_sure_each_layout_is() -> None:
    """docs/workbooks.md, in the very words of the command line."""
    lines = (Path(__file__).parents[3] / "docs" / "workbooks.md").read_text("utf-8").splitlines()
    told = {found[1]: found[2] for line in lines if (found := LINE.fullmatch(line))}
    words = Words("vi")
    assert told == {layout.id: words.label(layout.sure) for layout in LAYOUTS}


@pytest.mark.parametrize("name", FORMATS)
def test_a_layout_knows_its_own_file(tmp_path: Path, name: str) -> None:
    make_format(tmp_path / "a.xlsx", name)
    home = Folder(tmp_path, school=UNIT.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS)
    [opened] = home.files()
    [sheet] = opened.sheets
    assert sheet.layout.id == name
    assert sheet.head.flaws == ()


@pytest.mark.parametrize("name", SCORES)
def test_a_score_workbook_has_the_columns_that_its_head_shows(tmp_path: Path, name: str) -> None:
    place = place_of(tmp_path, name)
    regular = [column for column in place.scores.sheet.head.marks if column.is_regular]
    assert len(regular) == COLUMNS.get(name, 5)
    assert {Column.GK, Column.CK} <= set(place.scores.sheet.head.marks)


@pytest.mark.parametrize("name", SCORES)
def test_only_mark_cells_of_it_differ_after_filling(tmp_path: Path, name: str) -> None:
    place = place_of(tmp_path, name)
    package, marks = open_package(place.opened.path), puts(place)
    before, content = package.parts, write(package, [(aim(package, place), marks)])
    after = parts(content)
    assert list(before) == list(after)
    assert {part for part in before if before[part] != after[part]} == {SHEET}
    assert without(before[SHEET], spots(place, *marks)) == without(after[SHEET], spots(place, *marks))
    (tmp_path / "diem.xlsx").write_bytes(content)
    [again] = look(tmp_path).places[UNIT]
    assert again.scores.scores == {(put.pupil, put.column): put.score for put in marks}


@pytest.mark.parametrize("name", ["csdl-hoc-sinh", "hcm-hoc-sinh"])
def test_nothing_private_of_a_pupil_list_is_kept(tmp_path: Path, name: str) -> None:
    make_format(tmp_path / "a.xlsx", name)
    view = look(tmp_path)
    assert len(view.roster.pupils["10A1"]) == len(PEOPLE)
    assert "không đọc" not in repr(view.roster)


def test_results_of_a_term_are_recognised_and_nothing_of_them_is_read(tmp_path: Path) -> None:
    """The comment template and vnEdu's summary hold what a term came to, which is not the bridge's to say."""
    make_pupils(tmp_path / "hoc-sinh.xlsx", {"10A1": PEOPLE})
    for name in ("csdl-mau-nhan-xet", "vnedu-tong-ket"):
        make_format(tmp_path / f"{name}.xlsx", name)
    view = look(tmp_path)
    assert (view.places, view.flawed) == ({}, [])
    kinds = {layout.id: layout.kind for layout in LAYOUTS}
    assert {kinds["csdl-mau-nhan-xet"], kinds["vnedu-tong-ket"]} == {SheetKind.SUMMARY}
