"""From drafts to rows that may leave: a record id made once, a version that nothing had before."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from bridge.domain.plans import Accepted, Place
from bridge.domain.records import record_id
from bridge.domain.school import Unit
from bridge.ports.city import OutRow, Submission
from bridge.ports.marks import DraftRow
from bridge.store.bulk import upsert
from bridge.store.codec import COLUMNS, key_values, write_optional, write_score
from bridge.store.identities import CITY
from bridge.store.ledger import read_accepted
from bridge.store.ledgerrows import bare_row, key_of, raise_versions
from bridge.store.tables.marks import ledger
from bridge.store.tables.submissions import rows
from bridge.store.vault import Vault


class Draft(NamedTuple):
    given: DraftRow
    out: OutRow


def burn_versions(connection: sa.Connection, unit: Unit, given: Sequence[DraftRow]) -> list[Draft]:
    """Give each row a record id and a version above the ledger's, the city's and every earlier submission's."""
    pupils = {row.place.pupil for row in given}
    known = read_accepted(connection, [unit], pupils)[unit]
    issued = _highest_issued(connection, unit, pupils)
    return [_draft(unit, row, known=known.get(row.place), issued=issued.get(row.place, 0)) for row in given]


def write_rows(
    connection: sa.Connection, submission: Submission, drafts: Sequence[Draft], *, vault: Vault, run: str
) -> None:
    """The rows, open, and their versions and record ids in the ledger."""
    unit = submission.unit
    lookups = {draft.given.code: vault.lookup(unit.school, CITY, draft.given.code) for draft in drafts}
    values = [
        _row(unit, draft)
        | {"submission": submission.id, "position": position, "code_lookup": lookups[draft.given.code]}
        for position, draft in enumerate(drafts)
    ]
    connection.execute(sa.insert(rows), values)
    issued = [_issued(unit, draft) | {"run": run, "at": submission.prepared_at} for draft in drafts]
    upsert(connection, ledger, issued, changes=raise_versions)


def _highest_issued(connection: sa.Connection, unit: Unit, pupils: set[str]) -> Mapping[Place, int]:
    here = (rows.c.school == unit.school, rows.c.year == unit.year)
    cell = (rows.c.subject == unit.subject, rows.c.term == unit.term.value, rows.c.pupil.in_(pupils))
    highest = sa.func.max(rows.c.version).label("highest")
    query = sa.select(rows.c.pupil, rows.c.book_column, highest).where(*here, *cell)
    found = connection.execute(query.group_by(rows.c.pupil, rows.c.book_column))
    return {Place(row.pupil, COLUMNS[row.book_column]): row.highest for row in found}


def _draft(unit: Unit, given: DraftRow, *, known: Accepted | None, issued: int) -> Draft:
    out = OutRow(
        record_id=given.city_record or (known.record_id if known else record_id(unit, given.code, given.place.column)),
        op=given.op,
        version=max(known.version if known else 0, given.base_version, issued) + 1,
        base_version=given.base_version,
        pupil=given.code,
        column=given.place.column,
        score=given.score,
    )
    return Draft(given, out)


def _row(unit: Unit, draft: Draft) -> dict[str, Any]:
    given, out = draft
    return key_values(key_of(unit, given.place)) | {
        "op": out.op.value,
        "score": write_score(out.score),
        "version": out.version,
        "base_version": out.base_version,
        "record_id": out.record_id,
        "course": given.lms.course if given.lms else None,
        "item": given.lms.item if given.lms else None,
        "raw": given.lms.raw if given.lms else "",
        "before": write_optional(given.before),
        "confirmations": json.dumps(given.confirmations),
        "decided": given.decided,
    }


def _issued(unit: Unit, draft: Draft) -> dict[str, Any]:
    key, out = key_of(unit, draft.given.place), draft.out
    return bare_row(key, record_id=out.record_id, version=out.version, city_version=out.base_version)
