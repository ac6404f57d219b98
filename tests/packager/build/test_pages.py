"""The pages themselves in a real browser: PDF, film, ready pages, and whether everybody can use them."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from content_packager import build
from tests.packager.build.lessons import PNG, SETTINGS, write_files, write_lesson
from tests.packager.build.lms import lms_for
from tests.packager.build.oracles import npm_folder
from tests.packager.build.test_playing import Pupil, until

pytestmark = pytest.mark.xdist_group("chromium")


def pdf(*texts: str) -> bytes:
    """A PDF of one line per page, in a font that every reader has to bring along."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids = []
    for text in texts:
        stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream))
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        objects.append(page % len(objects))
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(kids), b" ".join(kids))
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + head + table + tail


@pytest.fixture
def site(tmp_path):
    """Builds a lesson as a web folder and serves it."""
    servers = []

    def serve(files, name="lesson") -> str:
        [package] = build(write_files(tmp_path / name, files), ["web"], tmp_path / f"{name}-out").packages
        handler = functools.partial(_Quiet, directory=str(package.path))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args):
        """Tests look at the page, not at a log."""


def test_a_pdf_shows_its_pages_and_its_text(browser, site):
    page = browser.new_page()
    foreign = []
    address = site({"bài.pdf": pdf("Trang mot", "Trang hai")})
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(address) else None)
    page.goto(address)
    page.locator("[data-pdf][data-ready]").wait_for()
    assert page.locator(".page").count() == 2
    page.locator(".textLayer span", has_text="Trang mot").wait_for()
    dark = page.locator(".page canvas").first.evaluate(
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".filter((value, index) => index % 4 === 0 && value < 60).length"
    )
    assert dark > 100
    assert page.locator(".page").nth(1).get_attribute("aria-label") == "Trang 2 / 2"
    assert foreign == []
    page.close()


def test_a_broken_pdf_leaves_a_link_and_a_sentence(browser, site):
    page = browser.new_page()
    page.goto(site({"a.pdf": "%PDF-1.7 nothing more"}))
    page.locator(".document .problem", has_text="Hãy mở tệp PDF").wait_for()
    assert page.get_by_role("link", name="Mở tệp PDF").get_attribute("href") == "parts/01/a.pdf"
    page.close()


@pytest.mark.parametrize("name", ["phim.webm", "bài nghe.mp3"])
def test_a_film_or_sound_has_its_captions(browser, site, name):
    page = browser.new_page()
    vtt = "WEBVTT\n\n00:00.000 --> 00:09.000\nXin chào\n"
    page.goto(site({name: b"x", f"{name.partition('.')[0]}.vtt": vtt}))
    page.locator("html[data-ready]").wait_for()
    page.wait_for_function("document.querySelector('video').textTracks[0].cues?.length === 1")  # <audio> shows none
    page.close()


def test_a_sound_without_captions_is_a_sound(browser, site):
    page = browser.new_page()
    page.goto(site({"bài nghe.mp3": b"x"}))
    page.locator("html[data-ready]").wait_for()
    assert page.locator("audio[aria-label='bài nghe']").count() == 1
    page.close()


def test_ready_pages_can_report_a_score(browser, tmp_path):
    html = "<button onclick='parent.lesson.score(8, 10); parent.lesson.complete()'>Xong</button>"
    lesson = write_files(tmp_path / "lesson", {"index.html": html, "lesson.toml": 'title = "A"\npass_mark = 70\n'})
    [package] = build(lesson, ["scorm12"], tmp_path / "out").packages
    with lms_for(package.path) as lms:
        lms.kind = "scorm12"
        pupil = Pupil(browser, lms)
        pupil.lesson.frame_locator("iframe.pages").get_by_role("button").click()
        until(lambda: (lms.scorm or {}).get("cmi.core.score.raw") == "80", "the score of the page")
        assert lms.scorm["cmi.core.lesson_status"] == "passed"
        pupil.close_tab()


