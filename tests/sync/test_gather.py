"""Several reads at once, in order, with a bounded number ahead."""

import threading
from collections.abc import Iterator

import pytest

from bridge.sync.gather import gather


def test_answers_come_in_the_order_of_the_questions() -> None:
    turns = {0: threading.Event(), 1: threading.Event()}

    def read(key: int) -> int:
        if key == 0:
            turns[1].wait(10)
        turns[1].set()
        return key

    assert list(gather(read, [0, 1, 2], workers=2)) == [0, 1, 2]


def test_no_more_is_asked_ahead_than_will_soon_be_used() -> None:
    asked: list[int] = []

    def keys() -> Iterator[int]:
        for key in range(100):
            asked.append(key)
            yield key

    answers = gather(lambda key: key, keys(), workers=2)
    next(answers)
    assert len(asked) == 5
    answers.close()


def test_the_first_error_comes_where_its_answer_would_have_come() -> None:
    def read(key: int) -> int:
        if key == 1:
            raise ValueError(key)
        return key

    answers = gather(read, range(100), workers=1)
    assert next(answers) == 0
    with pytest.raises(ValueError, match="1"):
        next(answers)
