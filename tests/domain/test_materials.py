"""The way of a version into use, and one score out of several attempts."""

from decimal import Decimal

import pytest

from bridge.domain.errors import BadInput
from bridge.domain.materials import TURNS, MaterialState, ScorePolicy, Step, counting, steps_from, turn
from bridge.domain.rights import Action

S = MaterialState


def test_the_whole_way_is_author_department_principal_in_use() -> None:
    state, asked = S.DRAFT, []
    for step in (Step.SUBMIT, Step.REVIEW, Step.APPROVE, Step.PUBLISH):
        state, action = turn(state, step)
        asked.append(action)
    assert state is S.PUBLISHED
    assert asked == [
        Action.WRITE_MATERIAL, Action.REVIEW_MATERIAL, Action.APPROVE_MATERIAL, Action.PUBLISH_MATERIAL,
    ]  # fmt: skip


@pytest.mark.parametrize("state", [S.SUBMITTED, S.REVIEWED, S.APPROVED])
def test_it_can_be_returned_at_any_step_by_whoever_would_say_yes(state: MaterialState) -> None:
    forward = next(step for step in steps_from(state) if step is not Step.RETURN)
    returned = turn(state, Step.RETURN)
    assert returned.to is S.RETURNED
    assert returned.action in (turn(state, forward).action, Action.APPROVE_MATERIAL)


@pytest.mark.parametrize("state", [state for state in S if state is not S.APPROVED])
def test_nothing_comes_into_use_unapproved(state: MaterialState) -> None:
    """But for what was in use and was withdrawn: that comes back by the principal's word alone."""
    way = TURNS.get((state, Step.PUBLISH))
    assert way is None or (state is S.WITHDRAWN and way.action is Action.APPROVE_MATERIAL)


def test_a_step_that_leads_nowhere_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        turn(S.DRAFT, Step.PUBLISH)
    assert refused.value.facts["why"] == "MATERIAL_STEP"


THREE = [Decimal("40"), Decimal("90"), Decimal("65.5")]


@pytest.mark.parametrize(
    ("policy", "score"),
    [
        (ScorePolicy.HIGHEST, "90"),
        (ScorePolicy.LATEST, "65.5"),
        (ScorePolicy.FIRST, "40"),
        (ScorePolicy.AVERAGE, "65.1667"),
    ],
)
def test_which_attempt_counts(policy: ScorePolicy, score: str) -> None:
    assert counting(policy, THREE) == Decimal(score)


@pytest.mark.parametrize("policy", ScorePolicy)
def test_no_finished_attempt_is_no_score_and_zero_is_one(policy: ScorePolicy) -> None:
    assert counting(policy, []) is None
    assert counting(policy, [Decimal(0)]) == 0
