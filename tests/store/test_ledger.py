import pytest

from bridge.domain.errors import NotFound
from bridge.domain.plans import Accepted, CityCell, LmsScore, Op, Place
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term, mark
from bridge.ports.marks import AdoptedCell
from bridge.store.bulk import MANY
from bridge.store.facade import Store
from tests.store.world import SCHOOL, UNIT, YEAR, World


def test_adopting_takes_the_citys_score_version_and_record(store: Store, world: World) -> None:
    place = Place("p1", Column.GK)
    cells = [AdoptedCell(place, LmsScore(mark(70), 12, 9), CityCell(mark(70), 4, "city-1", by_hand=True))]
    store.ledger.adopt(UNIT, cells, fingerprints={Column.GK: "9:0:10:0"}, run=world.run())
    assert store.ledger.accepted([UNIT], ["p1"])[UNIT] == {place: Accepted("city-1", mark(70), 4, 4, 12)}
    assert store.ledger.standing(SCHOOL, YEAR).columns == {(UNIT, Column.GK): "9:0:10:0"}
    (entry,) = store.audit.show(SCHOOL, limit=9)
    assert (entry.actor, entry.what, entry.old, entry.new) == ("lan", "score.adopted", "", "7.0")


def test_adopting_never_lowers_a_version(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.accept([world.draft(key, op=Op.UPDATE, base=8)])
    place = Place(key, Column.TX1)
    cell = AdoptedCell(place, None, CityCell(mark(70), 4, "city-1", by_hand=True))
    store.ledger.adopt(UNIT, [cell], fingerprints={}, run=world.run())
    assert store.ledger.accepted([UNIT], [key])[UNIT][place] == Accepted("city-1", mark(70), 9, 9, None)


@pytest.mark.parametrize("count", [3, MANY + 1])  # row by row, and in one load
def test_adopting_many_is_adopting_each(store: Store, world: World, count: int) -> None:
    places = [Place(f"p{n}", Column.TX1) for n in range(count)]
    run = world.run()
    for version in (1, 2):
        cells = [AdoptedCell(place, None, CityCell(mark(version), version, "r", by_hand=True)) for place in places]
        store.ledger.adopt(UNIT, cells, fingerprints={}, run=run)
    known = store.ledger.accepted([UNIT], [place.pupil for place in places])[UNIT]
    assert {place: (row.score, row.version) for place, row in known.items()} == dict.fromkeys(places, (mark(2), 2))
    assert store.audit.verify(SCHOOL).seq == 2 * count


def test_closing_forgets_the_score_and_keeps_the_version(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.accept([world.draft(key)])
    unknown = Place("nobody", Column.TX1)
    store.ledger.close(UNIT, [Place(key, Column.TX1), unknown], run=world.run())
    known = store.ledger.accepted([UNIT], [key, "nobody"])[UNIT]
    assert [(row.score, row.version, row.cancelled) for row in known.values()] == [(None, 1, True)]
    assert store.audit.show(SCHOOL, limit=1)[0].what == "score.closed"


def test_seeing_raises_versions_and_keeps_scores(store: Store, world: World) -> None:
    one, two = world.pupils()
    world.accept([world.draft(one)])
    cells = {
        Place(one, Column.TX1): CityCell(mark(60), 5, "city-1", by_hand=True),
        Place(two, Column.TX1): CityCell(mark(60), 2, "city-2", by_hand=True),
    }
    store.ledger.see(UNIT, cells, run=world.run())
    known = store.ledger.accepted([UNIT], [one, two])[UNIT]
    assert known[Place(one, Column.TX1)] == Accepted("city-1", mark(85), 5, 5, 12)
    assert known[Place(two, Column.TX1)] == Accepted("city-2", None, 2, 2)


def test_a_pupil_who_moved_keeps_the_record(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.accept([world.draft(key)])
    elsewhere = UNIT._replace(school_class="10A2")
    assert len(store.ledger.accepted([elsewhere], [key])[elsewhere]) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        UNIT._replace(school="79000002"),
        UNIT._replace(year=YEAR + 1),
        UNIT._replace(subject="VAN"),
        UNIT._replace(term=Term.HK2),
    ],
)
def test_a_row_is_of_its_school_year_subject_and_term(store: Store, world: World, elsewhere: Unit) -> None:
    key = world.pupils(1)[0]
    world.accept([world.draft(key)])
    assert store.ledger.accepted([elsewhere], [key])[elsewhere] == {}


def test_the_size_of_a_good_read_is_of_its_year(store: Store) -> None:
    store.ledger.note_reads(SCHOOL, YEAR, {"class:10A1": 45, "course:12": 44})
    store.ledger.note_reads(SCHOOL, YEAR, {"class:10A1": 46})
    assert store.ledger.standing(SCHOOL, YEAR).last_reads == {"class:10A1": 46, "course:12": 44}
    assert store.ledger.standing(SCHOOL, YEAR + 1).last_reads == {}


def test_a_run_that_never_began_adopts_nothing(store: Store) -> None:
    cell = AdoptedCell(Place("p1", Column.TX1), None, CityCell(mark(70), 4, "city-1", by_hand=True))
    with pytest.raises(NotFound):
        store.ledger.adopt(UNIT, [cell], fingerprints={}, run="never begun")
    assert store.ledger.accepted([UNIT], ["p1"])[UNIT] == {}
