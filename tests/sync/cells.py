"""One unit to plan, small enough to be read in a test."""

from dataclasses import replace
from datetime import UTC, datetime

from bridge.domain.mapping import Policy
from bridge.domain.plans import Accepted, CityCell, Confirmation, Gate, LmsScore, Op, Place
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Score, Term, mark
from bridge.sync.unit import ColumnSource, Terms, UnitRead, UnitStanding

UNIT = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
COURSE = 12
NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
TX1 = Column.TX1
AN, BINH = "p-an", "p-binh"


def lms(score: Score, *, flags: int = 0, course: int = COURSE) -> LmsScore:
    return LmsScore(score, course, 101, "", flags)


def accepted(score: Score | None, *, version: int = 1, course: int = COURSE) -> Accepted:
    return Accepted("r", score, version, city_version=version, course=course)


def city(score: Score, *, version: int = 1) -> CityCell:
    return CityCell(score, version, "r")


def unit_read(
    score: LmsScore | None = None, ours: Accepted | None = None, theirs: CityCell | None = None, **changes: object
) -> UnitRead:
    """A unit of one pupil and one column, with these three sides."""
    place = Place(AN, TX1)
    read = UnitRead(
        unit=UNIT,
        roster=(AN,),
        present=frozenset({AN}),
        courses=frozenset({COURSE}),
        sources={TX1: ColumnSource("12:101:0:10:0")},
        lms={place: score if score is not None else lms(BLANK)},
        torn=frozenset(),
        city={place: theirs} if theirs else {},
        accepted={place: ours} if ours else {},
        locked={},
    )
    return replace(read, **changes)


def terms(policy: Policy = Policy.AUTO, **changes: int) -> Terms:
    return Terms(dict.fromkeys(Column, policy), **changes)


def confirmed(score: Score, *, gate: Gate = Gate.CONFIRM, op: Op = Op.NEW) -> UnitStanding:
    return UnitStanding(confirmations={(Place(AN, TX1), gate): Confirmation("c1", gate, op, score, "GV1", NOW)})


def many(count: int, score: int, was: int) -> UnitRead:
    """A column in which `count` of 20 pupils got `score` where the city has `was`."""
    pupils = tuple(f"p{number}" for number in range(20))
    places = [Place(pupil, TX1) for pupil in pupils]
    return unit_read(
        roster=pupils,
        present=frozenset(pupils),
        lms={place: lms(mark(score if at < count else was)) for at, place in enumerate(places)},
        city={place: city(mark(was)) for place in places},
        accepted={place: accepted(mark(was)) for place in places},
    )
