"""Filled workbooks opened by an office suite that shares nothing with us: `make office` installs LibreOffice Calc.

A damaged part makes the headless suite refuse the file; what it reads must be what was written, and formulas are new.
"""

import csv
import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bridge.csdl.workbook.fill import aim, write
from bridge.csdl.workbook.package import Format, open_package
from tests.csdl.workbook.formats import FORMATS, SCORES, make_format
from tests.csdl.workbook.made import PEOPLE, make_scores
from tests.csdl.workbook.test_fill import PUTS, SHAPES, filled, opened
from tests.csdl.workbook.test_formats import place_of, puts
from tests.csdl.workbook.test_old import DATA

pytestmark = pytest.mark.office


def converted(file: Path, kind: str, into: Path) -> Path:
    """By a suite with a profile of its own, so that nobody's settings and locks matter."""
    command = [
        "soffice",
        f"-env:UserInstallation=file://{into}/profile",
        "--headless",
        "--norestore",
        "--convert-to",
        kind,
    ]
    subprocess.run([*command, "--outdir", str(into), str(file)], check=True, capture_output=True, timeout=180)
    made = into / f"{file.stem}.{kind.split(':')[0]}"
    assert made.exists(), f"{file.name} was not opened"
    return made


@pytest.mark.parametrize("name", SHAPES)
def test_an_office_suite_opens_it_and_reads_the_marks(tmp_path: Path, name: str) -> None:
    make_scores(tmp_path / "diem.xlsx", shape=SHAPES[name])
    place = opened(tmp_path)
    _, _, content = filled(place, *PUTS)
    file = tmp_path / "filled.xlsx"
    file.write_bytes(content)
    made = converted(file, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", tmp_path)
    rows = list(csv.reader(StringIO(made.read_text("utf-8"))))
    for put in PUTS:
        spot = place.scores.spot(put.pupil, put.column)
        assert spot is not None
        assert float(rows[spot.row][spot.column].replace(",", ".")) == put.score.tenths / 10  # type: ignore[union-attr]
    if SHAPES[name].formula:
        row = place.scores.rows[PEOPLE[0].code]
        assert "4.2" in rows[row] or "4.3" in rows[row], "averages were not computed anew"


def test_it_looks_as_the_template_did(tmp_path: Path) -> None:
    """Both printed, for a person to look at: OFFICE_SHOTS names the folder."""
    make_scores(tmp_path / "diem.xlsx", shape=SHAPES["everything"])
    place = opened(tmp_path)
    file = tmp_path / "filled.xlsx"
    file.write_bytes(filled(place, *PUTS)[2])
    shots = Path(os.environ.get("OFFICE_SHOTS", tmp_path))
    for each in (tmp_path / "diem.xlsx", file):
        made = converted(each, "pdf", tmp_path)
        assert made.stat().st_size > 5_000
        made.replace(shots / made.name)


@pytest.mark.parametrize("name", FORMATS)
def test_the_workbook_of_each_layout_is_opened_and_printed(tmp_path: Path, name: str) -> None:
    """Filled where it is a score workbook; for a person to look at: OFFICE_SHOTS names the folder."""
    file = tmp_path / f"{name}.xlsx"
    if name in SCORES:
        home = tmp_path / "city"
        home.mkdir()
        place = place_of(home, name)
        package = open_package(place.opened.path)
        file.write_bytes(write(package, [(aim(package, place), puts(place))]))
    else:
        make_format(file, name)
    made = converted(file, "pdf", tmp_path)
    assert made.stat().st_size > 5_000
    made.replace(Path(os.environ.get("OFFICE_SHOTS", tmp_path)) / made.name)


@pytest.mark.parametrize("name", ["csdl-mau-1", "vnedu-tong-ket"])
def test_the_old_files_at_hand_are_what_the_suite_writes(tmp_path: Path, name: str) -> None:
    """tests/csdl/workbook/data: no library of ours writes .xls."""
    made = converted(converted(DATA / f"{name}.xls", "xlsx", tmp_path), "xls", tmp_path)
    again, at_hand = (CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0) for path in (made, DATA / made.name))
    assert again.to_python() == at_hand.to_python()
    assert open_package(made).format is Format.XLS
