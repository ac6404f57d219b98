"""The library of materials in a real browser: at a desk and on a phone, in both languages, by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.packager.build.lessons import PROSE
from tests.packager.check.packages import BASES, write_zip
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open
from tests.web.browser.looking import SIDES, go, in_both_languages, judged
from tests.web.browser.platform import Stage
from tests.web.browser.test_pages import SLOW, enter, press_until, quiet
from tests.web.fakes import launch
from tests.web.test_library import PEOPLE

LONG = "Phân số bằng nhau, rút gọn phân số và quy đồng mẫu số nhiều phân số"


@pytest.fixture
def staffed(small: Stage) -> Stage:
    school = small.pages.school
    for grant in PEOPLE.values():
        school.store.grants.grant(SCHOOL, grant, by="x", now=school.clock())
    return small


def comes(both: Stage, page: Page, who: str, path: str) -> Frame:
    frame = enter(both, page, launch(user=who, idnumber=who))
    expect(frame.locator("table.sheet")).to_be_visible(timeout=SLOW)
    go(frame, path)
    return frame


def bring(frame: Frame, file: Path, title: str = "") -> None:
    frame.locator("#files").set_input_files(file)
    frame.locator("#title").fill(title)
    frame.locator("#subject").select_option("TOAN")
    frame.get_by_role("button", name="Tải lên").click()


@pytest.mark.parametrize(("width", "height"), SIDES, ids=["phone", "desk"])
def test_from_empty_shelves_into_use(staffed: Stage, open_browser: Open, tmp_path: Path, width: int, height: int):
    """What three people see on the way."""
    context = open_browser(width=width, height=height)
    page = context.new_page()
    with quiet(context):
        frame = comes(staffed, page, "GV1", "library/")
        in_both_languages(page, frame, f"library-empty-{width}")
        go(frame, "library/new")
        in_both_languages(page, frame, f"library-new-{width}")
        bring(frame, write_zip(tmp_path / "bai.zip", BASES["scorm12"]), LONG)
        expect(frame.get_by_role("heading", level=1, name=LONG)).to_be_visible(timeout=SLOW)
        in_both_languages(page, frame, f"library-draft-{width}")
        path = frame.url.partition("/library/")[2]
        frame.get_by_role("button", name="Gửi tổ chuyên môn").click()
        expect(frame.get_by_text("Chờ tổ chuyên môn").first).to_be_visible(timeout=SLOW)
        frame = comes(staffed, page, "TT1", f"library/{path}")
        in_both_languages(page, frame, f"library-review-{width}")
        with frame.expect_navigation(timeout=SLOW):  # who leaves at once takes the press along
            frame.get_by_role("button", name="Đồng ý").click()
        frame = comes(staffed, page, "HT", f"library/{path}")
        in_both_languages(page, frame, f"library-approve-{width}")
        for step in ("Duyệt", "Đưa vào dùng"):
            with frame.expect_navigation(timeout=SLOW):  # the words may stand on the page that is left, too
                frame.get_by_role("button", name=step).click()
        expect(frame.get_by_text("Đang dùng").first).to_be_visible(timeout=SLOW)
        in_both_languages(page, frame, f"library-in-use-{width}")
        go(frame, "library/")
        in_both_languages(page, frame, f"library-shelves-{width}")


@pytest.mark.parametrize(("width", "height"), SIDES, ids=["phone", "desk"])
def test_what_is_wrong_is_told_with_its_cure(
    staffed: Stage, open_browser: Open, tmp_path: Path, width: int, height: int
):
    page = open_browser(width=width, height=height).new_page()  # which tells its console of a 422
    frame = comes(staffed, page, "GV1", "library/new")
    (tmp_path / "bài.md").write_text(PROSE, "utf-8")  # names a picture that is not there
    bring(frame, tmp_path / "bài.md")
    expect(frame.get_by_text("không thấy tệp").first).to_be_visible(timeout=SLOW)
    judged(page, frame, f"library-unfit-{width}")
    bad = {**BASES["scorm12"], "imsmanifest.xml": BASES["scorm12"]["imsmanifest.xml"].replace(">50<", ">500<")}
    bring(frame, write_zip(tmp_path / "sai.zip", bad), LONG)
    expect(frame.get_by_role("heading", name=LONG)).to_be_visible(timeout=SLOW)
    in_both_languages(page, frame, f"library-findings-{width}")


def test_by_keyboard_alone_a_teacher_brings_a_package_and_hands_it_in(
    staffed: Stage, open_browser: Open, tmp_path: Path
):
    """From the score sheet; only the file is chosen in the system's own dialogue."""
    context = open_browser()
    page = context.new_page()
    with quiet(context):
        frame = enter(staffed, page, launch())
        expect(frame.locator("table.sheet")).to_be_visible(timeout=SLOW)
        for name in ("Bảng điểm các lớp", "Kho học liệu", "Thêm học liệu"):
            press_until(page, frame, name)
            page.keyboard.press("Enter")
            expect(frame.get_by_role("heading", level=1)).to_have_text(name, timeout=SLOW)
        frame.locator("#files").set_input_files(write_zip(tmp_path / "bai.zip", BASES["scorm12"]))
        press_until(page, frame, "Môn")
        page.keyboard.type("Toán")
        press_until(page, frame, "Tải lên")
        page.keyboard.press("Enter")
        expect(frame.get_by_role("button", name="Gửi tổ chuyên môn")).to_be_visible(timeout=SLOW)
        press_until(page, frame, "Gửi tổ chuyên môn")
        page.keyboard.press("Enter")
        expect(frame.get_by_text("Chờ tổ chuyên môn").first).to_be_visible(timeout=SLOW)
