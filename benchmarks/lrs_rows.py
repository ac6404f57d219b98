"""Statements of made-up lessons, and a store filled with very many of them in a bearable time.

One registration's statements are sent through the learning record store itself. What it wrote is read back and written
again for each further registration, with that one's ids in place of the first one's: in texts, in the digest of
what was sent, and in the digest of the learner. `tests/test_benchmarks.py` compares with what the store writes itself.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from bridge.lrs import intake
from bridge.lrs.actors import key
from bridge.ports.statements import Credential, Reach, TermKind
from bridge.store.statementsearch import digest
from tests.sync.harness import School
from tests.web.world import URL, open_pages

PER_REGISTRATION = 50  # statements of one pupil in one lesson
FIRST = 0xDEADBEEF  # a number that stands nowhere else in a statement
VERB = "http://adlnet.gov/expapi/verbs/answered"
_VERBS = ("answered", "answered", "answered", "answered", "experienced")  # four questions, a page
_HOME = "https://school.example.test"
_ADL = "http://adlnet.gov/expapi"


def registration(number: int) -> str:
    return f"{number:08x}-ffff-4000-8000-000000000000"


def statement(number: int, place: int) -> dict[str, Any]:
    """One of a registration's, as a lesson sends it: about 1 kB."""
    question = f"{_HOME}/lessons/1/q{place}"
    return {
        "id": f"{number:08x}-{place:04x}-4000-8000-000000000000",
        "actor": {"objectType": "Agent", "account": {"homePage": _HOME, "name": f"{number:08x}-pupil"}},
        "verb": {"id": f"{_ADL}/verbs/{_VERBS[place % len(_VERBS)]}", "display": {"vi": "trả lời", "en": "answered"}},
        "object": {
            "objectType": "Activity",
            "id": question,
            "definition": {
                "name": {"vi": f"Câu {place}"},
                "type": f"{_ADL}/activities/cmi.interaction",
                "interactionType": "choice",
                "correctResponsesPattern": ["b"],
                "choices": [{"id": "a", "description": {"vi": "Ba"}}, {"id": "b", "description": {"vi": "Bốn"}}],
            },
        },
        "result": {
            "success": True,
            "response": "b",
            "duration": "PT12.5S",
            "score": {"scaled": 1.0, "raw": 1, "min": 0, "max": 1},
        },
        "context": {
            "registration": registration(number),
            "contextActivities": {
                "parent": [{"id": f"{_HOME}/lessons/1"}],
                "grouping": [{"id": f"{_HOME}/courses/7"}],
            },
        },
        "timestamp": "2026-11-20T08:00:00.123Z",
        "version": "1.0.3",
    }


def fill(school: School, *, registrations: int) -> None:
    """So many registrations with their statements, in the order in which they would have come."""
    send(school, FIRST)
    with school.store.database.engine.connect() as connection:
        _multiply(connection.connection.driver_connection, range(1, registrations))


def send(school: School, number: int) -> None:
    """One registration's statements through the LRS."""
    lrs = open_pages(school).house.app.lrs(f"{URL}/xapi/")
    sent = json.dumps([statement(number, place) for place in range(PER_REGISTRATION)])
    intake.post(lrs, Credential("bench", Reach.FULL), sent.encode())


class _Pattern(NamedTuple):
    """Rows of the first registration as SQLite has them, each table's by the statement's place in it."""

    columns: dict[str, list[str]]
    statements: list[dict[str, Any]]
    contents: list[str]  # what the digests of the content are of
    faces: list[dict[str, Any]]
    terms: list[list[dict[str, Any]]]


def _multiply(sqlite: Any, numbers: range) -> None:
    """As many rows at once as there are, indexes afterwards: a temporary database may be lost."""
    pattern = _read(sqlite)
    indexes = sqlite.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('xapi_statements', 'xapi_faces', 'xapi_terms')"
    ).fetchall()
    sqlite.execute("PRAGMA synchronous=OFF")
    sqlite.execute("BEGIN")
    for name, _ in indexes:
        sqlite.execute(f"DROP INDEX {name}")
    for table, rows in (
        ("xapi_statements", _statements(pattern, numbers)),
        ("xapi_faces", _faces(pattern, numbers)),
        ("xapi_terms", _terms(pattern, numbers)),
    ):
        names = pattern.columns[table]
        sqlite.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
    for _, sql in indexes:
        sqlite.execute(sql)
    sqlite.execute("COMMIT")


def _read(sqlite: Any) -> _Pattern:
    columns, rows = {}, {}
    for table in ("xapi_statements", "xapi_faces", "xapi_terms"):
        found = sqlite.execute(f"SELECT * FROM {table} ORDER BY seq")
        columns[table] = [name for name, *_ in found.description]
        rows[table] = [dict(zip(columns[table], row, strict=True)) for row in found]
    seqs = [row["seq"] for row in rows["xapi_statements"]]
    return _Pattern(
        columns,
        rows["xapi_statements"],
        [json.dumps(statement(FIRST, place)) for place in range(PER_REGISTRATION)],
        rows["xapi_faces"],
        [[row for row in rows["xapi_terms"] if row["seq"] == seq] for seq in seqs],
    )


def _statements(pattern: _Pattern, numbers: range) -> Iterator[tuple[Any, ...]]:
    began = datetime.fromisoformat(pattern.statements[0]["stored"])
    for number in numbers:
        here = partial(_renumbered, number)
        stored = (began + number * timedelta(milliseconds=1)).isoformat(" ", "microseconds")
        for row, content in zip(pattern.statements, pattern.contents, strict=True):
            changed = {
                "seq": row["seq"] + number * PER_REGISTRATION,
                "id": here(row["id"]),
                "body": here(row["body"]),
                "content": hashlib.sha256(here(content).encode()).digest(),
                "stored": stored,
            }
            yield tuple({**row, **changed}.values())


def _faces(pattern: _Pattern, numbers: range) -> Iterator[tuple[Any, ...]]:
    for number in numbers:
        for row in pattern.faces:
            seq = row["seq"] + number * PER_REGISTRATION
            changed = {"seq": seq, "source": seq, "registration": registration(number)}
            yield tuple({**row, **changed}.values())


def _terms(pattern: _Pattern, numbers: range) -> Iterator[tuple[Any, ...]]:
    """In the order of the table, which has no other place for a row than its key: many times as fast."""
    own = _learner(FIRST)
    rows = [row for some in pattern.terms for row in some]
    places: dict[bytes, list[tuple[int, dict[str, Any]]]] = {}
    for row in rows:
        if row["term"] != own:
            places.setdefault(row["term"], []).append((0, row))
    for number in numbers:
        places[_learner(number)] = [(number, row) for row in rows if row["term"] == own]
    for term in sorted(places):
        for only, row in places[term] if places[term][0][0] else _for_all(places[term], numbers):
            seq = row["seq"] + only * PER_REGISTRATION
            yield tuple({**row, "term": term, "seq": seq, "source": seq}.values())


def _for_all(found: list[tuple[int, dict[str, Any]]], numbers: range) -> Iterator[tuple[int, dict[str, Any]]]:
    return ((number, row) for number in numbers for _, row in found)


def _learner(number: int) -> bytes:
    found = key(statement(number, 0)["actor"])
    assert found is not None
    return digest(TermKind.AGENT, found)


def _renumbered(number: int, text: str) -> str:
    return text.replace(f"{FIRST:08x}-", f"{number:08x}-")
