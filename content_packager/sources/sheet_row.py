"""One row of a question table."""

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from content_packager.model_question import WHOLE, Accepted, Between, Choice, Question, QuestionKind, evenly
from content_packager.sources.numbers import NotANumber, read_number
from content_packager.sources.rich import text_html

TYPES: Mapping[str, QuestionKind] = {
    "single": QuestionKind.SINGLE,
    "một đáp án": QuestionKind.SINGLE,
    "multiple": QuestionKind.MULTIPLE,
    "nhiều đáp án": QuestionKind.MULTIPLE,
    "true-false": QuestionKind.TRUE_FALSE,
    "đúng sai": QuestionKind.TRUE_FALSE,
    "đúng/sai": QuestionKind.TRUE_FALSE,
    "short": QuestionKind.SHORT,
    "trả lời ngắn": QuestionKind.SHORT,
    "numeric": QuestionKind.NUMERIC,
    "số": QuestionKind.NUMERIC,
}
_TRUTHS = {"true": True, "t": True, "đúng": True, "đ": True, "false": False, "f": False, "sai": False, "s": False}


class BadRow(ValueError):
    """A row that is no question; `why` names a trouble."""

    def __init__(self, *, why: str, value: str = "") -> None:
        self.why, self.value = why, value
        super().__init__(why)


def read_row(cells: Mapping[str, str]) -> Question:
    if not cells.get("question"):
        raise BadRow(why="question")
    if not cells.get("answer"):
        raise BadRow(why="answer")
    kind = _kind(cells)
    blank = Question(
        kind=kind,
        html=text_html(cells["question"]),
        feedback=text_html(cells.get("feedback", "")),
        points=_points(cells),
    )
    if kind is QuestionKind.TRUE_FALSE:
        return replace(blank, choices=_truths(cells["answer"]))
    if kind is QuestionKind.SHORT:
        return replace(blank, accepted=_texts(cells["answer"]))
    if kind is QuestionKind.NUMERIC:
        return replace(blank, between=(_between(cells),))
    return replace(blank, choices=_choices(cells, kind))


def _kind(cells: Mapping[str, str]) -> QuestionKind:
    """As the row says; unsaid, choices with one right letter are `single`, with several `multiple`."""
    said = " ".join(cells.get("type", "").casefold().split())
    if said:
        if said not in TYPES:
            raise BadRow(why="type", value=said)
        return TYPES[said]
    if cells.get("a"):
        return QuestionKind.MULTIPLE if len(_letters(cells["answer"])) > 1 else QuestionKind.SINGLE
    return QuestionKind.TRUE_FALSE if cells["answer"].casefold() in _TRUTHS else QuestionKind.SHORT


def _letters(answer: str) -> set[str]:
    return {letter for letter in re.split(r"[,;|\s]+", answer.casefold()) if letter}


def _choices(cells: Mapping[str, str], kind: QuestionKind) -> tuple[Choice, ...]:
    offered = [letter for letter in "abcdefgh" if cells.get(letter)]
    right = _letters(cells["answer"])
    if len(offered) < 2 or not right <= set(offered) or (kind is QuestionKind.SINGLE and len(right) != 1):
        raise BadRow(why="letters", value=cells["answer"])
    marks = [letter in right for letter in offered]
    weights = evenly(marks) if kind is QuestionKind.MULTIPLE else [Fraction(mark) for mark in marks]
    return tuple(Choice(text_html(cells[letter]), weight) for letter, weight in zip(offered, weights, strict=True))


def _truths(answer: str) -> tuple[Choice, ...]:
    right = _TRUTHS.get(answer.casefold())
    if right is None:
        raise BadRow(why="truth", value=answer)
    return tuple(Choice("", Fraction(value is right)) for value in (True, False))


def _texts(answer: str) -> tuple[Accepted, ...]:
    accepted = tuple(Accepted(one.strip()) for one in answer.split("|") if one.strip())
    if not accepted:
        raise BadRow(why="answer")
    return accepted


def _between(cells: Mapping[str, str]) -> Between:
    try:
        centre, spread = read_number(cells["answer"]), abs(read_number(cells.get("tolerance") or "0"))
    except NotANumber as err:
        raise BadRow(why="number", value=str(err)) from err
    return Between(centre - spread, centre + spread)


def _points(cells: Mapping[str, str]) -> Fraction:
    try:
        points = read_number(cells["points"]) if cells.get("points") else WHOLE
    except NotANumber as err:
        raise BadRow(why="points", value=str(err)) from err
    if points <= 0:
        raise BadRow(why="points", value=cells["points"])
    return points
