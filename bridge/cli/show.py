"""Plans and runs as tables for people and as values for machines."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bridge.cli.frame import DONE, PARTLY, WAITING, Frame
from bridge.domain.names import sort_key, split_name
from bridge.domain.plans import Action, Hold, PlanHead, PlannedCell, Send, Skip, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import BLANK
from bridge.sync.report import RunReport, Tally, broad_holds, people, tally

FEW = 40  # so many lines of one kind before the rest is only counted


def plan_value(head: PlanHead, units: Sequence[UnitPlan]) -> dict[str, Any]:
    """A plan as JSON: pupils by random key only."""
    return {
        "plan": head.id,
        "scope": head.scope,
        "created_at": head.created_at,
        "expires_at": head.expires_at,
        **_counts(tally(units)),
        "cells": [_cell_value(unit.unit, cell) for unit in units for cell in unit.cells],
        "unit_holds": [
            {"unit": _unit_value(unit), "column": column, "problem": hold.problem, "detail": hold.detail}
            for unit_plan in units
            for unit, column, hold in broad_holds(unit_plan)
        ],
        "people": [person._asdict() for person in people(units)],
    }


def exit_code(frame: Frame, found: RunReport, units: Sequence[UnitPlan]) -> int:
    """Of a run. Rows that lie with a person wait for that person; running it again would not bring them on."""
    if found.incomplete and not (frame.by_files and found.lies_open):
        return PARTLY
    return WAITING if found.incomplete or tally(units).needs_people else DONE


def run_value(found: RunReport, units: Sequence[UnitPlan]) -> dict[str, Any]:
    done = found.done
    return {
        "run": found.head.id,
        "kind": found.head.kind,
        "plan": found.head.plan,
        "started_at": found.head.started_at,
        "ended_at": found.head.ended_at,
        "audit_head": found.head.audit_head,
        "rows": dict(found.states),
        "failures": [{"unit": _unit_value(unit), "error": error.code} for unit, error in done.failures] if done else [],
        "moved": [_cell_value(unit, cell) for unit, cell in done.moved] if done else [],
        **_counts(tally(units)),
    }


def _counts(counts: Tally) -> dict[str, Any]:
    return {
        "units": counts.units,
        "send": dict(counts.sends),
        "wait": dict(counts.waits),
        "hold": dict(counts.holds),
        "skip": dict(counts.skips),
    }


def _unit_value(unit: Unit) -> dict[str, Any]:
    return {"class": unit.school_class, "subject": unit.subject, "term": unit.term, "year": unit.year}


def _cell_value(unit: Unit, cell: PlannedCell) -> dict[str, Any]:
    return {
        **_unit_value(unit),
        "pupil": cell.place.pupil,
        "column": cell.place.column,
        **_action_value(cell.action),
        "lms": str(cell.lms.score) if cell.lms else None,
        "city": str(cell.city.score) if cell.city else None,
    }


def _action_value(action: Action) -> dict[str, Any]:
    match action:
        case Send(op=op, score=score, base_version=base):
            return {"action": "send", "op": op, "score": str(score), "base_version": base}
        case Wait(gate=gate, send=send):
            return {"action": "wait", "gate": gate, "op": send.op, "score": str(send.score)}
        case Hold(problem=problem, detail=detail):
            return {"action": "hold", "problem": problem, "detail": detail}
        case Skip(reason=reason):
            return {"action": "skip", "reason": reason}


def show_plan(frame: Frame, head: PlanHead, units: Sequence[UnitPlan], *, cells: bool) -> None:
    """What the plan comes to, unit by unit, then what a person must look at."""
    frame.say("said.plan", plan=head.id[:8], scope=head.scope)
    show_units(frame, units)
    if cells:
        show_cells(frame, [(unit.unit, cell) for unit in units for cell in unit.cells])
    show_holds(frame, units)
    show_totals(frame, tally(units))


def show_run(frame: Frame, found: RunReport, units: Sequence[UnitPlan]) -> None:
    """What was sent and answered, and what the plan behind it left for people."""
    frame.say("said.run", run=found.head.id[:8], kind=frame.words.code("run", found.head.kind))
    rows = [(frame.words.code("row", state), count) for state, count in sorted(found.states.items())]
    if rows:
        frame.table(("state", "count"), rows)
    _show_refused(frame, found)
    if found.done is not None:
        for unit, error in found.done.failures:
            frame.out.print(f"{frame.unit(unit)}: {frame.words.error(error)}", style="red")
        if found.done.moved:
            frame.say("said.moved", count=len(found.done.moved))
            show_cells(frame, found.done.moved)
    show_holds(frame, units)
    show_totals(frame, tally(units))
    if frame.by_files and found.open_rows:
        frame.say("said.lies_open", count=found.open_rows)
    frame.say("said.audit_head", head=found.head.audit_head or "–")


def _show_refused(frame: Frame, found: RunReport) -> None:
    refused = [row for row in found.rows if row.state in ("refused", "failed")]
    names = _names(frame, {row.place.pupil for row in refused})
    rows = [
        (
            frame.unit(row.unit),
            names.get(row.place.pupil, row.place.pupil),
            row.place.column,
            frame.words.score(row.score),
            row.code,
        )
        for row in refused[:FEW]
    ]
    if rows:
        frame.table(("unit", "pupil", "column", "lms", "why"), rows, title=frame.words.text("title.refused"))


def show_units(frame: Frame, units: Iterable[UnitPlan], *, applied: bool = False) -> None:
    """One line per unit in which anything is to be done or looked at."""
    rows = []
    for unit_plan in units:
        counts = tally([unit_plan])
        if counts.sends or counts.waits or counts.holds:
            rows.append(
                (
                    unit_plan.unit.school_class,
                    frame.subject(unit_plan.unit.subject),
                    unit_plan.unit.term,
                    counts.sends.total() or "",
                    counts.waits.total() or "",
                    counts.holds.total() or "",
                )
            )
    if rows:
        frame.table(("class", "subject", "term", "sent" if applied else "send", "wait", "hold"), rows)


def show_cells(frame: Frame, cells: Sequence[tuple[Unit, PlannedCell]]) -> None:
    """Single cells with all three sides, sorted as a class list is."""
    names = _names(frame, {cell.place.pupil for _, cell in cells})
    rows = [_cell_row(frame, unit, cell, names) for unit, cell in cells]
    rows.sort(key=lambda row: (row[0], row[1], row[2], sort_key(split_name(row[3]))))
    frame.table(("class", "subject", "column", "pupil", "lms", "accepted", "city", "action"), rows[:FEW])
    if len(rows) > FEW:
        frame.say("said.more", count=len(rows) - FEW)


def _cell_row(frame: Frame, unit: Unit, cell: PlannedCell, names: Mapping[str, str]) -> tuple[str, ...]:
    words = frame.words
    return (
        unit.school_class,
        unit.subject,
        f"{unit.term}.{cell.place.column}",
        names.get(cell.place.pupil, cell.place.pupil),
        words.score(cell.lms.score if cell.lms else BLANK),
        words.score(cell.accepted.score if cell.accepted else None),
        words.score(cell.city.score if cell.city else None),
        _action_words(frame, cell.action),
    )


def _action_words(frame: Frame, action: Action) -> str:
    words = frame.words
    match action:
        case Send(op=op):
            return words.label(op)
        case Wait(gate=gate):
            return words.label(gate)
        case Hold(problem=problem, detail=detail):
            return words.problem(problem, detail).what
        case Skip(reason=reason):
            return words.label(reason)


def show_holds(frame: Frame, units: Sequence[UnitPlan]) -> None:
    """Everything held, each kind once with what to do next, then where."""
    held: dict[Hold, list[str]] = {}
    cells = [(unit.unit, cell) for unit in units for cell in unit.cells if isinstance(cell.action, Hold)]
    names = _names(frame, {cell.place.pupil for _, cell in cells})
    for unit, cell in cells:
        assert isinstance(cell.action, Hold)
        who = names.get(cell.place.pupil, cell.place.pupil)
        where = f"{frame.unit(unit)}.{cell.place.column}: {who}"
        held.setdefault(Hold(cell.action.problem, cell.action.detail), []).append(where)
    for unit_plan in units:
        for unit, column, hold in broad_holds(unit_plan):
            where = f"{frame.unit(unit)}.{column}" if column else frame.unit(unit)
            held.setdefault(Hold(hold.problem, hold.detail), []).append(where)
    for person in people(units):
        where = frame.words.text("said.person", course=person.course, user=person.user_id)
        held.setdefault(Hold(person.problem, person.detail), []).append(where)
    if held:
        rows = [_hold_row(frame, hold, places) for hold, places in sorted(held.items(), key=_by_problem)]
        frame.table(("why", "next", "where"), rows, title=frame.words.text("title.held"), lines=True)


def _by_problem(entry: tuple[Hold, list[str]]) -> tuple[str, str]:
    return entry[0].problem, entry[0].detail


def _hold_row(frame: Frame, hold: Hold, places: list[str]) -> tuple[str, str, str]:
    sentence = frame.words.problem(hold.problem, hold.detail)
    shown = places[:3] + ([frame.words.text("said.more", count=len(places) - 3)] if len(places) > 3 else [])
    return f"{sentence.what} ({len(places)})", sentence.next, "\n".join(shown)


def show_totals(frame: Frame, counts: Tally, *, title: str = "title.totals") -> None:
    rows = [(frame.words.text("head.send"), frame.words.label(op), count) for op, count in counts.sends.items()]
    rows += [(frame.words.text("head.wait"), frame.words.label(gate), count) for gate, count in counts.waits.items()]
    rows += [(frame.words.text("head.skip"), frame.words.label(why), count) for why, count in counts.skips.items()]
    if counts.holds:
        rows.append((frame.words.text("head.hold"), "", counts.holds.total()))
    if rows:
        frame.table(("what", "kind", "count"), rows, title=frame.words.text(title))


def _names(frame: Frame, pupils: set[str]) -> Mapping[str, str]:
    """Names for people at this terminal; nothing of them is stored or logged."""
    return frame.app.store.rosters.names(frame.app.school, pupils) if pupils else {}
