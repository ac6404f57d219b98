"""Platforms' keys: asked for rarely, kept through a short absence, and nobody waits for another's platform."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.errors import RemoteError, Unreachable
from bridge.lti.keysets import KeySets
from tests.lti.platform import STRANGE, Clock, KeyDoor, jwk

URL = "https://moodle.example.test/certs"
AWAY = Unreachable(remote="platform", operation="certs", why="TIMEOUT")


def test_a_platform_that_hangs_is_asked_once_in_ten_seconds(clock: Clock):
    door = KeyDoor(error=AWAY)
    sets = KeySets(door, clock)  # type: ignore[arg-type]
    for _ in range(5):
        with pytest.raises(Unreachable):
            sets.key(URL, "k1")
    assert door.asked == 1
    clock.pass_seconds(10)
    door.error = None
    assert sets.key(URL, "k1") is not None


def test_keys_that_are_known_last_a_day_while_the_platform_is_away(clock: Clock):
    door = KeyDoor()
    sets = KeySets(door, clock)  # type: ignore[arg-type]
    assert sets.key(URL, "k1") is not None
    door.error = AWAY
    clock.pass_seconds(timedelta(hours=23).total_seconds())
    assert sets.key(URL, "k1") is not None
    with pytest.raises(Unreachable):
        sets.key(URL, "of a stranger")
    clock.pass_seconds(timedelta(hours=2).total_seconds())
    with pytest.raises(Unreachable):
        sets.key(URL, "k1")


def test_a_key_that_was_taken_back_is_gone_after_an_hour(clock: Clock):
    door = KeyDoor()
    sets = KeySets(door, clock)  # type: ignore[arg-type]
    assert sets.key(URL, "k1") is not None
    door.keys = [jwk(STRANGE, "k2")]
    clock.pass_seconds(3600)
    assert sets.key(URL, "k1") is None


def test_one_platform_that_hangs_holds_up_no_other(clock: Clock):
    class Hanging(KeyDoor):
        def get(self, url: str) -> Any:
            if url == URL:
                assert released.wait(10)
                raise AWAY
            return super().get(url)

    def ask_the_hanging_one() -> None:
        try:
            sets.key(URL, "k1")
        except RemoteError as error:
            failed.append(error)

    released, failed = threading.Event(), list[RemoteError]()
    sets = KeySets(Hanging(), clock)  # type: ignore[arg-type]
    waiting = threading.Thread(target=ask_the_hanging_one)
    waiting.start()
    assert sets.key("https://other.example.test/certs", "k1") is not None
    assert failed == []
    released.set()
    waiting.join()
    assert failed == [AWAY]
