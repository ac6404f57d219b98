"""Questions that do not count: kept by link and version, compared with what was seen, and every score told anew."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.domain.attempts import AttemptState
from bridge.domain.discounting import Counting, Discount
from bridge.domain.errors import NotFound, Overtaken
from bridge.ports.playing import Attempt, Link, Terms
from tests.store.test_materials import add
from tests.store.world import SCHOOL, World

NONE = frozenset[str]()
Q2 = Discount(frozenset({"q2", "câu “3”"}), Counting(weighted=True, whole=Decimal("12.5"), out=Decimal("0.5")))
EMPTY = Discount(NONE, Counting())


@pytest.fixture
def link(world: World) -> str:
    made = Link("l1", "r1", "12", "x1", add(world, "m1").id, "Bài", Terms(), "", world.clock())
    return world.store.attempts.ensure_link(SCHOOL, made).id


def put(world: World, link: str, discount: Discount, *, seen: frozenset[str] = NONE, version: int = 1) -> None:
    now = world.clock()
    world.store.discounts.put(SCHOOL, link, version, discount, seen=seen, actor="GV1", why="Đề in sai", now=now)


def test_it_comes_back_by_version_as_it_was_put(world: World, link: str) -> None:
    put(world, link, Q2)
    put(world, link, replace(Q2, counting=Counting()), version=2)
    assert world.store.discounts.of_link(SCHOOL, link) == {1: Q2, 2: replace(Q2, counting=Counting())}
    put(world, link, EMPTY, seen=Q2.questions)
    assert world.store.discounts.of_link(SCHOOL, link).keys() == {2}
    trail = world.store.audit.show(SCHOOL, limit=9, what="material.discounted")
    assert [(row.subject, row.old, row.new) for row in trail] == [
        ("l1/1", "câu “3”, q2", ""), ("l1/2", "", "câu “3”, q2"), ("l1/1", "", "câu “3”, q2"),
    ]  # fmt: skip


def test_every_attempt_is_to_be_told_anew(world: World, link: str) -> None:
    at, table = world.clock(), world.store.attempts
    done = Attempt("a1", link, "11", 1, 1, AttemptState.CLOSED, 1, 1, at, at, at, score=Decimal(50))
    table.begin(SCHOOL, done)
    assert table.unreported(SCHOOL, limit=9) == []
    put(world, link, Q2)
    assert [row.id for row in table.unreported(SCHOOL, limit=9)] == ["a1"]


def test_who_saw_others_is_told(world: World, link: str) -> None:
    with pytest.raises(Overtaken):
        put(world, link, Q2, seen=frozenset({"q9"}))
    assert world.store.discounts.of_link(SCHOOL, link) == {}
    with pytest.raises(NotFound):
        put(world, "l9", Q2)


def test_of_two_at_once_one_is_told(world: World, link: str) -> None:
    def one(question: str) -> bool:
        try:
            put(world, link, Discount(frozenset({question}), Counting()))
        except Overtaken:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(one, ["q1", "q2"])) == [False, True]
