"""Each part of a lesson as HTML."""

from collections.abc import Iterator, Mapping
from itertools import count
from urllib.parse import quote

from markupsafe import Markup

from content_packager.model import Block, Captions, Document, Film, Pages, Part, Picture, Prose, Sound
from content_packager.model_question import WHOLE, Question, QuestionKind
from content_packager.pages.data import plain_number, question_id
from content_packager.pages.pieces import joined, piece

Words = Mapping[str, str]
_ONE_OF = (QuestionKind.SINGLE, QuestionKind.TRUE_FALSE)


def part_html(part: Part, words: Words, *, number: int, first_question: int) -> Markup:
    """`number` of the part and `first_question`, both from 1: questions are counted through the whole lesson."""
    return piece("part", number=number, title=part.title, blocks=joined(_blocks(part, words, first_question)))


def _blocks(part: Part, words: Words, first_question: int) -> Iterator[Markup]:
    if isinstance(part.content, Pages):
        yield piece("pages", title=part.title, src=quote(part.content.entry))
    numbers = count(first_question)
    for block in part.blocks:
        if isinstance(block, Question):
            yield _question(block, words, next(numbers))
        else:
            yield _shown(block, words, part.title)


def _shown(block: Block, words: Words, title: str) -> Markup:
    match block:
        case Prose(html):
            return piece("prose", html=Markup(html))  # noqa: S704  # `Prose` is clean by its contract
        case Document(file):
            return piece("document", src=quote(file), label=words["pdfOpen"])
        case Picture(file, alt):
            return piece("picture", src=quote(file), alt=alt)
        case Film(file, mime, captions):
            return _film("seen", file, mime, title, captions)
        case Sound(file, mime, ()):
            return piece("sound", src=quote(file), mime=mime, label=title)
        case Sound(file, mime, captions):  # an <audio> has no place to show them
            return _film("heard", file, mime, title, captions)
    raise TypeError(type(block).__name__)


def _film(kind: str, file: str, mime: str, title: str, captions: tuple[Captions, ...]) -> Markup:
    return piece("film", kind=kind, src=quote(file), mime=mime, label=title, tracks=_tracks(captions))


def _tracks(captions: tuple[Captions, ...]) -> Markup:
    firsts = (Markup(" default"), *[""] * len(captions))
    return joined(
        piece("track", src=quote(one.file), language=one.language, default=first)
        for one, first in zip(captions, firsts, strict=False)
    )


def _question(question: Question, words: Words, number: int) -> Markup:
    weighs = "" if question.points == WHOLE else f" ({plain_number(question.points)} {words['points']})"
    return piece(
        "question",
        id=question_id(number),
        number=number,
        role="radiogroup" if question.kind in _ONE_OF else "group",
        html=Markup(question.html),  # noqa: S704  # clean by its contract, as are the choices
        weighs=weighs,
        answers=_choices(question, words, number) if question.choices else _written(question, words, number),
        words=words,
    )


def _choices(question: Question, words: Words, number: int) -> Markup:
    several = question.kind is QuestionKind.MULTIPLE
    choices = joined(
        piece(
            "choice",
            type="checkbox" if several else "radio",
            id=question_id(number),
            index=index,
            text=Markup(choice.html) or words["false" if index else "true"],  # noqa: S704
        )
        for index, choice in enumerate(question.choices)
    )
    hints = [piece("hint", text=words["several"])] if several else []
    return joined([*hints, piece("choices", choices=choices)])


def _written(question: Question, words: Words, number: int) -> Markup:
    mode = "decimal" if question.kind is QuestionKind.NUMERIC else "text"
    return piece("written", label=words["answer"], id=question_id(number), mode=mode)
