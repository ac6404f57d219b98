"""What every gradebook behind the port must do, sat by the memory one and by LTI services of the stand-in Moodle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.errors import NotFound, Refused
from bridge.ports.gradebooks import Gradebooks, NewLineItem, Score
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_gradebooks import MemoryGradebooks
from tests.lti.platform import Clock
from tests.lti.served import ID, served

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TEN = Decimal(10)
QUIZ = NewLineItem("Ôn tập chương 1", TEN, "material-1", "cau-noi")
LATER = timedelta(seconds=5)


@dataclass
class World:
    books: Gradebooks
    collection: str
    pupil: str
    stranger: str
    add_activity: Callable[[str], str]
    enter: Callable[[str, str, str], None]
    resize: Callable[[str, int], None]
    now: datetime = NOW

    def send(
        self, line_item: str, value: str, *, at: datetime | None = None, user: str = "", out_of: str = "10"
    ) -> None:
        score = Score(user or self.pupil, Decimal(value), Decimal(out_of), at or self.now)
        self.books.send(ID, line_item, score)

    def shown(self, line_item: str) -> str:
        found = [one for one in self.books.results(ID, line_item, user=self.pupil) if one.value is not None]
        return f"{found[0].value}/{found[0].maximum}" if found else ""


def _memory(_folder: Path) -> Iterator[World]:
    books = MemoryGradebooks(["7"])

    def enter(line_item: str, user: str, value: str) -> None:
        books.enter(line_item, user, value, at=NOW)

    yield World(
        books,
        "memory",
        "7",
        "999",
        lambda name: books.add_activity("memory", name),
        enter,
        lambda line_item, to: books.resize(line_item, Decimal(to)),
    )


def _lti(folder: Path) -> Iterator[World]:
    clock = Clock()
    store = open_store(fresh_sqlite(folder), TEST_KEYS, clock=clock)
    with served(store, clock) as lms:

        def enter(line_item: str, user: str, value: str) -> None:
            lms.enter(line_item, user, float(value))

        yield World(
            lms.gradebooks,
            lms.collection,
            lms.pupils[0],
            "999999",
            lms.add_activity,
            enter,
            lms.resize,
            now=clock.at + LATER,
        )
    store.close()


@pytest.fixture(params=[_memory, _lti], ids=["memory", "lti"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    yield from request.param(tmp_path)


def test_a_column_is_made_once_however_often_it_is_asked_for(world: World) -> None:
    first = world.books.provide(ID, world.collection, QUIZ)
    assert world.books.provide(ID, world.collection, QUIZ) == first
    assert [item.url for item in world.books.line_items(ID, world.collection, resource_id="material-1")] == [first.url]
    assert (first.label, first.maximum, first.link) == ("Ôn tập chương 1", TEN, "")
    other = world.books.provide(ID, world.collection, QUIZ._replace(tag="khac"))
    assert other.url != first.url


def test_our_own_column_is_changed_and_taken_away(world: World) -> None:
    made = world.books.provide(ID, world.collection, QUIZ)
    changed = world.books.change(ID, world.collection, QUIZ._replace(label="Ôn tập", maximum=Decimal(20)))
    assert (changed.url, changed.label, changed.maximum) == (made.url, "Ôn tập", Decimal(20))
    assert world.books.remove(ID, world.collection, resource_id="material-1", tag="cau-noi") == 1
    assert world.books.remove(ID, world.collection, resource_id="material-1", tag="cau-noi") == 0
    with pytest.raises(NotFound):
        world.books.change(ID, world.collection, QUIZ)
    with pytest.raises(Refused) as error:
        world.send(made.url, "8")
    assert error.value.facts["reason"] == "COLUMN_GONE"


def test_a_score_stands_there_after_it_was_sent(world: World) -> None:
    line_item = world.add_activity("Bài tập")
    assert world.shown(line_item) == ""
    world.send(line_item, "8.5")
    assert world.shown(line_item) == "8.5/10"
    world.send(line_item, "90", out_of="100", at=world.now + LATER)
    assert world.shown(line_item) in ("9/10", "9.0/10")


def test_a_second_score_of_the_same_second_is_stale(world: World) -> None:
    line_item = world.add_activity("Bài tập")
    world.send(line_item, "8.5")
    for at in (world.now, world.now + timedelta(milliseconds=300), world.now - LATER):
        with pytest.raises(Refused) as error:
            world.send(line_item, "9", at=at)
        assert error.value.facts["reason"] == "STALE"
    assert world.shown(line_item) == "8.5/10"


def test_who_is_not_in_the_course_gets_no_score(world: World) -> None:
    line_item = world.add_activity("Bài tập")
    with pytest.raises(Refused) as error:
        world.send(line_item, "9", user=world.stranger)
    assert error.value.facts["reason"] == "NOT_GRADABLE"


def test_an_override_in_an_activitys_column_stays_and_is_shown(world: World) -> None:
    line_item = world.add_activity("Bài tập")
    world.enter(line_item, world.pupil, "6")
    world.send(line_item, "9", at=world.now + timedelta(days=1))
    assert world.shown(line_item) == "6/10"


def test_after_a_change_of_the_maximum_a_result_is_told_out_of_what_it_was_out_of_then(world: World) -> None:
    """The column itself tells what it is out of now, and a new score is out of that."""
    line_item = world.add_activity("Bài tập")
    world.send(line_item, "8")
    world.resize(line_item, 20)
    assert world.shown(line_item).replace(".0", "") == "16/10"
    assert world.books.maximum(ID, line_item) == 20
    world.send(line_item, "9", at=world.now + LATER)
    assert world.shown(line_item).replace(".0", "") == "18/20"


def test_a_column_that_is_gone_has_no_maximum(world: World) -> None:
    made = world.books.provide(ID, world.collection, QUIZ)
    world.books.remove(ID, world.collection, resource_id="material-1", tag="cau-noi")
    with pytest.raises(Refused) as error:
        world.books.maximum(ID, made.url)
    assert error.value.facts["reason"] == "COLUMN_GONE"
