"""A material in a course over HTTP: the pupil's page, the content's host, and what a wrong request gets."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.actors import Grant
from bridge.domain.attempts import AttemptState
from bridge.domain.errors import ConfigProblem
from bridge.domain.materials import MaterialState, Step
from bridge.duties.serving import PromptJobs
from bridge.materials import approval
from bridge.materials.passes import host_of
from bridge.ports.jobs import JobKind
from bridge.ports.launches import Course, MessageType
from bridge.ports.materials import Turned
from bridge.ports.passback import PassbackState, Place, Shown
from bridge.ports.playing import Terms
from bridge.web.app import create_app
from bridge.web.house import KEY
from tests.sync.harness import SCHOOL
from tests.web.classroom import CONTENT, HEAD, open_room, publish, pupil
from tests.web.fakes import PLATFORM, FakeEngine, launch
from tests.web.world import Browser, Pages


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path)
    return pages


class Content:
    """The content's host, as the frame of a pupil sees it."""

    def __init__(self, room: Pages, browser: Browser) -> None:
        found = re.search(r'src="(https://[^/]+)(/p/[^"]+/)"', browser.text)
        assert found is not None, browser.text
        self.origin, self.path = found[1], found[2]
        self.client = room.flask.test_client()

    def get(self, path: str = "", **more: Any):
        reply = self.client.get(self.path + path, base_url=self.origin, **more)
        reply.get_data()
        reply.close()  # a file that was sent
        return reply

    def post(self, path: str, said: object, **more: Any):
        body = said if isinstance(said, bytes | str) else json.dumps(said)
        return self.client.post(self.path + path, data=body, base_url=more.pop("base_url", self.origin), **more)

    def sit(self) -> dict[str, Any]:
        reply = self.post("sit", {})
        assert reply.status_code == 200, reply.data
        return reply.get_json()

    def commit(self, sitting: int, sequence: int, *, final: bool = False, **elements: str):
        named = {name.replace("__", "."): value for name, value in elements.items()}
        said = {"sitting": sitting, "sequence": sequence, "final": final, "elements": named}
        return self.post("commit", said)


def learn(room: Pages, code: str = "HS11", **more: Any) -> Content:
    browser = room.browser()
    browser.launch(pupil(room.material, code, **more))
    assert browser.send(browser.here("play/")).status_code == 200, browser.text
    return Content(room, browser)


def attempts(room: Pages, user: str = "11"):
    table = room.school.store.attempts
    (link,) = table.links_of(SCHOOL, room.material.id)
    return table.of_learner(SCHOOL, link.id, user)


def done(content: Content, raw: str = "80") -> None:
    sitting = content.sit()["sitting"]
    reply = content.commit(sitting, 1, final=True, cmi__core__score__raw=raw, cmi__core__lesson_status="completed")
    assert reply.status_code == 200


def test_the_content_has_a_host_of_its_own_without_cookies_and_frames_only_here(room: Pages):
    content = learn(room)
    reply = content.get()
    assert reply.status_code == 200
    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://bridge.example.test https://moodle.example.test" in policy
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in reply.headers
    assert content.origin == f"https://{host_of(room.material.newest.package)}.noi-dung.example.net"


def test_the_pages_frame_content_and_nothing_else(room: Pages):
    browser = room.browser()
    policy = browser.get("/sign-in").headers["Content-Security-Policy"]
    assert f"frame-src {CONTENT};" in policy


