// SCORM 2004 Run-Time Environment, §4, 3rd and 4th edition.

function scorm2004Channel(data, tell) {
  const api = findScormApi("API_1484_11");
  if (!api) return null;
  const get = (name) => String(api.GetValue(name) ?? "");
  const write = (name, value) => String(api.SetValue(name, value)) === "true";
  const set = changedValues(write);
  let interactions = 0;
  let recording = true;
  let opened = false;

  function put(shot) {
    set("cmi.location", shot.bookmark);
    saveState(shot.states, 64000, (state) => set("cmi.suspend_data", state));
    write("cmi.session_time", isoDuration(shot.seconds));
    set("cmi.exit", "suspend");
    if (!recording) return;
    if (shot.score !== null) {
      set("cmi.score.scaled", Math.round(shot.score * 10000) / 10000);
      set("cmi.score.min", 0);
      set("cmi.score.max", 100);
      set("cmi.score.raw", percent(shot.score));
    }
    set("cmi.progress_measure", Math.round(shot.progress * 10000) / 10000);
    set("cmi.completion_status", shot.completed ? "completed" : "incomplete");
    if (shot.passed !== null) set("cmi.success_status", shot.passed ? "passed" : "failed");
  }

  function commit() {
    tell(String(api.Commit("")) === "true" ? "saved" : "unsaved");
  }

  return {
    name: "scorm2004",
    listens: true,
    async open() {
      opened = String(api.Initialize("")) === "true";
      recording = !["review", "browse"].includes(get("cmi.mode"));
      interactions = Number(get("cmi.interactions._count")) || 0;
      return { state: get("cmi.suspend_data"), mode: recording ? "normal" : "review" };
    },
    answered(answer) {
      if (!recording) return;
      const at = `cmi.interactions.${interactions}.`;
      write(`${at}id`, answer.id);
      write(`${at}type`, { single: "choice", multiple: "choice", short: "fill-in" }[answer.kind] || answer.kind);
      write(`${at}timestamp`, answer.at.toISOString().replace(/\dZ$/, "Z")); // Moodle wants hundredths, no more, no fewer
      write(`${at}description`, answer.description.slice(0, 250));
      write(`${at}weighting`, answer.points);
      answer.patterns.forEach((pattern, index) => write(`${at}correct_responses.${index}.pattern`, pattern.xapi));
      write(`${at}learner_response`, answer.response);
      write(`${at}result`, answer.mark === 1 ? "correct" : answer.mark === 0 ? "incorrect" : answer.mark.toFixed(4));
      write(`${at}latency`, isoDuration(answer.seconds));
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
      api.Commit("");
      api.Terminate("");
    },
  };
}
