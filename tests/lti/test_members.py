"""NRPS 2.0 against what a real Moodle answered."""

from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from bridge.domain.errors import Garbled, Refused
from bridge.ports.gradebooks import MemberRole
from tests.lti.platform import ISSUER
from tests.lti.recorded import HERE, Recorded, recording

MEMBERS = f"{ISSUER}/mod/lti/services.php/CourseSection/2/bindings/1/memberships"


@pytest.fixture
def moodle(recorded: Recorded) -> Recorded:
    recorded.grant()
    return recorded


def answer(moodle: Recorded, name: str, **more: str) -> None:
    moodle.line.get(MEMBERS, json=recording(name)["response"], headers=more)


def test_members_come_with_identifier_and_without_a_name(moodle: Recorded):
    answer(moodle, "nrps--whole-course")
    found = moodle.members.members(HERE, MEMBERS)
    assert len(found) == len(recording("nrps--whole-course")["response"]["members"])
    [first] = [member for member in found if member.user == "12"]
    assert (first.idnumber, first.active, first.learning, first.teaching) == ("7900002304", True, True, False)
    assert not {"name", "email", "family_name"} & set(first._fields)


def test_every_page_is_read(moodle: Recorded):
    moodle.play("nrps--limit-5", "nrps--limit-5-page2", "nrps--limit-5-page3")
    found = moodle.members.members(HERE, recording("nrps--limit-5")["request"]["url"])
    pages = ("nrps--limit-5", "nrps--limit-5-page2", "nrps--limit-5-page3")
    assert len(found) == sum(len(recording(page)["response"]["members"]) for page in pages)


def test_the_role_is_said_again_on_each_page(moodle: Recorded):
    """Moodle's link to the next page forgets it."""
    rows = recording("nrps--limit-5")["response"]
    following = {"Link": recording("nrps--limit-5")["headers"]["link"]}
    first = [responses.matchers.query_param_matcher({"limit": "200", "role": "Learner"})]
    second = [responses.matchers.query_param_matcher({"limit": "5", "from": "5", "role": "Learner"})]
    moodle.line.get(MEMBERS, json=rows, headers=following, match=first)
    moodle.line.get(MEMBERS, json=recording("nrps--limit-5-page2")["response"], match=second)
    found = moodle.members.members(HERE, MEMBERS, role=MemberRole.LEARNER)
    assert parse_qs(urlsplit(moodle.sent().url).query)["role"] == ["Learner"]
    assert all(member.learning for member in found)


def test_moodle_lists_a_teacher_without_editing_rights_as_a_learner(moodle: Recorded):
    """So who is a pupil is never asked here: `idnumber` and the city's class lists say it."""
    answer(moodle, "nrps--role-learner")
    found = moodle.members.members(HERE, MEMBERS, role=MemberRole.LEARNER)
    [teacher] = [member for member in found if member.idnumber == "GV002"]
    assert (teacher.learning, teacher.teaching) == (True, False)


@pytest.mark.parametrize("body", [[], {}, {"members": {}}, {"members": [5]}, {"members": [{"roles": []}]}])
def test_an_answer_that_is_none_is_garbled(moodle: Recorded, body):
    moodle.line.get(MEMBERS, json=body)
    with pytest.raises(Garbled):
        moodle.members.members(HERE, MEMBERS)


def test_a_member_without_roles_is_nobody_special(moodle: Recorded):
    moodle.line.get(MEMBERS, json={"members": [{"user_id": 7, "roles": None, "status": "Inactive"}]})
    [found] = moodle.members.members(HERE, MEMBERS)
    assert (found.user, found.active, found.learning, found.teaching, found.idnumber) == ("7", False, False, False, "")


@pytest.mark.parametrize("status", [404, 403])
def test_a_course_that_is_gone_or_shut_is_refused(moodle: Recorded, status: int):
    moodle.line.get(MEMBERS, status=status)
    with pytest.raises(Refused):
        moodle.members.members(HERE, MEMBERS)
