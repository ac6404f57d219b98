// SCORM 2004 Run-Time Environment, §4, 3rd and 4th edition.

const SCORM_2004 = {
  api: "API_1484_11",
  calls: { begin: "Initialize", get: "GetValue", set: "SetValue", commit: "Commit", end: "Terminate" },
  bookmark: "cmi.location",
  time: "cmi.session_time",
  exit: "cmi.exit",
  mode: "cmi.mode",
  room: 64000,
  wrong: "incorrect",
  duration: isoDuration,
  begin() {},
  *results(shot) {
    if (shot.score !== null) {
      yield ["cmi.score.scaled", round4(shot.score)];
      yield ["cmi.score.min", 0];
      yield ["cmi.score.max", 100];
      yield ["cmi.score.raw", percent(shot.score)];
    }
    yield ["cmi.progress_measure", round4(shot.progress)];
    yield ["cmi.completion_status", shot.completed ? "completed" : "incomplete"];
    if (shot.passed !== null) yield ["cmi.success_status", shot.passed ? "passed" : "failed"];
  },
  *answer(answer) {
    yield ["timestamp", answer.at.toISOString().replace(/\dZ$/, "Z")]; // Moodle wants hundredths, no more, no fewer
    yield ["description", answer.description.slice(0, 250)];
    for (const [index, { xapi }] of answer.patterns.entries()) yield [`correct_responses.${index}.pattern`, xapi];
    yield ["learner_response", answer.response];
  },
};
