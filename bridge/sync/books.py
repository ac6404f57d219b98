"""The other two sides of units: what stands in the city's book, and what our ledger says of it.

Both are asked class by class, all subjects of a term at once: a school has some hundred units and a dozen classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bridge.domain.errors import RemoteError, Unreachable
from bridge.domain.plans import Accepted, CityCell, Hold, Place, Problem, place_of
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.ports.city import CityScore
from bridge.sync.context import Sync
from bridge.sync.submit import hopeless
from bridge.sync.survey import Survey

Answer = Sequence[CityScore] | Hold


@dataclass(frozen=True, slots=True)
class Book:
    """One unit: cells that the city shows, what we know was accepted, and how many rows are about nobody we know."""

    city: Mapping[Place, CityCell] = field(default_factory=dict)
    accepted: Mapping[Place, Accepted] = field(default_factory=dict)
    strangers: int = 0
    hold: Hold | None = None


def ask_city(sync: Sync, units: Sequence[Unit]) -> dict[Unit, Answer]:
    """The city's rows of each unit of a class, or why there are none."""
    answers: dict[Unit, Answer] = {}
    for term in Term:
        answers |= _ask(sync, [unit for unit in units if unit.term is term])
    return answers


def _ask(sync: Sync, units: Sequence[Unit]) -> dict[Unit, Answer]:
    """An answer that can't be used may be one subject's fault: then each is asked for alone, and holds itself alone."""
    if not units:
        return {}
    try:
        return dict(sync.city.scores(units))
    except RemoteError as error:
        if len(units) == 1 or isinstance(error, Unreachable) or hopeless(error):
            return dict.fromkeys(units, Hold(Problem.UNREAD, str(error)))
    return {unit: answer for alone in units for unit, answer in _ask(sync, [alone]).items()}


def open_books(sync: Sync, found: Survey, answers: Mapping[Unit, Answer]) -> dict[Unit, Book]:
    """Rows by cell beside the ledger's, also of pupils who left: what the city shows of them is measured against it."""
    cells = {unit: _by_place(rows, found) for unit, rows in answers.items() if not isinstance(rows, Hold)}
    shown = {place.pupil for city, _ in cells.values() for place in city}
    listed = {pupil for unit in cells for pupil in found.lists.rosters.get(unit.school_class, ())}
    accepted = sync.stores.ledger.accepted(cells.keys(), listed | shown) if cells else {}
    read = {unit: Book(city, accepted[unit], strangers) for unit, (city, strangers) in cells.items()}
    held = {unit: Book(hold=hold) for unit, hold in answers.items() if isinstance(hold, Hold)}
    return read | held


def _by_place(scores: Sequence[CityScore], found: Survey) -> tuple[dict[Place, CityCell], int]:
    """The city's rows by cell, and how many are about pupils we know nothing of."""
    cells: dict[Place, CityCell] = {}
    strangers = 0
    key_of = found.lists.directory.key_of
    for code, column, cell in scores:
        pupil = key_of.get(code)
        if pupil is None:
            strangers += 1
        else:
            cells[place_of(pupil, column)] = cell
    return cells, strangers