def test_files_of_the_package_have_their_types_and_come_in_ranges(room: Pages):
    content = learn(room)
    assert content.get("files/index.html").headers["Content-Type"] == "text/html"
    part = content.get("files/api.js", headers={"Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)
    assert content.get("files/none.html").status_code == 404


@pytest.mark.parametrize(
    "name", ["../imsmanifest.xml", "%2e%2e/%2e%2e/kept", "..%2f..%2fx", "/etc/passwd", "a/../../x"]
)
def test_no_path_leads_out_of_the_package(room: Pages, name: str):
    assert learn(room).get(f"files/{name}", follow_redirects=True).status_code == 404


def test_resume_is_what_was_committed_last(room: Pages):
    content = learn(room)
    sitting = content.sit()["sitting"]
    assert (
        content.commit(sitting, 1, cmi__suspend_data="chữ ế", cmi__core__lesson_status="incomplete").status_code == 200
    )
    again = content.sit()
    assert again["sitting"] == sitting + 1
    assert again["elements"]["cmi.suspend_data"] == "chữ ế"
    assert again["elements"]["cmi.core.entry"] == "resume"
    assert "HS11" not in json.dumps(again) and "Người" not in json.dumps(again, ensure_ascii=False)


def test_a_commit_seen_before_or_overtaken_changes_nothing_and_is_answered_yes(room: Pages):
    content = learn(room)
    sitting = content.sit()["sitting"]
    content.commit(sitting, 2, cmi__suspend_data="new")
    for sequence in (2, 1, 0):
        assert content.commit(sitting, sequence, cmi__suspend_data="old").status_code == 200
    assert attempts(room)[0].elements["cmi.suspend_data"] == "new"


def test_a_forgotten_tab_never_writes_over_what_was_done_elsewhere(room: Pages):
    content = learn(room)
    first = content.sit()["sitting"]
    content.commit(first, 1, cmi__suspend_data="one")
    second = content.sit()["sitting"]
    content.commit(second, 1, cmi__suspend_data="two")
    late = content.commit(first, 2, cmi__suspend_data="one again")
    assert (late.status_code, late.get_json()["code"]) == (409, "OTHER_SITTING")
    assert attempts(room)[0].elements["cmi.suspend_data"] == "two"


def test_the_goodbye_of_a_reloaded_page_may_come_after_the_hello_of_the_new_one(room: Pages):
    content = learn(room)
    first = content.sit()["sitting"]
    content.commit(first, 1, cmi__suspend_data="one")
    second = content.sit()["sitting"]
    assert content.commit(first, 2, final=True, cmi__suspend_data="at the last moment").status_code == 200
    assert attempts(room)[0].elements["cmi.suspend_data"] == "at the last moment"
    content.commit(second, 1, cmi__suspend_data="two")
    assert content.commit(first, 3, final=True, cmi__suspend_data="one").status_code == 409
    assert attempts(room)[0].elements["cmi.suspend_data"] == "two"


def test_nothing_is_taken_after_an_attempt_has_ended(room: Pages):
    content = learn(room)
    done(content)
    late = content.commit(1, 9, cmi__core__score__raw="100")
    assert (late.status_code, late.get_json()["code"]) == (409, "ATTEMPT_CLOSED")
    assert content.post("sit", {}).status_code == 409
    assert attempts(room)[0].score == 80


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", 422),
        (b"[1]", 422),
        (b"[" * 100_000, 422),
        ({"sitting": 1, "sequence": 1, "final": True}, 422),
        ({"sitting": True, "sequence": 1, "final": True, "elements": {}}, 422),
        ({"sitting": 1, "sequence": -1, "final": True, "elements": {}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"cmi.suspend_data": 7}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"__proto__": "x"}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"cmi.suspend_data": "x" * 64_001}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"cmi.core.score.raw": "101"}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"cmi.core.score.raw": "NaN"}}, 422),
        ({"sitting": 1, "sequence": 1, "final": True, "elements": {"cmi.core.score.raw": "1e999999"}}, 422),
        (b"x" * (10 << 20), 413),
    ],
)
def test_bad_commits_are_refused_and_change_nothing(room: Pages, said: object, status: int):
    content = learn(room)
    content.sit()
    before = attempts(room)[0]
    reply = content.post("commit", said)
    assert reply.status_code == status
    assert reply.get_json()["says"]
    assert attempts(room)[0] == before


