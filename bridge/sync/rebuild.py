"""An empty or old ledger beside a full city: read the city, learn its versions and record ids, send nothing.

Cells on which both sides agree are adopted; all others keep what the ledger had and are held by the next plan.
"""

from bridge.domain.plans import Accepted, CityCell, Place, Reason, Skip, UnitPlan
from bridge.ports.marks import AdoptedCell
from bridge.sync.apply import adopt_cells
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Done, errand, finish
from bridge.sync.holds import open_gate, open_guard
from bridge.sync.read import read_units
from bridge.sync.run import Watch
from bridge.sync.submit import resume
from bridge.sync.survey import survey
from bridge.sync.table import rule
from bridge.sync.unit import UnitRead, UnitStanding


def rebuild(sync: Sync, scope: Scope, *, actor: str, watch: Watch) -> Done:
    """Bring the ledger up to the city for every unit in scope that could be read."""
    with errand(sync, kind="rebuild", actor=actor) as carried:
        resume(sync, carried)
        found = survey(sync, scope)
        for read in read_units(sync, found):
            carried.renew(sync)
            standing = found.standing.of(read.unit)
            hold = open_guard(read, standing)
            if hold is None:
                _learn(sync, read, standing, carried.run)
            watch(UnitPlan(read.unit, hold=hold))
        return finish(sync, carried)


def _learn(sync: Sync, read: UnitRead, standing: UnitStanding, run: str) -> None:
    """What agrees in a column that is held is not adopted: it would wave the column's other cells through."""
    newer = {place: cell for place, cell in read.city.items() if _unknown(cell, read.accepted.get(place))}
    if newer:
        sync.stores.ledger.see(read.unit, newer, run=run)
        sync.world.checkpoint("learned")
    fingerprints = {
        column: source.fingerprint
        for column, source in read.sources.items()
        if open_gate(column, source, standing) is None
    }
    agreed = [
        AdoptedCell(place, read.lms[place], city)
        for place, city in read.city.items()
        if place.column in fingerprints and _agreed(read, place)
    ]
    adopt_cells(sync, read.unit, agreed, fingerprints=fingerprints, run=run)


def _unknown(cell: CityCell, accepted: Accepted | None) -> bool:
    return accepted is None or accepted.version < cell.version or accepted.record_id != cell.record_id


def _agreed(read: UnitRead, place: Place) -> bool:
    lms = read.lms.get(place)
    if lms is None or place in read.torn:
        return False
    return rule(lms.score, read.accepted.get(place), read.city[place]) == Skip(Reason.ADOPT)
