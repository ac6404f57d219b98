from datetime import date

import pytest

from bridge.domain.errors import NotFound
from bridge.domain.school import Assignment, ClassKind, SchoolClass, SchoolInfo, TermDates
from bridge.domain.scores import Term
from bridge.ports.people import Member, RosterChange
from bridge.store.bulk import MANY
from bridge.store.facade import Store
from tests.store.world import SCHOOL, YEAR, World, pupil


def keys(store: Store) -> dict[str, str]:
    return dict(store.rosters.directory(SCHOOL).key_of)


def change(store: Store, world: World, lists: dict[str, list[object]]) -> RosterChange:
    return store.rosters.save_members(SCHOOL, YEAR, lists, now=world.clock())


@pytest.fixture
def classes(store: Store) -> Store:
    named = [SchoolClass(code, f"Lớp {code}", 10) for code in ("10A1", "10A2")]
    group = SchoolClass("N1", "Nhóm 1", 10, ClassKind.GROUP, "10A1", "GV01")
    store.rosters.save_classes(SCHOOL, YEAR, [*named, group])
    return store


def test_a_school_comes_back_with_its_terms(store: Store) -> None:
    terms = (
        TermDates(Term.HK1, date(2026, 9, 7), date(2027, 1, 16)),
        TermDates(Term.HK2, date(2027, 1, 18), date(2027, 5, 29)),
    )
    info = SchoolInfo(SCHOOL, "THPT Thử Nghiệm", "THPT", terms)
    for shown in (SchoolInfo(SCHOOL, "Old", "THCS", terms[:1]), info):
        store.rosters.save_school(shown, YEAR)
    assert store.rosters.school(SCHOOL, YEAR) == info
    with pytest.raises(NotFound):
        store.rosters.school(SCHOOL, YEAR + 1)


def test_classes_come_back_and_those_gone_go(classes: Store) -> None:
    found = {each.code: each for each in classes.rosters.classes(SCHOOL, YEAR)}
    assert found["N1"] == SchoolClass("N1", "Nhóm 1", 10, ClassKind.GROUP, "10A1", "GV01")
    classes.rosters.save_classes(SCHOOL, YEAR, [SchoolClass("10A2", "10A2", 10)])
    assert [each.code for each in classes.rosters.classes(SCHOOL, YEAR)] == ["10A2"]


def test_a_pull_says_who_came_left_and_moved(classes: Store, world: World) -> None:
    a, b, c = pupil("A"), pupil("B"), pupil("C", studying=False)
    first = {"10A1": [a, b], "10A2": [], "N1": [a]}
    assert change(classes, world, first) == RosterChange(classes=3, pupils=2, joined=3, left=0, moved=0)
    second = {"10A1": [a], "10A2": [b, c], "N1": []}
    assert change(classes, world, second) == RosterChange(classes=3, pupils=3, joined=1, left=1, moved=1)
    key_of = keys(classes)
    assert classes.rosters.members(SCHOOL, YEAR) == {
        "10A1": [Member(key_of["A"], studying=True)],
        "10A2": sorted([Member(key_of["B"], studying=True), Member(key_of["C"], studying=False)]),
    }


def test_a_pupil_in_a_class_and_a_group_is_one_person(classes: Store, world: World) -> None:
    change(classes, world, {"10A1": [pupil(" A ")], "N1": [pupil("A")]})
    members = classes.rosters.members(SCHOOL, YEAR)
    assert members["10A1"] == members["N1"]
    assert list(keys(classes)) == ["A"]


def test_classes_that_were_not_pulled_stay(classes: Store, world: World) -> None:
    change(classes, world, {"10A1": [pupil("A")], "10A2": [pupil("B")]})
    change(classes, world, {"10A1": []})
    assert list(classes.rosters.members(SCHOOL, YEAR)) == ["10A2"]


def test_a_list_of_an_unknown_class_saves_nothing(classes: Store, world: World) -> None:
    with pytest.raises(NotFound):
        change(classes, world, {"10A1": [pupil("A")], "11B9": [pupil("B")]})
    assert keys(classes) == {}


