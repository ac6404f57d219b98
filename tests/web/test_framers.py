"""Who may frame a lesson is asked once in a while, not for each of its pictures."""

from collections.abc import Sequence
from pathlib import Path

from bridge.ports.launches import Registration
from bridge.web.framers import SECONDS, Framers
from tests.web.classroom import open_room
from tests.web.fakes import PLATFORM
from tests.web.test_play import learn
from tests.web.world import Pages


def test_the_answer_is_remembered_for_a_moment():
    now, asked = [5.0], []
    framers = Framers(clock=lambda: now[0])

    def ask() -> list[str]:
        asked.append(now[0])
        return ["https://moodle.example"]

    for moment in (5.0, 6.0, 5.0 + SECONDS - 1, 5.0 + SECONDS):
        now[0] = moment
        assert framers.known(ask) == ["https://moodle.example"]
    assert asked == [5.0, 5.0 + SECONDS]


def test_that_the_store_was_away_is_not_remembered():
    answers = iter([[], ["https://moodle.example"]])
    framers = Framers(clock=lambda: 1.0)
    assert [framers.known(lambda: next(answers)) for _ in range(2)] == [[], ["https://moodle.example"]]


def test_the_files_of_a_lesson_ask_for_the_platforms_once(pages: Pages, tmp_path: Path):
    open_room(pages, tmp_path)
    content = learn(pages)
    asked: list[str] = []
    rows = pages.registrations.registrations

    def counted(school: str) -> Sequence[Registration]:
        asked.append(school)
        return rows(school)

    pages.registrations.registrations = counted  # type: ignore[method-assign]
    for name in ("", "own/player.js", "own/player.css", "own/place.js"):
        assert PLATFORM in content.get(name).headers["Content-Security-Policy"]
    assert len(asked) == 1
