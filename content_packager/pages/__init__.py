"""The page that a pupil sees, from a lesson: HTML with every word in it, and the lesson as data for our script."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from content_packager.model import Language, Lesson
from content_packager.pages.blocks import Words, part_html
from content_packager.pages.data import lesson_data
from content_packager.pages.pieces import joined, piece
from content_packager.player import HOME

ENTRY = "index.html"


def lesson_page(lesson: Lesson, runtime: str) -> bytes:
    """`index.html`; `runtime` names the channel of our script that will speak to the LMS."""
    about, words = lesson.about, ui_words(lesson.about.language)
    data: dict[str, Any] = lesson_data(lesson) | {"words": words}
    data |= {"fingerprint": _fingerprint(data["parts"]), "runtime": runtime}
    page = piece(
        "lesson",
        about=about,
        words=words,
        home=HOME,
        data=_in_script(data),
        description=piece("description", text=about.description) if about.description else "",
        contents=_contents(lesson, words) if len(lesson.parts) > 1 else "",
        parts=joined(_parts(lesson, words)),
    )
    return f"{page}\n".encode()


@cache
def ui_words(language: Language) -> Words:
    table = Path(__file__).with_name("words.toml").read_text("utf-8")
    words: Words = tomllib.loads(table)[language.value]
    return words


def _contents(lesson: Lesson, words: Words) -> Markup:
    entries = joined(piece("contents-entry", title=part.title) for part in lesson.parts)
    return piece("contents", label=words["parts"], entries=entries)


def _parts(lesson: Lesson, words: Words) -> Iterator[Markup]:
    first_question = 1
    for number, part in enumerate(lesson.parts, 1):
        yield part_html(part, words, number=number, first_question=first_question)
        first_question += len(part.questions)


def _fingerprint(parts: object) -> str:
    """Changes when questions change: answers to other questions must not be taken up again."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:8]


def _in_script(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end its script element (HTML, 4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704
