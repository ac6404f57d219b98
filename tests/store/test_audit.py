from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from bridge.domain.errors import AuditBroken, NotFound, StoreProblem
from bridge.domain.plans import Problem
from bridge.store.chain import hash_of
from bridge.store.facade import Store
from bridge.store.tables.audit import audit
from tests.store.world import SCHOOL, UNIT, Clock, World


def write(store: Store, clock: Clock, count: int = 4) -> None:
    for n in range(count):
        store.decisions.clear(UNIT, Problem.MASS_CHANGE, f"f{n}", actor="lan", why=f"why {n}", now=clock())


def tamper(store: Store, *statements: str) -> None:
    """As somebody would who has the whole database in hand: triggers and all."""
    with store.database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql("DROP TRIGGER audit_no_delete")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in statements:
            connection.exec_driver_sql(statement)


COLUMNS = "at, actor, what, subject, old, new, reason_digest, hash"
COPY = f"INSERT INTO audit (school, seq, {COLUMNS}) SELECT school, 5, {COLUMNS} FROM audit WHERE seq = 4"


@pytest.mark.parametrize(
    ("statements", "seq", "why"),
    [
        (["UPDATE audit SET new = 'x' WHERE seq = 2"], 2, "CHANGED"),
        (["UPDATE audit SET actor = 'x' WHERE seq = 4"], 4, "CHANGED"),
        (["UPDATE audit SET hash = 'x' WHERE seq = 2"], 2, "CHANGED"),
        (["DELETE FROM audit_reasons", "DELETE FROM audit WHERE seq = 2"], 2, "MISSING"),
        (["DELETE FROM audit_reasons", "DELETE FROM audit WHERE seq = 1"], 1, "MISSING"),
        (["DELETE FROM audit_reasons", "DELETE FROM audit WHERE seq = 4"], 4, "TAIL_CUT"),
        (["DELETE FROM audit_reasons", "DELETE FROM audit"], 1, "TAIL_CUT"),
        ([COPY], 5, "CHANGED"),
        (
            [
                "UPDATE audit SET seq = 9 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 9",
            ],
            2,
            "CHANGED",
        ),
        (["UPDATE audit_reasons SET reason = 'x' WHERE seq = 3"], 3, "REASON_CHANGED"),
    ],
)
def test_tampering_is_found_where_it_happened(
    store: Store, clock: Clock, statements: list[str], seq: int, why: str
) -> None:
    write(store, clock)
    if any("seq = 9" in statement for statement in statements):
        statements = ["DELETE FROM audit_reasons", *statements]
    tamper(store, *statements)
    with pytest.raises(AuditBroken) as broken:
        store.audit.verify(SCHOOL)
    assert broken.value.facts == {"school": SCHOOL, "seq": seq, "why": why}


def test_an_entry_changed_together_with_its_hash_breaks_the_next(store: Store, clock: Clock) -> None:
    write(store, clock)
    with store.database.read() as connection:
        lines = connection.execute(sa.select(audit).order_by(audit.c.seq)).all()
    forged = hash_of({**lines[1]._mapping, "new": "x"}, lines[0].hash)
    tamper(store, f"UPDATE audit SET new = 'x', hash = '{forged}' WHERE seq = 2")
    with pytest.raises(AuditBroken) as broken:
        store.audit.verify(SCHOOL)
    assert broken.value.facts == {"school": SCHOOL, "seq": 3, "why": "CHANGED"}


def test_a_tail_cut_with_its_record_is_found_by_a_printed_head(store: Store, clock: Clock, world: World) -> None:
    write(store, clock, 2)
    printed = store.runs.end(world.run(), now=clock()).audit_head
    assert printed.startswith("2:")
    tamper(
        store,
        "DELETE FROM audit_reasons",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit_heads SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)",
        "UPDATE runs SET audit_head = ''",
    )
    assert store.audit.verify(SCHOOL) is not None
    with pytest.raises(AuditBroken, match="HEAD_MISSING") as broken:
        store.audit.verify(SCHOOL, head=printed)
    assert broken.value.facts["seq"] == 2


def test_the_heads_of_runs_are_looked_for_too(store: Store, clock: Clock, world: World) -> None:
    write(store, clock, 2)
    store.runs.end(world.run(), now=clock())
    assert store.audit.verify(SCHOOL) is not None
    tamper(store, "UPDATE runs SET audit_head = '2:another'")
    with pytest.raises(AuditBroken, match="HEAD_MISSING"):
        store.audit.verify(SCHOOL)


@pytest.mark.parametrize("statement", ["UPDATE audit SET new = 'x'", "DELETE FROM audit"])
def test_the_database_itself_refuses_to_change_the_trail(store: Store, clock: Clock, statement: str) -> None:
    write(store, clock, 1)
    with pytest.raises(StoreProblem), store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit_reasons")
        connection.exec_driver_sql(statement)
    assert store.audit.show(SCHOOL, limit=9)[0].reason == "why 0"


def test_a_reason_is_erased_and_the_chain_stays_whole(store: Store, clock: Clock) -> None:
    write(store, clock, 2)
    head = store.audit.verify(SCHOOL)
    store.audit.erase_reason(SCHOOL, 1)
    assert [entry.reason for entry in store.audit.show(SCHOOL, limit=9)] == ["why 1", None]
    assert store.audit.verify(SCHOOL) == head
    with pytest.raises(NotFound):
        store.audit.erase_reason(SCHOOL, 1)


def test_each_school_has_its_own_chain(store: Store, clock: Clock) -> None:
    other = UNIT._replace(school="79000002")
    write(store, clock, 2)
    store.decisions.clear(other, Problem.MASS_CHANGE, "f", actor="mai", why="", now=clock())
    assert (store.audit.verify(SCHOOL).seq, store.audit.verify("79000002").seq) == (2, 1)
    assert store.audit.verify("79000003") is None


def test_what_fails_leaves_no_entry(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.prepare([world.draft(key)], id="s-1")
    before = store.audit.verify(SCHOOL)
    with pytest.raises(StoreProblem):
        world.prepare([world.draft(key)], id="s-2")
    assert store.audit.verify(SCHOOL) == before


def test_many_who_write_at_once_make_one_chain(store: Store, clock: Clock) -> None:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: write(store, clock, 5), range(4)))
    assert store.audit.verify(SCHOOL).seq == 20


def test_entries_of_one_subject_newest_first(store: Store, world: World) -> None:
    one, two = world.pupils()
    world.accept([world.draft(one), world.draft(two)])
    found = store.audit.show(SCHOOL, limit=9, subject=f"2026/TOAN/HK1/{one}/TX1")
    assert [entry.what for entry in found] == ["score.accepted"]
    assert store.audit.show(SCHOOL, limit=1)[0].seq == store.audit.verify(SCHOOL).seq


def test_the_trail_holds_no_name_and_no_code(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.accept([world.draft(key)])
    text = repr(store.audit.show(SCHOOL, limit=99))
    assert "HS1" not in text
    assert "Nguyễn" not in text