def test_what_is_the_lmss_own_is_not_changed_by_content(room: Pages):
    content = learn(room)
    sitting = content.sit()["sitting"]
    assert content.commit(sitting, 1, cmi__core__student_id="HS12", cmi__suspend_data="x").status_code == 200
    assert "cmi.core.student_id" not in attempts(room)[0].elements


def test_a_token_opens_its_own_package_and_attempt_for_a_time(room: Pages, tmp_path: Path):
    content = learn(room)
    content.sit()
    said, _, mark = content.path.removeprefix("/p/").rstrip("/").partition(".")
    for wrong in ("x", f"{said}.", f"{said}.{'A' * 22}", f"{said[:-2]}AA.{mark}", f".{mark}", "é.é"):
        assert content.client.get(f"/p/{wrong}/", base_url=content.origin).status_code in (401, 404)
    elsewhere = content.origin.replace("//m", "//n")
    assert content.client.get(content.path, base_url=elsewhere).status_code == 401
    room.school.clock.sleep(4 * 3600 + 60)
    assert content.get().status_code == 401
    assert content.commit(1, 1, cmi__suspend_data="after lunch").status_code == 200
    room.school.clock.sleep(9 * 3600)
    assert content.commit(1, 2, cmi__suspend_data="tomorrow").status_code == 401


def test_the_content_host_has_none_of_the_pages_and_they_none_of_it(room: Pages):
    content = learn(room)
    for path in ("/sign-in", "/v/x/", "/lti/jwks", "/static/bridge.css", "/metrics"):
        assert content.client.get(path, base_url=content.origin).status_code == 404
    assert content.client.get(content.path, base_url="https://bridge.example.test").status_code == 404


