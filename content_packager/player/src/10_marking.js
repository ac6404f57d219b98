// What an answer is worth. Weights come from the package: -1…1 of the question's points.

function marked(question, response) {
  const found = { choices: markTicks, accepted: markText, between: markNumber };
  const way = question.choices ? "choices" : question.accepted ? "accepted" : "between";
  const [weight, feedback] = found[way](question, response);
  const mark = Math.max(0, Math.min(1, weight));
  return { mark: mark > 0.9999 ? 1 : mark, feedback };
}

function markTicks(question, ticked) {
  const chosen = ticked.map((index) => question.choices[index]);
  return [chosen.reduce((sum, choice) => sum + choice.weight, 0), chosen.map((choice) => choice.feedback)];
}

function markText(question, text) {
  const hit = question.accepted
    .filter((one) => textPattern(one.text).test(folded(text)))
    .sort((one, other) => other.weight - one.weight)[0];
  return hit ? [hit.weight, [hit.feedback]] : [0, []];
}

function folded(text) {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();
}

function textPattern(text) {
  const pieces = folded(text).split("*").map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${pieces.join(".*")}$`, "s");
}

function markNumber(question, text) {
  const value = readNumber(text);
  const near = 1e-9 * Math.max(1, Math.abs(value)); // binary floats: 0.1 + 0.2 must still be 0.3
  const hit = question.between
    .filter((one) => value >= one.low - near && value <= one.high + near)
    .sort((one, other) => other.weight - one.weight)[0];
  return hit ? [hit.weight, [hit.feedback]] : [0, []];
}

// As pupils write: a comma or a point is the decimal sign, blanks may part thousands. Anything else is null.
function readNumber(text) {
  const bare = text.trim().replace(/[\s\u00a0\u202f]/g, "").replace(/\u2212/g, "-");
  return /^[-+]?(\d+([.,]\d*)?|[.,]\d+)$/.test(bare) ? Number(bare.replace(",", ".")) : null;
}
