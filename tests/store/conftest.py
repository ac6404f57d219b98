"""Each test of the store runs on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, emptied_postgres, empty_postgres, fresh_postgres, fresh_sqlite
from tests.postgres import own_postgres
from tests.store.world import Clock, World


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with own_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def make_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes addresses of fresh, migrated databases."""
    if engine_name == "sqlite":
        return lambda: fresh_sqlite(tmp_path)
    server = request.getfixturevalue("postgres")
    return lambda: fresh_postgres(server)


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a database without any table."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return empty_postgres(request.getfixturevalue("postgres"))


@pytest.fixture
def url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of a migrated database with nothing in it."""
    if engine_name == "sqlite":
        return fresh_sqlite(tmp_path)
    return emptied_postgres(request.getfixturevalue("postgres"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = open_store(url, TEST_KEYS, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store, clock: Clock) -> World:
    return World(store, clock)