def test_another_page_cannot_post_and_no_service_worker_is_given_out(room: Pages):
    content = learn(room)
    assert content.post("commit", {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert content.get("files/api.js", headers={"Service-Worker": "script"}).status_code == 403


def test_another_pupils_attempt_is_not_found(room: Pages):
    content = learn(room)
    content.sit()
    other = room.browser()
    other.launch(pupil(room.material, "HS12"))
    assert other.get(other.here(f"play/{attempts(room)[0].id}/")).status_code == 404


def test_all_attempts_used_up_is_said_and_the_score_that_counts_shown(room: Pages):
    custom = {"attempts": "2", "policy": "FIRST"}
    for raw in ("40", "90"):
        done(learn(room, custom=custom), raw)
    browser = room.browser()
    browser.launch(pupil(room.material, custom=custom))
    assert "Đã làm hết số lần cho phép (2)" in browser.text and "40%" in browser.text
    assert browser.send(browser.here("play/")).status_code == 403


def test_a_new_version_is_for_new_attempts(room: Pages, tmp_path: Path):
    content = learn(room)
    content.sit()
    publish(room, tmp_path, into=room.material.id, **{"api.js": "// new"})
    assert content.get("files/index.html").status_code == 200
    again = learn(room)
    assert again.origin == content.origin
    done(again)
    assert learn(room).origin != content.origin
    assert [row.version for row in attempts(room)] == [1, 2]


def test_withdrawing_closes_new_attempts_and_lets_an_open_one_end(room: Pages):

    content = learn(room)
    sitting = content.sit()["sitting"]
    seen = MaterialState.PUBLISHED
    turned = Turned(room.material.id, 1, seen, Step.WITHDRAW, seen, "Sai")
    approval.take(room.house.app.library(), turned, permits=HEAD)
    assert content.commit(sitting, 1, cmi__suspend_data="x").status_code == 200
    late = room.browser()
    late.launch(pupil(room.material, "HS12"))
    assert "không còn được dùng" in late.text
    assert late.send(late.here("play/")).status_code == 403


def copied(room: Pages, link: str = "l2", **more: Any) -> Terms:
    """Opened for the first time in a course that was copied from course 12: the terms that hold there."""
    found = pupil(room.material, **more)
    room.browser().launch(replace(found, course=Course("13", "Bản sao", "", "", ("99", "12")), link=link))
    newest = next(row for row in room.school.store.attempts.links(SCHOOL) if row.resource_link == link)
    assert newest.course == "13"
    return newest.terms


def change_attempts(room: Pages, resource_link: str, count: int) -> None:
    table = room.school.store.attempts
    (found,) = table.links_at(SCHOOL, "12", resource_link)
    table.set_terms(SCHOOL, found.id, Terms(graded=True, attempts=count), actor="GV1", now=room.school.clock())


def test_a_copied_course_takes_the_terms_that_its_elder_has_now(room: Pages):
    learn(room, custom={"placed_in": "12"}).sit()
    change_attempts(room, "l1", 3)
    assert copied(room, custom={"placed_in": "12"}).attempts == 3


def test_what_a_teacher_places_anew_in_a_copied_course_keeps_what_was_chosen_there(room: Pages):
    learn(room).sit()
    change_attempts(room, "l1", 3)
    assert copied(room, custom={"placed_in": "13", "attempts": "1"}).attempts == 1


def test_of_two_links_to_one_material_a_copy_follows_the_one_of_its_name(room: Pages):
    learn(room).sit()
    room.browser().launch(replace(pupil(room.material), link="other", link_title="Ôn tập"))
    change_attempts(room, "l1", 3)
    change_attempts(room, "other", 5)
    assert copied(room).attempts == 3  # Luyện tập


def test_the_teacher_sees_who_has_come_how_far(room: Pages):
    done(learn(room))
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    assert browser.at.endswith("/play/attempts") and "80%" in browser.text


def seen_before(room: Pages, user: str, code: str) -> None:
    room.school.store.faces.see(SCHOOL, PLATFORM, user, code, now=room.school.clock())


def test_a_teacher_sees_pupils_by_name_and_an_account_that_nobody_knows_as_such(room: Pages):
    seen_before(room, "11", "HS11")
    for code in ("HS11", "HS12"):
        done(learn(room, code))
    known = room.school.store.rosters.directory(SCHOOL).key_of["HS11"]
    name = room.school.store.rosters.names(SCHOOL, {known})[known]
    browser = teacher(room)
    assert (name in browser.text, "Tài khoản Moodle 12" in browser.text) == (True, True)
    browser.get(browser.here(f"play/attempts/{attempts(room)[0].id}"))
    assert name in browser.text


def test_the_gradebook_leads_a_teacher_to_the_pupils_newest_attempt(room: Pages):
    for _ in range(2):
        done(learn(room))
    review = {"message": MessageType.SUBMISSION_REVIEW}
    assert teacher(room, for_user="11", **review).at.endswith(f"/play/attempts/{attempts(room)[-1].id}")
    assert teacher(room, for_user="12", **review).at.endswith("/play/attempts")


def test_a_pupil_reviews_no_other(room: Pages):
    done(learn(room, "HS12"))
    browser = room.browser()
    browser.launch(pupil(room.material, message=MessageType.SUBMISSION_REVIEW, for_user="12"))
    assert browser.at.endswith("/play/")


def passback(room: Pages, user: str = "11"):
    return room.house.app.store.passbacks.find(SCHOOL, Place("r1", "https://m/items/7", user))


def test_a_finished_attempts_score_waits_for_the_gradebook_and_the_pupil_sees_it_arrive(room: Pages):
    content = learn(room)
    sitting = content.sit()["sitting"]
    content.commit(sitting, 1, cmi__core__score__raw="85", cmi__core__lesson_status="incomplete")
    jobs = room.house.app.store.jobs
    assert passback(room) is None and jobs.due(SCHOOL, now=room.school.clock(), limit=9) == []
    content.commit(sitting, 2, final=True, cmi__core__lesson_status="passed")
    assert (passback(room).wanted.value, passback(room).state) == (85, PassbackState.WAITING)
    assert [job.kind for job in jobs.list(SCHOOL, limit=9)] == [JobKind.PASSBACK]
    browser = room.browser()
    browser.launch(pupil(room.material))
    assert "Đang được gửi vào Moodle" in browser.text
    outbox = room.house.app.store.passbacks
    claim = outbox.claim(SCHOOL, now=room.school.clock(), seconds=60)
    outbox.delivered(claim, Shown(Decimal("8.5"), Decimal(10)), now=room.school.clock())
    browser.get(browser.at)
    assert "Điểm đã vào Moodle lúc" in browser.text


def test_the_engine_hears_of_a_finished_lesson_at_once(room: Pages):
    app, heard = room.house.app, FakeEngine()
    room.flask.extensions[KEY] = replace(room.house, jobs=PromptJobs(app.store.jobs, heard))
    done(learn(room))
    assert heard.told == [job.id for job in app.store.jobs.list(SCHOOL, limit=9, kind=JobKind.PASSBACK)] != []


def test_a_teacher_sees_whose_score_would_change_before_the_terms_do(room: Pages):
    for raw in ("40", "90"):
        done(learn(room), raw)
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    browser.send(browser.here("play/terms"), graded="1", policy="FIRST")
    assert "1 học sinh sẽ có điểm tính khác" in browser.text and "90% → 40%" in browser.text
    assert passback(room).wanted.value == 90
    browser.send(browser.here("play/terms"), graded="1", policy="FIRST", sure="1")
    assert passback(room).wanted.value == 40


@pytest.mark.parametrize("wrong", [{"attempts": "-1"}, {"attempts": "101"}, {"pass_mark": "120"}, {"policy": "BEST"}])
def test_terms_that_cannot_be_are_told_and_change_nothing(room: Pages, wrong: dict[str, str]):
    done(learn(room))
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}))
    assert browser.send(browser.here("play/terms"), sure="1", **wrong).status_code == 422
    (link,) = room.school.store.attempts.links_of(SCHOOL, room.material.id)
    assert link.terms == Terms(graded=True)


