"""What the machine once found, told shortly."""

from pathlib import Path

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
