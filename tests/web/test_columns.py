"""A launch that names no column, though the activity has one: Moodle after grading was switched off and on."""

from collections.abc import Sequence
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.errors import Unreachable
from bridge.ports.gradebooks import Gradebooks, LineItem
from bridge.ports.launches import ScoreService
from bridge.ports.passback import PassbackState, Place
from bridge.wiring import App
from tests.fakes_gradebooks import MemoryColumn, MemoryGradebooks
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room
from tests.web.fakes import launch
from tests.web.test_play import done, learn
from tests.web.world import Browser, Pages

UNNAMED = ScoreService("https://m/items", "", frozenset())


class Books(MemoryGradebooks):
    """Away as a whole."""

    def line_items(self, registration: str, collection: str, *, resource_id: str = "") -> Sequence[LineItem]:
        if self.away is not None:
            raise self.away
        return super().line_items(registration, collection, resource_id=resource_id)


BOOKS = Books()


class WithBooks(App):
    """The whole of it over a gradebook in memory."""

    def gradebooks(self) -> Gradebooks:  # type: ignore[override]
        return BOOKS


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    """A pupil has finished with 80 %, and nobody has named the column."""
    app = pages.house.app
    pages.house = replace(pages.house, app=WithBooks(**{each.name: getattr(app, each.name) for each in fields(app)}))
    open_room(pages, tmp_path)
    BOOKS.columns, BOOKS.away = {}, None
    done(learn(pages, scores=UNNAMED))
    return pages


def column(link: str) -> str:
    url = f"https://m/items/{link}/lineitem"
    BOOKS.columns[url] = MemoryColumn(LineItem(url, "Luyện tập", Decimal(10), link=link))
    return url


def opened(room: Pages) -> Browser:
    browser = room.browser()
    browser.launch(launch(idnumber="GV1", custom={"material": room.material.id}, scores=UNNAMED))
    return browser


def counts(room: Pages) -> object:
    return room.school.store.passbacks.counts(SCHOOL)


def test_the_teachers_page_finds_it_and_what_was_reached_goes_there(room: Pages):
    assert counts(room) == {}
    mine = column("l1")
    column("l2")
    assert "chưa có cột điểm" not in opened(room).text
    found = room.school.store.passbacks.find(SCHOOL, Place("r1", mine, "11"))
    assert found is not None
    assert (found.state, found.wanted.value) == (PassbackState.WAITING, 80)


@pytest.mark.parametrize("why", ["none of this activity", "away"])
def test_where_none_is_found_the_page_says_so_and_stands(room: Pages, why: str):
    column("l2")
    if why == "away":
        BOOKS.away = Unreachable(remote="platform", operation="LINE_ITEM", why="CONNECTION")
    assert "chưa có cột điểm" in opened(room).text
    assert counts(room) == {}
