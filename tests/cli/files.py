"""A school that reaches its city by files: its downloads made by script, in the shapes of the city's own."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.cli.setup import write_settings
from bridge.config import MoodleSettings, WorkbookSettings
from tests.cli.world import MAPPED, YEAR, School, StandIns, grant_first
from tests.csdl.workbook.made import REGULAR, Person, Shape, Told, make_pupils, make_scores, make_table

NAMES = {"TOAN": "Toán", "NGUVAN": "Ngữ văn", "VATLI": "Vật lí"}
TERMS = {"HK1": "I", "HK2": "II"}
SHAPE = Shape(columns=(*REGULAR, "GK", "CK"), hidden_id=True, decorated=True, numbering=True)


@dataclass
class FileSchool:
    """`downloads` is what a person's browser has saved."""

    school: School
    downloads: Path

    def run(self, *words: object, **kept: Any) -> Any:
        return self.school.run(*words, **kept)

    def download(
        self, school_class: str, subject: str, term: str, marks: Mapping[tuple[str, str], object], **other: Any
    ) -> Path:
        path = self.downloads / f"BangDiem_{school_class}_{subject}_{term}.xlsx"
        told = Told(school=f"Trường {self.name}", school_class=school_class, subject=NAMES[subject], term=TERMS[term])
        return make_scores(
            path,
            other.get("people", self.people[school_class]),
            marks,
            told=other.get("told", told),
            shape=other.get("shape", SHAPE),
        )

    @property
    def name(self) -> str:
        return str(self.school.stand_ins.world["school"]["name"]).removeprefix("Trường ")

    @property
    def people(self) -> dict[str, list[Person]]:
        world = self.school.stand_ins.world
        found: dict[str, list[Person]] = {}
        for row in world["pupils"]:
            day = "/".join(reversed((row["birth"] or "2011").split("-")))
            sex = "Nam" if row["sex"] == "1" else "Nữ"
            person = Person(row["code"], row["moet"] or "", row["name"], day, sex, row["class"])
            for code in (row["class"], *row["groups"]):
                found.setdefault(code, []).append(person)
        return found

    @property
    def classes(self) -> dict[str, list[Person]]:
        """Without the elective groups."""
        codes = {row["code"] for row in self.school.stand_ins.world["classes"] if row["kind"] == "LOP"}
        return {code: some for code, some in self.people.items() if code in codes}

    def lists(self) -> list[Path]:
        """The lists of pupils and of elective groups, and the assignments, as downloaded."""
        world, classes = self.school.stand_ins.world, self.classes
        pupils = make_pupils(self.downloads / "C1-HocSinh.xlsx", classes)
        grouped = [
            (number, code, person.code, person.name, person.birth)
            for code, some in self.people.items()
            if code not in classes
            for number, person in enumerate(some, start=1)
        ]
        groups = make_table(
            self.downloads / "Nhom.xlsx", ("STT", "Nhóm", "Mã học sinh", "Họ tên", "Ngày sinh"), grouped
        )
        teachers = {row["code"]: row["name"] for row in world["teachers"]}
        rows = [
            (number, row["teacher"], teachers[row["teacher"]], NAMES[row["subject"]], row["class"], row["term"])
            for number, row in enumerate(world["assignments"], start=1)
            if row["subject"] in NAMES
        ]
        heads = ("STT", "Mã giáo viên", "Giáo viên", "Môn", "Lớp", "Học kỳ")
        return [pupils, groups, make_table(self.downloads / "PhanCong.xlsx", heads, rows)]


def bare_file_school(remotes: StandIns, folder: Path, name: str = "") -> FileSchool:
    """Set up by files, with its first admin, and nothing taken in."""
    school = remotes.new_school(folder)
    write_settings(
        school.config,
        school=school.code,
        moodle=MoodleSettings.model_validate({"url": remotes.lms_url, "token": remotes.token}),
        city=WorkbookSettings.model_validate(
            {
                "kind": "workbook",
                "folder": "city",
                "school_name": name or remotes.world["school"]["name"],
                "level": "THPT",
            }
        ),
        language="vi",
        year=YEAR,
    )
    downloads = folder / "Downloads"
    downloads.mkdir()
    assert school.run("migrate").code == 0
    grant_first(school)
    return FileSchool(school, downloads)


def file_school(remotes: StandIns, folder: Path) -> FileSchool:
    """Set up by files: lists taken in and pulled, three courses mapped."""
    made = bare_file_school(remotes, folder)
    school = made.school
    read = school.run("workbook", "read", *made.lists())
    assert read.code == 0, read.said
    assert school.run("roster", "pull").code == 0
    for unit in MAPPED:
        mapped = school.run("map", "set", remotes.courses[" ".join(unit)], *unit)
        assert mapped.code == 0, mapped.said
    return made


def unpacked(file: Path, into: Path) -> dict[str, Path]:
    with zipfile.ZipFile(file) as opened:
        opened.extractall(into)
        return {name: into / name for name in opened.namelist()}
