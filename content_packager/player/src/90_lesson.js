// The lesson itself: parts, answers, score, and when to save.

const AUTOSAVE = 15000;
const CHANNELS = {
  scorm12: scormChannel(SCORM_12),
  scorm2004: scormChannel(SCORM_2004),
  tincan: tincanChannel,
  cmi5: cmi5Channel,
  web: () => null,
};

function startLesson() {
  const data = lessonData();
  const status = document.getElementById("status");
  const tell = (word) => {
    status.dataset.state = word;
    status.textContent = data.words[word] || "";
  };
  const channel = CHANNELS[data.runtime](data, tell) || aloneChannel(data);
  if (!channel.listens && data.runtime !== "web") tell("alone");
  const lesson = new Lesson(data, channel, tell);
  window.lesson = lesson.forPages();
  keepReachable(document.querySelectorAll(".prose pre, .prose table"));
  return lesson.begin();
}

// An assignable unit of cmi5 is one part; ?part=2 asks for the second alone.
function lessonData() {
  const data = JSON.parse(document.getElementById("lesson-data").textContent);
  const wanted = Number(new URLSearchParams(location.search).get("part"));
  if (!wanted || wanted > data.parts.length) return data;
  document.querySelectorAll(".part").forEach((section, index) => index !== wanted - 1 && section.remove());
  document.querySelectorAll("#parts li").forEach((item, index) => index !== wanted - 1 && item.remove());
  const parts = [data.parts[wanted - 1]];
  const completion = parts[0].questions.length || parts[0].pages ? data.completion : "viewed";
  return { ...data, parts, part: wanted, completion, fingerprint: `${data.fingerprint}.${wanted}` };
}

class Lesson {
  constructor(data, channel, tell) {
    this.data = data;
    this.channel = channel;
    this.tell = tell;
    this.questions = data.parts.flatMap((part) => part.questions);
    this.sections = [...document.querySelectorAll(".part")];
    this.started = Date.now();
    this.dirty = false;
    this.over = false;
    this.pageDone = false;
  }

  async begin() {
    let opened;
    try {
      opened = await this.channel.open();
    } catch {
      this.tell("unreachable");
      return;
    }
    this.review = opened.mode === "review";
    this.state = unpackedState(this.data, opened.state);
    this.before = this.state.seconds;
    this.drawQuestions();
    this.wireParts();
    this.wireResult();
    this.wireMedia();
    this.wireLeaving();
    this.show(this.state.part, { focus: false });
    document.documentElement.dataset.ready = "true";
  }

  // ---- parts

  wireParts() {
    document.querySelectorAll("#parts button").forEach((button, index) => {
      button.addEventListener("click", () => this.show(index));
    });
    document.getElementById("previous").addEventListener("click", () => this.show(this.state.part - 1));
    document.getElementById("next").addEventListener("click", () => this.show(this.state.part + 1));
    const leave = document.getElementById("leave");
    leave.hidden = !this.channel.returnUrl;
    leave.addEventListener("click", () => location.assign(this.channel.returnUrl));
  }

