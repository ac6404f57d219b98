"""What was answered, out of SCORM's interactions, and what the answers of many say about a question."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from bridge.domain.attempts import Answer, Elements
from bridge.domain.parts import number_of

MOST_WEIGHT = 10_000
OFTEN = 3  # wrong answers that are told of a question
_MARKS = {"correct": Decimal(1), "wrong": Decimal(0), "incorrect": Decimal(0)}


class Item(NamedTuple):
    """One question over many attempts. `wrong`: the most frequent wrong answers, with how often each was given."""

    question: str
    text: str
    asked: int
    right: int
    wrong: Sequence[tuple[str, int]]

    @property
    def share(self) -> float:
        """Right ones of those asked, 0–1."""
        return self.right / self.asked if self.asked else 0.0


def answers_of(elements: Elements) -> list[Answer]:
    """In their order (SCORM 1.2 RTE §3.4.7; SCORM 2004 RTE §4.2.9). Of a question answered again the last one.

    Parts of a material may use the same names: questions of the second are `2/name`, and so on.
    """
    found: dict[tuple[int, int], dict[str, str]] = {}
    for name, value in elements.items():
        parts = name.split(".")
        if len(parts) == 4 and parts[1] == "interactions" and parts[2].isdecimal():
            found.setdefault((number_of(name), int(parts[2])), {})[parts[3]] = value
    rows = ((part, _answer(found[part, number])) for part, number in sorted(found))
    last = {(part, row.question): row for part, row in rows if row.question}
    return [row if part == 1 else replace(row, question=f"{part}/{row.question}") for (part, _), row in last.items()]


def statistics(attempts: Iterable[Sequence[Answer]]) -> list[Item]:
    """By question, in the order of their first coming; answers of which nobody says whether they are right are left."""
    asked: dict[str, list[Answer]] = {}
    for answers in attempts:
        for each in answers:
            if each.right is not None:
                asked.setdefault(each.question, []).append(each)
    return [_item(question, rows) for question, rows in asked.items()]


def _item(question: str, rows: Sequence[Answer]) -> Item:
    wrong = Counter(row.given for row in rows if not row.right)
    text = next((row.text for row in rows if row.text), "")
    return Item(question, text, len(rows), sum(row.right is True for row in rows), wrong.most_common(OFTEN))


def _answer(fields: Mapping[str, str]) -> Answer:
    """A result is a word, or a number that an author chose, read as the share reached where it is from 0 to 1."""
    given = fields.get("learner_response") or fields.get("student_response") or ""
    mark = _MARKS.get(fields.get("result", ""), plain(fields.get("result", ""), most=1))
    right = None if mark is None else mark == 1
    weight = plain(fields.get("weighting", ""))
    return Answer(fields.get("id", ""), given, right, fields.get("description", ""), mark, weight)


def plain(text: str, *, most: int = MOST_WEIGHT) -> Decimal | None:
    """A number from zero to `most` as a package writes it; None for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value <= most else None
