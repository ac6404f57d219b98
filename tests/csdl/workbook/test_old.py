"""Workbooks of the old format (.xls): read as any other, never filled. The files were saved by LibreOffice 7.4.

`make office` saves them anew and compares what is read.
"""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.csdl.workbook.city import School, WorkbookCity
from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.route import WorkbookRoute
from bridge.domain.errors import Refused
from bridge.domain.plans import Op
from bridge.domain.scores import Column, mark
from bridge.ports.city import OutRow, Submission
from bridge.ports.workbooks import FlawKind
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.formats import UNIT
from tests.csdl.workbook.made import PEOPLE, make_pupils
from tests.fakes_byhand import MemoryTray

DATA = Path(__file__).parent / "data"
AT = datetime(2026, 11, 28, tzinfo=UTC)


def city_of(folder: Path, files: Sequence[str]) -> WorkbookCity:
    make_pupils(folder / "hoc-sinh.xlsx", {"10A1": PEOPLE})
    for name in files:
        shutil.copy(DATA / name, folder)
    home = Folder(folder, school=UNIT.school, names=["THPT Mẫu"], subjects=read_subjects(None), layouts=load_layouts())
    return WorkbookCity(School(UNIT.school, "THPT Mẫu", "THPT", fresh_for=timedelta(days=9_999)), home, MemoryTray())


def test_its_marks_are_read(tmp_path: Path) -> None:
    scores = city_of(tmp_path, ["csdl-mau-1.xls"]).scores([UNIT])[UNIT]
    first = {row.column: row.cell.score for row in scores if row.pupil == PEOPLE[0].code}
    assert first == {column: mark(40 + number) for number, column in enumerate(Column)}
    assert len(scores) == len(PEOPLE) * len(Column)


def test_it_is_not_filled_and_a_person_is_told_why(tmp_path: Path) -> None:
    city = city_of(tmp_path, ["csdl-mau-1.xls"])
    row = OutRow("r1", Op.UPDATE, 2, 41, PEOPLE[0].code, Column.TX1, mark(90))
    submission = Submission("s1", UNIT, AT, (row,))
    with pytest.raises(Refused) as refused:
        city.submit(submission)
    assert refused.value.facts["reason"] == FlawKind.OLD_FORMAT
    route = WorkbookRoute(city, UNIT.year, clock=lambda: AT, learnt=tmp_path / "layouts")
    [filled] = route.fill([submission], {})
    assert [flaw.kind for flaw in filled.flaws] == [FlawKind.OLD_FORMAT]
    assert (filled.content, filled.cells) == (b"", 0)


def test_a_term_summary_is_known_for_what_it_is(tmp_path: Path) -> None:
    city = city_of(tmp_path, ["vnedu-tong-ket.xls"])
    [sheet] = [sheet for each in city.folder.files() if each.old_format for sheet in each.sheets]
    assert (sheet.layout.id, sheet.grid.name) == ("vnedu-tong-ket", "10A1")
