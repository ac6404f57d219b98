"""Taking suggestions, letting a course feed several classes, and bringing a whole mapping along."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import Refused, StoreProblem
from bridge.domain.mapping import CourseMap, ItemMap
from bridge.domain.matching.items import ItemWhy
from bridge.domain.scores import Column, Term
from bridge.mapping.bring import bring
from bridge.mapping.desk import Desk, add_class, choices, choose_item, take_course
from bridge.ports.lms import ItemKind, LmsCourse, LmsItem
from bridge.store.facade import Store, open_store
from bridge.store.mappings import MappingTable
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.domain.matching_school import LEXICON
from tests.fakes_lms import MemoryLms
from tests.store.world import SCHOOL, YEAR, Clock

NOW = Clock()()
WHO = {"actor": "lan", "now": NOW}
COURSE = 12


def item(number: int, idnumber: str = "", *, name: str = "", kind: ItemKind = ItemKind.MANUAL) -> LmsItem:
    return LmsItem(number, name, idnumber, kind, None, Decimal(0), Decimal(10), words=False)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(fresh_sqlite(tmp_path), TEST_KEYS, clock=Clock())
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    lms = MemoryLms()
    items = [item(1, "HK1.TX1"), item(2, "HK1.TX2"), item(3, name="Kiểm tra giữa kì I"), item(4, kind=ItemKind.COURSE)]
    lms.add_course(LmsCourse(COURSE, "Toán 10A1", "T", "", (), visible=True), items=items)
    return Desk(SCHOOL, YEAR, lms, store.rosters, store.mappings, LEXICON, None, 90)  # type: ignore[arg-type]


def course(school_class: str = "10A1", subject: str = "TOAN", term: Term | None = None) -> CourseMap:
    return CourseMap(COURSE, school_class, subject, YEAR, term)


def feeds(desk: Desk) -> dict[int, Column]:
    return {each.item: each.column for each in desk.mappings.items(SCHOOL, YEAR)}


def classes(desk: Desk) -> set[str]:
    return {each.school_class for each in desk.mappings.courses(SCHOOL, YEAR)}


def events(store: Store) -> int:
    return len(store.audit.show(SCHOOL, limit=100))


def test_a_course_is_taken_with_its_tagged_items_and_no_others(desk: Desk) -> None:
    taken = take_course(desk, course(), **WHO)
    assert feeds(desk) == {1: Column.TX1, 2: Column.TX2} == {each.item: each.column for each in taken}


@pytest.fixture
def crowded(desk: Desk) -> Desk:
    """More marks than the book has columns: seven regular ones, and two that say they are the mid-term's."""
    items = [item(number, f"HK1.TX{number}") for number in range(1, 8)]
    items += [item(8, "HK1.GK", name="Giữa kì, đề A"), item(9, "HK1.GK", name="Giữa kì, đề B"), item(10, "HK1.CK")]
    desk.lms.add_course(LmsCourse(COURSE, "Toán 10A1", "T", "", (), visible=True), items=items)  # type: ignore[attr-defined]
    return desk


def test_of_more_items_than_columns_only_the_sure_ones_are_taken(crowded: Desk) -> None:
    take_course(crowded, course(), **WHO)
    sure = {number: Column(f"TX{number}") for number in range(1, 6)}
    assert feeds(crowded) == {**sure, 10: Column.CK}


def test_each_item_that_is_left_over_says_why(crowded: Desk) -> None:
    take_course(crowded, course(), **WHO)
    left = {row.item.id: row.match.why[-1] for row in choices(crowded, course()) if row.mapped is None}
    assert left == {6: ItemWhy.BEYOND, 7: ItemWhy.BEYOND, 8: ItemWhy.TWO_FOR_ONE, 9: ItemWhy.TWO_FOR_ONE}


def test_an_item_chosen_for_a_column_takes_the_place_of_the_one_before(crowded: Desk) -> None:
    take_course(crowded, course(), **WHO)
    for number, column in ((6, Column.TX5), (8, Column.GK), (9, Column.GK)):
        choose_item(crowded, ItemMap(COURSE, number, Term.HK1, column, "person"), computed=False, **WHO)
    by_column = {column: number for number, column in feeds(crowded).items()}
    assert (by_column[Column.TX5], by_column[Column.GK]) == (6, 9)
    assert len(by_column) == len(feeds(crowded)) == 7


