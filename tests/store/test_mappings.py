import pytest

from bridge.domain.errors import NotFound
from bridge.domain.mapping import DEFAULT_POLICIES, CourseMap, ItemMap, Policy
from bridge.domain.scores import Column, Term
from bridge.store.facade import Store
from tests.store.world import SCHOOL, YEAR, Clock

COURSE = CourseMap(12, "10A1", "TOAN", YEAR, Term.HK1, "auto")
ITEM = ItemMap(12, 7, Term.HK1, Column.TX1)


@pytest.fixture
def mapped(store: Store, clock: Clock) -> Store:
    store.mappings.set_course(SCHOOL, COURSE, actor="lan", now=clock())
    store.mappings.set_item(SCHOOL, ITEM, actor="lan", now=clock())
    return store


def test_a_mapping_comes_back_in_its_school_and_year(mapped: Store) -> None:
    assert mapped.mappings.courses(SCHOOL, YEAR) == [COURSE]
    assert mapped.mappings.items(SCHOOL, YEAR) == [ITEM]
    assert mapped.mappings.courses(SCHOOL, YEAR + 1) == mapped.mappings.items(SCHOOL, YEAR + 1) == []
    assert mapped.mappings.courses("79000002", YEAR) == []


def test_what_is_changed_together_is_changed_as_a_whole(mapped: Store, clock: Clock) -> None:
    with pytest.raises(NotFound), mapped.mappings.together():
        mapped.mappings.drop_item(SCHOOL, 12, 7, actor="lan", now=clock())
        assert mapped.mappings.items(SCHOOL, YEAR) == [], "seen from within"
        mapped.mappings.drop_item(SCHOOL, 12, 7, actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == [ITEM]
    mapped.audit.verify(SCHOOL)


def test_a_changed_course_keeps_its_items(mapped: Store, clock: Clock) -> None:
    changed = CourseMap(12, "10A1", "VAN", YEAR)
    mapped.mappings.set_course(SCHOOL, changed, actor="lan", now=clock())
    assert mapped.mappings.courses(SCHOOL, YEAR) == [changed]
    assert mapped.mappings.items(SCHOOL, YEAR) == [ITEM]
    entry = mapped.audit.show(SCHOOL, limit=1)[0]
    assert (entry.old, entry.new) == ("10A1 TOAN 2026 HK1 auto", "10A1 VAN 2026 person")


OTHER_CLASS = CourseMap(12, "10A2", "TOAN", YEAR, Term.HK1, "person")


def test_a_course_may_feed_two_classes_from_the_same_items(mapped: Store, clock: Clock) -> None:
    mapped.mappings.set_course(SCHOOL, OTHER_CLASS, actor="lan", now=clock())
    assert mapped.mappings.courses(SCHOOL, YEAR) == [COURSE, OTHER_CLASS]
    assert mapped.mappings.items(SCHOOL, YEAR) == [ITEM]


def test_the_items_stay_until_the_last_class_is_dropped(mapped: Store, clock: Clock) -> None:
    mapped.mappings.set_course(SCHOOL, OTHER_CLASS, actor="lan", now=clock())
    mapped.mappings.drop_course(SCHOOL, 12, school_class="10A1", actor="lan", now=clock())
    assert mapped.mappings.courses(SCHOOL, YEAR) == [OTHER_CLASS]
    assert mapped.mappings.items(SCHOOL, YEAR) == [ITEM]
    mapped.mappings.drop_course(SCHOOL, 12, school_class="10A2", actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == []


def test_a_course_is_dropped_from_all_its_classes_at_once(mapped: Store, clock: Clock) -> None:
    mapped.mappings.set_course(SCHOOL, OTHER_CLASS, actor="lan", now=clock())
    mapped.mappings.drop_course(SCHOOL, 12, actor="lan", now=clock())
    assert mapped.mappings.courses(SCHOOL, YEAR) == mapped.mappings.items(SCHOOL, YEAR) == []
    told = {entry.old for entry in mapped.audit.show(SCHOOL, limit=2)}
    assert told == {"10A1 TOAN 2026 HK1 auto", "10A2 TOAN 2026 HK1 person"}
    with pytest.raises(NotFound):
        mapped.mappings.drop_course(SCHOOL, 12, school_class="10A1", actor="lan", now=clock())


def test_a_dropped_course_takes_its_items_along(mapped: Store, clock: Clock) -> None:
    mapped.mappings.drop_course(SCHOOL, 12, actor="lan", now=clock())
    mapped.mappings.set_course(SCHOOL, COURSE, actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == []


def test_a_column_of_a_course_has_one_item(mapped: Store, clock: Clock) -> None:
    other = ItemMap(12, 8, Term.HK1, Column.TX1, "person")
    mapped.mappings.set_item(SCHOOL, other, actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == [other]


def test_an_item_feeds_one_column(mapped: Store, clock: Clock) -> None:
    moved = ItemMap(12, 7, Term.HK1, Column.TX2, "person")
    mapped.mappings.set_item(SCHOOL, moved, actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == [moved]


def test_an_item_is_dropped(mapped: Store, clock: Clock) -> None:
    mapped.mappings.drop_item(SCHOOL, 12, 7, actor="lan", now=clock())
    assert mapped.mappings.items(SCHOOL, YEAR) == []


def test_what_is_not_mapped_is_said(mapped: Store, clock: Clock) -> None:
    with pytest.raises(NotFound):
        mapped.mappings.set_item(SCHOOL, ItemMap(99, 7, Term.HK1, Column.TX1), actor="lan", now=clock())
    with pytest.raises(NotFound):
        mapped.mappings.drop_item(SCHOOL, 12, 99, actor="lan", now=clock())
    with pytest.raises(NotFound):
        mapped.mappings.drop_course(SCHOOL, 99, actor="lan", now=clock())


def test_policies_are_the_defaults_until_a_school_sets_one(store: Store, clock: Clock) -> None:
    assert store.mappings.policies(SCHOOL) == DEFAULT_POLICIES
    store.mappings.set_policy(SCHOOL, Column.GK, Policy.RELEASE, actor="lan", now=clock())
    assert store.mappings.policies(SCHOOL) == DEFAULT_POLICIES | {Column.GK: Policy.RELEASE}
    assert store.mappings.policies("79000002") == DEFAULT_POLICIES
    entry = store.audit.show(SCHOOL, limit=1)[0]
    assert (entry.subject, entry.old, entry.new) == ("GK", "off", "release")
