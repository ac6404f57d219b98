// A small xAPI 1.0.3 client: statements in order, each sent until it is taken, and one state document.
// A statement carries its own id, so that sending it twice changes nothing (xAPI part 3, §2.1.1).
// The state is sent at once, also while an older one is on its way: a page may be gone before that has arrived. Two that
// crossed may have landed in either order, so the newest is then sent once more.
//
// What may pass is tried again, ever more seldom: no connection, 5xx, and the few 4xx that mean "not now". Any other 4xx
// comes again as often as it is asked for (RFC 9110 §15.5), so nothing is sent twice after one: a statement that was
// refused is put aside and the others go on; where the session itself is refused, all is over and the learner is told.

const XAPI_VERSION = "1.0.3";
const NOT_NOW = [408, 425, 429];
const NOBODY = [401, 404]; // these credentials are over, or nothing listens here
const BATCH = 25;
const RETRY_FIRST = 1000;
const RETRY_MOST = 30000;
const READS = 4; // tries to read, before the session counts as unreachable
const SMALL = 15000;
const ROOM = 60000; // browsers keep 64 KiB for everything in flight when a page goes

function xapiClient({ endpoint, authorization, agent, activity, registration, tell }) {
  const base = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
  const headers = { Authorization: authorization, "X-Experience-API-Version": XAPI_VERSION };
  let waiting = [];
  let refused = false; // something was put aside
  let over = false; // nothing more is taken
  let posting = null; // the round of statements that is under way
  let state = null; // the newest state document that is not surely what the LRS holds
  let known = ""; // what the LRS holds
  let flying = []; // state documents on their way
  let crossed = false;
  let delay = RETRY_FIRST;
  let retry = 0;

  function request(path, options) {
    // A request that outlives its page is safe even where a busy browser never gets round to `pagehide`.
    const keepalive = weight(options.body || "") < SMALL;
    return fetch(base + path, { ...options, headers: { ...headers, ...options.headers }, keepalive, cache: "no-store" });
  }

  // What must outlive the page. Another host is asked first whether it takes such a request (CORS preflight), and a page
  // that goes meanwhile takes the request along: so it also goes as a beacon, which asks nobody, in the alternate request
  // syntax (xAPI 1.0.3 part 3, §1.3). Both carry the same ids: what comes twice changes nothing.
  function last(path, options) {
    if (new URL(base, location).origin !== location.origin) beacon(path, options);
    fetch(base + path, { ...options, headers: { ...headers, ...options.headers }, keepalive: true }).catch(() => {});
  }

  function beacon(path, { method, body }) {
    const [resource, query] = path.split("?");
    const form = new URLSearchParams(query);
    form.set("Authorization", authorization);
    form.set("X-Experience-API-Version", XAPI_VERSION);
    form.set("Content-Type", "application/json");
    form.set("content", body);
    safely(() => navigator.sendBeacon(`${base}${resource}?method=${method}`, form));
  }

  function statePath(id) {
    const query = new URLSearchParams({ stateId: id, activityId: activity, agent: JSON.stringify(agent) });
    if (registration) query.set("registration", registration);
    return `activities/state?${query}`;
  }

  async function readState(id, tries = READS) {
    const answer = await request(statePath(id), { method: "GET" }).catch(() => null);
    if (mayPass(answer) && tries > 1) {
      await new Promise((resolve) => setTimeout(resolve, wait()));
      return readState(id, tries - 1);
    }
    if (answer?.status === 404 || answer?.status === 204) return null;
    if (!answer?.ok) throw new Error(`state ${answer?.status}`);
    delay = RETRY_FIRST;
    return answer.text();
  }

  async function sendStatements(most = BATCH) {
    const batch = waiting.slice(0, most);
    if (!batch.length || over) return;
    const answer = await request("statements", postJson(batch));
    if (mayPass(answer)) throw new Error(`statements ${answer.status}`);
    if (NOBODY.includes(answer.status)) {
      end();
      return;
    }
    // One that is refused takes its whole batch along (xAPI part 3, §2.1.2): alone, the others are taken.
    if (!answer.ok && batch.length > 1) {
      await sendStatements(1);
      return;
    }
    waiting = waiting.filter((statement) => !batch.includes(statement));
    refused = refused || (!answer.ok && answer.status !== 409); // 409: it is there already
    await sendStatements(most);
  }

  async function sendState() {
    const sent = state;
    crossed = crossed || flying.length > 0;
    flying.push(sent);
    try {
      const answer = await request(statePath("resume"), { ...postJson(JSON.parse(sent)), method: "PUT" });
      if (mayPass(answer)) throw new Error(`state ${answer.status}`);
      if (!answer.ok) end(); // the next one would fare no better, and a lesson that cannot go on later must say so
      else if (!crossed) known = sent;
    } finally {
      flying.splice(flying.indexOf(sent), 1);
    }
    if (!crossed && state === sent) state = null;
    if (!flying.length) crossed = false;
  }

  function end() {
    over = true;
    waiting = [];
    state = null;
    tell("ended");
  }

  // With some chance in it, so that a class does not come back all at once.
  function wait() {
    const now = delay * (0.75 + Math.random() / 2);
    delay = Math.min(RETRY_MOST, delay * 2);
    return now;
  }

  function flush() {
    clearTimeout(retry);
    if (over) return null;
    if (waiting.length && !posting) {
      posting = sendStatements().finally(() => (posting = null));
      posting.then(settle, later);
    }
    if (state !== null && state !== flying.at(-1)) sendState().then(settle, later);
    return posting?.catch(() => {}); // `later` has taken care of it
  }

  function settle() {
    if (over) return;
    delay = RETRY_FIRST;
    if (!waiting.length && state === null) tell(refused ? "refused" : "saved");
    else if (!posting && !flying.length) flush();
  }

  function later() {
    if (over) return;
    tell("unsaved");
    clearTimeout(retry);
    retry = setTimeout(flush, wait());
  }

  return {
    readState,
    async resume() {
      known = (await readState("resume")) || "";
      return known;
    },
    say(statement) {
      if (!over) waiting.push({ id: newUuid(), timestamp: new Date().toISOString(), ...statement });
    },
    keep(text) {
      if (!over && (text !== known || state !== null)) state = text;
    },
    flush,
    // The page goes: everything that has not been acknowledged is sent at once, in requests that outlive it. What is on
    // its way is not called back: of the two, the one that left first is the surer to arrive.
    leave() {
      const statements = weight(JSON.stringify(waiting));
      if (waiting.length && statements < ROOM) last("statements", postJson(waiting));
      if (state === null || statements + weight(state) >= ROOM) return;
      last(statePath("resume"), { ...postJson(JSON.parse(state)), method: "PUT" });
    },
  };
}

