"""What the machine once found, told shortly."""

from pathlib import Path

import pytest

from bridge.domain.errors import LeaseLost
from tests.sync.harness import open_school


def test_a_repeat_that_a_later_run_is_refused_is_no_refusal_of_the_first_attempt(tmp_path: Path) -> None:
    """The first attempt was recorded, and the city did not see it when asked; then it shut its door."""
    school = open_school(tmp_path)
    school.put("HS11", "8")
    with school.killed_at("answered"):
        school.run()
    school.clock.sleep(7200)
    first = school.road.sent[0].id
    taken = school.city._taken.pop(first)
    school.road.troubles = ["refused FORMAT"]
    school.run()
    assert school.states(school.store.runs.list("79000001", limit=2)[1].id) == {"sent": 1}
    school.city._taken[first] = taken
    school.run()
    assert len({submission.id for submission in school.road.sent}) == 1
    assert school.states(school.store.runs.list("79000001", limit=3)[2].id) == {"accepted": 1}
    school.store.close()


def test_who_was_overtaken_gives_up_nothing_that_the_other_sent(tmp_path: Path) -> None:
    """Marked as sent, the first stalled past its lease; the other sent it; then the city shut its door to the first."""
    school = open_school(tmp_path)
    school.put("HS11", "8")

    def overtake(point: str) -> None:
        if point == "marked sent":
            school.at_point = lambda _: None
            school.clock.sleep(7200)
            school.road.troubles = ["later", "refused FORMAT"]
            school.road.ask_troubles = ["", *["later"] * 20]
            school.run()

    school.at_point = overtake
    with pytest.raises(LeaseLost):
        school.run()
    school.road.ask_troubles = []
    assert len(school.store.submissions.open("79000001")) == 1
    school.run()
    assert (school.store.submissions.open("79000001"), str(school.book("HS11"))) == ([], "8.0")
    school.store.close()
