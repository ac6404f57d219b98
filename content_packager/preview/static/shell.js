"use strict";
// The page around a previewed package: for SCORM it is the LMS (scorm-again) and listens in; for tincan and cmi5 the
// server is the LRS and tells what it heard.
(() => {
  const config = JSON.parse(document.getElementById("config").textContent);
  const rows = document.getElementById("calls");
  const filter = document.getElementById("filter");
  const scroller = rows.closest(".scroller");
  let heard = 0;

  const text = (value) => (typeof value === "string" ? value : JSON.stringify(value));

  // Goes along with the newest call, unless somebody has scrolled up to read.
  function show(call) {
    const atEnd = scroller.scrollTop + scroller.clientHeight > scroller.scrollHeight - 40;
    const row = rows.insertRow();
    for (const value of [call.at.toFixed(1), call.name, text(call.sent), text(call.answer)]) {
      row.insertCell().textContent = value;
    }
    row.classList.toggle("refused", call.refused === true || /^[45]\d\d/.test(text(call.answer)) && !/^404/.test(text(call.answer)));
    row.hidden = !matches(row);
    document.getElementById("count").textContent = String(rows.rows.length);
    document.getElementById("none").hidden = true;
    sum(call);
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  }

  const matches = (row) => row.textContent.toLowerCase().includes(filter.value.toLowerCase());
  filter.addEventListener("input", () => { for (const row of rows.rows) row.hidden = !matches(row); });

  // What a teacher wants to know of all this.
  function sum(call) {
    const put = (id, value) => { document.getElementById(id).textContent = value; };
    const [element, value] = Array.isArray(call.sent) ? call.sent : [];
    if (/SetValue$/.test(call.name)) {
      if (/(lesson_status|completion_status|success_status)$/.test(element)) put("status", value);
      if (/score\.(raw|scaled)$/.test(element)) put("score", value);
    }
    if (/Commit$/.test(call.name)) put("saved", `${call.at.toFixed(1)} s`);
    if (/^(POST|PUT) statements/.test(call.name)) {
      for (const statement of [call.sent].flat()) {
        put("status", (statement.verb?.id ?? "").split("/").pop());
        const score = statement.result?.score;
        if (score) put("score", String(score.scaled ?? score.raw));
      }
    }
    if (/^(POST|PUT) activities\/state/.test(call.name)) put("saved", `${call.at.toFixed(1)} s`);
  }

  const scorm = {
    "scorm-1.2": { make: "Scorm12API", name: "API", errors: "LMSGetLastError", entry: "cmi.core.entry" },
    "scorm-2004": { make: "Scorm2004API", name: "API_1484_11", errors: "GetLastError", entry: "cmi.entry" },
  }[config.standard];

  // Each function that content may call is called through, and told.
  function listen(api, begun) {
    const names = Object.getOwnPropertyNames(api).concat(Object.getOwnPropertyNames(Object.getPrototypeOf(api)));
    const spoken = /^(LMS)?(Initialize|Terminate|Finish|GetValue|SetValue|Commit)$/;
    for (const name of new Set(names.filter((one) => spoken.test(one) && typeof api[one] === "function"))) {
      if (config.standard === "scorm-1.2" !== name.startsWith("LMS")) continue;
      const real = api[name].bind(api);
      api[name] = (...sent) => {
        const answer = real(...sent);
        const error = api[scorm.errors]();
        const refused = String(error) !== "0";
        const call = { name, sent: sent.filter((one) => one !== ""), answer: refused ? `${answer} (${error})` : answer };
        show({ ...call, at: (performance.now() - begun) / 1000, refused });
        navigator.sendBeacon(config.calls, JSON.stringify(call));
        return answer;
      };
    }
  }

  function open() {
    const frame = document.createElement("iframe");
    frame.id = "package";
    frame.title = document.getElementById("content").dataset.title;
    frame.allow = "autoplay; fullscreen";
    frame.src = config.page;
    document.getElementById("content").append(frame);
  }

  function playScorm() {
    const runtime = document.createElement("script");
    runtime.src = config.runtime;
    runtime.addEventListener("load", () => {
      const api = new window[scorm.make]({
        lmsCommitUrl: config.commit, dataCommitFormat: "flattened", autocommit: true, autocommitSeconds: 10, logLevel: 5,
      });
      if (config.saved) {
        api.loadFromFlattenedJSON(config.saved);
        const parts = scorm.entry.split(".").slice(1);
        const last = parts.pop();
        parts.reduce((value, part) => value[part], api.cmi)[last] = "resume";
      }
      listen(api, performance.now());
      window[scorm.name] = api;
      open();
    });
    document.head.append(runtime);
  }

  async function poll() {
    const found = await (await fetch(`${config.calls}?since=${heard}`)).json();
    heard += found.length;
    found.forEach(show);
    setTimeout(poll, 400);
  }

  if (scorm) playScorm();
  else { open(); poll(); }
})();
