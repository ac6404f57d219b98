"""Two small lessons that speak SCORM as authoring tools do: synchronous calls, a goodbye when the page goes."""

from tests.packager.check.packages import BASES

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Bài</title></head><body>
<h1>Phân số</h1><p>Lúc mở: <output id="found"></output></p>
<button id="write">Viết</button> <button id="commit">Lưu</button> <button id="finish">Nộp</button>
<p><output id="said"></output></p>
<script src="api.js"></script></body></html>
"""
_12 = """
const api = parent.API, say = (text) => { document.getElementById('said').textContent = text; };
const ok = api.LMSInitialize('');
document.getElementById('found').textContent = [ok, api.LMSGetValue('cmi.core.entry'),
  api.LMSGetValue('cmi.suspend_data'), api.LMSGetValue('cmi.core.lesson_status'),
  api.LMSGetValue('cmi.core.student_name')].join('|');
const write = () => { api.LMSSetValue('cmi.suspend_data', 'chữ ế null');
  api.LMSSetValue('cmi.core.lesson_status', 'incomplete'); say('viết'); };
document.getElementById('write').onclick = write;
document.getElementById('commit').onclick = () => say(api.LMSCommit(''));
document.getElementById('finish').onclick = () => { api.LMSSetValue('cmi.core.score.raw', '80');
  api.LMSSetValue('cmi.core.lesson_status', 'completed'); api.LMSSetValue('cmi.core.session_time', '00:01:00');
  say(api.LMSFinish('')); done = true; };
let done = false;
addEventListener('pagehide', () => { if (!done) { api.LMSSetValue('cmi.core.exit', 'suspend'); api.LMSFinish(''); } });
"""
_2004 = """
const api = parent.API_1484_11, say = (text) => { document.getElementById('said').textContent = text; };
const ok = api.Initialize('');
document.getElementById('found').textContent = [ok, api.GetValue('cmi.entry'), api.GetValue('cmi.suspend_data'),
  api.GetValue('cmi.completion_status'), api.GetValue('cmi.learner_name')].join('|');
document.getElementById('write').onclick = () => { api.SetValue('cmi.suspend_data', 'chữ ế null');
  api.SetValue('cmi.completion_status', 'incomplete'); api.SetValue('cmi.progress_measure', '0.5'); say('viết'); };
document.getElementById('commit').onclick = () => say(api.Commit(''));
document.getElementById('finish').onclick = () => { api.SetValue('cmi.score.scaled', '0.8');
  api.SetValue('cmi.completion_status', 'completed'); api.SetValue('cmi.session_time', 'PT1M');
  say(api.Terminate('')); done = true; };
let done = false;
addEventListener('pagehide', () => { if (!done) { api.SetValue('cmi.exit', 'suspend'); api.Terminate(''); } });
"""
LESSONS = {
    "scorm12": {**BASES["scorm12"], "index.html": _PAGE, "api.js": _12},
    "scorm2004": {**BASES["scorm2004"], "index.html": _PAGE, "api.js": _2004},
    "tincan": BASES["tincan"],
    "cmi5": BASES["cmi5"],
}
