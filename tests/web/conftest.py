from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.mapping import Policy
from tests.sync.harness import open_school
from tests.web.world import Browser, Pages, open_pages


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    """A school in which every mark waits for its teacher, and its pages."""
    school = open_school(tmp_path, policy=Policy.CONFIRM)
    yield open_pages(school)
    school.store.close()


@pytest.fixture
def browser(pages: Pages) -> Browser:
    return pages.browser()
