"""The admin's pages about scores into Moodle: conflicts settled, the given up sent again, the whole way tried."""

from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.actors import Role
from bridge.passback.rows import short_id
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.jobs import JobKind
from bridge.ports.launches import Registration, RegistrationState
from bridge.ports.passback import Claimed, PassbackState, Place, Shown, Trouble, Wanted
from tests.sync.harness import SCHOOL
from tests.web.classroom import open_room
from tests.web.test_play import done, learn
from tests.web.test_school import granted
from tests.web.world import Browser, Pages

PLACE = Place("r1", "https://moodle.example.test/lineitems/7/lineitem", "12")
ENTERED = Shown(Decimal("6.5"), Decimal(10))


@pytest.fixture
def admin(pages: Pages) -> Browser:
    return granted(pages, "QT01", Role.ADMIN)


@pytest.fixture
def conflict(pages: Pages) -> str:
    return conflict_at(pages, PLACE)


def conflict_at(pages: Pages, place: Place) -> str:
    """A lesson's 8.5 where a teacher has entered 6.5; its short id."""
    outbox, now = pages.school.store.passbacks, pages.school.clock()
    outbox.conflict(claimed(pages, place), ENTERED, now=now)
    return short_id(place)


def dead_at(pages: Pages, place: Place) -> str:
    """A lesson's 8.5 for a column that is gone; its short id."""
    facts = {"remote": "platform", "operation": "scores", "reason": "COLUMN_GONE", "theirs": 404}
    outbox, now = pages.school.store.passbacks, pages.school.clock()
    outbox.dead(claimed(pages, place), Trouble("REFUSED", facts), now=now)
    return short_id(place)


def claimed(pages: Pages, place: Place) -> Claimed:
    now = pages.school.clock()
    wanted = Wanted(Decimal("8.5"), Decimal(10), ActivityProgress.COMPLETED, now)
    pages.school.store.passbacks.put(SCHOOL, place, wanted, now=now)
    claim = pages.school.store.passbacks.claim(SCHOOL, now=now, seconds=60)
    assert claim is not None
    return claim


def state(pages: Pages) -> PassbackState:
    found = pages.school.store.passbacks.find(SCHOOL, PLACE)
    assert found is not None
    return found.state


def queued(pages: Pages) -> int:
    return sum(job.kind is JobKind.PASSBACK for job in pages.school.store.jobs.list(SCHOOL, limit=50))


def test_a_conflict_shows_both_scores_and_forces_nothing(pages: Pages, admin: Browser, conflict: str):
    admin.get(admin.here("passbacks/"))
    assert ("8,5" in admin.text, "6,5" in admin.text) == (True, True)
    assert state(pages) is PassbackState.CONFLICT


@pytest.mark.parametrize(
    ("choice", "then"), [("KEEP_THEIRS", PassbackState.KEPT), ("SEND_OURS", PassbackState.WAITING)]
)
def test_a_conflict_is_settled_for_what_was_seen(pages: Pages, admin: Browser, conflict: str, choice, then):
    sent = admin.send(admin.here(f"passbacks/{conflict}/settle"), choice=choice, seen="6.5/10")
    assert (sent.status_code, state(pages), queued(pages)) == (200, then, 1)
    found = pages.school.store.passbacks.find(SCHOOL, PLACE)
    assert found is not None
    assert (found.allowed == ENTERED) is (choice == "SEND_OURS")


@pytest.mark.parametrize(
    "fields", [{"seen": "7/10"}, {"seen": ""}, {}, {"seen": "6.5/10", "choice": "FORCE"}, {"seen": "6.5/10"}]
)
def test_a_decision_about_anything_else_changes_nothing(pages: Pages, admin: Browser, conflict: str, fields):
    given = {"choice": "SEND_OURS" if fields.get("seen") != "6.5/10" else "", **fields}
    assert admin.send(admin.here(f"passbacks/{conflict}/settle"), **given).status_code == 404
    assert (state(pages), queued(pages)) == (PassbackState.CONFLICT, 0)


def test_settling_twice_is_told(pages: Pages, admin: Browser, conflict: str):
    asked = {"choice": "KEEP_THEIRS", "seen": "6.5/10"}
    assert admin.send(admin.here(f"passbacks/{conflict}/settle"), **asked).status_code == 200
    assert admin.send(admin.here(f"passbacks/{conflict}/settle"), **asked).status_code == 404


def test_one_that_was_given_up_says_why_and_is_sent_again(pages: Pages, admin: Browser):
    name = dead_at(pages, PLACE)
    admin.get(admin.here("passbacks/"))
    assert "không gửi được" in admin.text
    assert admin.send(admin.here(f"passbacks/{name}/again")).status_code == 200
    assert (state(pages), queued(pages)) == (PassbackState.WAITING, 1)
    assert admin.send(admin.here("passbacks/0000000000/again")).status_code == 404


