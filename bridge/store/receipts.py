"""What receipts change: the rows, the ledger, the used confirmations, the trail."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from bridge.domain.plans import Op
from bridge.domain.school import Unit
from bridge.ports.city import Current, Outcome, Receipt, Refusal
from bridge.ports.marks import Judged
from bridge.store.bulk import upsert
from bridge.store.chain import Entry
from bridge.store.codec import COLUMNS, key_name
from bridge.store.confirmations import end_confirmations
from bridge.store.ledger import save_fingerprints
from bridge.store.ledgerrows import bare_row, key_at, raise_versions, take_over
from bridge.store.tables.marks import ledger
from bridge.store.tables.submissions import rows, submissions


class _Answered(NamedTuple):
    row: sa.Row[Any]
    receipt: Receipt
    accepted: bool

    @property
    def outcome(self) -> str:
        if self.accepted:
            return "accepted"
        return "failed" if self.receipt.outcome is Outcome.FAILED else "refused"


def take_receipts(
    connection: sa.Connection, unit: Unit, submission: str, judged: Sequence[Judged], *, run: str, now: datetime
) -> list[Entry]:
    """Write all that follows from these receipts, one for each row in the order sent. Returns what the trail says."""
    answered = _paired(connection, submission, judged)
    connection.execute(_END_ROW, [_ending(each) for each in answered])
    stamp = {"run": run, "at": now}
    yes = [_accepted(unit, each) | stamp for each in answered if each.accepted]
    upsert(connection, ledger, yes, changes=take_over)
    no = [_shown(unit, each, current) | stamp for each in answered if (current := _shown_by(each))]
    upsert(connection, ledger, no, changes=raise_versions)
    end_confirmations(connection, [key_at(each.row, unit) for each in answered if each.accepted], by=submission)
    _remember_items(connection, unit, submission, answered)
    return [_entry(unit, each) for each in answered]


def _paired(connection: sa.Connection, submission: str, judged: Sequence[Judged]) -> list[_Answered]:
    query = sa.select(rows).where(rows.c.submission == submission).order_by(rows.c.position)
    found = connection.execute(query).all()
    if [row.record_id for row in found] != [each.receipt.record_id for each in judged]:
        raise ValueError(f"receipts of other rows than those of submission {submission}")
    return [_Answered(row, each.receipt, each.accepted) for row, each in zip(found, judged, strict=True)]


_END_ROW = (
    sa.update(rows)
    .where(rows.c.submission == sa.bindparam("of"), rows.c.position == sa.bindparam("at_position"))
    .values({name: sa.bindparam(f"new_{name}") for name in ("outcome", "refusal", "code", "message")})
)


def _ending(each: _Answered) -> dict[str, Any]:
    refusal = None if each.accepted else (each.receipt.refusal or Refusal.OTHER).value
    return {
        "of": each.row.submission,
        "at_position": each.row.position,
        "new_outcome": each.outcome,
        "new_refusal": refusal,
        "new_code": each.receipt.code,
        "new_message": each.receipt.message,
    }


def _accepted(unit: Unit, each: _Answered) -> dict[str, Any]:
    row, current = each.row, each.receipt.current
    cancelled = row.op == Op.CANCEL.value
    in_city = current.version if current else row.version
    known = bare_row(
        key_at(row, unit), record_id=row.record_id, version=max(row.version, in_city), city_version=in_city
    )
    score = None if cancelled else row.score
    return known | {"score": score, "course": row.course, "item": row.item, "cancelled": cancelled}


def _shown_by(each: _Answered) -> Current | None:
    return None if each.accepted else each.receipt.current


def _shown(unit: Unit, each: _Answered, current: Current) -> dict[str, Any]:
    """What a refusal shows of the city: its version, and its record id where ours is another."""
    elsewhere = current.record_id if each.receipt.refusal is Refusal.OTHER_RECORD else None
    return bare_row(
        key_at(each.row, unit),
        record_id=elsewhere or each.row.record_id,
        version=max(each.row.version, current.version),
        city_version=current.version,
    )


def _remember_items(connection: sa.Connection, unit: Unit, submission: str, answered: Sequence[_Answered]) -> None:
    columns = {each.row.book_column for each in answered if each.accepted}
    text = connection.scalar(sa.select(submissions.c.fingerprints).where(submissions.c.id == submission))
    by_column = json.loads(text or "{}")
    save_fingerprints(connection, unit, {COLUMNS[name]: by_column[name] for name in columns if name in by_column})


def _entry(unit: Unit, each: _Answered) -> Entry:
    row = each.row
    new = f"{row.op} {row.score} v{row.version} item {row.item} submission {row.submission}"
    said = "" if each.accepted else f" {each.receipt.refusal or ''} {each.receipt.code}".rstrip()
    return Entry(f"score.{each.outcome}", key_name(key_at(row, unit)), old=row.before or "", new=new + said)
