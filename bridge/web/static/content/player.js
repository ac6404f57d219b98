// The LMS's side of a SCORM package, in the package's own origin: the runtime finds what was saved before the content is
// there, and what the content says is brought to the server. Messages to the page around us change what it shows, nothing else.
'use strict';

const kind = {
  'scorm-1.2': { make: 'Scorm12API', name: 'API', status: 'cmi.core.lesson_status', exit: 'cmi.core.exit' },
  'scorm-2004': { make: 'Scorm2004API', name: 'API_1484_11', status: 'cmi.completion_status', exit: 'cmi.exit' },
}[config.standard];
const AUTOSAVE = 12000, GLANCE = 500, RETRY = 5000, TIMEOUT = 20000; // milliseconds
const BEACON = 60000; // bytes: all beacons in flight together have 64 KiB (Fetch §2.2.6)

let api, sitting, sequence = 0, taken = {}, ended = false, shut = false, under = null, timer = 0, glance = 0, verdict, led = {}, wrote = false, over = false;

begin();

async function begin() {
  let told;
  try {
    const reply = await fetch('sit', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    told = await reply.json();
    if (!reply.ok) { stop(told.says); return; }
  } catch { stop(config.words.offline); return; }
  sitting = told.sitting;
  const runtime = document.createElement('script');
  runtime.src = config.runtime;
  led = told.ways || {};
  runtime.addEventListener('load', () => play(told.elements));
  document.head.append(runtime);
}

function play(elements) {
  api = new window[kind.make]({
    lmsCommitUrl: 'commit', dataCommitFormat: 'flattened', autocommit: false, logLevel: 5, mastery_override: false,
    httpService: { processHttpRequest: (url, params, immediate) => committed(immediate), updateSettings() {} },
    scoItemIdValidator: (target) => (led.choice || []).includes(target),
  });
  lead();
  wrote = Object.values(elements).includes('resume');
  api.loadFromFlattenedJSON(elements);
  taken = state();
  window[kind.name] = api;
  const last = kind.name === 'API' ? 'LMSSetValue' : 'SetValue';
  api.on('SetValue.cmi.success_status', (name, value) => { verdict = value; });
  api.on(last, (name) => { wrote = wrote || !/exit|session_time$/.test(name); });
  api.on(last, () => { clearTimeout(glance); glance = setTimeout(look, GLANCE); });
  addEventListener('pagehide', leave);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(); });
  soon(AUTOSAVE);
  show(config.page);
}

// Content of SCORM 2004 asks which way it may lead, and says at its goodbye which way it wants to. The page around us goes
// there, as far as the server lets it.
const ASKED = { SequenceNext: 'continue', SequencePrevious: 'previous', SequenceChoice: 'choice', SequenceJump: 'choice',
  SequenceExit: 'exit', SequenceExitAll: 'exit', SequenceAbandon: 'exit', SequenceAbandonAll: 'exit' };

function lead() {
  if (kind.name === 'API') return;
  for (const way of ['continue', 'previous']) {
    Object.defineProperty(api.adl.nav.request_valid, way, { get: () => String(Boolean(led[way])) });
  }
  const go = (way, target = '') => parent.postMessage({ kind: 'go', way, target: String(target) }, config.pages);
  for (const [event, way] of Object.entries(ASKED)) api.on(event, (target) => go(way, target || ''));
  let asked = ''; // of this one the runtime has no event
  api.on('SetValue.adl.nav.request', (name, value) => { asked = value; });
  api.on('Terminate', () => { if (asked === 'suspendAll') go('exit'); });
}

// A moment after the content has written something: a large state is brought at once, or it would not fit a beacon.
function look() {
  tell();
  if (weight(changed()) > BEACON / 2) soon(0);
}

// Every element that has a value, as one text each. Content that said hello and goodbye and not a word between, a page to
// read, is done, as both standards have it; with a word it is done when it says so.
function state() {
  const found = {};
  for (const [name, value] of Object.entries(api.renderCommitCMI(false))) {
    if (typeof value === 'string' || typeof value === 'number') found[name] = String(value);
  }
  if (over && !wrote && config.completes && found[kind.exit] !== 'suspend') found[kind.status] = 'completed';
  return goesOn(found) ? withOwnVerdict(found) : found;
}

