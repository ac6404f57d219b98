// SCORM 1.2 and 2004: one way of speaking in two dialects (33_scorm12.js, 34_scorm2004.js).

function scormChannel(dialect) {
  return (data, tell) => {
    const api = findScormApi(dialect.api);
    if (!api) return null;
    const { calls } = dialect;
    const call = (name, ...given) => String(api[name](...given) ?? "");
    const get = (name) => call(calls.get, name);
    const write = (name, value) => call(calls.set, name, String(value)) === "true";
    const set = changedValues(write);
    let interactions = 0;
    let recording = true;
    let opened = false;

    function put(shot) {
      set(dialect.bookmark, shot.bookmark);
      saveState(shot.states, dialect.room, (state) => set("cmi.suspend_data", state));
      write(dialect.time, dialect.duration(shot.seconds));
      set(dialect.exit, "suspend");
      if (recording) for (const [name, value] of dialect.results(shot)) set(name, value);
    }

    return {
      name: data.runtime,
      listens: true,
      async open() {
        opened = call(calls.begin, "") === "true";
        recording = !["review", "browse"].includes(get(dialect.mode));
        interactions = Number(get("cmi.interactions._count")) || 0;
        if (recording) dialect.begin(get, write);
        return { state: get("cmi.suspend_data"), mode: recording ? "normal" : "review" };
      },
      answered(answer) {
        if (!recording) return;
        const at = `cmi.interactions.${interactions}.`;
        write(`${at}id`, answer.id);
        write(`${at}type`, { single: "choice", multiple: "choice", short: "fill-in" }[answer.kind] || answer.kind);
        for (const [name, value] of dialect.answer(answer)) write(at + name, value);
        write(`${at}weighting`, answer.points);
        write(`${at}result`, answer.mark === 1 ? "correct" : answer.mark === 0 ? dialect.wrong : answer.mark.toFixed(4));
        write(`${at}latency`, dialect.duration(answer.seconds));
        interactions += 1;
      },
      save(shot) {
        if (!opened) return;
        put(shot);
        tell(call(calls.commit, "") === "true" ? "saved" : "unsaved");
      },
      close(shot) {
        if (!opened) return;
        put(shot);
        opened = false;
        call(calls.commit, "");
        call(calls.end, "");
      },
    };
  };
}

function percent(score) {
  return Math.round(score * 10000) / 100;
}

function choiceLetter(index) {
  return "abcdefghijklmnopqrstuvwxyz0123456789"[index];
}
