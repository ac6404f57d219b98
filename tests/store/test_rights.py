from datetime import date

import pytest

from bridge.domain.actors import Delegation, Grant
from bridge.domain.errors import NotFound
from bridge.store.facade import Store
from tests.store.world import SCHOOL, Clock

HEAD = Grant("GV01", "department_head", ("TOAN", "TIN"), date(2026, 9, 1))
STAND_IN = Delegation("GV02", "10A1", "TOAN", "HK1", date(2026, 11, 1), date(2026, 11, 30))


def test_a_role_is_given_changed_and_taken_back(store: Store, clock: Clock) -> None:
    store.grants.grant(SCHOOL, HEAD._replace(subjects=()), by="root", now=clock())
    store.grants.grant(SCHOOL, HEAD, by="root", now=clock())
    assert store.grants.grants(SCHOOL) == [HEAD]
    assert store.grants.grants("79000002") == []
    store.grants.revoke(SCHOOL, "GV01", "department_head", by="root", now=clock())
    assert store.grants.grants(SCHOOL) == []
    assert [entry.what for entry in store.audit.show(SCHOOL, limit=1)] == ["grant.revoked"]
    with pytest.raises(NotFound):
        store.grants.revoke(SCHOOL, "GV01", "department_head", by="root", now=clock())


def test_a_stand_in_is_dated(store: Store, clock: Clock) -> None:
    store.grants.delegate(SCHOOL, STAND_IN._replace(until=date(2026, 12, 31)), by="root", now=clock())
    store.grants.delegate(SCHOOL, STAND_IN, by="root", now=clock())
    assert store.grants.delegations(SCHOOL) == [STAND_IN]


def test_a_pin_is_fixed_at_first_sight(store: Store, clock: Clock) -> None:
    store.pins.pin(SCHOOL, "moodle", {5: "p1", 6: "p2"}, now=clock())
    store.pins.pin(SCHOOL, "moodle", {5: "p9", 7: "p3"}, now=clock())
    assert store.pins.pins(SCHOOL, "moodle") == {5: "p1", 6: "p2", 7: "p3"}
    assert store.pins.pins(SCHOOL, "another") == store.pins.pins("79000002", "moodle") == {}


def test_only_a_person_moves_a_pin_and_says_why(store: Store, clock: Clock) -> None:
    store.pins.pin(SCHOOL, "moodle", {5: "p1"}, now=clock())
    store.pins.repin(SCHOOL, "moodle", 5, "p9", actor="root", why="two accounts merged", now=clock())
    assert store.pins.pins(SCHOOL, "moodle") == {5: "p9"}
    (entry,) = store.audit.show(SCHOOL, limit=1)
    assert (entry.actor, entry.old, entry.new, entry.reason) == ("root", "p1", "p9", "two accounts merged")
