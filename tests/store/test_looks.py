"""The last look at each unit."""

from bridge.domain.plans import PlanHead
from bridge.ports.plans import Look
from tests.store.world import SCHOOL, UNIT, YEAR, World


def head(world: World, name: str) -> str:
    now = world.clock()
    world.store.plans.begin(PlanHead(name, SCHOOL, YEAR, "GV1", now, now, "TT22/2021", ""))
    return name


def test_the_newest_look_takes_the_place_of_the_older(world: World):
    looks = world.store.looks
    assert looks.find(UNIT) is None
    for name in ("p1", "p2"):
        looks.keep(Look(UNIT, head(world, name), world.clock(), f'{{"{name}":1}}'))
    found = looks.find(UNIT)
    assert found is not None
    assert (found.plan, found.at, found.body) == ("p2", world.clock(), '{"p2":1}')


def test_the_looks_of_a_class_are_its_own(world: World):
    plan = head(world, "p1")
    for unit in (UNIT, UNIT._replace(subject="VATLI"), UNIT._replace(school_class="10A2")):
        world.store.looks.keep(Look(unit, plan, world.clock(), "{}"))
    found = world.store.looks.of_class(SCHOOL, YEAR, "10A1")
    assert sorted(kept.unit.subject for kept in found) == ["TOAN", "VATLI"]
