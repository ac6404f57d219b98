"""A school for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.mapping import Policy
from tests.sync.harness import School, open_school


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    """Everything is sent without asking."""
    opened = open_school(tmp_path)
    yield opened
    opened.store.close()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[School]:
    """Every mark waits for its teacher."""
    opened = open_school(tmp_path, policy=Policy.CONFIRM)
    yield opened
    opened.store.close()
