"""Who may do what: every action × every kind of actor, in one unit and for the whole school."""

from dataclasses import replace
from datetime import date

import pytest

from bridge.domain.actors import Actor, Delegation, Entitlements, Grant, Identity, Launch
from bridge.domain.errors import NotAllowed
from bridge.domain.rights import OF_SUBJECTS, RIGHTS, Act, Action, Basis, Denial, Lack, demand, judge
from bridge.domain.school import Assignment, Unit
from bridge.domain.scores import Term

UNIT = Unit("79000001", 2026, "10A1", "TOAN", Term.HK1)
COURSE, OTHER_COURSE = 7, 8
TODAY = date(2026, 11, 20)

ENTITLEMENTS = Entitlements(
    school="79000001",
    year=2026,
    assignments=(
        Assignment("T1", "10A1", "TOAN", Term.HK1),
        Assignment("T2", "10A2", "TOAN", Term.HK1),
        Assignment("T3", "10A1", "VATLI", Term.HK1),
        Assignment("T4", "10A1", "TOAN", Term.HK2),
        Assignment("LEFT", "10A1", "TOAN", Term.HK1, until=date(2026, 11, 19)),
        Assignment("LATER", "10A1", "TOAN", Term.HK1, since=date(2026, 11, 21)),
        Assignment("", "10A1", "TOAN", Term.HK1),  # a post that nobody has been named for
    ),
    grants=(
        Grant("ADMIN", "admin"),
        Grant("PRINCIPAL", "principal", since=date(2026, 8, 1), until=TODAY),
        Grant("HEAD", "department_head", ("TOAN", "TINHOC")),
        Grant("HEAD_OF_OTHERS", "department_head", ("NGUVAN",)),
        Grant("HEAD_OF_NOTHING", "department_head"),
        Grant("FORMER_ADMIN", "admin", until=date(2026, 11, 19)),
    ),
    delegations=(
        Delegation("STAND_IN", "10A1", "TOAN", "HK1", TODAY, TODAY),
        Delegation("FORMER_STAND_IN", "10A1", "TOAN", "HK1", date(2026, 10, 1), date(2026, 11, 19)),
    ),
)

A = Action
TEACHER = {A.SEE_LMS, A.SEE_CITY, A.MAP, A.CONFIRM, A.SETTLE, A.CLEAR_COLUMN, A.RUN, A.SEE_AUDIT}
LEADER = {A.SEE_LMS, A.SEE_CITY, A.RELEASE, A.SEE_AUDIT}
PRINCIPAL_OF_SCHOOL = {A.SEE_STATUS, A.SET_POLICY}
ADMIN_OF_SCHOOL = PRINCIPAL_OF_SCHOOL | {
    A.CLEAR_UNIT,
    A.SET_SCHEDULE,
    A.REVERT,
    A.PULL_ROSTER,
    A.SETTLE_IDENTITY,
    A.GRANT,
    A.DELEGATE,
    A.OPERATE,
}
ADMIN = LEADER | {A.MAP, A.CLEAR_COLUMN, A.RUN} | ADMIN_OF_SCHOOL
TEACHING, LEARNING = Launch(COURSE, teaching=True), Launch(COURSE, teaching=False)