def test_what_a_person_chose_is_not_undone_by_a_tag(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    desk.mappings.set_item(SCHOOL, ItemMap(COURSE, 3, Term.HK1, Column.TX1, "person"), **WHO)
    take_course(desk, course("10A2"), **WHO)
    assert feeds(desk) == {2: Column.TX2, 3: Column.TX1}


def test_a_course_taken_anew_leaves_its_old_class(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    take_course(desk, course("10A2"), **WHO)
    assert (classes(desk), feeds(desk)) == ({"10A2"}, {1: Column.TX1, 2: Column.TX2})


def test_one_more_class_shares_the_items(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    add_class(desk, course("10A2"), **WHO)
    assert (classes(desk), feeds(desk)) == ({"10A1", "10A2"}, {1: Column.TX1, 2: Column.TX2})


def test_a_course_that_the_lms_does_not_show_changes_nothing(desk: Desk, store: Store) -> None:
    with pytest.raises(Refused):
        take_course(desk, CourseMap(99, "10A1", "TOAN", YEAR), **WHO)
    assert (classes(desk), events(store)) == (set(), 0)


def test_every_item_is_shown_with_what_it_feeds_and_may_feed(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    rows = {row.item.id: row for row in choices(desk, course())}
    assert rows[1].mapped == ItemMap(COURSE, 1, Term.HK1, Column.TX1)
    assert (rows[3].mapped, rows[3].match.column) == (None, Column.GK)
    assert rows[4].match.column is None


def test_a_brought_mapping_is_the_whole_truth_about_its_courses(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    swapped = [ItemMap(COURSE, 1, Term.HK1, Column.TX2), ItemMap(COURSE, 2, Term.HK1, Column.TX1)]
    changed = bring(desk, [course("10A2"), course("10A3")], swapped, **WHO)
    assert (classes(desk), feeds(desk)) == ({"10A2", "10A3"}, {1: Column.TX2, 2: Column.TX1})
    assert changed == 5


def test_what_is_so_already_leaves_no_trace(desk: Desk, store: Store) -> None:
    take_course(desk, course(), **WHO)
    before = events(store)
    items = [ItemMap(COURSE, 1, Term.HK1, Column.TX1, "import"), ItemMap(COURSE, 2, Term.HK1, Column.TX2, "import")]
    assert bring(desk, [CourseMap(COURSE, "10A1", "TOAN", YEAR, origin="import")], items, **WHO) == 0
    assert events(store) == before


class Breaks:
    """Mappings that fail at the second item, as a full disk does."""

    def __init__(self, real: MappingTable) -> None:
        self._real = real
        self._left = 1

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def set_item(self, *args: Any, **more: Any) -> None:
        if not self._left:
            raise StoreProblem(why="DISK_FULL")
        self._left -= 1
        self._real.set_item(*args, **more)


def test_a_mapping_that_can_not_be_brought_whole_is_not_brought(desk: Desk, store: Store) -> None:
    """Nor does the trail tell of what was undone."""
    items = [ItemMap(COURSE, number, Term.HK1, column) for number, column in ((1, Column.TX1), (2, Column.TX2))]
    broken = replace(desk, mappings=Breaks(store.mappings))  # type: ignore[arg-type]
    with pytest.raises(StoreProblem):
        bring(broken, [course(), course("10A2")], items, **WHO)
    assert (classes(desk), feeds(desk), events(store)) == (set(), {}, 0)
    assert bring(desk, [course()], items, **WHO) == 3, "the thread is free again"


def test_an_item_that_is_not_brought_is_dropped(desk: Desk) -> None:
    take_course(desk, course(), **WHO)
    bring(desk, [course()], [ItemMap(COURSE, 1, Term.HK1, Column.TX1)], **WHO)
    assert feeds(desk) == {1: Column.TX1}
