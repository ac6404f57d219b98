"""Electives: a class's sheet has those who chose the subject, a group's sheet has pupils of several classes."""

from dataclasses import replace
from pathlib import Path

import pytest

from bridge.csdl.workbook.folder import Folder, View
from bridge.csdl.workbook.layout import load_layouts
from bridge.domain.school import ClassKind, SchoolClass, Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.workbooks import FlawKind
from bridge.wiring.tables import read_subjects
from tests.csdl.workbook.made import PEOPLE, Person, Shape, Told, make_pupils, make_scores, make_table

SUBJECTS, LAYOUTS = read_subjects(None), load_layouts()
GROUP = Unit("79000001", 2026, "10-LY-N1", "VATLI", Term.HK1)
HEADS = ("STT", "Mã nhóm", "Tên nhóm", "Mã học sinh", "Họ và tên", "Ngày sinh")
CLASSES = {"10A1": PEOPLE[:3], "10A2": PEOPLE[3:]}
MEMBERS = (PEOPLE[0], PEOPLE[2], PEOPLE[4])


def listed(*people: Person, group: tuple[str, str] = ("10-LY-N1", "Lý nhóm 1")) -> list[tuple[object, ...]]:
    return [(n, *group, one.code, one.name, one.birth) for n, one in enumerate(people, start=1)]


def look(folder: Path, rows: list[tuple[object, ...]]) -> View:
    make_pupils(folder / "hs.xlsx", CLASSES)
    make_table(folder / "nhom.xlsx", HEADS, rows)
    return Folder(folder, school=GROUP.school, names=["THPT Mẫu"], subjects=SUBJECTS, layouts=LAYOUTS).view(2026)


def flaws(view: View) -> set[FlawKind]:
    scores = {flaw.kind for places in view.places.values() for place in places for flaw in place.scores.flaws}
    return scores | {flaw.kind for _, flaw in view.flawed}


def test_a_group_list_makes_groups_of_pupils_who_stay_in_their_classes(tmp_path: Path) -> None:
    view = look(tmp_path, listed(*MEMBERS))
    assert view.roster.classes["10-LY-N1"] == SchoolClass("10-LY-N1", "Lý nhóm 1", 10, ClassKind.GROUP)
    assert [pupil.code for pupil in view.roster.pupils["10-LY-N1"]] == [one.code for one in MEMBERS]
    assert [pupil.code for pupil in view.roster.pupils["10A1"]] == [one.code for one in CLASSES["10A1"]]


@pytest.mark.parametrize("line", ["Nhóm: Lý nhóm 1", "Nhóm: 10-LY-N1", "Lớp: 10-LY-N1", "Lớp: Lý nhóm 1"])
@pytest.mark.parametrize("class_column", [False, True])
def test_a_groups_workbook_is_read_whatever_classes_its_pupils_are_of(
    tmp_path: Path, line: str, class_column: bool
) -> None:
    label, name = line.split(": ")
    told = replace(Told(subject="Vật lí", school_class=name), label=label)
    shape = Shape(class_column=class_column and label == "Nhóm")
    people = [replace(one, school_class="10A1" if one in CLASSES["10A1"] else "10A2") for one in MEMBERS]
    make_scores(tmp_path / "ly.xlsx", people, {(MEMBERS[2].code, "TX1"): 8.5}, told=told, shape=shape)
    view = look(tmp_path, listed(*MEMBERS))
    assert (set(view.places), flaws(view)) == ({GROUP}, set())
    assert view.places[GROUP][0].scores.scores == {(MEMBERS[2].code, Column.TX1): mark(85)}


def test_a_group_that_lacks_somebody_is_refused_as_a_class_is(tmp_path: Path) -> None:
    make_scores(tmp_path / "ly.xlsx", MEMBERS[:2], {}, told=Told(subject="Vật lí", school_class="10-LY-N1"))
    assert flaws(look(tmp_path, listed(*MEMBERS))) == {FlawKind.PUPIL_MISSING}


@pytest.mark.parametrize(("subject", "expected"), [("Vật lí", set()), ("Toán", {FlawKind.PUPIL_MISSING})])
def test_a_class_sheet_of_an_elective_has_those_only_who_chose_it(
    tmp_path: Path, subject: str, expected: set[FlawKind]
) -> None:
    make_scores(tmp_path / "ly.xlsx", CLASSES["10A1"][:2], {}, told=Told(subject=subject))
    view = look(tmp_path, listed(*MEMBERS))
    assert flaws(view) == expected


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (listed(Person("HS999999", "", "Ai Đó", "01/01/2011")), FlawKind.PUPIL_UNKNOWN),
        (listed(PEOPLE[0], PEOPLE[0]), FlawKind.PUPIL_DOUBLED),
        (listed(PEOPLE[0]) + listed(PEOPLE[1], group=("10-LY-N1", "Lý nhóm 2")), FlawKind.CONTRADICTION),
        (listed(PEOPLE[0], group=("", "")), FlawKind.UNTOLD_CLASS),
    ],
)
def test_a_group_list_with_a_doubt_is_left_out_whole(
    tmp_path: Path, rows: list[tuple[object, ...]], kind: FlawKind
) -> None:
    view = look(tmp_path, rows)
    assert kind in flaws(view)
    assert set(view.roster.classes) == set(CLASSES)
