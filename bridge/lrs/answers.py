"""What a lesson of xAPI or cmi5 was answered, as the same values that SCORM's interactions become."""

from bridge.domain.attempts import Answer
from bridge.lrs.cmi5terms import VERBS, said
from bridge.lrs.context import Lrs
from bridge.lrs.values import Json


def answers(lrs: Lrs, registration: str) -> list[Answer]:
    """In the order of their coming; of a question answered again the last one."""
    found = [_answer(one) for one in said(lrs, registration, f"{VERBS}answered")]
    return list({row.question: row for row in found}.values())


def _answer(statement: Json) -> Answer:
    about, result = statement["object"], statement.get("result", {})
    described = about.get("definition", {}).get("description", {})
    text = next(iter(described.values()), "")
    return Answer(str(about.get("id", "")), str(result.get("response", "")), result.get("success"), str(text))
