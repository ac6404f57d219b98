"""Each block of a lesson as its template wants it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from content_packager.model import Block, Captions, Document, Film, Pages, Part, Picture, Prose, Sound
from content_packager.model_question import WHOLE, Question
from content_packager.pages.data import plain_number, question_id


@dataclass(frozen=True, slots=True)
class PartView:
    title: str
    blocks: tuple[dict[str, Any], ...]


def part_view(part: Part, first_number: int) -> PartView:
    if isinstance(part.content, Pages):
        return PartView(part.title, ({"template": "pages.html", "src": quote(part.content.entry)},))
    views, number = [], first_number
    for block in part.content:
        if isinstance(block, Question):
            views.append(_question(block, number))
            number += 1
        else:
            views.append(_shown(block))
    return PartView(part.title, tuple(views))


def _shown(block: Block) -> dict[str, Any]:
    match block:
        case Prose(html):
            return {"template": "prose.html", "html": html}
        case Document(file):
            return {"template": "document.html", "src": quote(file)}
        case Picture(file, alt):
            return {"template": "picture.html", "src": quote(file), "alt": alt}
        case Film(file, mime, captions):
            return {"template": "film.html", "src": quote(file), "mime": mime, "captions": _tracks(captions)}
        case Sound(file, mime, captions):
            return {"template": "sound.html", "src": quote(file), "mime": mime, "captions": _tracks(captions)}
    raise TypeError(type(block).__name__)


def _tracks(captions: tuple[Captions, ...]) -> list[dict[str, str]]:
    return [{"src": quote(one.file), "language": one.language} for one in captions]


def _question(question: Question, number: int) -> dict[str, Any]:
    return {
        "template": "question.html",
        "id": question_id(number),
        "number": number,
        "kind": question.kind.value,
        "html": question.html,
        "choices": question.choices,
        "weighs": "" if question.points == WHOLE else plain_number(question.points),
    }
