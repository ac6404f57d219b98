"""A unit's plan as compact JSON, and back. Lists, not objects: a school's plan may have tens of thousands of cells."""

import json
from typing import Any

from bridge.domain.plans import (
    Accepted,
    Action,
    CityCell,
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
from bridge.domain.school import Unit
from bridge.store.codec import COLUMNS, TERMS, read_optional, read_score, write_optional, write_score


def write_unit(plan: UnitPlan) -> str:
    """The same plan always makes the same text."""
    whole = {
        "unit": list(plan.unit),
        "cells": [_write_cell(cell) for cell in plan.cells],
        "skipped": plan.skipped,
        "hold": _write_action(plan.hold) if plan.hold else None,
        "columns": [[column, _write_action(hold)] for column, hold in plan.column_holds],
        "people": plan.people,
        "fingerprints": plan.fingerprints,
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def read_unit(text: str) -> UnitPlan:
    raw = json.loads(text)
    school, year, school_class, subject, term = raw["unit"]
    return UnitPlan(
        unit=Unit(school, year, school_class, subject, TERMS[term]),
        cells=tuple(_read_cell(cell) for cell in raw["cells"]),
        skipped=tuple((Reason(reason), count) for reason, count in raw["skipped"]),
        hold=_read_hold(raw["hold"]) if raw["hold"] else None,
        column_holds=tuple((COLUMNS[column], _read_hold(hold)) for column, hold in raw["columns"]),
        people=tuple(PersonHold(course, user, Problem(what), detail) for course, user, what, detail in raw["people"]),
        fingerprints=tuple((COLUMNS[column], text) for column, text in raw["fingerprints"]),
    )


def _write_cell(cell: PlannedCell) -> list[Any]:
    lms, accepted, city = cell.lms, cell.accepted, cell.city
    return [
        *cell.place,
        _write_action(cell.action),
        lms and [write_score(lms.score), *lms[1:]],
        accepted and [accepted.record_id, write_optional(accepted.score), *accepted[2:]],
        city and [write_score(city.score), *city[1:]],
    ]


def _read_cell(raw: list[Any]) -> PlannedCell:
    pupil, column, action, lms, accepted, city = raw
    return PlannedCell(
        place=Place(pupil, COLUMNS[column]),
        action=_read_action(action),
        lms=lms and LmsScore(read_score(lms[0]), *lms[1:]),
        accepted=accepted and Accepted(accepted[0], read_optional(accepted[1]), *accepted[2:]),
        city=city and CityCell(read_score(city[0]), *city[1:]),
    )


def _write_action(action: Action) -> list[Any]:
    if isinstance(action, Send):
        return ["send", *_write_send(action)]
    if isinstance(action, Skip):
        return ["skip", action.reason]
    if isinstance(action, Wait):
        return ["wait", action.gate, *_write_send(action.send)]
    return ["hold", action.problem, action.detail, action.fingerprint]


def _write_send(send: Send) -> list[Any]:
    return [send.op, write_score(send.score), send.base_version]


def _read_action(raw: list[Any]) -> Action:
    kind, *rest = raw
    if kind == "send":
        return _read_send(rest)
    if kind == "skip":
        return Skip(Reason(rest[0]))
    if kind == "wait":
        return Wait(Gate(rest[0]), _read_send(rest[1:]))
    return _read_hold(raw)


def _read_send(raw: list[Any]) -> Send:
    op, score, base_version = raw
    return Send(Op(op), read_score(score), base_version)


def _read_hold(raw: list[Any]) -> Hold:
    _, problem, detail, fingerprint = raw
    return Hold(Problem(problem), detail, fingerprint)
