"""Visits and what else LTI keeps: once usable, ending by themselves, readable only with the keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bridge.domain.actors import Actor, Identity
from bridge.domain.actors import Launch as Came
from bridge.domain.errors import NotFound
from bridge.ports.launches import DeepLinking, ScoreService
from bridge.ports.platforms import Pending
from bridge.store.facade import Store
from bridge.store.tables.launches import logins, visits
from tests.store.world import Clock
from tests.web.fakes import launch

SCHOOL, ISSUER = "79000001", "https://moodle.test"
TEACHER = Actor("GV1", Identity.KNOWN, Came(12, teaching=True))
FOUND = launch(
    custom={"page": "sheet"},
    scores=ScoreService("https://m/lineitems", "", frozenset({"a", "b"})),
    deep_linking=DeepLinking("https://m/return", ("ltiResourceLink",), True, "d"),
)


def test_a_visit_comes_back_as_it_was_begun(store: Store) -> None:
    begun = store.visits.begin(SCHOOL, TEACHER, FOUND, session="browser", language="en")
    assert store.visits.find(SCHOOL, begun.id, session="browser") == begun
    local = store.visits.begin(SCHOOL, Actor("QT01"), None, session="browser", language="vi")
    assert store.visits.find(SCHOOL, local.id, session="browser") == local


@pytest.mark.parametrize(("school", "session"), [(SCHOOL, "another"), ("79000002", "browser"), (SCHOOL, "")])
def test_another_browser_or_school_finds_nothing(store: Store, school: str, session: str) -> None:
    begun = store.visits.begin(SCHOOL, TEACHER, FOUND, session="browser", language="vi")
    with pytest.raises(NotFound):
        store.visits.find(school, begun.id, session=session)


def test_a_visit_ends_by_itself_or_by_a_word(store: Store, clock: Clock) -> None:
    first = store.visits.begin(SCHOOL, TEACHER, FOUND, session="b", language="vi")
    second = store.visits.begin(SCHOOL, TEACHER, FOUND, session="b", language="vi")
    store.visits.end(SCHOOL, first.id)
    with pytest.raises(NotFound):
        store.visits.find(SCHOOL, first.id, session="b")
    clock.pass_seconds(8 * 3600)
    with pytest.raises(NotFound):
        store.visits.find(SCHOOL, second.id, session="b")
    store.visits.begin(SCHOOL, TEACHER, None, session="b", language="vi")
    with store.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(visits)) == 1


def test_no_name_and_no_secret_lies_open_in_the_database(store: Store) -> None:
    store.visits.begin(SCHOOL, TEACHER, FOUND, session="browser-secret", language="vi")
    pending = Pending("r1", "nonce", "https://t", "binding-secret", store.database.clock() + timedelta(minutes=10))
    store.logins.keep("state-secret", pending)
    with store.database.read() as connection:
        kept = repr(connection.execute(sa.select(visits)).all()) + repr(connection.execute(sa.select(logins)).all())
    for secret in ("Người Thử", "GV1", "browser-secret", "state-secret", "binding-secret", "sheet"):
        assert secret not in kept


def test_of_many_who_take_a_state_at_once_one_gets_it(store: Store, clock: Clock) -> None:
    store.logins.keep("s", Pending("r1", "n", "t", "b", clock() + timedelta(minutes=10)))
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: store.logins.take("s", now=clock()), range(8)))
    assert sum(found is not None for found in taken) == 1


def test_of_many_who_use_an_invitation_at_once_one_may(store: Store, clock: Clock) -> None:
    word = store.invitations.offer(SCHOOL, actor="QT01", now=clock())
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: store.invitations.use(SCHOOL, word, now=clock()), range(8))) == 1


def test_what_has_run_out_is_swept(store: Store, clock: Clock) -> None:
    store.logins.keep("s", Pending("r1", "n", "t", "b", clock() + timedelta(minutes=10)))
    clock.pass_seconds(601)
    assert (store.logins.sweep(now=clock()), store.logins.sweep(now=clock())) == (1, 0)


def test_accounts_are_named_by_the_identifiers_that_were_asked_for_alone(store: Store, clock: Clock) -> None:
    for user, code in (("9", "HS1"), ("10", "HS2"), ("11", "GV1")):
        store.faces.see(SCHOOL, ISSUER, user, code, now=clock())
    found = store.faces.whose(SCHOOL, ISSUER, ["9", "10", "11", "12"], among=["HS1", "HS3", "GV1"])
    assert found == {"9": "HS1", "11": "GV1"}
    assert store.faces.whose(SCHOOL, "https://other.test", ["9"], among=["HS1"]) == {}
    assert store.faces.whose("79000002", ISSUER, ["9"], among=["HS1"]) == {}
