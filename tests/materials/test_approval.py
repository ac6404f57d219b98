"""Who says yes to what, and that the version in use stays in use meanwhile."""

import pytest

from bridge.domain.errors import BadInput, NotAllowed
from bridge.domain.materials import MaterialState, Step
from bridge.materials import approval
from bridge.ports.materials import Turned
from tests.materials.world import SCHOOL, World

S = MaterialState


def test_the_way_into_use_and_its_trail(world: World) -> None:
    material = world.published()
    assert material.in_use is not None and material.in_use.number == 1
    trail = world.store.audit.show(SCHOOL, limit=9, subject=f"{material.id}/1")
    assert [(row.what, row.actor) for row in reversed(trail)] == [
        ("material.brought", "GV1"),
        ("material.submit", "GV1"),
        ("material.review", "TT1"),
        ("material.approve", "HT"),
        ("material.publish", "HT"),
    ]
    assert world.store.audit.verify(SCHOOL) is not None


@pytest.mark.parametrize(
    ("step", "by"),
    [(Step.SUBMIT, "GV2"), (Step.REVIEW, "GV1"), (Step.REVIEW, "HT"), (Step.APPROVE, "TT1"), (Step.PUBLISH, "GV1")],
)
def test_nobody_says_yes_for_another(world: World, step: Step, by: str) -> None:
    material = world.brought()
    for before in (Step.SUBMIT, Step.REVIEW, Step.APPROVE, Step.PUBLISH):
        if before is step:
            break
        world.take(material, before)
    with pytest.raises(NotAllowed):
        world.take(material, step, by=by)


def test_a_version_is_returned_with_a_comment_and_comes_again(world: World) -> None:
    material = world.take(world.brought(), Step.SUBMIT)
    with pytest.raises(BadInput, match="NO_COMMENT"):
        world.take(material, Step.RETURN, by="TT1", comment="  ")
    returned = world.take(material, Step.RETURN, by="TT1", comment="Thiếu đáp án câu 3")
    assert (returned.newest.state, returned.newest.comment) == (S.RETURNED, "Thiếu đáp án câu 3")
    assert world.take(material, Step.SUBMIT).newest.state is S.SUBMITTED
    (entry,) = [row for row in world.store.audit.show(SCHOOL, limit=9) if row.what == "material.return"]
    assert entry.reason == "Thiếu đáp án câu 3"


def test_a_new_version_starts_again_while_the_approved_one_stays_in_use(world: World) -> None:
    material = world.published()
    world.bring(world.package(), into=material.id)
    again = world.find(material.id)
    assert again.newest.state is S.DRAFT
    assert again.in_use is not None and again.in_use.number == 1
    after = world.published(2, material)
    assert (world.state(after, 1), world.state(after, 2)) == (S.REPLACED, S.PUBLISHED)


def test_what_was_withdrawn_comes_back_by_the_principal_alone(world: World) -> None:
    material = world.take(world.published(), Step.WITHDRAW, comment="Sai kiến thức")
    assert material.in_use is None
    with pytest.raises(NotAllowed):
        world.take(material, Step.PUBLISH, by="TT1")
    assert world.take(material, Step.PUBLISH).in_use is not None


def test_who_decides_over_what_has_moved_is_told(world: World) -> None:
    material = world.take(world.brought(), Step.SUBMIT)
    world.take(material, Step.REVIEW)
    late = Turned(material.id, 1, S.SUBMITTED, Step.RETURN, S.SUBMITTED, "Muộn")
    with pytest.raises(BadInput, match="MATERIAL_MOVED"):
        approval.take(world.library, late, permits=world.who("TT1"))
    assert world.state(material) is S.REVIEWED


def test_a_package_with_errors_goes_no_further(world: World) -> None:
    made = world.bring(world.package(**{"imsmanifest.xml": "<manifest"}))
    material = world.find(made.material)
    with pytest.raises(BadInput, match="NOT_PLAYABLE"):
        world.take(material, Step.SUBMIT)
    assert list(approval.open_steps(material, material.newest, world.who("GV1"))) == []


def test_each_person_sees_the_steps_that_are_theirs(world: World) -> None:
    material = world.take(world.brought(), Step.SUBMIT)
    seen = {who: list(approval.open_steps(material, material.newest, world.who(who))) for who in ("GV1", "TT1", "HT")}
    assert seen == {"GV1": [], "TT1": [Step.REVIEW, Step.RETURN], "HT": []}