  show(index, { focus = true } = {}) {
    this.state.part = index;
    this.sections.forEach((section, place) => (section.hidden = place !== index));
    document.querySelectorAll("#parts button").forEach((button, place) => {
      if (place === index) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    document.getElementById("previous").hidden = index === 0;
    document.getElementById("next").hidden = index === this.sections.length - 1;
    const section = this.sections[index];
    section.querySelectorAll("iframe[data-src]").forEach((frame) => {
      frame.src = frame.dataset.src;
      frame.removeAttribute("data-src");
    });
    section.querySelectorAll("[data-pdf]:not([data-asked])").forEach((box) => {
      box.dataset.asked = "true";
      showPdf(box, this.data.words);
    });
    if (!section.querySelector("video, audio")) this.state.seen[index] = 1;
    if (focus) {
      section.querySelector("h2").focus();
      window.scrollTo(0, 0);
    }
    this.changed();
  }

  // Film and sound count as seen when nine tenths were reached, all those of a part.
  wireMedia() {
    this.sections.forEach((section, index) => {
      const media = [...section.querySelectorAll("video, audio")];
      const reached = new Set();
      media.forEach((one) =>
        one.addEventListener("timeupdate", () => {
          if (!(one.currentTime >= one.duration * 0.9) || reached.has(one)) return;
          reached.add(one);
          if (reached.size < media.length || this.state.seen[index]) return;
          this.state.seen[index] = 1;
          this.changed();
        }),
      );
    });
  }

  // ---- questions

  drawQuestions() {
    this.views = new Map();
    for (const question of this.questions) {
      const form = document.getElementById(question.id);
      const onAnswer = (of, answer) => this.answered(of, answer);
      const view = questionView(form, question, { words: this.data.words, onAnswer });
      if (this.data.shuffle) view.shuffle(this.state.seed + this.state.attempt);
      if (this.state.answers[question.id]) view.restore(this.state.answers[question.id]);
      else if (this.state.handedIn || this.review) view.close();
      this.views.set(question.id, view);
    }
  }

  answered(question, answer) {
    this.state.answers[question.id] = { response: answer.response, mark: answer.mark };
    this.channel.answered(interaction(question, answer, this.state.attempt));
    if (this.left() === 0) this.handIn();
    else this.changed();
  }

  left() {
    return this.questions.filter((question) => !this.state.answers[question.id]).length;
  }

  markNow() {
    const all = this.questions.reduce((sum, { points }) => sum + points, 0);
    const got = this.questions.reduce((sum, { id, points }) => sum + points * (this.state.answers[id]?.mark || 0), 0);
    return all ? round4(got / all) : 0;
  }

  handIn() {
    this.state.handedIn = true;
    this.state.best = Math.max(this.state.best ?? 0, this.markNow());
    for (const [id, view] of this.views) if (!this.state.answers[id]) view.close();
    this.changed();
    document.getElementById("result").focus();
  }

  again() {
    this.state.answers = {};
    this.state.handedIn = false;
    this.state.attempt += 1;
    for (const view of this.views.values()) {
      view.reset();
      if (this.data.shuffle) view.shuffle(this.state.seed + this.state.attempt);
    }
    this.show(this.data.parts.findIndex((part) => part.questions.length));
  }

  mayTryAgain() {
    const { attempts } = this.data;
    return this.state.handedIn && !this.review && (attempts === 0 || this.state.attempt < attempts);
  }

  wireResult() {
    const button = document.getElementById("hand-in");
    button.addEventListener("click", () => {
      if (this.left() === 0 || button.dataset.asked) {
        delete button.dataset.asked;
        this.handIn();
      } else {
        button.dataset.asked = "true"; // LMS frames often forbid window.confirm: the second press confirms
        this.say("result-text", this.data.words.leftOpen.replace("{left}", this.left()));
      }
    });
    document.getElementById("again").addEventListener("click", () => this.again());
  }

  drawResult() {
    document.getElementById("result").hidden = !this.questions.length;
    document.getElementById("hand-in").hidden = this.state.handedIn || this.review;
    document.getElementById("again").hidden = !this.mayTryAgain();
    const { words } = this.data;
    const done = this.questions.length - this.left();
    const progress = words.progress.replace("{done}", done).replace("{all}", this.questions.length);
    this.say("result-text", this.state.handedIn ? this.verdict() : progress);
  }

  verdict() {
    const { words } = this.data;
    const number = (value) => percent(value).toLocaleString(this.data.language);
    const best = words.score.replace("{now}", number(this.markNow())).replace("{best}", number(this.score()));
    const passed = this.passed();
    return passed === null ? best : `${best} ${passed ? words.passed : words.failed}`;
  }

  say(id, text) {
    const place = document.getElementById(id);
    if (place.textContent !== text) place.textContent = text;
  }

  // ---- what the LMS hears

  // null until answers were handed in: half a test must never look like a mark.
  score() {
    return this.questions.length ? this.state.best : this.state.reported;
  }

  passed() {
    const score = this.score();
    return score === null || this.data.passMark === null ? null : score * 100 >= this.data.passMark - 1e-6;
  }

  completed() {
    const seen = this.state.seen.every(Boolean);
    const { completion } = this.data;
    if (completion === "viewed") return seen || this.pageDone;
    const answered = this.score() !== null && (seen || this.pageDone || Boolean(this.questions.length));
    return completion === "answered" ? answered : answered && this.passed() === true;
  }

  progress() {
    const { seen } = this.state;
    const steps = seen.length + this.questions.length;
    const open = this.state.best === null ? this.left() : 0;
    return this.completed() ? 1 : Math.min(0.99, (seen.filter(Boolean).length + this.questions.length - open) / steps);
  }

  shot() {
    const seconds = (Date.now() - this.started) / 1000;
    this.state.seconds = this.before + seconds;
    return {
      bookmark: String(this.state.part + 1),
      states: packedStates(this.data, this.state),
      progress: this.progress(),
      score: this.score(),
      passed: this.passed(),
      completed: this.completed(),
      again: this.mayTryAgain() || (this.state.best !== null && !this.state.handedIn),
      seconds,
    };
  }

  changed() {
    this.drawResult();
    document.getElementById("progress").value = this.progress();
    this.dirty = true;
    this.save();
  }

  save() {
    if (this.over || !this.dirty) return;
    this.dirty = false;
    this.channel.save(this.shot());
  }

  // pagehide comes in every way a page can go; visibilitychange is the last that a phone sends. `unload` is never
  // listened to: it comes seldom, and keeps browsers from holding the page ready.
  wireLeaving() {
    setInterval(() => {
      this.dirty = true;
      this.save();
    }, AUTOSAVE);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "hidden") return;
      this.dirty = true;
      this.save();
    });
    window.addEventListener("pagehide", () => {
      if (this.over) return;
      this.over = true;
      this.channel.close(this.shot());
    });
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) location.reload(); // the session was closed when the page went
    });
  }

  // What ready-made pages may call: parent.lesson.score(8, 10), parent.lesson.complete().
  forPages() {
    return Object.freeze({
      score: (points, most = 100) => {
        if (this.questions.length || this.review || !(most > 0) || !Number.isFinite(points)) return false;
        this.state.reported = round4(Math.max(0, Math.min(1, points / most)));
        this.changed();
        return true;
      },
      complete: () => {
        this.pageDone = true;
        this.state.seen.fill(1);
        this.changed();
        return true;
      },
    });
  }
}

startLesson();
