"""What a receipt means, and what of a saved plan is still true."""

import pytest

from bridge.domain.errors import Garbled
from bridge.domain.plans import Gate, Hold, Op, Place, PlannedCell, Problem, Reason, Send, Skip, UnitPlan, Wait
from bridge.domain.scores import Column, mark
from bridge.ports.city import Current, Outcome, OutRow, Receipt, Refusal
from bridge.sync.apply import still_true
from bridge.sync.submit import judge
from tests.sync.cells import AN, BINH, TX1, UNIT

M7, M8 = mark(70), mark(80)


def row(op: Op = Op.UPDATE, record: str = "r") -> OutRow:
    return OutRow(record, op, 3, 2, "HS1", TX1, M8)


def said(outcome: Outcome, refusal: Refusal | None = None, current: Current | None = None) -> Receipt:
    return Receipt("r", outcome, current, refusal)


REFUSED, ACCEPTED, FAILED = Outcome.REFUSED, Outcome.ACCEPTED, Outcome.FAILED

CASES = [
    # op         receipt                                                        accepted
    (Op.UPDATE, said(ACCEPTED), True),
    (Op.UPDATE, said(ACCEPTED, None, Current(3, M8)), True),
    (Op.UPDATE, said(REFUSED, Refusal.OLDER, Current(3, M8)), True),
    (Op.UPDATE, said(REFUSED, Refusal.CONFLICT, Current(3, M8)), True),
    (Op.UPDATE, said(REFUSED, Refusal.MOVED, Current(3, M8)), True),
    (Op.UPDATE, said(REFUSED, Refusal.OLDER, Current(4, M8)), False),  # equal mark, other version
    (Op.UPDATE, said(REFUSED, Refusal.CONFLICT, Current(3, M7)), False),
    (Op.UPDATE, said(REFUSED, Refusal.MOVED, Current(3, M8, by_hand=True)), False),
    (Op.UPDATE, said(REFUSED, Refusal.OLDER), False),
    (Op.UPDATE, said(REFUSED, Refusal.MOVED, Current(3, None)), False),
    (Op.CANCEL, said(REFUSED, Refusal.MOVED, Current(3, None)), True),
    (Op.CANCEL, said(REFUSED, Refusal.MOVED, Current(3, M8)), False),
    (Op.UPDATE, said(FAILED, None, Current(3, M8)), False),
]


@pytest.mark.parametrize(("op", "receipt", "accepted"), CASES)
def test_what_a_receipt_means(op: Op, receipt: Receipt, accepted: bool) -> None:
    (judged,) = judge([row(op)], [receipt])
    assert (judged.receipt, judged.accepted) == (receipt, accepted)


@pytest.mark.parametrize("records", [[], ["r", "s"], ["s"]])
def test_receipts_of_other_rows_are_garbled(records: list[str]) -> None:
    with pytest.raises(Garbled):
        judge([row()], [Receipt(record, ACCEPTED) for record in records])


PLACE = Place(AN, TX1)
NEW, OTHER = Send(Op.NEW, M8, 0), Send(Op.NEW, M7, 0)
ADOPT, SAME = Skip(Reason.ADOPT), Skip(Reason.SAME)
HELD = Hold(Problem.HAND_ENTERED)

THEN_AND_NOW = [
    # saved                     fresh                     kept    moved
    (NEW, NEW, True, False),
    (NEW, OTHER, False, True),
    (NEW, Send(Op.UPDATE, M8, 2), False, True),
    (NEW, Send(Op.NEW, M8, 2), False, True),
    (NEW, HELD, False, True),
    (NEW, None, False, True),
    (NEW, Wait(Gate.CONFIRM, NEW), False, True),
    (Wait(Gate.CONFIRM, NEW), NEW, True, False),
    (Wait(Gate.CONFIRM, NEW), Wait(Gate.CONFIRM, NEW), False, False),
    (Wait(Gate.CONFIRM, NEW), Wait(Gate.RELEASE, NEW), False, False),
    (Wait(Gate.CONFIRM, NEW), OTHER, False, True),
    (Wait(Gate.CONFIRM, NEW), Wait(Gate.CONFIRM, OTHER), False, True),
    (ADOPT, ADOPT, True, False),
    (ADOPT, HELD, False, True),
    (ADOPT, None, False, True),
    (HELD, NEW, False, False),  # it was not to be sent by this plan
    (HELD, HELD, False, False),
]


def unit_plan(action: object, **more: object) -> UnitPlan:
    cells = () if action is None else (PlannedCell(PLACE, action),)
    return UnitPlan(UNIT, cells, **more)


@pytest.mark.parametrize(("saved", "fresh", "kept", "moved"), THEN_AND_NOW)
def test_what_is_still_true(saved: object, fresh: object, kept: bool, moved: bool) -> None:
    part, left = still_true(unit_plan(saved), unit_plan(fresh))
    assert ([cell.action for cell in part.cells], bool(left)) == ([fresh] if kept else [], moved)


def test_what_was_not_in_the_plan_is_not_sent() -> None:
    fresh = UnitPlan(UNIT, (PlannedCell(PLACE, NEW), PlannedCell(Place(BINH, TX1), NEW)))
    part, _ = still_true(unit_plan(NEW), fresh)
    assert [cell.place.pupil for cell in part.cells] == [AN]


def test_what_holds_the_unit_by_now_is_shown() -> None:
    holds = {"hold": HELD, "column_holds": ((Column.TX2, HELD),), "fingerprints": ((TX1, "f"),)}
    part, _ = still_true(unit_plan(NEW), unit_plan(NEW, **holds))
    assert {name: getattr(part, name) for name in holds} == holds
