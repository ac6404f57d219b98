"""Who may bring, review, approve and place learning materials, and who may learn with them."""

import pytest

from bridge.domain.actors import Actor, Identity, Launch
from bridge.domain.rights import OF_SUBJECTS, Act, Action, Denial, judge
from tests.domain.test_rights import ENTITLEMENTS, TODAY

A = Action
HERE, LEARNING = Launch(7, teaching=True), Launch(7, teaching=False)
TEACHER = {A.SEE_LIBRARY, A.WRITE_MATERIAL, A.PLACE_MATERIAL}
HEAD = TEACHER | {A.REVIEW_MATERIAL, A.PUBLISH_MATERIAL, A.WITHDRAW_MATERIAL}
PRINCIPAL = TEACHER | {A.APPROVE_MATERIAL, A.PUBLISH_MATERIAL, A.WITHDRAW_MATERIAL}
ADMIN = TEACHER | {A.PUBLISH_MATERIAL, A.WITHDRAW_MATERIAL}

IN_TOAN = {
    "teacher of the subject in any class": (Actor("T2"), TEACHER),
    "teacher of it in another term": (Actor("T4"), TEACHER),
    "teacher of another subject": (Actor("T3"), set()),
    "teacher who has left": (Actor("LEFT"), set()),
    "teacher who came as a learner": (Actor("T1", launch=LEARNING), set()),
    "stand-in": (Actor("STAND_IN"), TEACHER),
    "head of the department": (Actor("HEAD"), HEAD),
    "head of another department": (Actor("HEAD_OF_OTHERS"), set()),
    "head of no department": (Actor("HEAD_OF_NOTHING"), set()),
    "principal": (Actor("PRINCIPAL"), PRINCIPAL),
    "admin": (Actor("ADMIN"), ADMIN),
    "contested admin": (Actor("ADMIN", Identity.CONTESTED), set()),
    "nobody": (Actor(""), set()),
}


def allowed(actor: Actor, subject: str, course: int | None = None) -> set[Action]:
    answers = {a: judge(actor, Act(a, course=course, subject=subject), ENTITLEMENTS, on=TODAY) for a in OF_SUBJECTS}
    return {action for action, answer in answers.items() if not isinstance(answer, Denial)}


@pytest.mark.parametrize("who", IN_TOAN)
def test_who_may_do_what_with_a_material_of_a_subject(who: str) -> None:
    actor, expected = IN_TOAN[who]
    assert allowed(actor, "TOAN") == expected


def test_the_library_as_a_whole_is_open_to_whoever_teaches_anything() -> None:
    look = [judge(Actor(who), Act(A.SEE_LIBRARY), ENTITLEMENTS, on=TODAY) for who in ("T3", "HEAD_OF_OTHERS", "X")]
    assert [isinstance(answer, Denial) for answer in look] == [False, False, True]


def test_an_instructor_whom_the_city_does_not_know_may_place_in_the_own_course_only() -> None:
    stranger = Actor("", Identity.UNKNOWN, HERE)
    assert allowed(stranger, "TOAN", course=7) == {A.PLACE_MATERIAL}
    assert allowed(stranger, "TOAN", course=8) == set()


@pytest.mark.parametrize("identity", [Identity.KNOWN, Identity.UNKNOWN, Identity.CONTESTED])
def test_whoever_was_launched_may_learn_what_that_course_holds(identity: Identity) -> None:
    pupil = Actor("HS1", identity, LEARNING)
    assert not isinstance(judge(pupil, Act(A.PLAY, course=7), ENTITLEMENTS, on=TODAY), Denial)
    assert isinstance(judge(pupil, Act(A.PLAY, course=8), ENTITLEMENTS, on=TODAY), Denial)


def test_nobody_learns_without_a_launch() -> None:
    assert isinstance(judge(Actor("ADMIN"), Act(A.PLAY, course=7), ENTITLEMENTS, on=TODAY), Denial)