def test_a_pupil_changes_no_terms(room: Pages):
    learn(room)
    browser = room.browser()
    browser.launch(pupil(room.material))
    assert browser.send(browser.here("play/terms"), graded="1", sure="1", attempts="9").status_code == 403


def teacher(room: Pages, **more: Any) -> Browser:
    browser = room.browser()
    browser.launch(launch(custom={"material": room.material.id}, **more))
    return browser


def answered(content: Content, given: str, result: str) -> None:
    sitting = content.sit()["sitting"]
    said = {"id": "q1", "student_response": given, "result": result}
    elements = {f"cmi__interactions__0__{name}": value for name, value in said.items()}
    done = {"cmi__core__lesson_status": "completed", "cmi__core__score__raw": "50"}
    assert content.commit(sitting, 1, final=True, **elements, **done).status_code == 200


def test_a_teacher_sees_what_was_answered_and_when(room: Pages):
    answered(learn(room), "b", "wrong")
    browser = teacher(room)
    browser.get(browser.here(f"play/attempts/{attempts(room)[0].id}"))
    assert "✕ sai" in browser.text and "mở bài" in browser.text and "cmi.core.lesson_status" in browser.text
    browser.get(browser.here("play/attempts/questions"))
    assert "0%" in browser.text and "b (1)" in browser.text


def test_a_finished_attempt_is_let_on_and_counts_again_when_it_is_finished_again(room: Pages):
    content = learn(room)
    done(content, "40")
    browser, attempt = teacher(room), attempts(room)[0]
    assert browser.send(browser.here(f"play/attempts/{attempt.id}"), turn="upwards", why="x").status_code == 422
    assert browser.send(browser.here(f"play/attempts/{attempt.id}"), turn="reopen", why="Mất điện").status_code == 200
    assert attempts(room)[0].state is AttemptState.OPEN
    done(content, "90")
    assert (attempts(room)[0].score, len(attempts(room))) == (90, 1)
    assert passback(room).wanted.value == 90
    trail = room.house.app.store.audit.show(SCHOOL, limit=5, subject=attempt.id)
    assert [(row.actor, row.old, row.new, row.reason) for row in trail] == [("GV1", "CLOSED", "OPEN", "Mất điện")]


