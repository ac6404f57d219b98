"""The page that a pupil sees, from a lesson: HTML with every word in it, and the lesson as data for our script."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

from content_packager.model import Language, Lesson
from content_packager.pages.blocks import part_view
from content_packager.pages.data import lesson_data
from content_packager.player import HOME

ENTRY = "index.html"


def lesson_page(lesson: Lesson, runtime: str) -> bytes:
    """`index.html`; `runtime` names the channel of our script that will speak to the LMS."""
    words = ui_words(lesson.about.language)
    data: dict[str, Any] = lesson_data(lesson) | {"words": words}
    data |= {"fingerprint": _fingerprint(data["parts"]), "runtime": runtime}
    parts = [part_view(part, first) for part, first in zip(lesson.parts, _first_numbers(lesson), strict=True)]
    page = _templates().get_template("lesson.html")
    return page.render(about=lesson.about, parts=parts, words=words, home=HOME, data=_in_script(data)).encode()


@cache
def ui_words(language: Language) -> Mapping[str, str]:
    table = resources.files("content_packager").joinpath("pages", "words.toml").read_text("utf-8")
    words: Mapping[str, str] = tomllib.loads(table)[language.value]
    return words


def _first_numbers(lesson: Lesson) -> list[int]:
    """Questions are counted through the whole lesson."""
    firsts, number = [], 1
    for part in lesson.parts:
        firsts.append(number)
        number += len(part.questions)
    return firsts


def _fingerprint(parts: object) -> str:
    """Changes when questions change: answers to other questions must not be taken up again."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:8]


def _in_script(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end its script element (HTML, 4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("content_packager.pages"), autoescape=select_autoescape(), trim_blocks=False
    )
