"""The admin's self-test: step by step, ends where it fails, and takes back what it made."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bridge.domain.errors import Refused, Unreachable
from bridge.passback.selftest import Course, SelfTest, Trial
from bridge.ports.city import CityFinding
from bridge.ports.gradebooks import Member
from bridge.ports.launches import Registration, RegistrationState
from tests.fakes_gradebooks import MemoryGradebooks

HERE = Course("r1", "https://m", "https://m/members", "7")
ACTIVE = Registration(
    "r1", "79000001", "Moodle", "https://m", "c", "https://m/a", "https://m/t", "https://m/k", RegistrationState.ACTIVE
)


class Platforms:
    def __init__(self, registration: Registration) -> None:
        self.registration = registration

    def find(self, _registration: str) -> Registration:
        return self.registration


class Members:
    def __init__(self, *members: Member) -> None:
        self.listed = members

    def members(self, _registration: str, _url: str, *, role: object = None) -> list[Member]:
        assert role is None
        return list(self.listed)


class City:
    findings: tuple[CityFinding, ...] = ()

    def examine(self) -> tuple[CityFinding, ...]:
        return self.findings


PUPIL = Member("7", "HS7", active=True, learning=True, teaching=False)


def made(books: MemoryGradebooks, *, registration: Registration = ACTIVE, members: Members | None = None) -> SelfTest:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return SelfTest(Platforms(registration), members or Members(PUPIL), books, City(), lambda: at)  # type: ignore[arg-type]


def test_a_good_way_is_green_and_leaves_nothing_behind():
    books = MemoryGradebooks(["7"])
    found = list(made(books).run(HERE))
    assert [one.trial for one in found] == list(Trial)
    assert all(one.trouble is None and one.reached for one in found)
    assert (len(books.sent), books.columns) == (1, {})


def test_it_ends_where_it_fails_and_still_asks_the_city_and_cleans_up():
    books = MemoryGradebooks(["7"])
    books.troubles.append(("before", Refused(remote="platform", operation="SCORE", reason="NOT_GRADABLE", theirs=400)))
    found = {one.trial: one for one in made(books).run(HERE)}
    assert found[Trial.SCORE].trouble is not None
    assert found[Trial.SCORE].trouble.facts["reason"] == "NOT_GRADABLE"
    assert not found[Trial.READ_BACK].reached
    assert (found[Trial.CITY].trouble, found[Trial.CLEAN_UP].reached, books.columns) == (None, True, {})


@pytest.mark.parametrize(
    ("registration", "members", "trial"),
    [
        (replace(ACTIVE, state=RegistrationState.PENDING), Members(PUPIL), Trial.REGISTRATION),
        (ACTIVE, Members(), Trial.MEMBERS),
        (ACTIVE, Members(PUPIL._replace(learning=False, teaching=True)), Trial.MEMBERS),
    ],
)
def test_nothing_is_made_where_there_is_nobody_to_try_with(registration, members, trial):
    books = MemoryGradebooks(["7"])
    found = {one.trial: one for one in made(books, registration=registration, members=members).run(HERE)}
    assert found[trial].trouble is not None
    assert (found[Trial.COLUMN].reached, found[Trial.CLEAN_UP].reached, books.columns) == (False, False, {})


def test_another_score_than_the_one_that_was_sent_is_red():
    books = MemoryGradebooks(["7"])
    send = books.send

    def half(registration: str, line_item: str, score: object) -> None:
        send(registration, line_item, score._replace(value=score.value / 2))  # type: ignore[attr-defined]

    books.send = half  # type: ignore[method-assign, assignment]
    found = {one.trial: one for one in made(books).run(HERE)}
    trouble = found[Trial.READ_BACK].trouble
    assert trouble is not None
    assert (trouble.facts["why"], books.columns) == ("OTHER_SCORE", {})


def test_a_city_with_serious_findings_is_red_and_named():
    selftest = made(MemoryGradebooks(["7"]))
    selftest.city.findings = (CityFinding("CLOCK", True, {}), CityFinding("X", False, {}))  # type: ignore[attr-defined]
    trouble = {one.trial: one for one in selftest.run(HERE)}[Trial.CITY].trouble
    assert trouble is not None
    assert trouble.facts["theirs"] == "CLOCK"


def test_a_platform_that_is_away_is_told_at_its_step():
    books = MemoryGradebooks(["7"])
    books.away = Unreachable(remote="platform", operation="x", why="TIMEOUT")
    found = {one.trial: one for one in made(books).run(HERE)}
    assert found[Trial.READ_BACK].trouble is not None