def test_scores_that_have_one_cure_stand_together_and_are_let_be_by_one_press(pages: Pages, admin: Browser):
    """A column that is gone for good: nobody is asked about it any more, and another column is not touched."""
    other = dead_at(pages, PLACE._replace(line_item=f"{PLACE.line_item}?type_id=2"))
    name = dead_at(pages, PLACE)
    dead_at(pages, PLACE._replace(user="13"))
    admin.get(admin.here("passbacks/"))
    assert admin.text.count("không còn trong Moodle") == 2 and "2 học sinh" in admin.text
    assert admin.send(admin.here(f"passbacks/{name}/leave")).status_code == 200
    counts = pages.school.store.passbacks.counts(SCHOOL)
    assert counts == {PassbackState.LEFT: 2, PassbackState.DEAD: 1}
    assert admin.text.count("không còn trong Moodle") == 1 and other in admin.text
    assert admin.send(admin.here(f"passbacks/{name}/leave")).status_code == 404
    [first, _] = pages.school.store.audit.show(SCHOOL, limit=2)
    assert (first.what, first.actor) == ("passback.left", "QT01")


def test_what_was_let_be_is_tried_again_when_a_newer_score_comes(pages: Pages, admin: Browser):
    admin.send(admin.here(f"passbacks/{dead_at(pages, PLACE)}/leave"))
    assert state(pages) is PassbackState.LEFT
    now = pages.school.clock()
    wanted = Wanted(Decimal(9), Decimal(10), ActivityProgress.COMPLETED, now)
    pages.school.store.passbacks.put(SCHOOL, PLACE, wanted, now=now)
    assert state(pages) is PassbackState.WAITING


def test_all_of_one_cure_are_sent_again_by_one_press(pages: Pages, admin: Browser):
    name = dead_at(pages, PLACE)
    dead_at(pages, PLACE._replace(user="13"))
    admin.send(admin.here(f"passbacks/{name}/again"))
    assert pages.school.store.passbacks.counts(SCHOOL) == {PassbackState.WAITING: 2}


def test_a_pupil_is_named_as_elsewhere_with_the_lesson(pages: Pages, admin: Browser, tmp_path: Path):
    open_room(pages, tmp_path)
    done(learn(pages))
    [link] = pages.school.store.attempts.links_of(SCHOOL, pages.material.id)
    outbox, now = pages.school.store.passbacks, pages.school.clock()
    claim = outbox.claim(SCHOOL, now=now, seconds=60)
    assert claim is not None
    outbox.conflict(claim, ENTERED, now=now)
    stranger = conflict_at(pages, PLACE._replace(user="99"))
    platform = pages.registrations.find(link.registration)
    pages.school.store.platforms.add(platform, actor="x", now=now)
    pages.school.store.faces.see(SCHOOL, platform.issuer, "11", "HS11", now=now)
    admin.get(admin.here("passbacks/"))
    key = pages.school.key("HS11")
    name = pages.school.store.rosters.names(SCHOOL, [key])[key]
    assert f"· {name}</h2>" in admin.text and "Luyện tập · khoá học số 12" in admin.text
    assert "tài khoản Moodle số 99" in admin.text and stranger in admin.text


# --- the self-test


def register(pages: Pages) -> str:
    store, now = pages.school.store, pages.school.clock()
    moodle = "https://127.0.0.1"
    made = Registration(
        "r1", SCHOOL, "Moodle thử", moodle, "c1", f"{moodle}/a", f"{moodle}/t", f"{moodle}/k", RegistrationState.PENDING
    )
    store.platforms.add(made, actor="QT01", now=now)
    return made.id


def test_a_test_is_tried_step_by_step_and_told_in_green_and_red(pages: Pages, admin: Browser):
    registration = register(pages)
    assert "Chưa có Moodle nào hoạt động" in (admin.get(admin.here("selftest/")), admin.text)[1]
    pages.school.store.platforms.learn(registration, "1", now=pages.school.clock())
    admin.send(admin.here("selftest/"), registration=registration, course="2", user="12")
    [job] = pages.school.store.jobs.list(SCHOOL, limit=9, kind=JobKind.SELF_TEST)
    assert dict(job.arguments) == {"registration": registration, "course": 2, "user": 12}
    pages.work()
    admin.get(admin.here("selftest/"))
    assert "Đăng ký đang dùng" in admin.text
    assert (admin.text.count("✓"), admin.text.count("✗")) == (
        2,
        1,
    )  # registration and city; members are not asked for in a private network


@pytest.mark.parametrize("fields", [
    {"course": "0"}, {"course": "x"}, {"user": "²"}, {"user": ""}, {"course": "9" * 40},
])  # fmt: skip
def test_numbers_that_are_none_are_refused(pages: Pages, admin: Browser, fields: dict[str, str]):
    asked = {"registration": register(pages), "course": "2", "user": "12", **fields}
    assert admin.send(admin.here("selftest/"), **asked).status_code == 422


def test_a_registration_that_there_is_not_is_not_tried(admin: Browser):
    assert admin.send(admin.here("selftest/"), registration="no", course="2", user="12").status_code == 404
