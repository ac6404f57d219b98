"""The plan of one unit: a pure function of what was read. Stages in the order of docs/rooms.md, "The way of a mark".

Unit and column gates first; then each cell: the LMS side, an open submission, a decision, the table; and last, only
over a would-be Send: refused before, locked, off, confirmed, released.
"""

from collections import Counter
from typing import NamedTuple

from bridge.domain.mapping import Policy
from bridge.domain.plans import (
    Accepted,
    Action,
    Choice,
    CityCell,
    Decision,
    Gate,
    Hold,
    LmsScore,
    Op,
    Place,
    PlannedCell,
    Problem,
    Reason,
    Send,
    Skip,
    UnitPlan,
    Wait,
    place_of,
)
from bridge.domain.scale import Flag
from bridge.domain.scores import BLANK, Column, Score, Unreadable
from bridge.sync.holds import mass_change, open_gate, open_hold
from bridge.sync.refusals import stands, told
from bridge.sync.table import rule
from bridge.sync.unit import ColumnSource, Terms, UnitRead, UnitStanding

EVIDENCE_MODULES = frozenset({"scorm", "h5pactivity", "lti"})  # played content is evidence: never sent unseen
QUIET = frozenset(Reason) - {Reason.ADOPT, Reason.CLOSE}  # counted, not listed

GATES: dict[Policy, tuple[Gate, ...]] = {
    Policy.AUTO: (),
    Policy.CONFIRM: (Gate.CONFIRM,),
    Policy.RELEASE: (Gate.CONFIRM, Gate.RELEASE),
}
"""Whose yes a mark waits for, in this order."""

_SKIPS = {reason: Skip(reason) for reason in Reason}
_WITHHELD = int(Flag.HIDDEN | Flag.EXCLUDED)


def plan_unit(read: UnitRead, standing: UnitStanding, terms: Terms) -> UnitPlan:
    """The plan of this unit. Never reads a clock or the world; the same input gives the same plan."""
    hold = open_hold(read, standing)
    if hold is not None:
        return UnitPlan(read.unit, hold=hold, people=read.people)
    planner = Planner(read, standing, terms)
    cells: list[PlannedCell] = []
    held: list[tuple[Column, Hold]] = []
    for column in read.sources:
        planned = planner.plan_column(column)
        if isinstance(planned, Hold):
            held.append((column, planned))
        else:
            cells += planned
    return UnitPlan(
        unit=read.unit,
        cells=tuple(cells),
        skipped=tuple(sorted(planner.skipped.items())),
        column_holds=tuple(held),
        people=read.people,
        fingerprints=tuple((column, source.fingerprint) for column, source in read.sources.items()),
    )


def base_version(accepted: Accepted | None, city: CityCell | None) -> int:
    """The city's version that we have seen: a cancelled record keeps its own, though none is shown."""
    if city is not None:
        return city.version
    return accepted.city_version if accepted is not None else 0


class Sides(NamedTuple):
    """A cell and its three sides."""

    place: Place
    lms: LmsScore | None
    accepted: Accepted | None
    city: CityCell | None

    @property
    def score(self) -> Score:
        return self.lms.score if self.lms is not None else BLANK


