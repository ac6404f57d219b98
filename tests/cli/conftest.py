from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.world import School, StandIns, stand_ins


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker has them all: the stand-ins are started once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("cli"))


@pytest.fixture(scope="session")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    with stand_ins(tmp_path_factory.mktemp("stand-ins")) as both:
        yield both


@pytest.fixture
def school(remotes: StandIns, tmp_path: Path) -> Iterator[School]:
    """Set up afresh: class lists are there, three courses are mapped, nothing is sent."""
    yield remotes.ready_school(tmp_path)
    remotes.lms_faults()


@pytest.fixture
def bare(remotes: StandIns, tmp_path: Path) -> School:
    """A school that the city knows, and no installation yet."""
    return remotes.new_school(tmp_path)


@pytest.fixture(scope="module")
def shared(remotes: StandIns, tmp_path_factory: pytest.TempPathFactory) -> School:
    """For tests that change nothing."""
    return remotes.ready_school(tmp_path_factory.mktemp("shared"))
