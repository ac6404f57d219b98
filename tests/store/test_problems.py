"""What a database in trouble becomes: a clear `StoreProblem`, and nothing half written."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.domain.errors import StoreProblem
from bridge.domain.plans import CityCell, Place
from bridge.domain.scores import Column, mark
from bridge.ports.marks import AdoptedCell
from bridge.ports.runs import RunHead
from bridge.store.archive import Contents, write_archive
from bridge.store.engine import make_engine
from bridge.store.facade import Store, open_store
from bridge.store.schema import migrate
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.store.world import SCHOOL, UNIT, YEAR, Clock, World


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(fresh_sqlite(tmp_path).removeprefix("sqlite:///"))


@pytest.fixture
def opened(path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{path}?timeout=0.05", TEST_KEYS, clock=Clock())
    yield store
    store.close()


def begin(store: Store, name: str) -> None:
    store.runs.begin(RunHead(name, SCHOOL, YEAR, "lan", "sync", None, Clock()()))


def adopt_many(store: Store, run: str) -> None:
    cells = [
        AdoptedCell(Place(f"{n:032}", Column.TX1), None, CityCell(mark(50), 1, f"r{n}", by_hand=True))
        for n in range(900)
    ]
    store.ledger.adopt(UNIT, cells, fingerprints={}, run=run)


def test_a_full_disk_keeps_all_of_what_was_and_none_of_what_was_not(opened: Store, path: Path) -> None:
    begin(opened, "run-1")
    with opened.database.engine.connect() as connection:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {used + 4}")  # on this, the pool's only connection
    with pytest.raises(StoreProblem) as full:
        adopt_many(opened, "run-1")
    assert full.value.facts["why"] == "DISK_FULL"
    opened.close()
    again = open_store(f"sqlite:///{path}", TEST_KEYS, clock=Clock())
    assert again.ledger.accepted([UNIT], [f"{n:032}" for n in range(900)])[UNIT] == {}
    assert again.audit.verify(SCHOOL) is None
    adopt_many(again, "run-1")
    assert again.audit.verify(SCHOOL).seq == 900
    again.close()


def test_a_database_that_somebody_else_is_writing_is_locked_and_then_free(opened: Store, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreProblem) as locked:
            begin(opened, "run-1")
        assert locked.value.facts["why"] == "LOCKED"
        assert opened.runs.list(SCHOOL, limit=9) == []  # who only reads is not held up
    begin(opened, "run-1")


def test_a_database_that_may_only_be_read_is_said(opened: Store) -> None:
    with opened.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")  # file modes do not stop root
    with pytest.raises(StoreProblem) as refused:
        begin(opened, "run-1")
    assert refused.value.facts["why"] == "READ_ONLY"


@pytest.mark.parametrize("spoil", [b"this is no database, and never was one" * 200, b""])
def test_a_file_that_is_no_database_is_said(path: Path, spoil: bytes) -> None:
    path.write_bytes(spoil)
    with pytest.raises(StoreProblem) as refused:
        open_store(f"sqlite:///{path}", TEST_KEYS, clock=Clock())
    assert refused.value.facts["why"] == ("CORRUPT" if spoil else "NO_SCHEMA")


def test_a_torn_page_is_said(opened: Store, path: Path) -> None:
    begin(opened, "run-1")
    adopt_many(opened, "run-1")
    opened.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(len(whole) - 8192))
    with pytest.raises(StoreProblem) as torn:
        open_store(f"sqlite:///{path}", TEST_KEYS, clock=Clock()).ledger.standing(SCHOOL, YEAR)
    assert torn.value.facts["why"] == "CORRUPT"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'none' / 'x.sqlite3'}")
    with pytest.raises(StoreProblem, match="CANNOT_OPEN"):
        migrate(engine)


def test_a_server_that_does_not_answer_is_said() -> None:
    with pytest.raises(StoreProblem, match="UNREACHABLE"):
        open_store("postgresql://nobody@127.0.0.1:1/none", TEST_KEYS, clock=Clock())


def test_a_migration_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE ledger (mine TEXT)")  # the last migration stumbles over this
        other.commit()
    engine = make_engine(f"sqlite:///{path}")
    with pytest.raises(StoreProblem):
        migrate(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("ledger",)]


def test_a_problem_names_no_value_of_a_row(store: Store, world: World) -> None:
    key = world.pupils(1)[0]
    world.prepare([world.draft(key)], id="s-1")
    with pytest.raises(StoreProblem) as refused:
        world.prepare([world.draft(key)], id="s-2")
    assert key not in str(refused.value)
    assert key not in str(refused.value.__cause__)


def test_a_backup_onto_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    def endless() -> Iterator[bytes]:
        yield b"x" * 1000
        raise OSError(28, "No space left on device")

    contents = Contents("sqlite", "0001", [("database.sqlite3", endless())], {})
    with pytest.raises(StoreProblem, match="DISK_FULL"):
        write_archive(tmp_path / "backup.zip", contents, now=Clock()())
    assert list(tmp_path.iterdir()) == []
