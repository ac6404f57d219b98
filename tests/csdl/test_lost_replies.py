"""What the sandbox city does to a submission on the way, and that asking finds out what became of it."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from time import sleep

import pytest

from bridge.csdl.soap.city import SoapCity
from bridge.domain.errors import Garbled, Unclear, Unreachable
from bridge.domain.school import Unit
from bridge.ports.city import Answer, Outcome, Progress, Refusal, Submission
from sandbox.city.made_up import make_world
from tests.csdl.peer import UNIT, submission
from tests.csdl.served import Served

WORLD = make_world(1)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    city = Served()
    yield city
    city.stop()


@pytest.fixture
def city(served: Served) -> Iterator[SoapCity]:
    with closing(served.new_city(WORLD, read_timeout=0.5)) as made:
        yield made
    served.put("faults", [])


def ours(served: Served) -> tuple[Unit, Submission]:
    unit = UNIT._replace(school=served.school)
    whole = submission(unit=unit)
    return unit, replace(whole, rows=(replace(whole.rows[0], pupil="HS010001"),))


def final(city: SoapCity, unit: Unit, ident: str) -> Answer:
    """The city calls it PROCESSING while the call that we gave up is still open on its side."""
    while (answer := city.receipts(unit, ident)).progress is Progress.PROCESSING:
        sleep(0.05)
    return answer


@pytest.mark.parametrize("kind", ["drop", "html502", "slow"])
def test_a_reply_lost_after_saving_is_found_by_asking(served: Served, city: SoapCity, kind: str) -> None:
    unit, sent = ours(served)
    served.put("faults", [{"kind": kind, "operation": "GuiDiem", "when": "after", "seconds": 1}])
    with pytest.raises(Unclear):
        city.submit(sent)
    answer = final(city, unit, sent.id)
    assert (answer.progress, [one.outcome for one in answer.receipts]) == (Progress.DONE, [Outcome.ACCEPTED])
    assert city.submit(sent) == answer


@pytest.mark.parametrize("kind", ["drop", "html502"])
def test_a_request_lost_before_saving_is_unknown_and_may_be_sent_again(
    served: Served, city: SoapCity, kind: str
) -> None:
    unit, sent = ours(served)
    served.put("faults", [{"kind": kind, "operation": "GuiDiem", "when": "before"}])
    with pytest.raises(Unclear):
        city.submit(sent)
    assert city.receipts(unit, sent.id).progress is Progress.UNKNOWN
    assert city.submit(sent).progress is Progress.DONE
    assert len(city.scores([unit])[unit]) == 1


def test_somebody_who_edits_between_read_and_submit_is_not_overwritten(served: Served, city: SoapCity) -> None:
    _, sent = ours(served)
    served.put("faults", [{"kind": "hand_edit", "value": "3.0", "pupil": "HS010001", "column": "TX1"}])
    [receipt] = city.submit(sent).receipts
    assert receipt.refusal in {Refusal.MOVED, Refusal.OTHER_RECORD}
    assert receipt.current is not None
    assert receipt.current.by_hand


TROUBLES = [
    {"kind": "drop"},
    {"kind": "drop", "when": "after"},
    {"kind": "html502"},
    {"kind": "fault", "code": "BAOTRI", "retry_after": 9},
]


@pytest.mark.parametrize("trouble", [*TROUBLES, {"kind": "expire", "times": None}])
def test_a_read_that_failed_once_is_made_good_within_the_run(
    served: Served, city: SoapCity, trouble: dict[str, object]
) -> None:
    unit, _ = ours(served)
    served.put("faults", [trouble | {"operation": "LayDiem"}])
    assert not city.scores([unit])[unit]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_city_that_stays_in_trouble_is_unreachable(
    served: Served, city: SoapCity, trouble: dict[str, object]
) -> None:
    unit, _ = ours(served)
    served.put("faults", [trouble | {"operation": "LayDiem", "times": None}])
    with pytest.raises(Unreachable):
        city.scores([unit])


def test_an_answer_about_another_class_is_not_asked_for_again(served: Served, city: SoapCity) -> None:
    unit, _ = ours(served)
    served.put("faults", [{"kind": "other_class", "operation": "LayDiem", "other": "10A2"}])
    with pytest.raises(Garbled):
        city.scores([unit])


def test_the_live_contract_is_the_shipped_one(city: SoapCity) -> None:
    assert [one for one in city.examine() if one.code.startswith("CONTRACT")] == []
