"""What a teacher's pages ask the database: as much for a whole class as for one pupil."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.classroom import open_room, pupil
from tests.web.test_play import teacher
from tests.web.test_questions import QUESTIONS, answer, press
from tests.web.world import Pages

CLASS = [f"HS1{number}" for number in range(1, 7)]


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path)
    answer(pages, CLASS[0], "50", "1 0 1 0")
    return pages


@contextmanager
def asked(room: Pages) -> Iterator[list[str]]:
    told: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        told.append(statement)

    engine = room.school.store.database.engine
    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield told
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("path", ["play/attempts", QUESTIONS])
@pytest.mark.parametrize("out", [(), ("q2",)])
def test_a_class_costs_no_more_questions_than_one_pupil(room: Pages, path: str, out: tuple[str, ...]):
    browser = teacher(room)
    if out:
        assert press(browser, *out, sure="1", why="đề in sai") == 200
    costs = []
    for code in CLASS[1:]:
        browser.get(browser.here(path))
        with asked(room) as told:
            assert browser.get(browser.here(path)).status_code == 200
        costs.append(len(told))
        answer(room, code, "50", "1 0 1 0")
    assert len(set(costs)) == 1, costs


def test_a_pupils_page_asks_once_which_questions_do_not_count(room: Pages):
    browser = room.browser()
    browser.launch(pupil(room.material))
    with asked(room) as told:
        assert browser.get(browser.here("play/")).status_code == 200
    assert len([statement for statement in told if "FROM link_discounts" in statement]) == 1
