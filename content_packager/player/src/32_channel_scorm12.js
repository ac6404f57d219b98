// SCORM 1.2 Run-Time Environment, §3.

function scorm12Channel(data, tell) {
  const api = findScormApi("API");
  if (!api) return null;
  const get = (name) => String(api.LMSGetValue(name) ?? "");
  const write = (name, value) => String(api.LMSSetValue(name, value)) === "true";
  const set = changedValues(write);
  let interactions = 0;
  let recording = true;
  let opened = false;

  function put(shot) {
    set("cmi.core.lesson_location", shot.bookmark);
    saveState(shot.states, 4096, (state) => set("cmi.suspend_data", state));
    write("cmi.core.session_time", timespan(shot.seconds));
    set("cmi.core.exit", "suspend");
    if (!recording) return;
    if (shot.score !== null) {
      set("cmi.core.score.min", 0);
      set("cmi.core.score.max", 100);
      set("cmi.core.score.raw", percent(shot.score));
    }
    set("cmi.core.lesson_status", status(shot));
  }

  // One word for two questions; "failed" closes the lesson in many an LMS, so it waits until no attempt is left.
  function status(shot) {
    if (shot.passed === true && shot.completed) return "passed";
    if (shot.passed === false) return shot.again ? "incomplete" : "failed";
    return shot.completed ? "completed" : "incomplete";
  }

  function commit() {
    tell(String(api.LMSCommit("")) === "true" ? "saved" : "unsaved");
  }

  return {
    name: "scorm12",
    listens: true,
    async open() {
      opened = String(api.LMSInitialize("")) === "true";
      recording = !["review", "browse"].includes(get("cmi.core.lesson_mode"));
      interactions = Number(get("cmi.interactions._count")) || 0;
      if (recording && get("cmi.core.lesson_status") === "not attempted") write("cmi.core.lesson_status", "incomplete");
      return { state: get("cmi.suspend_data"), mode: recording ? "normal" : "review" };
    },
    answered(answer) {
      if (!recording) return;
      const at = `cmi.interactions.${interactions}.`;
      write(`${at}id`, answer.id);
      write(`${at}type`, { single: "choice", multiple: "choice", short: "fill-in" }[answer.kind] || answer.kind);
      write(`${at}time`, answer.at.toTimeString().slice(0, 8));
      write(`${at}weighting`, answer.points);
      write(`${at}student_response`, scorm12Response(answer));
      answer.patterns.forEach((pattern, index) => write(`${at}correct_responses.${index}.pattern`, pattern.scorm12));
      write(`${at}result`, answer.mark === 1 ? "correct" : answer.mark === 0 ? "wrong" : answer.mark.toFixed(4));
      write(`${at}latency`, timespan(answer.seconds));
      interactions += 1;
    },
    save(shot) {
      if (!opened) return;
      put(shot);
      commit();
    },
    close(shot) {
      if (!opened) return;
      put(shot);
      opened = false;
      api.LMSCommit("");
      api.LMSFinish("");
    },
  };
}

// CMIFeedback: letters or digits for choices, t or f, at most 255 characters of text.
function scorm12Response(answer) {
  if (answer.kind === "true-false") return answer.ticked[0] === 0 ? "t" : "f";
  if (answer.ticked) return answer.ticked.map(choiceLetter).join(",");
  return (answer.kind === "numeric" ? answer.response : answer.text).slice(0, 255);
}

function choiceLetter(index) {
  return "abcdefghijklmnopqrstuvwxyz0123456789"[index];
}

function percent(score) {
  return Math.round(score * 10000) / 100;
}
