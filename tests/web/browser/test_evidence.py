"""What a teacher sees of a lesson that a class has played, in a real browser: a phone, a desk, both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from bridge.materials import passes, playing
from bridge.materials.changes import Commit
from bridge.ports.lms import ItemKind
from bridge.ports.materials import Material
from bridge.ports.playing import Link, Terms
from tests.sync.harness import SCHOOL, TX1, item
from tests.web.browser.conftest import Open
from tests.web.browser.looking import SIDES, go, in_both_languages, judged
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, enter, press_until, quiet
from tests.web.classroom import publish
from tests.web.fakes import launch

AS_SIDES = pytest.mark.parametrize(("width", "height"), SIDES, ids=["phone", "desk"])
TEXT = "Phân số nào bằng 2/3 và có mẫu số là bội chung nhỏ nhất của 12 và 18? "
PLAYED = {"11": "1 0 1 1", "12": "1 0 0 1", "13": "1 1 1 1", "14": "1 0 1 0", "77": "0 0 1 1"}


@pytest.fixture
def played(small: Stage, tmp_path: Path) -> Iterator[tuple[Stage, Material]]:
    """Four pupils and an account that nobody knows have done it; the fifth has a score in Moodle and has not."""
    school, material = small.pages.school, publish(small.pages, tmp_path)
    school.lms.put_item(12, item(12, TX1, kind=ItemKind.ACTIVITY, module="lti", resource_link="l1"))
    terms = Terms(graded=True)
    link = Link("k1", "r1", "12", "l1", material.id, "Luyện tập phân số", terms, "https://m/items/7", school.clock())
    link = school.store.attempts.ensure_link(SCHOOL, link)
    for user, marks in PLAYED.items():
        school.store.faces.see(SCHOOL, small.platform, user, f"HS{user}", now=school.clock())
        play(small, link, material, user, marks)
    for code in ("HS11", "HS12", "HS13", "HS14", "HS15"):
        school.put(code, "8")
    yield small, material


def play(both: Stage, link: Link, material: Material, user: str, marks: str) -> None:
    """One answer every two minutes, by a package that rounds to whole percents; the last pupil is oddly fast."""
    player, clock = both.pages.house.app.player(), both.pages.school.clock
    attempt = playing.attempt_of(player, link, material, user)
    package = material.versions[0].package
    given = passes.read(player, passes.issue(player, package, attempt), host=passes.host_of(package))
    sitting = playing.sit(player, given).sitting
    said, right = marks.split(), {"1": "correct", "0": "wrong"}
    for number, mark in enumerate(said):
        clock.sleep(5 if user == "14" else 55)
        told = {"id": f"q{number + 1}", "student_response": "4/6" if mark == "1" else "6/4", "result": right[mark]}
        told |= {"description": f"{TEXT}({number + 1})"}
        named = {f"cmi.interactions.{number}.{name}": value for name, value in told.items()}
        playing.commit(player, given, Commit(sitting, number + 1, named, final=False))
    score = round(100 * said.count("1") / len(said))
    done = {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": str(score)}
    playing.commit(player, given, Commit(sitting, len(said) + 1, done, final=True))


def teacher(both: Stage, page: Page, material: Material) -> Frame:
    frame = enter(both, page, launch(custom={"material": material.id}, link="l1"))
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Luyện tập phân số", timeout=SLOW)
    return frame


@AS_SIDES
def test_who_has_done_what(played: tuple[Stage, Material], open_browser: Open, width: int, height: int):
    both, material = played
    context = open_browser(width=width, height=height)
    page = context.new_page()
    with quiet(context):
        frame = teacher(both, page, material)
        in_both_languages(page, frame, f"attempts-{width}")
        frame.get_by_role("link", name="Lần 1").first.click()
        expect(frame.get_by_role("heading", name="Diễn biến")).to_be_visible(timeout=SLOW)
        in_both_languages(page, frame, f"attempt-{width}")
        go(frame, "play/participation")
        expect(frame.get_by_text("Chưa mở bài: 2 trên 6 học sinh")).to_be_visible(timeout=SLOW)
        in_both_languages(page, frame, f"participation-{width}")


@AS_SIDES
def test_a_faulty_question_is_looked_at_and_taken_out(
    played: tuple[Stage, Material], open_browser: Open, width: int, height: int
):
    both, material = played
    context = open_browser(width=width, height=height)
    page = context.new_page()
    with quiet(context):
        frame = teacher(both, page, material)
        frame.get_by_role("link", name="Thống kê câu hỏi").click()
        expect(frame.get_by_role("heading", name="Phiên bản 1")).to_be_visible(timeout=SLOW)
        in_both_languages(page, frame, f"questions-{width}")
        frame.get_by_role("checkbox").nth(1).check()
        frame.get_by_role("button", name="Xem điểm nào sẽ đổi").click()
        expect(frame.get_by_text("75% → 100%")).to_be_visible(timeout=SLOW)
        judged(page, frame, f"questions-look-{width}")
        frame.get_by_label("Lý do").fill("Đề in sai")
        frame.get_by_role("button", name="Áp dụng").click()
        expect(frame.locator("th .chip")).to_have_text("không tính", timeout=SLOW)
        judged(page, frame, f"questions-out-{width}")
        go(frame, "play/attempts")
        expect(frame.get_by_text("(gói báo 75%)")).to_be_visible(timeout=SLOW)
        judged(page, frame, f"attempts-out-{width}")


def test_by_keyboard_alone_a_question_is_taken_out(played: tuple[Stage, Material], open_browser: Open):
    both, material = played
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = teacher(both, page, material)
        press_until(page, frame, "Thống kê câu hỏi")
        page.keyboard.press("Enter")
        expect(frame.get_by_role("heading", name="Phiên bản 1")).to_be_visible(timeout=SLOW)
        press_until(page, frame, f"{TEXT}(2)")
        page.keyboard.press("Space")
        press_until(page, frame, "Xem điểm nào sẽ đổi")
        page.keyboard.press("Enter")
        expect(frame.get_by_text("75% → 100%")).to_be_visible(timeout=SLOW)
        press_until(page, frame, "Lý do")
        page.keyboard.type("Đề in sai")
        press_until(page, frame, "Áp dụng")
        page.keyboard.press("Enter")
        expect(frame.locator("th .chip")).to_have_text("không tính", timeout=SLOW)


@AS_SIDES
def test_the_evidence_stands_where_the_scores_are_confirmed(
    played: tuple[Stage, Material], open_browser: Open, width: int, height: int
):
    both, _ = played
    context = open_browser(width=width, height=height)
    page = context.new_page()
    with quiet(context):
        frame = enter(both, page, launch())
        expect(frame.locator("table.sheet")).to_be_visible(timeout=SLOW)
        frame.get_by_role("link", name="Xem và xác nhận").first.click()
        expect(frame.get_by_role("heading", name="Nguồn và bằng chứng")).to_be_visible(timeout=SLOW)
        expect(frame.get_by_text("có điểm nhưng chưa hoàn thành lần nào ở đây")).to_be_visible()
        in_both_languages(page, frame, f"evidence-{width}")
        frame.get_by_role("button", name=re.compile("Xác nhận và gửi")).click()
        expect(frame.get_by_text("CSDL ngành đã nhận 5 điểm")).to_be_visible(timeout=SLOW)
