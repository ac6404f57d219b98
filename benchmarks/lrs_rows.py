"""Statements of made-up lessons, and a store filled with very many of them in a bearable time.

One registration's statements are sent through the learning record store itself. What it wrote is read back and written
again for each further registration, with that one's ids in place of the first one's, in texts and in terms; the store
takes them into its runs as always. `tests/test_benchmarks.py` compares with what the store writes itself.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

from bridge.lrs import intake
from bridge.lrs.actors import key
from bridge.ports.statements import Credential, Reach, TermKind
from bridge.store.statementindex import BEHIND, keep_up
from bridge.store.statementterms import digest
from tests.sync.harness import SCHOOL, School
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


def unheard(number: int, place: int) -> dict[str, Any]:
    """The same with a learner's name, a verb's words, a question and a context that no other statement has."""
    made, own = statement(number, place), f"{number} {place}"
    made["actor"]["name"] = made["verb"]["display"]["en"] = made["context"]["platform"] = own
    made["object"]["id"] += f"/{number}"
    made["object"]["definition"]["name"]["vi"] = f"Câu {own}"
    return made


def fill(school: School, *, registrations: int) -> None:
    """So many registrations with their statements, in the order in which they would have come."""
    send(school, FIRST)
    with school.store.database.engine.connect() as connection:
        _multiply(connection.connection.driver_connection, range(1, registrations))
    with school.store.database.write() as connection:
        for newest in range(BEHIND, registrations * PER_REGISTRATION, BEHIND):
            keep_up(connection, SCHOOL, newest)


def send(school: School, number: int) -> None:
    """One registration's statements through the LRS."""
    lrs = open_pages(school).house.app.lrs(f"{URL}/xapi/")
    sent = json.dumps([statement(number, place) for place in range(PER_REGISTRATION)])
    intake.post(lrs, Credential("bench", Reach.FULL), sent.encode())


class _Pattern(NamedTuple):
    """Statements of the first registration as SQLite has them."""

    columns: list[str]
    rows: list[dict[str, Any]]


def _multiply(sqlite: Any, numbers: range) -> None:
    """As many rows at once as there are, indexes afterwards: a temporary database may be lost."""
    pattern = _read(sqlite)
    indexes = sqlite.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'xapi_statements'"
    ).fetchall()
    sqlite.execute("PRAGMA synchronous=OFF")
    sqlite.execute("BEGIN")
    for name, _ in indexes:
        sqlite.execute(f"DROP INDEX {name}")
    names, marks = ", ".join(pattern.columns), ", ".join("?" * len(pattern.columns))
    sqlite.executemany(f"INSERT INTO xapi_statements ({names}) VALUES ({marks})", _statements(pattern, numbers))
    for _, sql in indexes:
        sqlite.execute(sql)
    sqlite.execute("COMMIT")


def _read(sqlite: Any) -> _Pattern:
    found = sqlite.execute("SELECT * FROM xapi_statements ORDER BY seq")
    columns = [name for name, *_ in found.description]
    return _Pattern(columns, [dict(zip(columns, row, strict=True)) for row in found])


def _statements(pattern: _Pattern, numbers: range) -> Iterator[tuple[Any, ...]]:
    began = datetime.fromisoformat(pattern.rows[0]["stored"])
    first = _own(FIRST)
    for number in numbers:
        stored = (began + number * timedelta(milliseconds=1)).isoformat(" ", "microseconds")
        own = _own(number)
        for row in pattern.rows:
            changed = {
                "seq": row["seq"] + number * PER_REGISTRATION,
                "id": _renumbered(number, row["id"]),
                "body": _renumbered(number, row["body"]),
                "stored": stored,
                "terms": reduce(lambda terms, pair: terms.replace(*pair), zip(first, own, strict=True), row["terms"]),
            }
            yield tuple({**row, **changed}.values())


def _own(number: int) -> tuple[bytes, bytes]:
    """The terms that are this registration's alone: itself, its learner."""
    found = key(statement(number, 0)["actor"])
    assert found is not None
    return digest("REGISTRATION", registration(number)), digest(TermKind.AGENT, found)


def _renumbered(number: int, text: str) -> str:
    return text.replace(f"{FIRST:08x}-", f"{number:08x}-")