// At the goodbye the runtime judges a score by the pass mark. Of content that will go on, that is no result yet: what it said
// itself stands, or nothing.
const goesOn = (found) => found['cmi.exit'] === 'suspend' || ['incomplete', 'not attempted'].includes(found['cmi.completion_status']);

function withOwnVerdict(found) {
  const own = verdict || taken['cmi.success_status'];
  if (own) return { ...found, 'cmi.success_status': own };
  const { 'cmi.success_status': judged, ...rest } = found;
  return judged ? rest : found;
}

function changed() {
  const found = {};
  for (const [name, value] of Object.entries(state())) if (taken[name] !== value && !(value === '' && !(name in taken))) found[name] = value;
  return found;
}

const weight = (elements) => new Blob([JSON.stringify(elements)]).size;
const body = (elements, final) => JSON.stringify({ sitting, sequence: ++sequence, final, elements });

// The content said Commit, or goodbye. On a living page it waits for the answer; a page that goes can't (a synchronous call
// then fails at once), and a beacon carries it. What could not be brought stays here and is tried again.
function committed(final) {
  if (shut) return { result: 'false', errorCode: 391 };
  ended = ended || final;
  over = over || final;
  const elements = changed();
  try {
    const call = new XMLHttpRequest();
    call.open('POST', 'commit', false);
    call.setRequestHeader('content-type', 'application/json');
    call.send(body(elements, ended));
    return answered(call.status, call.responseText, elements) ? { result: 'true', errorCode: 0 } : { result: 'false', errorCode: 391 };
  } catch {
    beacon(elements);
    soon(RETRY);
    say(config.words.offline);
    return { result: 'true', errorCode: 0 };
  }
}

// By itself, and while nobody waits for it.
async function save() {
  if (shut || under) return;
  const elements = changed();
  const sent = body(elements, ended);
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), TIMEOUT);
  under = fetch('commit', { method: 'POST', headers: { 'content-type': 'application/json' }, body: sent, signal: abort.signal, keepalive: sent.length < BEACON / 4 });
  try {
    const reply = await under;
    answered(reply.status, await reply.text(), elements);
    soon(AUTOSAVE);
  } catch {
    say(config.words.offline);
    soon(RETRY);
  } finally { clearTimeout(late); under = null; }
}

function soon(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(save, milliseconds);
}

function answered(status, text, elements) {
  if (status === 200) {
    Object.assign(taken, elements);
    try { led = JSON.parse(text).ways || led; } catch { /* a proxy's page: what was known stands */ }
    say('');
    tell(true);
    return true;
  }
  let told = {};
  try { told = JSON.parse(text); } catch { /* a proxy's page: said below */ }
  if (status >= 500 || status === 429) { say(config.words.offline); soon(RETRY); return true; }
  if (told.code === 'OTHER_SITTING') stop(config.words.other_sitting);
  else if (told.code === 'ATTEMPT_CLOSED') stop(config.words.closed);
  else if (status === 401 || status === 404) stop(told.says || config.words.refused);
  else say(told.says || config.words.refused);
  return false;
}

// The page goes. What is too heavy for a beacon is left out, the heaviest first: the score always fits.
function leave() {
  if (shut) return;
  ended = true;
  beacon(changed());
}

function beacon(elements) {
  const names = Object.keys(elements).sort((a, b) => elements[a].length - elements[b].length);
  while (names.length && weight(pick(elements, names)) > BEACON) names.pop();
  navigator.sendBeacon('commit', body(pick(elements, names), ended));
}

const pick = (elements, names) => Object.fromEntries(names.map((name) => [name, elements[name]]));

function stop(why) {
  shut = true;
  clearTimeout(timer);
  clear(why);
}

function tell(saved = false) {
  const now = state();
  const status = now['cmi.core.lesson_status'] || now['cmi.success_status'];
  const done = status && status !== 'unknown' ? status : now['cmi.completion_status'];
  parent.postMessage({ kind: 'progress', saved, status: done || '', progress: now['cmi.progress_measure'] || '' }, config.pages);
}
