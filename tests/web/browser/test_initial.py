"""What the content of a foreign package finds in a real Chromium of what its manifest says, and what becomes of a score
on the way: it is judged by nobody before content says that it is done."""

from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from bridge.domain.attempts import AttemptState
from bridge.ports.playing import Attempt
from tests.packager.check.packages import BASES, replaced
from tests.sync.harness import SCHOOL
from tests.web.browser.conftest import Open
from tests.web.browser.platform import Stage
from tests.web.browser.playing import begin, until
from tests.web.browser.test_pages import SLOW
from tests.web.classroom import publish

XML = "imsmanifest.xml"
PAGE = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>Bài</title><p id="found"></p>
<button id="leave">Rời</button><button id="end">Nộp</button><script src="api.js"></script></html>"""
ASK_12 = """
const api = parent.API; api.LMSInitialize('');
const data = ['mastery_score', 'max_time_allowed', 'time_limit_action'].map((name) => `cmi.student_data.${name}`);
const names = [...data, 'cmi.launch_data'];
const found = [location.search, ...names.map((name) => api.LMSGetValue(name))];
document.getElementById('found').textContent = found.join('|');
const say = (status, exit) => { api.LMSSetValue('cmi.core.score.raw', '20');
  api.LMSSetValue('cmi.core.lesson_status', status);
  api.LMSSetValue('cmi.core.exit', exit); api.LMSFinish(''); };
document.getElementById('leave').onclick = () => say('incomplete', 'suspend');
document.getElementById('end').onclick = () => say('completed', '');
"""
ASK_2004 = """
const api = parent.API_1484_11; api.Initialize('');
const names = ['cmi.scaled_passing_score', 'cmi.max_time_allowed', 'cmi.time_limit_action', 'cmi.launch_data',
  'cmi.completion_threshold', 'cmi.objectives._count', 'cmi.objectives.0.id', 'cmi.objectives.1.id'];
const found = [location.search, ...names.map((name) => api.GetValue(name))];
document.getElementById('found').textContent = found.join('|');
const say = (status, exit) => { api.SetValue('cmi.score.scaled', '0.2'); api.SetValue('cmi.completion_status', status);
  api.SetValue('cmi.progress_measure', status === 'completed' ? '1' : '0.3');
  api.SetValue('cmi.exit', exit); api.Terminate(''); };
document.getElementById('leave').onclick = () => say('incomplete', 'suspend');
document.getElementById('end').onclick = () => say('completed', 'normal');
"""
DATA = "thang=10&amp;mức=&quot;khó&quot;"
LIMITS_12 = (
    "<adlcp:maxtimeallowed>0001:30:00</adlcp:maxtimeallowed>"
    "<adlcp:timelimitaction>exit,no message</adlcp:timelimitaction>"
)
DATA_2004 = f"<adlcp:dataFromLMS>{DATA}</adlcp:dataFromLMS>"
LIMITS_2004 = '<imsss:limitConditions attemptAbsoluteDurationLimit="PT30M"/>'
CHANGES = {
    "scorm12": [
        ("<adlcp:masteryscore>", f"{LIMITS_12}<adlcp:datafromlms>{DATA}</adlcp:datafromlms><adlcp:masteryscore>"),
    ],
    "scorm2004": [
        ("<adlcp:completion", f"{DATA_2004}<adlcp:completion"),
        ("Threshold min", "Threshold completedByMeasure='true' min"),
        ("<imsss:rollupRules", f"{LIMITS_2004}<imsss:rollupRules"),
    ],
}
ASK = {"scorm12": ASK_12, "scorm2004": ASK_2004}
FOUND = {
    "scorm12": '?lop=6|50|01:30:00|exit,no message|thang=10&mức="khó"',
    "scorm2004": '?lop=6|0.5|PT30M|exit,message|thang=10&mức="khó"|0.8|2|P1|P2',
}


def files(base: str) -> dict[str, str]:
    manifest = replaced(BASES[base][XML], 'identifier="I1"', 'identifier="I1" parameters="lop=6"')
    for old, new in CHANGES[base]:
        manifest = replaced(manifest, old, new)
    return {XML: manifest, "index.html": PAGE, "api.js": ASK[base]}


@pytest.mark.parametrize("base", ["scorm12", "scorm2004"])
def test_content_finds_what_its_manifest_says_and_a_score_on_the_way_is_no_mark(
    small: Stage, open_browser: Open, tmp_path: Path, base: str
):
    material = publish(small.pages, tmp_path, base, **files(base))
    table = small.pages.school.store.attempts

    def attempt() -> Attempt:
        (link,) = table.links_of(SCHOOL, material.id)
        return table.of_learner(SCHOOL, link.id, "11")[0]

    def come(word: str) -> tuple[Page, FrameLocator]:
        page = open_browser().new_page()
        content = begin(small, page, word, material)
        expect(content.locator("#found")).to_have_text(FOUND[base], timeout=SLOW)
        return page, content

    page, content = come("Bắt đầu")
    content.locator("#leave").click()
    until(lambda: attempt().ended)
    assert (attempt().state, attempt().passed, attempt().finished) == (AttemptState.OPEN, None, None)
    page.context.close()
    page, content = come("Học tiếp")
    content.locator("#end").click()
    until(lambda: attempt().state is AttemptState.CLOSED)
    assert (attempt().score, attempt().passed) == (20, False), "by the manifest's pass mark"


GOODBYES = {
    "scorm12": "const api = parent.API; api.LMSInitialize('');"
    " const say = (name, value) => api.LMSSetValue(name, value); const end = () => api.LMSFinish('');",
    "scorm2004": "const api = parent.API_1484_11; api.Initialize('');"
    " const say = (name, value) => api.SetValue(name, value); const end = () => api.Terminate('');",
}
LAST_WORDS = {"scorm12": "cmi.core.session_time', '00:01:00", "scorm2004": "cmi.session_time', 'PT1M"}


@pytest.mark.parametrize(("word", "done"), [("", True), ("cmi.suspend_data', 'trang 2", False)])
@pytest.mark.parametrize("base", ["scorm12", "scorm2004"])
def test_a_page_to_read_is_done_when_it_says_goodbye(
    small: Stage, open_browser: Open, tmp_path: Path, base: str, word: str, done: bool
):
    words = "".join(f"say('{each}'); " for each in (LAST_WORDS[base], word) if each)
    script = GOODBYES[base] + f" document.getElementById('end').onclick = () => {{ {words} end(); }};"
    material = publish(small.pages, tmp_path, base, **{"index.html": PAGE, "api.js": script})
    table = small.pages.school.store.attempts
    content = begin(small, open_browser().new_page(), "Bắt đầu", material)
    content.locator("#end").click(timeout=SLOW)

    def attempt() -> Attempt:
        (link,) = table.links_of(SCHOOL, material.id)
        return table.of_learner(SCHOOL, link.id, "11")[0]

    until(lambda: attempt().ended)
    assert (attempt().finished is not None, attempt().score) == (done, None)