class TestIdentity:
    def test_a_known_pupil_keeps_the_key_and_takes_a_new_name(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A", name="Cũ")]})
        before = keys(classes)
        change(classes, world, {"10A2": [pupil("A", name="Mới")]})
        assert keys(classes) == before
        assert classes.rosters.names(SCHOOL, [before["A"]]) == {before["A"]: "Mới"}

    def test_a_ministry_code_that_comes_later_joins_the_key(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A")]})
        before = keys(classes)["A"]
        change(classes, world, {"10A1": [pupil("A", ministry="7900000001")]})
        assert keys(classes) == {"A": before}
        change(classes, world, {"10A1": [pupil("A2", ministry="7900000001")]})
        assert keys(classes) == {"A2": before}

    def test_the_citys_code_decides_where_the_ministrys_says_otherwise(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A", ministry="7900000001"), pupil("B")]})
        before = keys(classes)
        change(classes, world, {"10A1": [pupil("A"), pupil("B", ministry="7900000001")]})
        assert keys(classes) == before

    def test_two_pupils_with_one_ministry_code_stay_two(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A", ministry="7900000001")]})
        before = keys(classes)["A"]
        doubled = [pupil("B", ministry="7900000001"), pupil("C", ministry="7900000001")]
        change(classes, world, {"10A1": doubled})
        assert before not in (keys(classes)["B"], keys(classes)["C"])
        assert keys(classes)["B"] != keys(classes)["C"]

    def test_a_new_pupil_is_not_taken_for_one_who_is_shown_too(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A", ministry="1")]})
        before = keys(classes)["A"]
        change(classes, world, {"10A1": [pupil("A"), pupil("B", ministry="1")]})
        assert keys(classes)["A"] == before
        assert keys(classes)["B"] != before

    def test_two_who_swap_their_ministry_codes_swap_nothing_else(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A", ministry="1"), pupil("B", ministry="2")]})
        before = keys(classes)
        for _ in range(2):
            change(classes, world, {"10A1": [pupil("A", ministry="2"), pupil("B", ministry="1")]})
            assert keys(classes) == before

    def test_one_who_comes_back_has_the_old_key(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A")]})
        before = keys(classes)
        change(classes, world, {"10A1": []})
        change(classes, world, {"10A1": [pupil("A")]})
        assert keys(classes) == before

    def test_another_schools_pupil_of_the_same_code_is_somebody_else(self, classes: Store, world: World) -> None:
        change(classes, world, {"10A1": [pupil("A")]})
        classes.rosters.save_classes("79000002", YEAR, [SchoolClass("10A1", "10A1", 10)])
        classes.rosters.save_members("79000002", YEAR, {"10A1": [pupil("A")]}, now=world.clock())
        assert classes.rosters.directory("79000002").key_of["A"] != keys(classes)["A"]

    def test_a_large_school_in_one_load(self, classes: Store, world: World) -> None:
        crowd = [pupil(f"P{n}", ministry=f"{n:010}") for n in range(MANY + 1)]
        assert change(classes, world, {"10A1": crowd}).joined == MANY + 1
        assert change(classes, world, {"10A1": crowd}).joined == 0
        assert len(keys(classes)) == MANY + 1


def test_assignments_come_back_with_the_teachers_names(store: Store) -> None:
    given = [
        Assignment("GV01", "10A1", "TOAN", Term.HK1, "Trần Thị Thử", since=date(2026, 9, 7)),
        Assignment("GV01", "10A2", "TOAN", Term.HK1, "Trần Thị Thử"),
        Assignment("GV02", "10A1", "VAN", Term.HK2),
    ]
    for _ in range(2):
        store.rosters.save_assignments(SCHOOL, YEAR, given)
    assert store.rosters.assignments(SCHOOL, YEAR) == given
    store.rosters.save_assignments(SCHOOL, YEAR, [])
    assert store.rosters.assignments(SCHOOL, YEAR) == []


def test_a_teachers_name_outlives_a_list_without_names(store: Store) -> None:
    store.rosters.save_assignments(SCHOOL, YEAR, [Assignment("GV01", "10A1", "TOAN", Term.HK1, "Trần Thị Thử")])
    store.rosters.save_classes(SCHOOL, YEAR, [SchoolClass("10A1", "10A1", 10, homeroom_teacher="GV01")])
    assert store.rosters.assignments(SCHOOL, YEAR)[0].name == "Trần Thị Thử"
