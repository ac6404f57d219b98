"""A small assignable unit of cmi5 that does what a pupil presses, and the packages that hold it."""

from collections.abc import Mapping

from tests.packager.check.packages import BASES, replaced

_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Phân số</title>
<link rel="icon" href="data:,"></head><body>
<h1>Phân số</h1><p>Chế độ: <output id="mode"></output></p>
<button id="pass">Đạt</button> <button id="bye">Kết thúc</button> <p><output id="said"></output></p>
<script src="au.js"></script></body></html>
"""
_SCRIPT = """
const query = new URLSearchParams(location.search), actor = JSON.parse(query.get('actor'));
const base = 'https://w3id.org/xapi/cmi5/context/categories/';
const say = (text) => { document.getElementById('said').textContent = text; };
let key, data;
const ask = (path, how = {}) => fetch(query.get('endpoint') + path, { ...how,
  headers: { authorization: key, 'x-experience-api-version': '1.0.3', 'content-type': 'application/json' } });
const tell = async (verb, result, ...categories) => {
  const context = { ...data.contextTemplate, registration: query.get('registration') };
  context.contextActivities = { ...context.contextActivities, category: categories.map((one) => ({ id: base + one })) };
  if (result && result.score) context.extensions = { ...context.extensions,
    'https://w3id.org/xapi/cmi5/context/extensions/masteryscore': data.masteryScore };
  const body = JSON.stringify({ id: crypto.randomUUID(), actor, context, timestamp: new Date().toISOString(),
    verb: { id: 'http://adlnet.gov/expapi/verbs/' + verb }, object: { id: query.get('activityId') },
    ...(result ? { result } : {}) });
  const reply = await ask('statements', { method: 'POST', body, keepalive: true });
  say(verb + ' ' + reply.status);
};
const begin = async () => {
  const told = await (await fetch(query.get('fetch'), { method: 'POST' })).json();
  if (!told['auth-token']) { say('no key'); return; }
  key = 'Basic ' + told['auth-token'];
  const of = new URLSearchParams({ stateId: 'LMS.LaunchData', activityId: query.get('activityId'),
    agent: query.get('actor'), registration: query.get('registration') });
  data = await (await ask('activities/state?' + of)).json();
  document.getElementById('mode').textContent = data.launchMode;
  await tell('initialized', null, 'cmi5');
};
document.getElementById('pass').onclick = () =>
  tell('passed', { success: true, score: { scaled: 0.8 }, duration: 'PT9S' }, 'cmi5', 'moveon');
document.getElementById('bye').onclick = () => tell('terminated', { duration: 'PT9S' }, 'cmi5');
begin();
"""
OWN_WINDOW: Mapping[str, str] = {**BASES["cmi5"], "index.html": _PAGE, "au.js": _SCRIPT}
UNIT: Mapping[str, str] = {
    **OWN_WINDOW,
    "cmi5.xml": replaced(BASES["cmi5"]["cmi5.xml"], 'launchMethod="OwnWindow"', 'launchMethod="AnyWindow"'),
}
