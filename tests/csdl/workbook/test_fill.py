"""After filling only mark cells differ, part by part inside the zip; and what was written is what everybody reads."""

import re
from itertools import product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bridge.cli.batches import shown_flaws
from bridge.csdl.workbook.fill import Bench, Put, Reader, aim, judge_rows, read_back, write
from bridge.csdl.workbook.folder import Folder, Place
from bridge.csdl.workbook.grid import Spot
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.package import open_package
from bridge.csdl.workbook.scoresheet import Known
from bridge.csdl.workbook.splice import NewCell, put_cells, scan_sheet
from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Score, Term, Verdict, mark
from bridge.ports.city import OutRow, Refusal
from bridge.ports.workbooks import FlawKind
from bridge.wiring.tables import read_subjects
from bridge.words import Words
from tests.csdl.workbook.lab import parts
from tests.csdl.workbook.made import PEOPLE, REGULAR, Shape, Told, add_scores, make_pupils, make_scores

SUBJECTS, LAYOUTS = read_subjects(None), load_layouts()
UNIT = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def opened(folder: Path, unit: Unit = UNIT) -> Place:
    """The one workbook in the folder, read without a flaw."""
    make_pupils(folder / "hoc-sinh.xlsx", {"10A1": PEOPLE})
    home = Folder(folder, school=UNIT.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS)
    view = home.view(2026)
    [place] = view.places[unit]
    assert place.scores.flaws == ()
    return place


def filled(place: Place, *puts: Put) -> tuple[dict[str, bytes], dict[str, bytes], bytes]:
    """The parts before and after, and the whole."""
    package = open_package(place.opened.path)
    content = write(package, [(aim(package, place), puts)])
    return package.parts, parts(content), content


def without(sheet: bytes, references: set[str]) -> bytes:
    """The part with these cells cut out, whatever they hold."""
    for reference in references:
        pattern = rb'<(\w+:)?c r="%s"(?:[^>]*/>|[^>]*[^/]>.*?</(?:\w+:)?c>)' % reference.encode()
        sheet, count = re.subn(pattern, b"", sheet, flags=re.S)
        assert count <= 1
    return sheet


def spots(place: Place, *puts: Put) -> set[str]:
    return {str(place.scores.spot(put.pupil, put.column)) for put in puts}


