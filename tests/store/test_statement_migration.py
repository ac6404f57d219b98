"""Statements stored before they had their terms beside them are found as before (revision 0019)."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import command

from bridge.ports.statements import Filed, Query, Term, TermKind
from bridge.store.engine import make_engine
from bridge.store.facade import open_store
from bridge.store.schema import alembic_config, migrate
from bridge.store.statements import StatementTable
from bridge.store.statementterms import digest
from tests.databases import TEST_KEYS
from tests.store.world import Clock

SCHOOL = "79000001"
BEGAN = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PUPIL = Term(TermKind.AGENT, "pupil-1", False)
COURSE = Term(TermKind.ACTIVITY, "https://school.example.test/course", True)


def fill(connection: sa.Connection) -> None:
    """a and b are of one registration; c is about a, as it was kept before."""
    meta = sa.MetaData()
    meta.reflect(connection, only=["xapi_statements", "xapi_faces", "xapi_terms"])
    statements, faces, terms = (meta.tables[f"xapi_{name}"] for name in ("statements", "faces", "terms"))
    rows = [
        {"school": SCHOOL, "id": id, "body": f'{{"id":"{id}"}}', "content": b"", "voided": id == "v"}
        | {"stored": BEGAN + timedelta(milliseconds=seq), "target": "a" if id == "c" else "", "voids": ""}
        for seq, id in enumerate("abcv", start=1)
    ]
    for row in rows:  # `seq` is given by the database
        connection.execute(sa.insert(statements).values(row))
    shown = [
        (1, 1, "answered", "r1"),
        (2, 2, "passed", "r1"),
        (3, 3, "liked", ""),
        (3, 1, "answered", "r1"),
        (4, 4, "answered", "r1"),
    ]
    connection.execute(
        sa.insert(faces),
        [{"school": SCHOOL, "seq": s, "source": o, "verb": v, "registration": r} for s, o, v, r in shown],
    )
    found = [(PUPIL, 1, 1), (COURSE, 1, 1), (PUPIL, 2, 2), (PUPIL, 3, 1), (COURSE, 3, 1)]
    connection.execute(
        sa.insert(terms),
        [
            {"school": SCHOOL, "term": digest(t.kind, t.value), "related": t.related, "seq": s, "source": o}
            for t, s, o in found
        ],
    )


def test_statements_from_before_are_found_as_before(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.execution_options(bridge_writes=True).begin() as connection:
        command.upgrade(alembic_config(connection), "0018")
        fill(connection)
    migrate(engine)
    engine.dispose()
    store = open_store(empty_url, TEST_KEYS, clock=Clock())
    new = StatementTable(store.database, behind=1)
    for id in "de":
        assert new.record(SCHOOL, [Filed(id, "{}", "new", "", (PUPIL,))]) == []
    for parts, expected in [
        ({}, "edcba"),
        ({"registration": "r1"}, "cba"),
        ({"registration": "r1", "verb": "answered"}, "ca"),
        ({"verb": "liked"}, "c"),
        ({"verb": "new"}, "ed"),
        ({"verb": "liked", "terms": (PUPIL,)}, ""),
        ({"terms": (PUPIL,)}, "edcba"),
        ({"terms": (PUPIL, COURSE)}, "ca"),
        ({"terms": (COURSE._replace(related=False),)}, ""),
        ({"verb": "passed", "terms": (PUPIL,)}, "b"),
    ]:
        assert "".join(kept.id for kept in store.statements.find(SCHOOL, Query(**parts))) == expected, parts
    store.close()
