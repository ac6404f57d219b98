// One question on the page: a form that was written when the package was built.

function questionView(form, question, { words, onAnswer }) {
  const feedback = form.querySelector(".feedback");
  const button = form.querySelector("button");
  const error = form.querySelector(".problem");
  let since = Date.now();

  function response() {
    if (question.choices) {
      return [...form.querySelectorAll("input:checked")].map((input) => Number(input.value)).sort((a, b) => a - b);
    }
    return form.querySelector("input").value.trim();
  }

  function complaint(given) {
    if (!given.length) return question.choices ? words.choose : words.write;
    return question.kind === "numeric" && readNumber(given) === null ? words.number : "";
  }

  function lock(given) {
    for (const input of form.querySelectorAll("input")) {
      input.disabled = true;
      if (question.choices && given) input.checked = given.includes(Number(input.value));
    }
    if (!question.choices && typeof given === "string") form.querySelector("input").value = given;
    button.hidden = true;
  }

  function show(mark, comments) {
    const verdict = mark === 1 ? "right" : mark > 0 ? "partly" : "wrong";
    form.dataset.verdict = verdict;
    feedback.replaceChildren(element("p", words[verdict], "verdict"));
    for (const html of [...comments, question.feedback].filter(Boolean)) feedback.append(element("div", html, "", true));
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = response();
    const wrong = complaint(given);
    error.textContent = wrong;
    form.querySelector("input").toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) {
      form.querySelector("input").focus();
      return;
    }
    const { mark, feedback: comments } = marked(question, given);
    lock(given);
    show(mark, comments);
    feedback.focus();
    onAnswer(question, { response: given, mark, seconds: (Date.now() - since) / 1000 });
  });

  return {
    // An answer of an earlier sitting; its text may have been forgotten for want of room.
    restore({ response: given, mark }) {
      lock(given);
      show(mark, given && given.length ? marked(question, given).feedback : []);
    },
    close: () => lock(null),
    reset() {
      form.reset();
      delete form.dataset.verdict;
      feedback.replaceChildren();
      button.hidden = false;
      for (const input of form.querySelectorAll("input")) input.disabled = false;
      since = Date.now();
    },
    shuffle(seed) {
      const list = form.querySelector(".choices");
      if (!list || question.kind === "true-false") return;
      for (const index of shuffled(question.choices.length, seed + question.number)) {
        list.append(list.querySelector(`input[value="${index}"]`).closest("label"));
      }
    },
  };
}

function element(tag, text, className = "", isHtml = false) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (isHtml) made.innerHTML = text; // cleaned when the package was built
  else made.textContent = text;
  return made;
}

// The same order for the same seed, so that a pupil who comes back finds the choices where they were.
function shuffled(count, seed) {
  const order = Array.from({ length: count }, (_, index) => index);
  let number = (seed * 2654435761) >>> 0;
  for (let last = count - 1; last > 0; last -= 1) {
    number = (Math.imul(number ^ (number >>> 15), 2246822519) + 374761393) >>> 0;
    const other = number % (last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

// An answer in the words of the standards: SCORM 2004 RTE §4.2.9 and xAPI part 2 share them.
function interaction(question, { response, mark, seconds }, attempt) {
  const ticked = question.choices ? response : null;
  return {
    id: attempt > 1 ? `${question.id}-${attempt}` : question.id,
    kind: question.kind,
    description: question.plain,
    options: (question.choices || []).map((choice) => choice.plain),
    points: question.points,
    ticked,
    text: ticked ? "" : response,
    response: standardResponse(question, response),
    patterns: patterns(question),
    mark: round4(mark),
    seconds,
    at: new Date(),
  };
}

function standardResponse(question, response) {
  if (question.kind === "true-false") return String(response[0] === 0);
  if (question.choices) return response.map(choiceLetter).join("[,]");
  return question.kind === "numeric" ? String(readNumber(response)) : response.slice(0, 250);
}

function patterns(question) {
  if (question.kind === "true-false") {
    const right = question.choices[0].weight > 0;
    return [{ scorm12: right ? "t" : "f", xapi: String(right) }];
  }
  if (question.choices) {
    const letters = question.choices.flatMap((choice, index) => (choice.weight > 0 ? [choiceLetter(index)] : []));
    const only = question.kind === "single" ? [choiceLetter(bestChoice(question))] : letters;
    return [{ scorm12: only.join(","), xapi: only.join("[,]") }];
  }
  if (question.accepted) return question.accepted.slice(0, 5).map(({ text }) => ({ scorm12: text, xapi: text }));
  const { low, high } = question.between.reduce((best, one) => (one.weight > best.weight ? one : best));
  const middle = Math.round(((low + high) / 2) * 1e9) / 1e9; // 1.2 has no word for a range
  return [{ scorm12: String(middle), xapi: `${low}[:]${high}` }];
}

function bestChoice(question) {
  return question.choices.reduce((best, choice, index) => (choice.weight > question.choices[best].weight ? index : best), 0);
}
