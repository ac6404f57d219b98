"""A folder of workbooks, a person who carries them, and a site that takes them: as a laboratory of the port."""

import os
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from bridge.byhand.batches import Moment, accept, fill, hand_out
from bridge.csdl.workbook.city import School, WorkbookCity
from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.route import WorkbookRoute
from bridge.domain.school import Unit
from bridge.domain.scores import ABSENT, EXEMPT, Column, Mark, Score, Term, Verdict
from bridge.ports.workbooks import Errors
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.made import REGULAR, Person, Shape, Told, make_pupils, make_scores, make_table
from tests.fakes_byhand import MemoryTray
from tests.fakes_city import Book

SUBJECTS, LAYOUTS = read_subjects(None), load_layouts()
SHAPE = Shape(columns=(*REGULAR, "GK", "CK"), with_ministry=False)
TERMS = {Term.HK1: "I", Term.HK2: "II"}
SEXES = {"1": "Nam", "2": "Nữ"}
ACTOR = "QT01"


class WorkbookLab:
    """`world` as the stand-in city has it. Workbooks of Toán and GDTC of one class, in both terms."""

    def __init__(self, folder: Path, world: Mapping[str, Any], unit: Unit) -> None:
        self.unit = unit
        self.tray = MemoryTray()
        self.path = folder / "city"
        self.path.mkdir()
        self._numbers = count(1)
        self._locked: set[Column] = set()
        self._fill_folder(world)
        name = world["school"]["name"]
        home = Folder(self.path, school=unit.school, names=[name], subjects=SUBJECTS, layouts=LAYOUTS)
        about = School(unit.school, name, world["school"]["level"], clears=True)
        self.city = WorkbookCity(about, home, self.tray)
        self.route = WorkbookRoute(self.city, unit.year, clock=now, learnt=folder / "layouts")

    def _fill_folder(self, world: Mapping[str, Any]) -> None:
        names = {row["code"]: row["name"] for row in world["classes"] if row["kind"] == "LOP"}
        people: dict[str, list[Person]] = {code: [] for code in names}
        for row in world["pupils"]:
            people[row["class"]].append(
                Person(row["code"], row["moet"] or "", row["name"], _day(row["birth"]), SEXES[row["sex"]])
            )
        make_pupils(self.path / "hoc-sinh.xlsx", people)
        self._list_groups(world)
        teachers = {row["code"]: row["name"] for row in world["teachers"]}
        rows = [
            (number, row["teacher"], teachers[row["teacher"]], row["subject"], row["class"], row["term"])
            for number, row in enumerate(world["assignments"], start=1)
        ]
        named = [(*row[:3], SUBJECTS.by_code[row[3]].name, *row[4:]) for row in rows]
        heads = ("STT", "Mã giáo viên", "Giáo viên", "Môn", "Lớp", "Học kỳ")
        make_table(self.path / "phan-cong.xlsx", heads, named)
        for subject in ("TOAN", "GDTC"):
            for term, words in TERMS.items():
                told = Told(school_class=self.unit.school_class, subject=SUBJECTS.by_code[subject].name, term=words)
                told = replace(told, school=world["school"]["name"])
                path = self.path / f"{subject}-{term}.xlsx"
                make_scores(path, people[self.unit.school_class], told=told, shape=SHAPE)

    def _list_groups(self, world: Mapping[str, Any]) -> None:
        heads = ("STT", "Mã nhóm", "Tên nhóm", "Khối", "Mã học sinh", "Họ và tên", "Ngày sinh")
        groups = [row for row in world["classes"] if row["kind"] == "NHOM"]
        rows = [
            (1, group["code"], group["name"], group["grade_level"], row["code"], row["name"], _day(row["birth"]))
            for group in groups
            for row in world["pupils"]
            if group["code"] in row["groups"]
        ]
        make_table(self.path / "nhom.xlsx", heads, rows)

    def finish(self, submission: str) -> None:
        """Filled, carried, taken by the site but for locked columns; its error file read, and the batch accepted."""
        at = Moment(ACTOR, now())
        filling = fill(self.tray, self.route, wanted=lambda _: True, watch=lambda _: None, at=at)
        assert not filling.unfilled, filling.unfilled
        id = f"b{next(self._numbers)}"
        hand_out(self.tray, filling, id=id, school=self.unit.school, year=self.unit.year, at=at)
        mine = [each for each in self.tray.waiting() if each.id == submission]
        errors = self.route.read_errors(self._error_file(mine), mine) if self._locked and mine else Errors({})
        assert errors.flaws == ()
        accept(self.tray, mine, errors.words, at=at)

    def _error_file(self, submissions: list[Any]) -> Path:
        rows = [
            (row.pupil, f"ĐĐG{row.column.value.lower()}", "Cột điểm đã khoá sổ")
            for each in submissions
            for row in each.rows
            if row.column in self._locked
        ]
        return make_table(self.path.parent / "loi.xlsx", ("Mã học sinh", "Cột điểm", "Nội dung lỗi", "Họ tên"), rows)

    def edit(self, pupil: str, column: Column, score: Score | None) -> None:
        """Somebody types in the city; the school downloads the workbook again."""
        path = self.path / f"{self.unit.subject}-{self.unit.term}.xlsx"
        book = load_workbook(path)
        sheet = book.worksheets[0]
        [row] = [cell.row for cell in sheet["B"] if cell.value == pupil]
        place = 5 + [*REGULAR, "GK", "CK"].index(column.value)
        sheet.cell(row, place).value = _cell(score)
        book.save(path)
        later = path.stat().st_mtime_ns + next(self._numbers)
        os.utime(path, ns=(later, later))

    def lock(self, column: Column, *, locked: bool = True) -> None:
        (self._locked.add if locked else self._locked.discard)(column)

    def told(self, expected: Book) -> Book:
        """Files know no terms' dates, homeroom teachers, or since when."""
        return replace(
            expected,
            info=replace(expected.info, terms=()),
            classes=[replace(row, homeroom_teacher=None) for row in expected.classes],
            pupils={code: [replace(pupil, since=None) for pupil in pupils] for code, pupils in expected.pupils.items()},
        )


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


def _day(text: str) -> str:
    return "/".join(reversed(text.split("-")))


def _cell(score: Score | None) -> object:
    match score:
        case Mark(tenths=tenths):
            return tenths / 10
        case Verdict.PASSED:
            return "Đ"
        case Verdict.NOT_PASSED:
            return "CĐ"
        case _:
            return {EXEMPT: "M", ABSENT: "v"}.get(score) if score is not None else None  # type: ignore[call-overload]


def parts(content: bytes | Path) -> dict[str, bytes]:
    """Every member of a zip by name."""
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(content) if isinstance(content, bytes) else content) as book:
        return {name: book.read(name) for name in book.namelist()}
