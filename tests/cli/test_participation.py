"""`bridge participation export`: who took part, as a file, for whoever may see it."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from bridge.config.loading import load_settings
from bridge.domain.materials import About, MaterialState
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.materials import Material, Version
from bridge.ports.playing import Link, Terms
from bridge.wiring import open_app
from tests.cli.world import ADMIN, PRINCIPAL, School
from tests.materials.test_participation import attempt

AT = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)  # the 21st in the school's own time
UNIT = ("10A1", "TOAN")


@pytest.fixture
def learnt(school: School) -> School:
    """A lesson with a hostile title in the course of 10A1 TOAN, opened by one pupil of the list and by a stranger."""
    app = open_app(load_settings(school.config))
    store, here, course = app.store, school.code, str(school.stand_ins.courses[" ".join(UNIT)])
    lms = school.stand_ins.lms_url
    made = Registration(f"r-{here}", here, "Moodle", lms, f"c-{here}", lms, lms, lms, RegistrationState.PENDING)
    store.platforms.add(made, actor=ADMIN, now=AT)
    version = Version("m1", 1, MaterialState.PUBLISHED, "ab" * 32, "b.zip", 9, None, "", None, (), "GV1", AT)
    store.materials.add(here, Material("m1", About("Phân số"), "GV1", AT, (version,)), actor="GV1")
    link = Link("l1", made.id, course, "x", "m1", "=HYPERLINK(1)", Terms(), "", AT)
    for each in (link, replace(link, id="l2", course="999999", resource_link="y", title="Khoá chưa ghép")):
        store.attempts.ensure_link(here, each)
    pupil = store.rosters.members(here, app.year)["10A1"][0].pupil
    store.faces.see(here, lms, "11", store.rosters.directory(here).code_of[pupil], now=AT)
    for learner, where in (("11", "l1"), ("999", "l1"), ("11", "l2")):
        row = attempt(id=f"{where}-{learner}", link=where, learner=learner, started=AT, seen=AT, seconds=90)
        store.attempts.begin(here, row)
    store.close()
    return school


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def export(school: School, *words: str, actor: str = ADMIN, name: str = "a.csv") -> list[dict[str, str]]:
    file = school.folder / name
    told = school.run("--lang", "en", "participation", "export", file, *words, actor=actor)
    assert told.code == 0, told.said
    return read(file)


def test_a_teacher_gets_the_class_with_those_who_never_opened_it(learnt: School) -> None:
    rows = export(learnt, actor=learnt.teacher(*UNIT))
    came = [row for row in rows if row["State"] != "Not opened"]
    assert {row["Class"] for row in rows} == {"10A1", ""}
    first, stranger = came
    assert (first["Class"], first["First opened"], first["Minutes"], first["Attempts"]) == (
        "10A1", "2026-11-21 01:30", "1.5", "1",
    )  # fmt: skip
    assert all(row["Code"] and row["Pupil"] for row in rows if row["Class"])
    accounts = [row["Moodle account (of whom nobody knows)"] for row in rows]
    assert [each for each in accounts if each] == ["999"] and stranger["Pupil"] == ""
    assert {row["Material"] for row in rows} == {"'=HYPERLINK(1)"}


def test_the_administrator_gets_courses_that_feed_no_class_too(learnt: School) -> None:
    assert {row["Material"] for row in export(learnt)} == {"'=HYPERLINK(1)", "Khoá chưa ghép"}
    assert {row["Material"] for row in export(learnt, "--class", "10A1")} == {"'=HYPERLINK(1)"}


def test_it_is_of_the_class_subject_teacher_and_days_that_are_asked_for(learnt: School) -> None:
    teacher = learnt.teacher(*UNIT)
    assert export(learnt, "--class", "10A2") == []
    assert len(export(learnt, "--teacher", teacher)) == len(export(learnt, "--subject", "TOAN")) > 2
    assert export(learnt, "--until", "2026-11-20") == []
    days = ("--class", "10A1", "--since", "2026-11-21", "--until", "2026-11-21")
    assert {row["State"] for row in export(learnt, *days)} == {"Opened", "Not opened"}
    assert {row["State"] for row in export(learnt, *days[:2], "--since", "2026-11-22")} == {"Not opened"}


def test_an_unknown_teacher_is_an_error_that_names_the_nearest(learnt: School) -> None:
    teacher, file = learnt.teacher(*UNIT), learnt.folder / "a.csv"
    told = learnt.run("--lang", "en", "participation", "export", file, "--teacher", f"{teacher}9")
    assert (told.code, file.exists()) == (5, False)
    assert "No teacher with the code" in told.said and teacher in told.said.replace(f"{teacher}9", "")


def test_who_took_names_out_and_of_what_stands_in_the_trail(learnt: School) -> None:
    rows = export(learnt, "--class", "10A1", "--since", "2026-11-21")
    store = open_app(load_settings(learnt.config)).store
    (entry,) = store.audit.show(learnt.code, limit=9, what="participation.exported")
    store.close()
    assert (entry.actor, entry.subject, entry.new) == (ADMIN, "classes=10A1 since=2026-11-21", str(len(rows)))


def test_a_workbook_holds_numbers_and_no_formula(learnt: School) -> None:
    file = learnt.folder / "a.xlsx"
    told = learnt.json("participation", "export", file, "--class", "10A1")
    rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    assert (told["rows"], told["file"]) == (len(rows) - 1, str(file)) and 0 < told["never_opened"] < told["rows"]
    assert rows[1][5] == "=HYPERLINK(1)" and {row[11] for row in rows[1:]} == {0.0, 1.5}


def test_others_are_refused_and_leave_no_file(learnt: School) -> None:
    file = learnt.folder / "a.csv"
    for actor, words in (
        (PRINCIPAL, ()),  # by that code nobody has a role yet
        (learnt.stranger(*UNIT), ("--class", "10A1", "--subject", "TOAN")),
    ):
        told = learnt.run("participation", "export", file, *words, actor=actor)
        assert (told.code, told.out, file.exists()) == (5, "", False)


@pytest.mark.parametrize(
    "words",
    [("--class", "10Z9"), ("--subject", "ZZZ"), ("--since", "2026-12-01", "--until", "2026-11-01")],
)
def test_what_there_is_not_is_said(shared: School, words: tuple[str, ...]) -> None:
    assert shared.run("participation", "export", shared.folder / "b.csv", *words).code == 5
    assert shared.run("participation", "export", shared.folder / "b.ods").code == 5
    assert not list(shared.folder.glob("*b.*"))
