"""Statements to spoil. All people are made up."""

import copy
from typing import Any

HOME = "https://school.example.test"
PUPIL = {"objectType": "Agent", "account": {"homePage": HOME, "name": "pupil-1"}}
LESSON = "https://school.example.test/lessons/1"
REGISTRATION = "8f3c5f5e-5b1a-4c8e-9a53-0d3f6f7a2b11"

FULL: dict[str, Any] = {
    "id": "0d9a3a0e-6d63-4e8a-8b1e-2f6f8f1c0001",
    "actor": PUPIL,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"vi": "trả lời", "en": "answered"}},
    "object": {
        "objectType": "Activity",
        "id": f"{LESSON}/q1",
        "definition": {
            "name": {"vi": "Câu 1"},
            "description": {"vi": "Hai cộng hai?"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "moreInfo": "https://school.example.test/more",
            "interactionType": "choice",
            "correctResponsesPattern": ["a"],
            "choices": [{"id": "a", "description": {"vi": "Bốn"}}, {"id": "b", "description": {"vi": "Năm"}}],
            "extensions": {"https://school.example.test/x": None},
        },
    },
    "result": {
        "score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10},
        "success": True,
        "completion": False,
        "response": "a",
        "duration": "PT1M30.5S",
        "extensions": {"https://school.example.test/y": {"any": ["thing", None]}},
    },
    "context": {
        "registration": REGISTRATION,
        "instructor": {"objectType": "Agent", "mbox": "mailto:gv@example.test"},
        "team": {"objectType": "Group", "name": "Tổ 1", "member": [PUPIL]},
        "contextActivities": {"parent": {"id": LESSON}, "grouping": [{"id": "https://school.example.test/course"}]},
        "revision": "1",
        "platform": "web",
        "language": "vi-VN",
        "statement": {"objectType": "StatementRef", "id": "0d9a3a0e-6d63-4e8a-8b1e-2f6f8f1c0002"},
        "extensions": {"https://school.example.test/z": 1},
    },
    "timestamp": "2026-11-20T08:00:00.123+07:00",
    "stored": "2026-11-20T01:00:01Z",
    "version": "1.0.3",
    "authority": {"objectType": "Agent", "mbox": "mailto:lrs@example.test"},
    "attachments": [
        {
            "usageType": "https://school.example.test/picture",
            "display": {"vi": "Ảnh"},
            "description": {"vi": "Ảnh chụp bài làm"},
            "contentType": "image/png",
            "length": 3,
            "sha2": "a" * 64,
            "fileUrl": "https://school.example.test/a.png",
        }
    ],
}


def full() -> dict[str, Any]:
    return copy.deepcopy(FULL)


def simple(**more: Any) -> dict[str, Any]:
    """The least that a statement needs."""
    return {
        "actor": copy.deepcopy(PUPIL),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced"},
        "object": {"id": LESSON},
        **copy.deepcopy(more),
    }


def put_at(statement: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """`statement` with `value` at `a.b.0.c`; `...` takes the place away."""
    *way, last = path.split(".")
    here: Any = statement
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
    if value is ...:
        del here[last]
    elif isinstance(here, list):
        here[int(last)] = value
    else:
        here[last] = value
    return statement
