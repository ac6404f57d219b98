// SCORM 1.2 Run-Time Environment, §3.

const SCORM_12 = {
  api: "API",
  calls: { begin: "LMSInitialize", get: "LMSGetValue", set: "LMSSetValue", commit: "LMSCommit", end: "LMSFinish" },
  bookmark: "cmi.core.lesson_location",
  time: "cmi.core.session_time",
  exit: "cmi.core.exit",
  mode: "cmi.core.lesson_mode",
  room: 4096,
  wrong: "wrong",
  duration: timespan,
  begin(get, write) {
    if (get("cmi.core.lesson_status") === "not attempted") write("cmi.core.lesson_status", "incomplete");
  },
  *results(shot) {
    if (shot.score !== null) {
      yield ["cmi.core.score.min", 0];
      yield ["cmi.core.score.max", 100];
      yield ["cmi.core.score.raw", percent(shot.score)];
    }
    yield ["cmi.core.lesson_status", scorm12Status(shot)];
  },
  *answer(answer) {
    yield ["time", answer.at.toTimeString().slice(0, 8)];
    yield ["student_response", scorm12Response(answer)];
    for (const [index, { scorm12 }] of answer.patterns.entries()) yield [`correct_responses.${index}.pattern`, scorm12];
  },
};

// One word for two questions; "failed" closes the lesson in many an LMS, so it waits until no attempt is left.
function scorm12Status(shot) {
  if (shot.passed === true && shot.completed) return "passed";
  if (shot.passed === false) return shot.again ? "incomplete" : "failed";
  return shot.completed ? "completed" : "incomplete";
}

// CMIFeedback: letters or digits for choices, t or f, at most 255 characters of text.
function scorm12Response(answer) {
  if (answer.kind === "true-false") return answer.ticked[0] === 0 ? "t" : "f";
  if (answer.ticked) return answer.ticked.map(choiceLetter).join(",");
  return (answer.kind === "numeric" ? answer.response : answer.text).slice(0, 255);
}
