"""Others who write between the bridge's read and its submission, when a test or a demo wants them to."""

from __future__ import annotations

import uuid

from sandbox.city.book import edit_by_hand, find_record
from sandbox.city.faults import Fault, Faults
from sandbox.city.judge import Court, Shell
from sandbox.city.locks import put_lock
from sandbox.city.rows import SentRow
from sandbox.city.state import State
from sandbox.city.submissions import fault_call
from sandbox.city.values import Identity, parse_value

RIVAL = "rival"


def disturb(state: State, faults: Faults, *, shell: Shell, rows: list[SentRow]) -> None:
    """Done and saved before the submission is judged, as if it had come a moment earlier."""
    first = next((row for row in rows if not row.problem), None)
    if first is None:
        return
    call = {name: text for name, text in fault_call(shell, first).items() if name not in ("pupil", "column")}
    if lock := faults.take("lock", call):
        _lock(state, lock, shell=shell)
    if edit := faults.take("hand_edit", call):
        with state.change() as db:
            value = parse_value(edit.value) if edit.value is not None else None
            edit_by_hand(db, _aim(edit, shell=shell, first=first), value=value, now=state.clock())
    if rival := faults.take("rival", call):
        _submit(state, rival, shell=shell, first=first)


def _aim(fault: Fault, *, shell: Shell, first: SentRow) -> Identity:
    unit = (shell.school, shell.year, shell.term, shell.subject)
    return Identity(*unit, fault.pupil or first.pupil, fault.column or first.col)


def _lock(state: State, fault: Fault, *, shell: Shell) -> None:
    scope = {"school": shell.school, "year": shell.year, "term": shell.term, "class": shell.school_class}
    with state.change() as db:
        put_lock(db, {**scope, "subject": shell.subject, "column": fault.column}, now=state.clock())


def _submit(state: State, fault: Fault, *, shell: Shell, first: SentRow) -> None:
    """A second installation's row: by its own account, with its own record id where the mark has none yet."""
    mark = _aim(fault, shell=shell, first=first)
    value = parse_value(fault.value)
    with state.change() as db:
        now, current = state.clock(), find_record(db, mark)
        other = Shell(RIVAL, str(uuid.uuid4()), shell.school, shell.year, shell.school_class, shell.subject, shell.term)
        row = SentRow(
            record_id=current.record_id if current else f"{RIVAL}-{uuid.uuid4()}",
            version=current.version + 1 if current else 1,
            base=current.version if current else 0,
            event="UPDATE" if current else "NEW",
            pupil=mark.pupil,
            col=mark.col,
            kind=value.kind,
            tenths=value.tenths,
            comment=value.comment,
        )
        Court(db, other, now=now, locked={}).settle(row)
