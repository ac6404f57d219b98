"""When a read is tried again, and when no more."""

from collections.abc import Callable

import pytest

from bridge.csdl.soap.patience import Patience
from bridge.domain.errors import Garbled, Refused, RemoteError, Unreachable
from tests.csdl.peer import UNIT, Asked, Peer, fault, rows_answer, score_row


class Remote:
    """Fails with these errors in turn, then answers."""

    def __init__(self, *errors: RemoteError) -> None:
        self.errors = list(errors)
        self.asked = 0

    def __call__(self) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def away(wait: float | None = None) -> Unreachable:
    return Unreachable(remote="city", operation="LayDiem", reason="TIMED_OUT", retry_after=wait)


def patient(pauses: list[float]) -> Patience:
    return Patience(sleep=pauses.append)


def test_pauses_grow_and_heed_what_the_city_asks_for() -> None:
    pauses: list[float] = []
    assert patient(pauses).read(Remote(away(), away(5.0))) == "answer"
    assert pauses == [1.0, 5.0]


def test_three_attempts_are_all() -> None:
    pauses: list[float] = []
    remote = Remote(*(away() for _ in range(9)))
    with pytest.raises(Unreachable):
        patient(pauses).read(remote)
    assert (remote.asked, pauses) == (3, [1.0, 2.0])


def test_a_long_wait_is_left_for_the_next_run() -> None:
    remote = Remote(away(300.0))
    with pytest.raises(Unreachable):
        patient([]).read(remote)
    assert remote.asked == 1


@pytest.mark.parametrize("kind", [Refused, Garbled])
def test_only_what_may_pass_is_tried_again(kind: type[RemoteError]) -> None:
    remote = Remote(kind(remote="city", operation="LayDiem", reason="X"))
    with pytest.raises(kind):
        patient([]).read(remote)
    assert remote.asked == 1


def test_a_city_that_is_away_is_asked_once_until_it_answers() -> None:
    """A school has some hundred units: each with three attempts of a minute would keep a run going for hours."""
    patience = patient([])
    with pytest.raises(Unreachable):
        patience.read(Remote(away(), away(), away()))
    later = Remote(away())
    with pytest.raises(Unreachable):
        patience.read(later)
    assert later.asked == 1
    assert patience.read(Remote()) == "answer"
    assert patience.read(Remote(away())) == "answer"


def test_each_attempt_is_a_request_of_its_own() -> None:
    replies = iter([fault("QUATAI"), lambda asked: rows_answer(asked, [score_row()])])

    def reply(asked: Asked) -> bytes:
        answer: Callable[[Asked], bytes] = next(replies)
        return answer(asked)

    pauses: list[float] = []
    with Peer({"LayDiem": reply}) as peer:
        assert len(peer.city(sleep=pauses.append).scores([UNIT])[UNIT]) == 1
    assert len({one.fields["magoi"] for one in peer.sent("LayDiem")}) == 2
    assert pauses == [1.0]