def barriers(page) -> list[tuple[str, str]]:
    """What axe objects to, all parts shown; and whether the page is wider than the screen."""
    page.add_script_tag(path=npm_folder() / "axe-core" / "axe.min.js")
    page.evaluate("for (const part of document.querySelectorAll('.part')) part.hidden = false")
    page.wait_for_function(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    wide = [] if page.evaluate("document.documentElement.scrollWidth <= innerWidth") else [("wide", page.url)]
    return [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] + wide


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(browser, site, tmp_path, language, width, scheme):
    settings = SETTINGS + f'language = "{language}"\n'
    write_lesson(
        tmp_path / "lesson", settings=settings, extra={"3 hinh.md": "# Hình\n\n![Một ô](hình.png)\n\n|a|\n|-|\n|1|\n"}
    )
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(site({}))
    page.locator("html[data-ready]").wait_for()
    page.locator("#q1 input[value='1']").check()
    page.locator("#q1 button").click()
    page.locator("#q2 button").click()  # left empty: the complaint is on the page
    assert barriers(page) == []
    page.close()


WIDE = f"# Rộng\n\n|{'cột rộng|' * 8}\n|{'-|' * 8}\n|{'1|' * 8}\n\n```\n{'một dòng dài ' * 20}\n```\n\n{'dài' * 90}\n"
KINDS = {
    "a PDF": {"Một tệp có tên rất dài để xem nó có xuống dòng hay không.pdf": pdf("Mot", "Hai")},
    "a film": {"phim.webm": b"x", "phim.vtt": "WEBVTT\n"},
    "a sound": {"a.mp3": b"x"},
    "a sound with captions": {"a.mp3": b"x", "a.vtt": "WEBVTT\n"},
    "a picture": {"hình vẽ.png": PNG},
    "Markdown": {"a.md": WIDE},
    "ready pages": {"index.html": "<!doctype html><html lang=vi><title>A</title><main><h1>A</h1></main>"},
}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("files", KINDS.values(), ids=KINDS)
def test_axe_finds_no_barrier_in_any_kind_of_page(browser, site, files, width):
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(site(files))
    page.locator("html[data-ready]").wait_for()
    if any(name.endswith(".pdf") for name in files):
        page.locator(".textLayer span", has_text="Mot").wait_for()
    assert barriers(page) == []
    page.close()


def test_what_scrolls_sideways_is_reached_by_the_keyboard(browser, site):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(site({"a.md": WIDE}))
    page.locator("pre[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('pre').scrollLeft > 0")
    assert page.locator("table[tabindex='0']").count() == 1
    page.set_viewport_size({"width": 1280, "height": 740})
    page.locator("table:not([tabindex])").wait_for()
    page.close()


BY_KEYBOARD = """câu hỏi;loại;a;b;c;đáp án
Một?;một đáp án;a;b;c;B
Hai?;nhiều đáp án;a;b;c;A,C
Ba?;đúng sai;;;;sai
Bốn?;trả lời ngắn;;;;nước
Năm?;số;;;;3,14
"""
KEYS = {
    "q1": ["Space", "ArrowDown"],
    "q2": ["Space", "Tab", "Tab", "Space"],
    "q3": ["Space", "ArrowDown"],
    "q4": ["nước"],
    "q5": ["3,14"],
}
"""Question → what to press in it; more than one letter that is no key is typed."""


def test_every_kind_of_question_is_answered_by_keyboard_alone(browser, site):
    page = browser.new_page()
    page.goto(site({"a.csv": BY_KEYBOARD}))
    page.locator("html[data-ready]").wait_for()
    for question, keys in KEYS.items():
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.name") == question:
                break
        for key in keys:
            if key in ("Space", "Tab", "ArrowDown"):
                page.keyboard.press(key)
            else:
                page.keyboard.insert_text(key)
        page.keyboard.press("Enter")
        page.locator(f"#{question}[data-verdict=right]").wait_for()
        expected = "result" if question == "q5" else "feedback"  # with the last answer the lesson was handed in
        assert page.evaluate("document.activeElement.className") == expected
    assert "100" in page.locator("#result-text").inner_text()
    page.close()


def test_choices_shuffle_the_same_way_for_one_sitting(browser, site):
    text = "```gift\nQ {=a ~b ~c ~d ~e ~f ~g ~h}\n```\n"
    page = browser.new_page()
    page.goto(site({"a.md": text, "lesson.toml": 'title = "A"\nshuffle = true\n'}))

    def order():
        page.locator("html[data-ready]").wait_for()
        return page.locator("#q1 input").evaluate_all("all => all.map(one => one.value).join('')")

    first = order()
    page.reload()
    assert order() == first
    assert sorted(first) == list("01234567")
    page.close()


def test_our_script_never_waits_for_unload(tmp_path):
    lesson = write_files(tmp_path / "lesson", {"a.png": PNG})
    for package in build(lesson, ["web"], tmp_path / "out").packages:
        script = (package.path / "_player/lesson.js").read_text("utf-8")
    assert '"unload"' not in script
    assert '"beforeunload"' not in script
    assert "XMLHttpRequest" not in script