// Whether the same again may be taken later. No answer at all: the connection failed.
function mayPass(answer) {
  return !answer || answer.status >= 500 || NOT_NOW.includes(answer.status);
}

// Bytes, not letters: a Vietnamese one weighs up to three.
function weight(text) {
  return new TextEncoder().encode(text).length;
}

function postJson(value) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

function newUuid() {
  if (window.crypto.randomUUID) return window.crypto.randomUUID(); // only where the page came over https
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function verb(name, base = "http://adlnet.gov/expapi/verbs/") {
  return { id: base + name, display: { "en-US": name } };
}

function answeredStatement(answer, activity, language) {
  const kinds = { single: "choice", multiple: "choice", short: "fill-in" };
  const definition = {
    type: "http://adlnet.gov/expapi/activities/cmi.interaction",
    description: { [language]: answer.description },
    interactionType: kinds[answer.kind] || answer.kind,
    correctResponsesPattern: answer.patterns.map((pattern) => pattern.xapi),
  };
  if (answer.ticked && answer.kind !== "true-false") {
    definition.choices = answer.options.map((text, index) => ({
      id: choiceLetter(index),
      description: { [language]: text },
    }));
  }
  return {
    verb: verb("answered"),
    object: { objectType: "Activity", id: `${activity}#${answer.id}`, definition },
    result: {
      response: answer.response,
      success: answer.mark === 1,
      score: { scaled: answer.mark, raw: answer.mark * answer.points, min: 0, max: answer.points },
      duration: isoDuration(answer.seconds),
    },
  };
}

function scoreResult(score) {
  return { scaled: Math.round(score * 10000) / 10000, raw: percent(score), min: 0, max: 100 };
}
