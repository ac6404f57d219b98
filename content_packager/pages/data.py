"""The lesson as data for our script: what answers are worth, and the rules of the lesson."""

from fractions import Fraction
from typing import Any

from content_packager.model import Lesson, Pages, Part
from content_packager.model_question import Question, QuestionKind


def lesson_data(lesson: Lesson) -> dict[str, Any]:
    about = lesson.about
    numbers = iter(range(1, 1 + sum(len(part.questions) for part in lesson.parts)))
    return {
        "id": about.id,
        "iri": about.iri,
        "title": about.title,
        "language": about.language.value,
        "passMark": None if about.pass_mark is None else float(about.pass_mark),
        "completion": lesson.completion.value,
        "attempts": about.attempts,
        "shuffle": about.shuffle,
        "parts": [_part(part, [next(numbers) for _ in part.questions]) for part in lesson.parts],
    }


def question_id(number: int) -> str:
    return f"q{number}"


def plain_number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _part(part: Part, numbers: list[int]) -> dict[str, Any]:
    questions = [_question(one, number) for one, number in zip(part.questions, numbers, strict=True)]
    return {"pages": isinstance(part.content, Pages), "questions": questions}


def _question(question: Question, number: int) -> dict[str, Any]:
    from content_packager.sources.rich import plain  # here, since a lesson without questions need not load it

    data: dict[str, Any] = {
        "id": question_id(number),
        "number": number,
        "kind": question.kind.value,
        "plain": plain(question.html),
        "points": plain_number(question.points),
        "feedback": question.feedback,
    }
    if question.kind is QuestionKind.SHORT:
        data["accepted"] = [
            {"text": one.text, "weight": plain_number(one.weight), "feedback": one.feedback}
            for one in question.accepted
        ]
    elif question.kind is QuestionKind.NUMERIC:
        data["between"] = [
            {
                "low": plain_number(one.low),
                "high": plain_number(one.high),
                "weight": plain_number(one.weight),
                "feedback": one.feedback,
            }
            for one in question.between
        ]
    else:
        data["choices"] = [
            {"plain": plain(one.html), "weight": plain_number(one.weight), "feedback": one.feedback}
            for one in question.choices
        ]
    return data
