from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.mapping import Policy
from bridge.ports.lms import ItemKind
from tests.sync.harness import TX1, item, open_school
from tests.web.classroom import open_room
from tests.web.fakes import registration
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


@pytest.fixture
def fed_room(pages: Pages, tmp_path: Path) -> Pages:
    """TX1 of course 12 is an activity that plays a material, known to Moodle as `l1`."""
    pages.registrations.rows = [registration(issuer=pages.house.app.sync.platform)]
    open_room(pages, tmp_path)
    pages.school.lms.put_item(12, item(12, TX1, kind=ItemKind.ACTIVITY, module="lti", resource_link="l1"))
    return pages
