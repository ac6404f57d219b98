from collections.abc import Iterator
from pathlib import Path

import pytest
import responses

from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.lti.platform import Clock, Platform, open_platform
from tests.lti.recorded import Recorded


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


@pytest.fixture
def recorded(platform: Platform) -> Iterator[Recorded]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as line:
        yield Recorded(platform, line)
