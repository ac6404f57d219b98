// What a pupil has done, as one short text. Three forms, the shorter ones for an LMS with little room:
// with all answers; without written texts; marks alone.

const STATE_VERSION = 1;

function freshState(data) {
  return {
    part: 0,
    seen: data.parts.map(() => 0),
    answers: {},
    attempt: 1,
    handedIn: false,
    best: null,
    reported: null,
    seed: Math.floor(Math.random() * 1e6),
    seconds: 0,
  };
}

function packedStates(data, state) {
  const answers = Object.entries(state.answers).map(([id, { mark, response }]) => [id, round4(mark), response]);
  const head = [
    STATE_VERSION,
    data.fingerprint,
    state.part,
    state.seen.join(""),
    state.attempt,
    state.handedIn ? 1 : 0,
    state.best,
    state.reported,
    state.seed,
    Math.round(state.seconds),
  ];
  const short = answers.map(([id, mark, response]) => [id, mark, typeof response === "string" ? "" : response]);
  const bare = answers.map(([id, mark]) => [id, mark]);
  return [answers, short, bare].map((some) => JSON.stringify([...head, some]));
}

// A state of another edition of the lesson, or one that cannot be read, is a fresh start.
function unpackedState(data, text) {
  const row = safely(() => JSON.parse(text));
  if (!Array.isArray(row) || row[0] !== STATE_VERSION || row[1] !== data.fingerprint) return freshState(data);
  const [, , part, seen, attempt, handedIn, best, reported, seed, seconds, answers] = row;
  return {
    part: Math.min(part, data.parts.length - 1),
    seen: data.parts.map((_, index) => Number(seen[index] || 0)),
    answers: Object.fromEntries(answers.map(([id, mark, response]) => [id, { mark, response: response ?? null }])),
    attempt,
    handedIn: handedIn === 1,
    best,
    reported,
    seed,
    seconds,
  };
}

function round4(number) {
  return Math.round(number * 10000) / 10000;
}
