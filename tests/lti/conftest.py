from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.lti.platform import Clock, Platform, open_platform


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = open_store(fresh_sqlite(tmp_path), TEST_KEYS, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def platform(store: Store, clock: Clock) -> Platform:
    return open_platform(store, clock)
