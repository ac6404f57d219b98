"""The plan of one unit: a pure function of what was read. Stages in the order of docs/rooms.md, "The way of a mark".

Unit and column gates first; then each cell: the LMS side, an open submission, a decision, the table; and last, only
over a would-be Send: refused before, locked, off, confirmed, released.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bridge.domain.mapping import Policy
from bridge.domain.plans import (
    Accepted,
    Action,
    Choice,
    CityCell,
    Confirmation,
    Decision,
    Gate,
    Hold,
    LmsScore,
    Op,
    PersonHold,
    Place,
    PlannedCell,
    Problem,
    Reason,
    Send,
    Skip,
    UnitPlan,
    Wait,
)
from bridge.domain.scale import Flag
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK, Column, Score, Standing, Unreadable
from bridge.ports.marks import PastRefusal
from bridge.sync.table import rule

EVIDENCE_MODULES = frozenset({"scorm", "h5pactivity", "lti"})  # played content is evidence: never sent unseen
QUIET = frozenset(Reason) - {Reason.ADOPT, Reason.CLOSE}  # counted, not listed
LEAST_MASS = 5  # so many cells may change at once in any column, however small

_QUIET_SKIPS = {reason: Skip(reason) for reason in Reason}


@dataclass(frozen=True, slots=True)
class ColumnSource:
    """What feeds a column of this unit. `fingerprint` binds course, item, range and scale."""

    fingerprint: str
    modules: frozenset[str] = frozenset()
    hold: Hold | None = None  # item gone, two items, flags not to be seen


@dataclass(frozen=True, slots=True)
class UnitRead:
    """Everything that was read of one unit, in the house's own words, before any write."""

    unit: Unit
    roster: tuple[str, ...]  # pupils studying in the class or group, by the city
    present: frozenset[str]  # of them, who is actively enrolled in a feeding course
    courses: frozenset[int]
    sources: Mapping[Column, ColumnSource]
    lms: Mapping[Place, LmsScore]
    torn: frozenset[Place]  # two courses say different things
    city: Mapping[Place, CityCell]
    accepted: Mapping[Place, Accepted]
    locked: Mapping[Column, str]
    holds: tuple[Hold, ...] = ()  # guards of the whole unit that struck
    people: tuple[PersonHold, ...] = ()
    foreign: frozenset[Place] = frozenset()  # the city names a submission here that we do not know
    sizes: Mapping[str, int] = field(default_factory=dict)  # of the lists read, by source
    first_sights: Mapping[int, str] = field(default_factory=dict)  # user → pupil, not pinned yet


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """What the store knows of this unit beside the ledger (`ports.marks.Standing`, cut to the unit)."""

    open: frozenset[Place] = frozenset()
    decisions: Mapping[Place, Decision] = field(default_factory=dict)
    confirmations: Mapping[tuple[Place, Gate], Confirmation] = field(default_factory=dict)
    refusals: Mapping[Place, PastRefusal] = field(default_factory=dict)
    columns: Mapping[Column, str] = field(default_factory=dict)
    clearances: frozenset[tuple[Problem, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the school has chosen."""

    policies: Mapping[Column, Policy]
    mass_change_percent: int = 30


def plan_unit(read: UnitRead, standing: UnitStanding, terms: Terms) -> UnitPlan:
    """The plan of this unit. Never reads a clock or the world; the same input gives the same plan."""
    hold = _unit_hold(read, standing)
    if hold is not None:
        return UnitPlan(read.unit, hold=hold, people=read.people)
    skipped: Counter[Reason] = Counter()
    cells: list[PlannedCell] = []
    held: list[tuple[Column, Hold]] = []
    for column in read.sources:
        column_hold, column_cells = _plan_column(column, read, standing, terms, skipped)
        if column_hold is not None:
            held.append((column, column_hold))
        cells += column_cells
    return UnitPlan(
        unit=read.unit,
        cells=tuple(cells),
        skipped=tuple(sorted(skipped.items())),
        column_holds=tuple(held),
        people=read.people,
        fingerprints=tuple((column, source.fingerprint) for column, source in read.sources.items()),
    )


def _unit_hold(read: UnitRead, standing: UnitStanding) -> Hold | None:
    if read.foreign:
        return Hold(Problem.LEDGER_BEHIND, str(len(read.foreign)))
    open_holds = (hold for hold in read.holds if not _cleared(hold, standing))
    return next(open_holds, None)


def _cleared(hold: Hold, standing: UnitStanding) -> bool:
    return bool(hold.fingerprint) and (hold.problem, hold.fingerprint) in standing.clearances


def _plan_column(
    column: Column, read: UnitRead, standing: UnitStanding, terms: Terms, skipped: Counter[Reason]
) -> tuple[Hold | None, list[PlannedCell]]:
    source = read.sources[column]
    hold = _column_hold(column, source, standing)
    if hold is not None:
        return hold, []
    policy = _policy(terms.policies[column], source)
    counts: Counter[Reason] = Counter()
    cells = _plan_cells(column, read, standing, policy, counts)
    hold = _mass_change(column, cells, read, terms.mass_change_percent)
    if hold is not None and not _cleared(hold, standing):
        return hold, []
    skipped.update(counts)
    return None, cells


def _column_hold(column: Column, source: ColumnSource, standing: UnitStanding) -> Hold | None:
    if source.hold is not None:
        return source.hold
    before = standing.columns.get(column, source.fingerprint)
    changed = Hold(Problem.ITEM_CHANGED, str(column), f"{column}:{source.fingerprint}")
    return changed if before != source.fingerprint and not _cleared(changed, standing) else None


def _policy(policy: Policy, source: ColumnSource) -> Policy:
    evidence = policy is Policy.AUTO and source.modules & EVIDENCE_MODULES
    return Policy.CONFIRM if evidence else policy


def _plan_cells(
    column: Column, read: UnitRead, standing: UnitStanding, policy: Policy, counts: Counter[Reason]
) -> list[PlannedCell]:
    """One pass over the roster; quiet skips are only counted, so an unchanged column costs three look-ups a pupil."""
    cells = []
    lms_of, accepted_of, city_of = read.lms.get, read.accepted.get, read.city.get
    for pupil in read.roster:
        place = Place(pupil, column)
        lms, accepted, city = lms_of(place), accepted_of(place), city_of(place)
        decision = _decision(place, lms, city, standing)
        action = _plan_cell(place, lms, accepted, city, read, standing, decision)
        if isinstance(action, Send):
            action = _gate(place, action, read, standing, policy, decision)
        if isinstance(action, Skip) and action.reason in QUIET:
            counts[action.reason] += 1
        else:
            cells.append(PlannedCell(place, action, lms, accepted, city))
    return cells


def _decision(place: Place, lms: LmsScore | None, city: CityCell | None, standing: UnitStanding) -> Decision | None:
    """A person's decision over this cell, while both sides stand as they did then."""
    decision = standing.decisions.get(place)
    if decision is None or decision.lms != (lms.score if lms is not None else BLANK):
        return None
    seen = (city.score, city.version) if city is not None else (None, 0)
    return decision if (decision.city, decision.city_version) == seen else None


def _plan_cell(
    place: Place,
    lms: LmsScore | None,
    accepted: Accepted | None,
    city: CityCell | None,
    read: UnitRead,
    standing: UnitStanding,
    decision: Decision | None,
) -> Action:
    side = _lms_side(place, lms, accepted, read)
    if side is not None:
        return side
    if place in standing.open:
        return _QUIET_SKIPS[Reason.IN_FLIGHT]
    score = lms.score if lms is not None else BLANK
    if decision is not None:
        return _as_decided(decision, score, accepted, city)
    if _from_elsewhere(accepted, read) and accepted is not None and score not in (BLANK, accepted.score):
        return Hold(Problem.TWO_SOURCES, str(accepted.course))
    ruling = rule(score, accepted, city)
    return Send(ruling, score, _base(accepted, city)) if isinstance(ruling, Op) else ruling


def _lms_side(place: Place, lms: LmsScore | None, accepted: Accepted | None, read: UnitRead) -> Action | None:
    """The first thing that the LMS side alone decides, or None."""
    if place.pupil not in read.present or lms is None:
        return _QUIET_SKIPS[Reason.NOT_HERE]
    if place in read.torn:
        return Hold(Problem.TWO_SOURCES)
    if lms.score is BLANK and _from_elsewhere(accepted, read):
        return _QUIET_SKIPS[Reason.FROM_OTHER_CLASS]
    if isinstance(lms.score, Unreadable):
        return Hold(Problem.UNREADABLE, lms.score.cause)
    if lms.flags & Flag.HIDDEN:
        return Hold(Problem.HIDDEN)
    return Hold(Problem.EXCLUDED) if lms.flags & Flag.EXCLUDED else None


def _from_elsewhere(accepted: Accepted | None, read: UnitRead) -> bool:
    """Whether the accepted score came from a course that does not feed this unit: the pupil has moved."""
    return (
        accepted is not None
        and accepted.score is not None
        and accepted.course is not None
        and accepted.course not in read.courses
    )


def _as_decided(decision: Decision, lms: Score, accepted: Accepted | None, city: CityCell | None) -> Action:
    if decision.choice is Choice.SEND_OURS:
        return Send(Op.NEW if city is None else Op.UPDATE, lms, _base(accepted, city))
    if decision.choice is Choice.CANCEL and city is not None:
        return Send(Op.CANCEL, city.score, city.version)
    return _QUIET_SKIPS[Reason.SETTLED]


def _base(accepted: Accepted | None, city: CityCell | None) -> int:
    """The city's version that we have seen: a cancelled record keeps its own, though none is shown."""
    if city is not None:
        return city.version
    return accepted.city_version if accepted is not None else 0


def _gate(
    place: Place,
    send: Send,
    read: UnitRead,
    standing: UnitStanding,
    policy: Policy,
    decision: Decision | None,
) -> Action:
    """What may still stand before a would-be Send."""
    refusal = standing.refusals.get(place)
    if refusal is not None and refusal[:3] == (send.op, send.score, send.base_version):
        return Hold(Problem.REFUSED, refusal.code)
    if place.column in read.locked:
        return Hold(Problem.LOCKED, read.locked[place.column])
    if policy is Policy.OFF:
        return _QUIET_SKIPS[Reason.OFF]
    asks = policy is not Policy.AUTO and decision is None  # a decision over this very cell is a confirmation
    if asks and not _said(place, Gate.CONFIRM, send, standing):
        return Wait(Gate.CONFIRM, send)
    if policy is Policy.RELEASE and not _said(place, Gate.RELEASE, send, standing):
        return Wait(Gate.RELEASE, send)
    return send


def _said(place: Place, gate: Gate, send: Send, standing: UnitStanding) -> bool:
    word = standing.confirmations.get((place, gate))
    return word is not None and (word.op, word.score) == (send.op, send.score)


def _mass_change(column: Column, cells: list[PlannedCell], read: UnitRead, percent: int) -> Hold | None:
    changed = [cell for cell in cells if _changes_accepted(cell)]
    if len(changed) < LEAST_MASS:
        return None
    accepted = sum(_has_score(read.accepted.get(Place(pupil, column))) for pupil in read.roster)
    if len(changed) * 100 <= percent * accepted:
        return None
    return Hold(Problem.MASS_CHANGE, f"{len(changed)}/{accepted}", f"{column}:{_digest(changed)}")


def _changes_accepted(cell: PlannedCell) -> bool:
    lms = cell.lms.score if cell.lms is not None else BLANK
    return _has_score(cell.accepted) and cell.accepted is not None and lms != cell.accepted.score


def _has_score(accepted: Accepted | None) -> bool:
    return accepted is not None and accepted.score is not None and not isinstance(accepted.score, Standing)


def _digest(cells: list[PlannedCell]) -> str:
    lines = sorted(f"{cell.place.pupil}={cell.lms.score if cell.lms else BLANK}" for cell in cells)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
