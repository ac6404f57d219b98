"""Which activity feeds which column."""

from bridge.domain.scores import Column
from bridge.domain.sheets import Activity
from bridge.ports.plans import Fed
from tests.store.world import SCHOOL, UNIT, YEAR, World

OTHER = UNIT._replace(school_class="10A2")
FED = Fed(Column.TX1, 12, 7, "l1", "0", "10")


def of(world: World, course: int = 12, link: str = "l1") -> list[tuple[object, Fed]]:
    return sorted(world.store.feeds.of_activity(SCHOOL, YEAR, Activity(course, link)))


def test_a_newer_read_takes_the_place_of_a_units_older_one_and_of_no_other_units(world: World):
    feeds = world.store.feeds
    feeds.note(SCHOOL, YEAR, {UNIT: [FED], OTHER: [FED]})
    assert of(world) == [(UNIT, FED), (OTHER, FED)]
    feeds.note(SCHOOL, YEAR, {UNIT: [FED._replace(column=Column.TX2, high="20"), FED._replace(item=8)]})
    assert of(world) == [(UNIT, FED._replace(item=8)), (UNIT, FED._replace(column=Column.TX2, high="20")), (OTHER, FED)]
    feeds.note(SCHOOL, YEAR, {UNIT: []})
    assert of(world) == [(OTHER, FED)]


def test_another_course_link_or_year_is_another_activity(world: World):
    world.store.feeds.note(SCHOOL, YEAR, {UNIT: [FED]})
    assert of(world, course=13) == of(world, link="l2") == []
    assert world.store.feeds.of_activity(SCHOOL, YEAR + 1, Activity(12, "l1")) == []
