"""SCORM 2004 sequencing as far as it is followed: which parts may be opened, which is next; nobody is walled in."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.activities import Activity, Shut
from bridge.domain.ordering import Ordering
from bridge.domain.sequencing import Ask, Goal, Link, Rule, Sequencing
from bridge.domain.tracking import Known, Track, Way, entered, spoken, way

FRESH = Track()
GOING = Track(attempted=True, completed=False, tries=1)
DONE = Track(attempted=True, finished=True, completed=True, tries=1)
PASSED = DONE._replace(primary=Known(True, Decimal("0.9")))
FAILED = DONE._replace(primary=Known(False, Decimal("0.2")))
LINEAR = Sequencing(choice=False, flow=True)
ALWAYS, NOT_DONE, NOT_PASSED = Ask("always"), Ask("completed", negated=True), Ask("satisfied", negated=True)
UNKNOWN = Ask("objectiveStatusKnown", negated=True)


def writes(target: str, **more: object) -> Goal:
    return Goal("P", primary=True, links=(Link(target, reads_status=False, writes_status=True, writes_measure=True),))


def reads(target: str, name: str = "before") -> Goal:
    return Goal(name, links=(Link(target),))


def asks(ask: Ask, objective: str = "before") -> Ask:
    return replace(ask, objective=objective)


def course(*parts: Sequencing, whole: Sequencing = Sequencing()) -> Activity:  # noqa: B008
    """Parts 1, 2, 3 … called A, B, C … below the root."""
    leaves = (Activity(chr(64 + n), chr(64 + n), n, sequencing=each) for n, each in enumerate(parts, start=1))
    return Activity("O", children=tuple(leaves), sequencing=whole)


FREE = Sequencing()


def chained(number: int) -> Sequencing:
    """As tools export “one after the other”: shut until the one before is passed, by a shared objective."""
    goals = (writes(f"g{number}"), *((reads(f"g{number - 1}"),) if number > 1 else ()))
    rule = Rule("disabled", (asks(NOT_PASSED), asks(UNKNOWN)), every=False)
    return Sequencing(rules=(rule,) if number > 1 else (), goals=goals)


def shut(root: Activity, *tracks: Track, at: int = 0, order: tuple[int, ...] = ()) -> dict[int, Shut]:
    return dict(Ordering(root, Way(tracks, at, order)).shut())


def after(root: Activity, *tracks: Track, at: int = 0) -> tuple[int, int]:
    found = Ordering(root, Way(tracks, at))
    return found.before, found.next


def test_without_rules_everything_may_be_chosen_and_nothing_follows():
    assert shut(course(FREE, FREE), FRESH, FRESH) == {}
    assert after(course(FREE, FREE), PASSED, FRESH, at=1) == (0, 0)


def test_what_waits_for_a_shared_objective_names_who_writes_it():
    root = course(chained(1), chained(2), chained(3))
    assert shut(root, FRESH, FRESH, FRESH) == {2: Shut("PASS", ("A",)), 3: Shut("PASS", ("B",))}
    assert shut(root, FAILED, FRESH, FRESH) == {2: Shut("PASS", ("A",)), 3: Shut("PASS", ("B",))}
    assert shut(root, PASSED, FRESH, FRESH) == {3: Shut("PASS", ("B",))}
    assert shut(root, PASSED, PASSED, FRESH) == {}


def test_what_is_not_known_makes_no_rule_hold_nor_its_opposite():
    rule = Rule("disabled", (asks(NOT_PASSED),))
    root = course(chained(1), Sequencing(rules=(rule,), goals=(reads("g1"),)))
    assert shut(root, FRESH, FRESH) == {}
    assert shut(root, FAILED, FRESH) == {2: Shut("PASS", ("A",))}


def test_of_two_who_write_an_objective_who_spoke_last_counts():
    root = course(chained(1), chained(1), Sequencing(rules=chained(2).rules, goals=(reads("g1"),)))
    assert 3 in shut(root, PASSED, FAILED, FRESH, order=(1, 2))
    assert 3 not in shut(root, PASSED, FAILED, FRESH, order=(2, 1))


def test_what_is_led_through_step_by_step_opens_here_before_and_next():
    root = course(FREE, FREE, FREE, FREE, whole=LINEAR)
    assert shut(root, FRESH, FRESH, FRESH, FRESH) == {n: Shut("ORDER", ("A",)) for n in (2, 3, 4)}
    assert (after(root, *[FRESH] * 4), after(root, *[DONE] * 4, at=2)) == ((0, 1), (1, 3))
    assert shut(root, DONE, DONE, FRESH, FRESH, at=2) == {4: Shut("ORDER", ("C",))}
    assert after(root, *[DONE] * 4, at=4) == (3, 0)


def test_forward_only_closes_the_way_back_to_what_is_done_and_not_to_what_is_begun():
    root = course(FREE, FREE, FREE, whole=Sequencing(choice=False, flow=True, forward_only=True))
    assert after(root, DONE, DONE, FRESH, at=2) == (0, 3)
    assert set(shut(root, DONE, DONE, FRESH, at=2)) == {1}
    assert set(shut(root, GOING, DONE, FRESH, at=2)) == set()
    chosen = course(FREE, FREE, FREE, whole=Sequencing(flow=True, forward_only=True))
    assert set(shut(chosen, DONE, DONE, FRESH, at=2)) == {1}


def test_skipped_parts_are_passed_over_by_the_way_and_need_not_be_done():
    tested = Sequencing(rules=(Rule("skip", (asks(Ask("satisfied")),)),), goals=(reads("g1"),))
    root = course(chained(1), tested, FREE, whole=LINEAR)
    assert after(root, PASSED, FRESH, FRESH, at=1) == (0, 3)
    assert Ordering(root, Way((PASSED, FRESH, FRESH), 1)).passed_over() == {2}
    assert after(root, FAILED, FRESH, FRESH, at=1) == (0, 2)
    assert Ordering(root, Way((FAILED, FRESH, FRESH), 1)).passed_over() == frozenset()


def test_what_is_disabled_for_what_was_reached_need_not_be_done_and_what_waits_must():
    over = Sequencing(rules=(Rule("disabled", (asks(Ask("satisfied")),)),), goals=(reads("g1"),))
    found = Ordering(course(chained(1), over, chained(2)), Way((PASSED, FRESH, FRESH)))
    assert (found.passed_over(), dict(found.shut())) == ({2}, {2: Shut("OVER")})
    assert Ordering(course(chained(1), over, chained(2)), Way((FRESH, FRESH, FRESH))).passed_over() == frozenset()


def test_what_is_hidden_from_choice_is_reached_by_the_way_alone():
    hidden = Sequencing(rules=(Rule("hiddenFromChoice", (ALWAYS,)),))
    root = course(FREE, hidden, FREE, whole=Sequencing(flow=True))
    assert shut(root, FRESH, FRESH, FRESH) == {2: Shut("ORDER", ("A",))}
    assert shut(root, DONE, FRESH, FRESH, at=1) == {}


def test_the_way_forward_stops_at_what_is_not_done():
    stops = Sequencing(
        rules=(Rule("stopForwardTraversal", (NOT_DONE, Ask("activityProgressKnown", negated=True)), every=False),)
    )
    root = course(FREE, stops, FREE, whole=Sequencing(flow=True))
    assert shut(root, FRESH, FRESH, FRESH) == {3: Shut("FINISH", ("B",))}
    assert after(root, DONE, GOING, FRESH, at=2) == (1, 0)
    assert shut(root, DONE, DONE, FRESH, at=2) == {}
    assert after(root, DONE, DONE, FRESH, at=2) == (1, 3)


def test_choice_exit_keeps_in_a_heading_until_it_is_done():
    inner = (Activity("A", "A", 1), Activity("B", "B", 2))
    heading = Activity("H", "H", children=inner, sequencing=Sequencing(choice_exit=False, flow=True))
    root = Activity("O", children=(heading, Activity("C", "C", 3)), sequencing=Sequencing(flow=True))
    assert set(shut(root, GOING, FRESH, FRESH, at=1)) == {3}
    assert shut(root, DONE, DONE, FRESH, at=1) == {}
    assert shut(root, FRESH, FRESH, FRESH) == {}


def test_a_limit_closes_what_is_done_so_often_and_nothing_before():
    root = course(Sequencing(limit=1), Sequencing(limit=2), FREE)
    assert shut(root, GOING, DONE, FRESH) == {}
    assert shut(root, DONE, DONE._replace(tries=2), FRESH) == {1: Shut("USED_UP"), 2: Shut("USED_UP")}


def test_what_is_left_and_waits_for_nothing_is_opened_at_last():
    """Part 1 was passed over by choice of nobody, and no way leads back."""
    root = course(FREE, FREE, FREE, whole=Sequencing(choice=False))
    assert shut(root, FRESH, FRESH, FRESH) == {2: Shut("CONDITION"), 3: Shut("CONDITION")}
    assert set(shut(root, DONE, FRESH, FRESH, at=1)) == {3}


def test_a_heading_is_known_by_all_under_it():
    inner = (Activity("A", "A", 1), Activity("B", "B", 2))
    heading = Activity("H", "Chương", children=inner, sequencing=Sequencing(goals=(writes("h"),)))
    waits = Sequencing(rules=chained(2).rules, goals=(reads("h"),))
    root = Activity("O", children=(heading, Activity("C", "C", 3, sequencing=waits)))
    assert shut(root, PASSED, FRESH, FRESH) == {3: Shut("PASS", ("Chương",))}
    assert shut(root, PASSED, FAILED, FRESH) == {3: Shut("PASS", ("Chương",))}
    assert shut(root, PASSED, PASSED, FRESH) == {}


@pytest.mark.parametrize(
    ("ask", "track", "fires"),
    [
        (Ask("objectiveMeasureGreaterThan", threshold=Decimal("0.5")), PASSED, True),
        (Ask("objectiveMeasureGreaterThan", threshold=Decimal("0.9")), PASSED, False),
        (Ask("objectiveMeasureLessThan", threshold=Decimal("0.5")), FAILED, True),
        (Ask("objectiveMeasureLessThan", threshold=Decimal("0.5")), DONE, False),
        (Ask("objectiveMeasureKnown"), DONE, False),
        (Ask("attempted"), GOING, True),
        (Ask("attempted", negated=True), GOING, False),
        (Ask("completed"), DONE, True),
        (Ask("activityProgressKnown"), GOING, True),
        (Ask("timeLimitExceeded"), DONE, False),
        (Ask("outsideAvailableTimeRange", negated=True), DONE, False),
        (Ask("always"), FRESH, True),
        (Ask("satisfied", objective="nowhere"), PASSED, False),
    ],
)
def test_each_condition(ask: Ask, track: Track, fires: bool):
    found = shut(course(Sequencing(rules=(Rule("disabled", (ask,)),)), FREE), track, FRESH)
    assert (1 in found) is fires


def test_the_way_is_kept_among_the_elements_of_an_attempt():
    done = {"cmi.completion_status": "completed", "cmi.credit": "credit"}
    elements = spoken(entered(done, 2), 2)
    elements = spoken(entered(elements, 1), 1)
    found = way(elements, 2)
    assert (found.at, found.order, [track.tries for track in found.tracks]) == (1, [2, 1], [2, 0])
    assert found.tracks[0].finished and not found.tracks[1].attempted


def test_objectives_are_known_by_the_names_that_content_gives_them():
    said = {
        "cmi.completion_status": "incomplete",
        "cmi.objectives.0.id": "A", "cmi.objectives.0.success_status": "passed", "cmi.objectives.0.score.scaled": "0.5",
        "cmi.objectives.1.id": "B", "cmi.objectives.1.success_status": "unknown",
        "cmi.objectives.x.id": "C", "cmi.objectives.x.score.scaled": "NaN",
    }  # fmt: skip
    (track,) = way(said, 1).tracks
    assert dict(track.objectives) == {"A": Known(True, Decimal("0.5")), "B": Known(), "C": Known()}


WHATS = st.sampled_from(
    ["satisfied", "completed", "attempted", "always", "objectiveStatusKnown", "objectiveMeasureKnown"]
)
ASKS = st.builds(Ask, WHATS, st.booleans(), st.sampled_from(["", "x", "y"]))
ACTIONS = st.sampled_from(["skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"])
RULES = st.builds(Rule, ACTIONS, st.lists(ASKS, max_size=2).map(tuple), st.booleans())
LINKS = st.builds(Link, st.sampled_from("ghi"), st.booleans(), st.booleans(), st.booleans(), st.booleans())
GOALS = st.builds(Goal, st.sampled_from(["x", "y"]), st.booleans(), st.lists(LINKS, max_size=2).map(tuple))
SEQUENCINGS = st.builds(
    Sequencing, st.booleans(), st.booleans(), st.booleans(), st.booleans(),
    st.lists(RULES, max_size=2).map(tuple), st.lists(GOALS, max_size=2).map(tuple), st.integers(0, 2),
)  # fmt: skip
SHAPES = st.lists(st.integers(0, 3), min_size=1, max_size=4).filter(lambda shape: sum(shape) > 0)
TRACKS = st.sampled_from([FRESH, GOING, DONE, PASSED, FAILED])


@st.composite
def attempts(draw: st.DrawFn) -> tuple[Activity, Way]:
    headings, number = [], 0
    for count in draw(SHAPES):
        inner = []
        for _ in range(count):
            number += 1
            inner.append(Activity(f"L{number}", f"L{number}", number, sequencing=draw(SEQUENCINGS)))
        headings.append(Activity(f"H{len(headings)}", "H", children=tuple(inner), sequencing=draw(SEQUENCINGS)))
    tracks = [draw(TRACKS) for _ in range(number)]
    root = Activity("O", children=tuple(each for each in headings if each.children), sequencing=draw(SEQUENCINGS))
    return root, Way(tracks, draw(st.integers(0, number)), draw(st.permutations(range(1, number + 1))))


@given(attempts())
@settings(deadline=None)
def test_whatever_the_rules_some_part_can_be_opened_and_the_ways_lead_to_open_parts(found: tuple[Activity, Way]):
    root, stands = found
    order = Ordering(root, stands)
    closed = order.shut()
    assert len(closed) < len(stands.tracks)
    left = [n for n, one in enumerate(stands.tracks, 1) if not one.finished and n not in order.passed_over()]
    if left and all(part in closed for part in left):
        assert {closed[part].code for part in left} <= {"PASS", "FINISH", "USED_UP", "OVER"}, "a result opens it"
    assert {order.next, order.before} & set(closed) == set()
    assert not any(stands.tracks[part - 1].attempted for part in order.passed_over())
