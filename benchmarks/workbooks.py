"""A school of 45 classes × 13 subjects by files: recognised, filled, read back, against openpyxl's bare load and save.

The workbooks are the stand-in city's own (hidden identifiers, validations, protection). Ours does what `bridge workbook
fill` does with them: finds each unit and pupil, writes six marks of each pupil, reads the result back and compares. The
bare way opens and saves the same files, finds nothing, and loses what openpyxl loses.

Run: `python -m benchmarks.workbooks`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from openpyxl import load_workbook

from benchmarks.measure import Row
from bridge.csdl.workbook.city import School, WorkbookCity
from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.route import WorkbookRoute
from bridge.domain.plans import Op
from bridge.domain.records import record_id
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.byhand import Batch, Word
from bridge.ports.city import OutRow, Submission
from bridge.wiring.tables import read_subjects
from sandbox.city.sheets import Sheet, list_workbook, score_workbook

SCHOOL, NAME, YEAR = "79000001", "Trường THPT Mẫu", 2026
SUBJECTS = {
    "TOAN": "Toán", "NGUVAN": "Ngữ văn", "NN1": "Ngoại ngữ 1", "LICHSU": "Lịch sử", "DIALI": "Địa lí",
    "GDKTPL": "Giáo dục kinh tế và pháp luật", "VATLI": "Vật lí", "HOAHOC": "Hoá học", "SINHHOC": "Sinh học",
    "CONGNGHE": "Công nghệ", "TINHOC": "Tin học", "GDQPAN": "Giáo dục quốc phòng và an ninh",
}  # fmt: skip
COLUMNS = (Column.TX1, Column.TX2, Column.TX3, Column.TX4, Column.GK, Column.CK)
PUPILS = 45
BUDGET = 1.5


class NoTray:
    """Nothing lies with anybody: filling takes its rows as arguments."""

    def take(self, submission: Submission) -> None: ...

    def rows(self, submission: str) -> Submission | None:  # noqa: ARG002
        return None

    def words(self, submission: str) -> dict[int, Word]:  # noqa: ARG002
        return {}

    def say(self, submission: str, words: object, *, actor: str, now: datetime) -> None: ...

    def waiting(self) -> list[Submission]:
        return []

    def hand_out(self, batch: Batch) -> None: ...

    def batch(self, name: str) -> Batch:
        raise LookupError(name)


def people(name: str) -> list[dict[str, str]]:
    """A class of made-up pupils; no two of the school share a code."""
    number = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 10**6
    return [
        {
            "pupil": f"{name}-{n:02}",
            "moet": f"79{number:06}{n:02}",
            "name": f"Nguyễn Văn {chr(65 + n % 26)}{n}",
            "birth": f"2011-{n % 12 + 1:02}-{n % 28 + 1:02}",
        }
        for n in range(1, PUPILS + 1)
    ]


def lay_out(folder: Path, classes: int, subjects: int) -> list[Unit]:
    """The downloads of a whole school."""
    names = [f"{10 + n % 3}A{n // 3 + 1}" for n in range(classes)]
    heads = ("STT", "Mã lớp", "Mã học sinh", "Mã định danh Bộ GD&ĐT", "Họ tên", "Ngày sinh")
    rows = [
        (n, name, one["pupil"], one["moet"], one["name"], "/".join(reversed(one["birth"].split("-"))))
        for name in names
        for n, one in enumerate(people(name), start=1)
    ]
    (folder / "hoc-sinh.xlsx").write_bytes(list_workbook(heads, rows, title="DANH SÁCH HỌC SINH"))
    units = []
    for name in names:
        for term in Term:
            for subject in SUBJECTS:
                if len([unit for unit in units if unit.school_class == name]) == subjects:
                    break
                sheet = Sheet(SCHOOL, NAME, YEAR, name, subject, SUBJECTS[subject], term.value, people(name), {})
                (folder / f"{name}-{subject}-{term}.xlsx").write_bytes(score_workbook(sheet))
                units.append(Unit(SCHOOL, YEAR, name, subject, term))
    return units


def submissions(units: list[Unit]) -> list[Submission]:
    at = datetime(2026, 11, 1, tzinfo=UTC)
    return [Submission(f"s{number}", unit, at, tuple(rows_of(unit))) for number, unit in enumerate(units)]


def rows_of(unit: Unit) -> Iterator[OutRow]:
    for n, one in enumerate(people(unit.school_class)):
        for place, column in enumerate(COLUMNS):
            score = mark((n * 7 + place) % 101)
            yield OutRow(record_id(unit, one["pupil"], column), Op.NEW, 1, 0, one["pupil"], column, score)


def fill(folder: Path, rows: list[Submission]) -> int:
    """All of it, from cold: as many cells as were asked for, or it is no measurement."""
    home = Folder(folder, school=SCHOOL, names=[NAME], subjects=read_subjects(None), layouts=load_layouts())
    about = School(SCHOOL, NAME, "THPT", fresh_for=timedelta(days=14))
    route = WorkbookRoute(WorkbookCity(about, home, NoTray()), YEAR, clock=lambda: datetime.now(UTC), learnt=folder)
    cells = sum(each.cells for each in route.fill(rows, {}))
    if cells != sum(len(each.rows) for each in rows):
        raise RuntimeError(f"{cells} cells were filled")
    return cells


def bare(folder: Path) -> None:
    for path in sorted(folder.glob("*-*-*.xlsx")):
        book = load_workbook(path)
        book.save(folder / ".bare.xlsx")


def run(*, classes: int = 45, subjects: int = 13) -> Row:
    with TemporaryDirectory(prefix="bridge-workbooks-") as name:
        folder = Path(name)
        rows = submissions(lay_out(folder, classes, subjects))
        wall, start = perf_counter(), process_time()
        cells = fill(folder, rows)
        ours, seconds = process_time() - start, perf_counter() - wall
        start = process_time()
        bare(folder)
        theirs = process_time() - start
    figures = {
        "workbooks": len(rows),
        "cells": cells,
        "ours_s": round(ours, 2),
        "bare_s": round(theirs, 2),
        "wall_s": round(seconds, 2),
        "ms_a_workbook": round(ours / len(rows) * 1000, 1),
    }
    return Row("workbooks", round(ours / theirs, 3), BUDGET, figures)


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