class Planner:
    """One unit on its way through the stages. `skipped` counts the quiet skips of the columns that were not held."""

    def __init__(self, read: UnitRead, standing: UnitStanding, terms: Terms) -> None:
        self.skipped: Counter[Reason] = Counter()
        self._read = read
        self._standing = standing
        self._terms = terms
        self._special = read.torn.union(standing.open, standing.decisions)  # more than the three sides has a say here

    def plan_column(self, column: Column) -> list[PlannedCell] | Hold:
        """What is to do in this column, or what holds all of it."""
        source = self._read.sources[column]
        hold = open_gate(column, source, self._standing)
        if hold is not None:
            return hold
        counts: Counter[Reason] = Counter()
        cells = self._plan_cells(column, _policy(self._terms.policies[column], source), counts)
        percent = self._terms.mass_change_percent
        hold = mass_change(column, cells, self._read, self._standing, percent=percent)
        if hold is not None:
            return hold
        self.skipped.update(counts)
        return cells

    def judge_column(self, column: Column) -> tuple[Hold | None, list[PlannedCell]]:
        """Every cell of the column with what the stages say of it, the quiet ones too, and what holds all of it."""
        source, read = self._read.sources[column], self._read
        policy = _policy(self._terms.policies[column], source)
        sides = [
            Sides(place, read.lms.get(place), read.accepted.get(place), read.city.get(place))
            for place in (place_of(pupil, column) for pupil in read.roster)
        ]
        cells = [PlannedCell(each.place, self._action(each, policy), *each[1:]) for each in sides]
        return open_gate(column, source, self._standing) or mass_change(
            column, cells, self._read, self._standing, percent=self._terms.mass_change_percent
        ), cells

    def _plan_cells(self, column: Column, policy: Policy, counts: Counter[Reason]) -> list[PlannedCell]:
        """One pass over the roster; quiet skips are only counted. Hot: most cells of most runs end at the glance."""
        cells = []
        present, special = self._read.present, self._special
        lms_of, accepted_of, city_of = self._read.lms.get, self._read.accepted.get, self._read.city.get
        for pupil in self._read.roster:
            place = place_of(pupil, column)
            lms, accepted, city = lms_of(place), accepted_of(place), city_of(place)
            reason = _at_a_glance(lms, accepted, city)
            if reason is not None and pupil in present and place not in special:
                counts[reason] += 1
                continue
            action = self._action(Sides(place, lms, accepted, city), policy)
            if isinstance(action, Skip) and action.reason in QUIET:
                counts[action.reason] += 1
            else:
                cells.append(PlannedCell(place, action, lms, accepted, city))
        return cells

    def _action(self, sides: Sides, policy: Policy) -> Action:
        side = self._lms_side(sides)
        if side is not None:
            return side
        if sides.place in self._standing.open:
            return _SKIPS[Reason.IN_FLIGHT]
        decision = self._decision(sides)
        action = _as_decided(decision, sides) if decision is not None else self._by_table(sides)
        if not isinstance(action, Send):
            return action
        return self._gated(sides.place, action, policy=policy, decision=decision)

    def _lms_side(self, sides: Sides) -> Action | None:
        """The first thing that the LMS side alone decides, or None."""
        place, lms, accepted, _ = sides
        if lms is None or place.pupil not in self._read.present:
            return _SKIPS[Reason.NOT_HERE]
        if place in self._read.torn:
            return Hold(Problem.TWO_SOURCES)
        if lms.score is BLANK and self._from_elsewhere(accepted):
            return _SKIPS[Reason.FROM_OTHER_CLASS]
        if isinstance(lms.score, Unreadable):
            return Hold(Problem.UNREADABLE, lms.score.cause)
        if lms.flags & _WITHHELD:
            return Hold(Problem.HIDDEN if lms.flags & Flag.HIDDEN else Problem.EXCLUDED)
        return None

    def _decision(self, sides: Sides) -> Decision | None:
        """A person's decision over this cell, while both sides stand as they did then."""
        decision = self._standing.decisions.get(sides.place)
        if decision is None or decision.lms != sides.score:
            return None
        seen = (sides.city.score, sides.city.version) if sides.city is not None else (None, 0)
        return decision if (decision.city, decision.city_version) == seen else None

    def _by_table(self, sides: Sides) -> Action:
        _, _, accepted, city = sides
        score = sides.score
        if accepted is not None and self._from_elsewhere(accepted) and score not in (BLANK, accepted.score):
            return Hold(Problem.TWO_SOURCES, str(accepted.course))
        ruling = rule(score, accepted, city)
        return Send(ruling, score, base_version(accepted, city)) if isinstance(ruling, Op) else ruling

    def _from_elsewhere(self, accepted: Accepted | None) -> bool:
        """Whether the accepted score came from a course that does not feed this unit: the pupil has moved."""
        return (
            accepted is not None
            and accepted.score is not None
            and accepted.course is not None
            and accepted.course not in self._read.courses
        )

    def _gated(self, place: Place, send: Send, *, policy: Policy, decision: Decision | None) -> Action:
        """What may still stand before a would-be Send. A decision over this very cell is a confirmation."""
        refusal = self._standing.refusals.get(place)
        if refusal is not None and stands(refusal, send, decision, locks_told=self._read.locks_told):
            return Hold(Problem.REFUSED, told(refusal))
        if place.column in self._read.locked:
            return Hold(Problem.LOCKED, self._read.locked[place.column])
        if policy is Policy.OFF:
            return _SKIPS[Reason.OFF]
        for gate in GATES[policy]:
            if not (decision and gate is Gate.CONFIRM) and not self._said(place, gate, send):
                return Wait(gate, send)
        return send

    def _said(self, place: Place, gate: Gate, send: Send) -> bool:
        word = self._standing.confirmations.get((place, gate))
        return word is not None and (word.op, word.score) == (send.op, send.score)


def _at_a_glance(lms: LmsScore | None, accepted: Accepted | None, city: CityCell | None) -> Reason | None:
    """What the stages would say of a cell that is blank on all sides or the same on all; None sends it through them.

    By identity: there is one object per score. Were there two, the stages would only take longer to say the same.
    """
    if lms is None or lms.flags & _WITHHELD:
        return None
    if accepted is None:
        return Reason.NO_SCORE if city is None and lms.score is BLANK else None
    return Reason.SAME if city is not None and lms.score is accepted.score is city.score else None


def _policy(policy: Policy, source: ColumnSource) -> Policy:
    evidence = policy is Policy.AUTO and source.modules & EVIDENCE_MODULES
    return Policy.CONFIRM if evidence else policy


def _as_decided(decision: Decision, sides: Sides) -> Action:
    city = sides.city
    if decision.choice is Choice.SEND_OURS:
        return Send(Op.NEW if city is None else Op.UPDATE, sides.score, base_version(sides.accepted, city))
    if decision.choice is Choice.CANCEL and city is not None:
        return Send(Op.CANCEL, city.score, city.version)
    return _SKIPS[Reason.SETTLED]
