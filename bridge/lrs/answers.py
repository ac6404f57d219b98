"""What a lesson of xAPI or cmi5 was answered, as the same values that SCORM's interactions become."""

from decimal import Decimal

from bridge.domain.answers import plain
from bridge.domain.attempts import Answer
from bridge.lrs.cmi5terms import LAUNCHED, MODE, REVIEW, VERBS, defined, said, session_of
from bridge.lrs.context import Lrs
from bridge.lrs.values import Json


def answers(lrs: Lrs, registration: str) -> list[Answer]:
    """In the order of their coming; of a question answered again the last one. What is answered while a finished lesson
    is looked at again is no answer."""
    launched = defined(lrs, registration, LAUNCHED)
    after = {session_of(one) for one in launched if one["context"].get("extensions", {}).get(MODE) == REVIEW}
    found = [one for one in said(lrs, registration, f"{VERBS}answered") if session_of(one) not in after]
    return list({row.question: row for row in map(_answer, found)}.values())


def _answer(statement: Json) -> Answer:
    about, result = statement["object"], statement.get("result", {})
    described = about.get("definition", {}).get("description", {})
    text = next(iter(described.values()), "")
    success, (mark, weight) = result.get("success"), _reached(result)
    return Answer(str(about.get("id", "")), str(result.get("response", "")), success, str(text), mark, weight)


def _reached(result: Json) -> tuple[Decimal | None, Decimal | None]:
    """How much of it, and out of what (xAPI 1.0.3, Data §2.4.5.1). Without a score, success is all or nothing."""
    score, success = result.get("score", {}), result.get("success")
    mark = plain(str(score["scaled"]), most=1) if "scaled" in score else None
    if "scaled" not in score and success is not None:
        mark = Decimal(1 if success else 0)
    return mark, plain(str(score.get("max", "")))