PUTS = tuple(
    Put(person.code, column, mark(value))
    for value, (person, column) in enumerate(product(PEOPLE, (Column.TX1, Column.TX3, Column.GK, Column.CK)), start=40)
)
SHAPES = {
    "grouped": Shape(),
    "flat": Shape(heads="flat"),
    "three header rows": Shape(heads="three"),
    "repeated headers": Shape(heads="repeated"),
    "everything": Shape(
        heads="three", hidden_id=True, numbering=True, nfd=True, decorated=True, protected="open", formula=True,
        birth="serial",
    ),
    "text cells": Shape(text_cells=True, decorated=True),
    "dates": Shape(birth="date", with_codes=False, class_column=True),
    "names only": Shape(with_codes=False, with_ministry=False),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_only_mark_cells_differ(tmp_path: Path, name: str) -> None:
    make_scores(tmp_path / "diem.xlsx", shape=SHAPES[name])
    place = opened(tmp_path)
    before, after, _ = filled(place, *PUTS)
    assert list(before) == list(after)
    changed = {part for part in before if before[part] != after[part]}
    formulas = {"xl/workbook.xml"} if SHAPES[name].formula else set()
    assert changed <= {"xl/worksheets/sheet1.xml", *formulas}
    sheet = "xl/worksheets/sheet1.xml"
    assert without(before[sheet], spots(place, *PUTS)) == without(after[sheet], spots(place, *PUTS))
    if formulas and before["xl/workbook.xml"] != after["xl/workbook.xml"]:
        assert after["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"") == before["xl/workbook.xml"]
    if formulas:
        assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


@pytest.mark.parametrize("name", SHAPES)
def test_what_was_written_is_what_calamine_reads_in_the_cells_style(tmp_path: Path, name: str) -> None:
    make_scores(tmp_path / "diem.xlsx", shape=SHAPES[name])
    place = opened(tmp_path)
    before, after, content = filled(place, *PUTS)
    (tmp_path / "after.bin").write_bytes(content)
    rows = (
        CalamineWorkbook.from_path(str(tmp_path / "after.bin")).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )
    for put in PUTS:
        spot = place.scores.spot(put.pupil, put.column)
        assert spot is not None
        expected = put.score.tenths / 10  # type: ignore[union-attr]
        cell = rows[spot.row][spot.column]
        assert (float(str(cell).replace(",", ".")), isinstance(cell, str)) == (expected, SHAPES[name].text_cells)
    for put in PUTS:
        assert style(before, str(place.scores.spot(put.pupil, put.column))) == style(
            after, str(place.scores.spot(put.pupil, put.column))
        )


def style(found: dict[str, bytes], reference: str) -> str | None:
    root = ElementTree.fromstring(found["xl/worksheets/sheet1.xml"])
    return next(cell.get("s") for cell in root.iter(f"{MAIN}c") if cell.get("r") == reference)


def test_regular_marks_in_one_cell_are_written_together(tmp_path: Path) -> None:
    marks = {(PEOPLE[0].code, "TX1"): "8,5"}
    make_scores(tmp_path / "diem.xlsx", marks=marks, shape=Shape(heads="one_cell", columns=(*REGULAR, "GK", "CK")))
    place = opened(tmp_path)
    puts = (Put(PEOPLE[0].code, Column.TX2, mark(70)), Put(PEOPLE[1].code, Column.TX1, mark(95)))
    before, after, _ = filled(place, *puts)
    references = spots(place, *puts)
    assert without(before["xl/worksheets/sheet1.xml"], references) == without(
        after["xl/worksheets/sheet1.xml"], references
    )
    assert b"<t>8,5 7</t>" in after["xl/worksheets/sheet1.xml"]
    assert b"<t>9,5</t>" in after["xl/worksheets/sheet1.xml"]


def test_a_comment_subject_is_filled_with_words(tmp_path: Path) -> None:
    make_scores(tmp_path / "diem.xlsx", told=Told(subject="Giáo dục thể chất"))
    place = opened(tmp_path, UNIT._replace(subject="GDTC"))
    _, after, _ = filled(
        place, Put(PEOPLE[0].code, Column.TX1, Verdict.PASSED), Put(PEOPLE[1].code, Column.TX1, Verdict.NOT_PASSED)
    )
    assert (
        after["xl/worksheets/sheet1.xml"].count("<t>Đ</t>".encode()),
        after["xl/worksheets/sheet1.xml"].count("<t>CĐ</t>".encode()),
    ) == (1, 1)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_workbook_that_does_not_say_what_it_should_never_leaves(tmp_path: Path, language: str) -> None:
    """Read back after filling: a mark too few, too many, or another. Only a defect of ours could bring it about."""
    make_scores(tmp_path / "diem.xlsx")
    place = opened(tmp_path)
    package, reader = open_package(place.opened.path), Reader(known(tmp_path), LAYOUTS)
    first, second = Put(PEOPLE[0].code, Column.GK, mark(80)), Put(PEOPLE[1].code, Column.GK, mark(90))
    content = write(package, [(aim(package, place), [first])])
    assert read_back(package, content, [(place, [first])], reader) == []
    for wanted in ([], [first, second], [first._replace(score=mark(81))]):
        [flaw] = read_back(package, content, [(place, wanted)], reader)
        assert flaw == (FlawKind.NOT_AS_FILLED, "diem.xlsx: Sheet1", "")
        [(what, next_step, where)] = shown_flaws(Words(language), [flaw])
        assert where in what
        assert next_step
    assert [flaw.kind for flaw in read_back(package, content[:-900], [(place, [first])], reader)] == [FlawKind.DAMAGED]


def known(folder: Path) -> Known:
    home = Folder(folder, school=UNIT.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS)
    return home.view(2026).known


def test_two_sheets_of_one_workbook_are_filled_each_for_itself(tmp_path: Path) -> None:
    with Workbook(str(tmp_path / "diem.xlsx")) as book:
        for subject, name in (("Toán", "T"), ("Ngữ văn", "V")):
            add_scores(book, PEOPLE, {}, told=Told(subject=subject), shape=Shape(sheet=name))
    place = opened(tmp_path, UNIT._replace(subject="NGUVAN"))
    before, after, _ = filled(place, Put(PEOPLE[0].code, Column.GK, mark(80)))
    assert {part for part in before if before[part] != after[part]} == {"xl/worksheets/sheet2.xml"}


def row(
    score: Score, pupil: str = PEOPLE[0].code, column: Column = Column.TX1, op: Op = Op.NEW, base: int = 0
) -> OutRow:
    return OutRow(f"{pupil}{column}", op, 1, base, pupil, column, score)


@pytest.mark.parametrize(
    ("shape", "marks", "judged", "refusal"),
    [
        (Shape(protected="locked"), {}, row(mark(80)), Refusal.LOCKED),
        (Shape(protected="open"), {}, row(mark(80)), None),
        (Shape(), {(PEOPLE[0].code, "TX1"): 7}, row(mark(80)), Refusal.MOVED),
        (Shape(), {(PEOPLE[0].code, "TX1"): "M"}, row(mark(80)), Refusal.NOT_ALLOWED),
        (Shape(), {}, row(mark(80), column=Column.TX5), Refusal.BAD_COLUMN),
        (Shape(), {}, row(Verdict.PASSED), Refusal.WRONG_KIND),
        (Shape(), {}, row(mark(80), pupil="HS999999"), Refusal.UNKNOWN_PUPIL),
        (Shape(heads="one_cell"), {}, row(mark(80), column=Column.TX2), Refusal.BAD_COLUMN),
        (Shape(), {(PEOPLE[0].code, "TX1"): 8}, row(mark(80), op=Op.CANCEL, base=81), Refusal.NOT_ALLOWED),
    ],
)  # fmt: skip
def test_a_row_is_judged_by_the_cell_it_goes_to(
    tmp_path: Path, shape: Shape, marks: dict[tuple[str, str], object], judged: OutRow, refusal: Refusal | None
) -> None:
    make_scores(tmp_path / "diem.xlsx", marks=marks, shape=shape)
    place = opened(tmp_path)
    target = aim(open_package(place.opened.path), place)
    found = judge_rows([judged], target, Bench({"10A1": []}, clears=False))[0]
    assert (found.word.refusal if found.word else None) == refusal
    assert (found.put is None) == (refusal is not None)


SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?>\r\n<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<x:cols><x:col min="3" max="3" style="7"/></x:cols><x:sheetData>'
    b'<x:row r="1"><x:c r="A1" t="s" s="2"  ><x:v>0</x:v></x:c><x:c r="D1"/></x:row>\n'
    b'<x:row r="2"/><x:row><x:c><x:v>1</x:v></x:c><x:c s="3" vm="1"><x:v>2</x:v></x:c></x:row>'
    b"</x:sheetData><x:extLst foo='a>b'/></x:worksheet>"
)


@pytest.mark.parametrize(
    ("spot", "new", "expected"),
    [
        (Spot(0, 0), NewCell(number="8.5"), b'<x:c r="A1" s="2"><x:v>8.5</x:v></x:c>'),
        (Spot(0, 3), NewCell(text="8,5"), b'<x:c r="D1" t="inlineStr"><x:is><x:t>8,5</x:t></x:is></x:c>'),
        (Spot(0, 2), NewCell(number="9"), b'<x:c r="C1" s="7"><x:v>9</x:v></x:c>'),
        (Spot(0, 5), NewCell(number="9"), b'<x:c r="F1"><x:v>9</x:v></x:c>'),
        (Spot(1, 1), NewCell(number="9"), b'<x:row r="2"><x:c r="B2"><x:v>9</x:v></x:c></x:row>'),
        (Spot(2, 1), NewCell(number="9"), b'<x:c r="B3" s="3" vm="1"><x:v>9</x:v></x:c>'),
        (Spot(0, 0), NewCell(), b'<x:c r="A1" s="2"/>'),
        (
            Spot(0, 0),
            NewCell(text="<&>"),
            b'<x:c r="A1" s="2" t="inlineStr"><x:is><x:t>&lt;&amp;&gt;</x:t></x:is></x:c>',
        ),
    ],
)
def test_the_bytes_of_one_cell_are_replaced_whatever_the_spelling(spot: Spot, new: NewCell, expected: bytes) -> None:
    scan = scan_sheet(SHEET, frozenset({0, 1, 2}))
    made = put_cells(SHEET, scan, {spot: new})
    assert expected in made
    at = made.index(expected)
    rest = made[:at] + made[at + len(expected) :]
    assert SHEET.startswith(rest[:at]) and SHEET.endswith(rest[at:])
    ElementTree.fromstring(made)


def test_new_cells_of_one_gap_go_in_in_order() -> None:
    made = put_cells(
        SHEET, scan_sheet(SHEET, frozenset({0})), {Spot(0, 2): NewCell(number="2"), Spot(0, 1): NewCell(number="1")}
    )
    assert made.index(b'r="A1"') < made.index(b'r="B1"') < made.index(b'r="C1"') < made.index(b'r="D1"')