ACTORS = {
    "teacher": (Actor("T1"), TEACHER),
    "teacher in a launch": (Actor("T1", launch=TEACHING), TEACHER),
    "teacher in a launch of another course": (Actor("T1", launch=Launch(OTHER_COURSE, teaching=True)), TEACHER),
    "teacher who came as a learner": (Actor("T1", launch=LEARNING), set()),
    "teacher of another class": (Actor("T2"), set()),
    "teacher of another class in a launch here": (Actor("T2", launch=TEACHING), {A.SEE_LMS}),
    "teacher of another subject": (Actor("T3"), set()),
    "teacher of another term": (Actor("T4"), set()),
    "teacher who has left the class": (Actor("LEFT"), set()),
    "teacher who has not begun": (Actor("LATER"), set()),
    "stand-in": (Actor("STAND_IN"), TEACHER),
    "former stand-in": (Actor("FORMER_STAND_IN"), set()),
    "admin": (Actor("ADMIN"), ADMIN),
    "admin who came as a learner": (Actor("ADMIN", launch=LEARNING), set()),
    "former admin": (Actor("FORMER_ADMIN"), set()),
    "principal on the last day": (Actor("PRINCIPAL"), LEADER | PRINCIPAL_OF_SCHOOL),
    "head of the department": (Actor("HEAD"), LEADER),
    "head of another department": (Actor("HEAD_OF_OTHERS"), set()),
    "head of no department": (Actor("HEAD_OF_NOTHING"), set()),
    "the clock": (Actor("", Identity.SCHEDULE), {A.RUN, A.PULL_ROSTER}),
    "the clock set by an admin": (Actor("ADMIN", Identity.SCHEDULE), {A.RUN, A.PULL_ROSTER}),
    "stranger": (Actor("X"), set()),
    "nobody": (Actor(""), set()),
    "unknown instructor in a launch here": (Actor("", Identity.UNKNOWN, TEACHING), {A.SEE_LMS}),
    "unknown instructor elsewhere": (Actor("", Identity.UNKNOWN, Launch(OTHER_COURSE, teaching=True)), set()),
    "unknown learner": (Actor("", Identity.UNKNOWN, LEARNING), set()),
    "unknown with a teacher's code": (Actor("T1", Identity.UNKNOWN, TEACHING), {A.SEE_LMS}),
    "contested teacher": (Actor("T1", Identity.CONTESTED, TEACHING), set()),
    "contested admin": (Actor("ADMIN", Identity.CONTESTED, TEACHING), set()),
}


def allowed(actor: Actor, unit: Unit | None, course: int | None) -> set[Action]:
    """Of what is about marks and people; materials have a table of their own (`test_rights_of_materials`)."""
    about = set(Action) - OF_SUBJECTS - {Action.PLAY}
    answers = {action: judge(actor, Act(action, unit, course), ENTITLEMENTS, on=TODAY) for action in about}
    return {action for action, answer in answers.items() if not isinstance(answer, Denial)}


@pytest.mark.parametrize("who", ACTORS)
def test_every_action_in_a_unit(who: str) -> None:
    actor, expected = ACTORS[who]
    assert allowed(actor, UNIT, COURSE) == expected


OF_WHOLE_SCHOOL = {
    "admin": ADMIN,
    "principal on the last day": LEADER | PRINCIPAL_OF_SCHOOL,
    "the clock": {A.RUN, A.PULL_ROSTER},
    "the clock set by an admin": {A.RUN, A.PULL_ROSTER},
}


@pytest.mark.parametrize("who", ACTORS)
def test_every_action_for_the_whole_school(who: str) -> None:
    actor, _ = ACTORS[who]
    assert allowed(actor, None, None) == OF_WHOLE_SCHOOL.get(who, set())


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("unit", [UNIT._replace(school="79000002"), UNIT._replace(year=2025)])
def test_nothing_is_allowed_in_another_school_or_year(who: str, unit: Unit) -> None:
    actor, _ = ACTORS[who]
    assert allowed(actor, unit, COURSE) == set()


def test_every_action_has_its_row() -> None:
    assert set(RIGHTS) == set(Action)
    assert all(RIGHTS.values())


@pytest.mark.parametrize("who", ACTORS)
def test_a_token_never_widens(who: str) -> None:
    """Coming by a launch adds the LMS side of its course, and nothing else, to what the person has without it."""
    actor, _ = ACTORS[who]
    without = allowed(replace(actor, launch=None), UNIT, COURSE)
    for launch in (TEACHING, LEARNING):
        assert allowed(replace(actor, launch=launch), UNIT, COURSE) <= without | {A.SEE_LMS}


