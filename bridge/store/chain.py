"""How the trail grows: each entry's hash covers the one before it, so that no line can change, go or come unseen.

The hash is SHA-256 over a JSON list of the entry's fields. A reason in free words may have to be erased one day, so
the chain holds a salted digest of it and the words stand in a table of their own.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.store.tables.audit import audit, audit_heads, audit_reasons

Random = Callable[[int], bytes]

START = ""  # the hash before the first
_FIELDS = ("actor", "what", "subject", "old", "new", "reason_digest")


class Entry(NamedTuple):
    """`subject` holds random keys only; `old` and `new` are values, never names."""

    what: str
    subject: str
    old: str = ""
    new: str = ""
    reason: str = ""


class Trail:
    """Appends; `random` makes the salts."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def hold(self, connection: sa.Connection, school: str) -> None:
        """From here on this transaction alone adds to the school's trail: what is read now is what is changed."""
        _lock_head(connection, school)

    def append(
        self, connection: sa.Connection, school: str, entries: Iterable[Entry], *, actor: str, at: datetime
    ) -> None:
        """Add entries in the caller's transaction, which from here on is the only one that adds to this school's."""
        seq, last = _lock_head(connection, school)
        lines, reasons = [], []
        for entry in entries:
            seq += 1
            salt = self._random(16) if entry.reason else b""
            line = _line(school, seq, entry, actor=actor, at=at, digest=reason_digest(salt, entry.reason))
            last = hash_of(line, last)
            lines.append({**line, "hash": last})
            if entry.reason:
                reasons.append({"school": school, "seq": seq, "salt": salt, "reason": entry.reason})
        if lines:
            connection.execute(sa.insert(audit), lines)
            _move_head(connection, school, seq=seq, last=last)
        if reasons:
            connection.execute(sa.insert(audit_reasons), reasons)


def hash_of(line: Mapping[str, Any], before: str) -> str:
    """SHA-256, hex, over the canonical bytes of a line and the hash of the line before it."""
    at = line["at"].astimezone(UTC).isoformat(timespec="microseconds")
    fields = [line["school"], line["seq"], at, *(line[name] for name in _FIELDS), before]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def reason_digest(salt: bytes, reason: str) -> str:
    """What the chain keeps of a reason: "" of none."""
    return hashlib.sha256(salt + reason.encode()).hexdigest() if reason else ""


def head_of(connection: sa.Connection, school: str) -> tuple[int, str]:
    """Number and hash of the last entry: (0, "") of an empty trail."""
    found = connection.execute(sa.select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.school == school))
    row = found.one_or_none()
    return (row.seq, row.hash) if row else (0, START)


def _line(school: str, seq: int, entry: Entry, *, actor: str, at: datetime, digest: str) -> dict[str, Any]:
    return {
        "school": school,
        "seq": seq,
        "at": at,
        "actor": actor,
        "what": entry.what,
        "subject": entry.subject,
        "old": entry.old,
        "new": entry.new,
        "reason_digest": digest,
    }


def _lock_head(connection: sa.Connection, school: str) -> tuple[int, str]:
    """The head, held until the transaction ends: SQLite has one writer anyhow, PostgreSQL locks the school's row."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(audit_heads).values(school=school, seq=0, hash=START).on_conflict_do_nothing())
    held = sa.select(audit_heads.c.seq, audit_heads.c.hash).where(audit_heads.c.school == school).with_for_update()
    row = connection.execute(held).one()
    return row.seq, row.hash


def _move_head(connection: sa.Connection, school: str, *, seq: int, last: str) -> None:
    connection.execute(sa.update(audit_heads).where(audit_heads.c.school == school).values(seq=seq, hash=last))
