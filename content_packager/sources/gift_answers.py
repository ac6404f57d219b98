"""What stands between the braces of a GIFT question."""

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import NamedTuple

from content_packager.model_question import WHOLE, Accepted, Between, Choice, Question, QuestionKind
from content_packager.sources.numbers import NotANumber, read_number
from content_packager.sources.rich import plain

_ANSWER = re.compile(r"([=~])\s*(?:%(-?[\d.,]+)%)?([^=~]*)")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
Html = Callable[[str], str]


class BadAnswers(ValueError):
    """A question that cannot become one of ours; `why` names a trouble."""

    def __init__(self, *, why: str) -> None:
        self.why = why
        super().__init__(why)


class _Answer(NamedTuple):
    sign: str
    weight: Fraction | None
    text: str
    feedback: str


def read_answers(raw: str, stem: str, html: Html) -> Question:
    """`stem` is the question's HTML; `html` makes that of each answer."""
    body, _, general = raw.partition("####")
    feedback = html(general) if general.strip() else ""
    if not body.strip():
        raise BadAnswers(why="essay")
    word, *comments = body.split("#")
    if word.strip().upper() in _TRUTHS:
        return _true_false(_TRUTHS[word.strip().upper()], stem, feedback, [html(one) for one in comments])
    if body.lstrip().startswith("#"):
        return _numeric(body.lstrip()[1:], stem, feedback, html)
    return _listed(list(_answers(body, html)), stem, feedback, html)


def _true_false(right: bool, stem: str, feedback: str, comments: list[str]) -> Question:
    """GIFT gives the comment on the wrong answer first."""
    wrong_comment, right_comment, *_ = [*comments, "", ""]
    said = {right: right_comment, not right: wrong_comment}
    choices = tuple(Choice("", WHOLE if value is right else Fraction(0), said[value]) for value in (True, False))
    return Question(kind=QuestionKind.TRUE_FALSE, html=stem, choices=choices, feedback=feedback)


def _answers(body: str, html: Html) -> Iterator[_Answer]:
    head = body[: next(_ANSWER.finditer(body)).start()] if _ANSWER.search(body) else body
    if head.strip():
        raise BadAnswers(why="signs")
    for sign, weight, rest in _ANSWER.findall(body):
        text, _, comment = rest.partition("#")
        yield _Answer(sign, _weight(weight), text.strip(), html(comment) if comment.strip() else "")


def _weight(percent: str) -> Fraction | None:
    if not percent:
        return None
    try:
        weight = read_number(percent) / 100
    except NotANumber as err:
        raise BadAnswers(why="weight") from err
    if not -1 <= weight <= 1:
        raise BadAnswers(why="weight")
    return _whole_third(weight)


def _whole_third(weight: Fraction) -> Fraction:
    """Moodle writes a third as 33.33333: take the simple fraction that was meant."""
    near = weight.limit_denominator(20)
    return near if abs(near - weight) < Fraction(1, 10_000) else weight


def _listed(answers: list[_Answer], stem: str, feedback: str, html: Html) -> Question:
    if any("->" in answer.text for answer in answers):
        raise BadAnswers(why="matching")
    if all(answer.sign == "=" for answer in answers):
        return _short(answers, stem, feedback, html)
    single = any(answer.sign == "=" for answer in answers)
    choices = tuple(
        Choice(html(one.text), (one.weight or Fraction(0)) if one.sign == "~" else one.weight or WHOLE, one.feedback)
        for one in answers
    )
    if len(choices) < 2 or not any(choice.weight > 0 for choice in choices):
        raise BadAnswers(why="right")
    kind = QuestionKind.SINGLE if single else QuestionKind.MULTIPLE
    return Question(kind=kind, html=stem, choices=choices, feedback=feedback)


def _short(answers: list[_Answer], stem: str, feedback: str, html: Html) -> Question:
    accepted = tuple(Accepted(plain(html(one.text)), one.weight or WHOLE, one.feedback) for one in answers)
    if not accepted or not all(one.text for one in accepted):
        raise BadAnswers(why="right")
    return Question(kind=QuestionKind.SHORT, html=stem, accepted=accepted, feedback=feedback)


def _numeric(body: str, stem: str, feedback: str, html: Html) -> Question:
    text = body.strip()
    answers = list(_answers(text if text.startswith(("=", "~")) else f"={text}", html))
    try:
        between = tuple(_between(one) for one in answers if one.text)
    except NotANumber as err:
        raise BadAnswers(why="number") from err
    if not between:
        raise BadAnswers(why="right")
    return Question(kind=QuestionKind.NUMERIC, html=stem, between=between, feedback=feedback)


def _between(answer: _Answer) -> Between:
    """`3.14:0.01`, `1..5` or one number."""
    weight = answer.weight or WHOLE
    if ".." in answer.text:
        low, high = (read_number(end) for end in answer.text.split("..", 1))
        if low > high:
            raise NotANumber(answer.text)
        return Between(low, high, weight, answer.feedback)
    value, _, tolerance = answer.text.partition(":")
    centre, spread = read_number(value), abs(read_number(tolerance or "0"))
    return Between(centre - spread, centre + spread, weight, answer.feedback)
