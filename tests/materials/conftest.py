from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.materials.world import World, open_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    yield from open_world(tmp_path)
