"""What is waited for until it is on the disk, and what is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from bridge.store.engine import Database
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.lti.platform import Clock

NORMAL, FULL = 1, 2  # SQLite: PRAGMA synchronous


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    store = open_store(fresh_sqlite(tmp_path), TEST_KEYS, clock=Clock())
    yield store.database
    store.close()


def waits(connection: sa.Connection) -> object:
    return connection.exec_driver_sql("PRAGMA synchronous").scalar()


def test_a_light_write_is_not_waited_for_and_nothing_after_it_is_light(database: Database):
    for _ in range(2):
        with database.write_lightly() as connection:
            assert waits(connection) == NORMAL
        with database.write() as connection:
            assert waits(connection) == FULL
        with database.read() as connection:
            assert waits(connection) == FULL


def test_after_a_light_write_that_failed_nothing_is_light(database: Database):
    with pytest.raises(ZeroDivisionError), database.write_lightly():
        raise ZeroDivisionError
    with database.write() as connection:
        assert waits(connection) == FULL


def test_a_light_write_within_a_whole_is_as_heavy_as_the_whole(database: Database):
    with database.together(), database.write_lightly() as connection:
        assert waits(connection) == FULL