def test_an_attempt_that_is_set_aside_counts_for_nothing_and_uses_up_none(room: Pages):
    custom = {"attempts": "1"}
    done(learn(room, custom=custom), "90")
    browser, attempt = teacher(room), attempts(room)[0]
    browser.send(browser.here(f"play/attempts/{attempt.id}"), turn="reset", why="Làm hộ")
    assert attempts(room)[0].state is AttemptState.RESET
    done(learn(room, custom=custom), "30")
    assert passback(room).wanted.value == 30


def test_commits_to_an_attempt_that_was_set_aside_are_refused(room: Pages):
    content = learn(room)
    sitting = content.sit()["sitting"]
    browser = teacher(room)
    browser.send(browser.here(f"play/attempts/{attempts(room)[0].id}"), turn="reset", why="Làm hộ")
    late = content.commit(sitting, 1, cmi__core__score__raw="100", cmi__core__lesson_status="completed")
    assert (late.status_code, late.get_json()["code"]) == (409, "ATTEMPT_CLOSED")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"turn": "reopen", "why": "x"}, 422),
        ({"turn": "reset", "why": "  "}, 422),
        ({"turn": "reset", "why": "x"}, 200),
    ],
)
def test_turning_an_attempt_needs_a_reason_and_a_state_that_fits(room: Pages, fields: dict[str, str], status: int):
    learn(room)
    browser = teacher(room)
    assert browser.send(browser.here(f"play/attempts/{attempts(room)[0].id}"), **fields).status_code == status


def test_neither_a_pupil_nor_a_teacher_of_another_course_sees_an_attempt(room: Pages):
    done(learn(room))
    attempt = attempts(room)[0]
    browser = room.browser()
    browser.launch(pupil(room.material))
    assert browser.get(browser.here(f"play/attempts/{attempt.id}")).status_code == 403
    other = teacher(room, course=13, link="l9")
    assert other.get(other.here(f"play/attempts/{attempt.id}")).status_code == 404
    assert other.send(other.here(f"play/attempts/{attempt.id}"), turn="reset", why="x").status_code == 404


def test_a_preview_plays_and_keeps_nothing(room: Pages):

    room.school.store.grants.grant(SCHOOL, Grant("HT", "principal"), by="x", now=room.school.clock())
    browser = room.browser()
    browser.launch(launch(user="HT", idnumber="HT"))
    browser.get(browser.here(f"play/preview/{room.material.id}/1"))
    content = Content(room, browser)
    begun = content.sit()
    assert begun["sitting"] == 0
    assert begun["elements"]["cmi.student_data.mastery_score"] == "50", "as a first attempt would find it"
    assert content.commit(0, 1, cmi__suspend_data="x").status_code == 200
    assert room.school.store.attempts.links_of(SCHOOL, room.material.id) == []


def test_a_content_domain_on_the_pages_own_site_is_refused_at_start(pages: Pages):
    web = pages.house.app.settings.web.model_copy(update={"content_url": "https://*.content.example.test"})
    object.__setattr__(pages.house.app.settings, "web", web)
    with pytest.raises(ConfigProblem):
        create_app(pages.house)


def test_without_a_content_domain_nothing_is_played_and_it_is_said(pages: Pages, tmp_path: Path):
    material = publish(pages, tmp_path)
    browser = pages.browser()
    browser.launch(pupil(material))
    assert browser.send(browser.here("play/")).status_code == 403
    assert "web.content_url" in browser.text
