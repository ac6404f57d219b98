"""City → store: what is believed of a class list and what is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.errors import Garbled, Unreachable
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass, SchoolInfo
from bridge.domain.scores import Term
from bridge.people.pull import Held, Pulled, pull
from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.fakes_city import Book, MemoryCity
from tests.store.world import SCHOOL, YEAR, Clock, pupil

GROUP = SchoolClass("10-LY-N1", "Vật lí 10 nhóm 1", 10, ClassKind.GROUP)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(fresh_sqlite(tmp_path), TEST_KEYS, clock=Clock())
    yield opened
    opened.close()


@pytest.fixture
def city() -> MemoryCity:
    """Two classes of ten, and a group with pupils of both."""
    lists = {"10A1": people(0, 10), "10A2": people(10, 20), GROUP.code: people(5, 15)}
    classes = [SchoolClass("10A1", "10A1", 10), SchoolClass("10A2", "10A2", 10), GROUP]
    assignments = [Assignment("GV1", "10A1", "TOAN", Term.HK1)]
    return MemoryCity(Book(SchoolInfo(SCHOOL, "THPT Thử", "THPT", ()), classes, lists, assignments))


def people(first: int, last: int) -> list[CityPupil]:
    return [pupil(f"HS{number}") for number in range(first, last)]


def pull_from(city: MemoryCity, store: Store, **choices: object) -> Pulled:
    return pull(city, store.rosters, school=SCHOOL, year=YEAR, now=city.now, **choices)  # type: ignore[arg-type]


def sizes(store: Store) -> dict[str, int]:
    return {code: len(rows) for code, rows in store.rosters.members(SCHOOL, YEAR).items()}


def test_the_first_pull_takes_everything(city: MemoryCity, store: Store) -> None:
    done = pull_from(city, store)
    assert (done.held, done.doubled, done.assignments) == ((), (), 1)
    assert sizes(store) == {"10A1": 10, "10A2": 10, GROUP.code: 10}


def test_a_second_pull_changes_nothing(city: MemoryCity, store: Store) -> None:
    pull_from(city, store)
    change = pull_from(city, store).change
    assert (change.joined, change.left, change.moved) == (0, 0, 0)


@pytest.mark.parametrize(("left", "held"), [(9, False), (8, False), (5, True), (1, True), (0, True)])
def test_a_list_that_lost_too_many_is_kept_as_it_was(city: MemoryCity, store: Store, left: int, held: bool) -> None:
    pull_from(city, store)
    city.book.pupils["10A2"] = people(10, 10 + left)
    done = pull_from(city, store)
    assert done.held == ((Held("10A2", 10, left),) if held else ())
    assert sizes(store)["10A2"] == (10 if held else left)


def test_a_class_that_is_gone_as_a_whole_is_kept_too(city: MemoryCity, store: Store) -> None:
    pull_from(city, store)
    del city.book.classes[1]
    done = pull_from(city, store)
    assert done.held == (Held("10A2", 10, 0),)
    assert sizes(store)["10A2"] == 10
    assert {row.code for row in store.rosters.classes(SCHOOL, YEAR)} == {"10A1", "10A2", GROUP.code}


def test_a_person_who_has_looked_may_have_the_new_list_believed(city: MemoryCity, store: Store) -> None:
    pull_from(city, store)
    city.book.pupils["10A1"] = people(0, 1)
    del city.book.classes[1]
    done = pull_from(city, store, trusted=["10A1", "10A2"])
    assert done.held == ()
    assert sizes(store) == {"10A1": 1, GROUP.code: 10}


def test_a_school_without_a_single_class_is_no_answer(city: MemoryCity, store: Store) -> None:
    pull_from(city, store)
    city.book.classes.clear()
    with pytest.raises(Garbled):
        pull_from(city, store)
    assert sizes(store)["10A1"] == 10


def test_a_pupil_in_two_classes_stays_where_he_is_known(city: MemoryCity, store: Store) -> None:
    """In a class and a group he may be: that is no doubt."""
    pull_from(city, store)
    city.book.pupils["10A2"] = people(9, 20)
    done = pull_from(city, store)
    assert done.doubled == ("HS9",)
    assert sizes(store) == {"10A1": 10, "10A2": 10, GROUP.code: 10}


def test_a_pupil_who_moves_is_moved(city: MemoryCity, store: Store) -> None:
    pull_from(city, store)
    city.book.pupils |= {"10A1": people(0, 9), "10A2": people(9, 20)}
    done = pull_from(city, store)
    assert (done.change.moved, done.doubled) == (1, ())


class Breaking(MemoryCity):
    """Goes away while the lists are read."""

    def assignments(self, year: int) -> list[Assignment]:
        raise Unreachable(remote="city", operation="assignments", reason="TIMEOUT")


def test_a_pull_that_breaks_off_writes_nothing(city: MemoryCity, store: Store) -> None:
    with pytest.raises(Unreachable):
        pull_from(Breaking(city.book), store)
    assert sizes(store) == {}