@pytest.mark.parametrize(
    ("actor", "action", "basis"),
    [
        (Actor("T1"), A.CONFIRM, Basis.ASSIGNMENT),
        (Actor("T1", launch=TEACHING), A.SEE_LMS, Basis.ASSIGNMENT),  # the stronger one
        (Actor("T2", launch=TEACHING), A.SEE_LMS, Basis.LAUNCH),
        (Actor("STAND_IN"), A.CONFIRM, Basis.DELEGATION),
        (Actor("ADMIN"), A.MAP, Basis.ADMIN),
        (Actor("PRINCIPAL"), A.RELEASE, Basis.PRINCIPAL),
        (Actor("HEAD"), A.RELEASE, Basis.DEPARTMENT_HEAD),
        (Actor("", Identity.SCHEDULE), A.RUN, Basis.SCHEDULE),
    ],
)
def test_the_answer_says_what_a_right_rests_on(actor: Actor, action: Action, basis: Basis) -> None:
    assert demand(actor, Act(action, UNIT, COURSE), ENTITLEMENTS, on=TODAY) is basis


PLACE = {"school_class": "10A1", "subject": "TOAN", "term": Term.HK1}


@pytest.mark.parametrize(
    ("actor", "act", "lack", "facts"),
    [
        (Actor("T2"), Act(A.CONFIRM, UNIT), Lack.ASSIGNMENT, PLACE | {"roles": ()}),
        (Actor("ADMIN"), Act(A.CONFIRM, UNIT), Lack.ASSIGNMENT, PLACE | {"roles": ()}),
        (Actor("T2"), Act(A.MAP, UNIT), Lack.ASSIGNMENT, PLACE | {"roles": ("admin",)}),
        (Actor("T1"), Act(A.RELEASE, UNIT), Lack.ROLE, {"roles": ("admin", "principal", "department_head")}),
        (Actor("T1"), Act(A.RUN), Lack.ROLE, {"roles": ("admin",)}),
        (Actor("T1"), Act(A.SET_POLICY), Lack.ROLE, {"roles": ("admin", "principal")}),
        (
            Actor("LEFT"),
            Act(A.CONFIRM, UNIT),
            Lack.DATES,
            {"basis": Basis.ASSIGNMENT, "since": None, "until": date(2026, 11, 19)},
        ),
        (
            Actor("LATER"),
            Act(A.CONFIRM, UNIT),
            Lack.DATES,
            {"basis": Basis.ASSIGNMENT, "since": date(2026, 11, 21), "until": None},
        ),
        (
            Actor("FORMER_ADMIN"),
            Act(A.GRANT),
            Lack.DATES,
            {"basis": Basis.ADMIN, "since": None, "until": date(2026, 11, 19)},
        ),
        (Actor("LEFT"), Act(A.RELEASE, UNIT), Lack.ROLE, {"roles": ("admin", "principal", "department_head")}),
        (Actor("T1", launch=LEARNING), Act(A.CONFIRM, UNIT), Lack.TOKEN_ROLE, {}),
        (Actor("T1", Identity.CONTESTED), Act(A.CONFIRM, UNIT), Lack.IDENTITY_CHANGED, {}),
        (Actor("", Identity.UNKNOWN, TEACHING), Act(A.CONFIRM, UNIT), Lack.IDENTITY, {}),
        (Actor(""), Act(A.CONFIRM, UNIT), Lack.IDENTITY, {}),
        (
            Actor("T1"),
            Act(A.CONFIRM, UNIT._replace(year=2025)),
            Lack.OTHER_SCHOOL,
            {"school": "79000001", "year": 2025},
        ),
    ],
)
def test_a_denial_says_what_is_missing(actor: Actor, act: Act, lack: Lack, facts: dict[str, object]) -> None:
    assert judge(actor, act, ENTITLEMENTS, on=TODAY) == Denial(act.action, lack, facts)


def test_a_demand_that_is_denied_is_an_error_with_the_facts() -> None:
    with pytest.raises(NotAllowed) as caught:
        demand(Actor("T2"), Act(A.CONFIRM, UNIT), ENTITLEMENTS, on=TODAY)
    assert caught.value.facts == {"actor": "T2", "action": A.CONFIRM, "lack": Lack.ASSIGNMENT, **PLACE, "roles": ()}


@pytest.mark.parametrize(("day", "may"), [(19, False), (20, True), (21, False)])
def test_a_stand_in_stands_in_from_the_first_to_the_last_day(day: int, may: bool) -> None:
    answer = judge(Actor("STAND_IN"), Act(A.CONFIRM, UNIT), ENTITLEMENTS, on=date(2026, 11, day))
    assert isinstance(answer, Denial) is not may
