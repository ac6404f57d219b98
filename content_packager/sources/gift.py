"""Question lists in Moodle's GIFT format (docs.moodle.org, "GIFT format")."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from content_packager.errors import Troubles
from content_packager.model import Block, Part, Prose
from content_packager.model_question import Question
from content_packager.sources.gift_answers import BadAnswers, read_answers
from content_packager.sources.reading import Reading, read_text, title_of
from content_packager.sources.rich import clean_html, text_html

_HIDDEN = {letter: chr(0xE000 + number) for number, letter in enumerate(":~=#{}\\")}
"""Escaped letters, out of the way in the private use area while the signs around them are read."""
_TITLE = re.compile(r"^::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\[(html|moodle|plain|markdown)\]\s*")
_ANSWERS = re.compile(r"\{([^{}]*)\}", re.DOTALL)
_BLANK = "_____"


class _Raw(NamedTuple):
    line: int
    text: str


def read_gift(path: Path, reading: Reading) -> Part:
    blocks = tuple(parse_gift(read_text(path, reading.troubles), path.name, reading.troubles))
    if not any(isinstance(block, Question) for block in blocks):
        reading.troubles.add("questions-none", path.name)
    return Part(title_of(path), blocks, reading.files)


def parse_gift(text: str, name: str, troubles: Troubles, *, first_line: int = 0) -> Iterator[Block]:
    """Each question of a list, each text without answers as prose; what cannot be read becomes a trouble."""
    for raw in _split(text):
        where = f"{name}:{raw.line + first_line}"
        try:
            yield _question(raw.text)
        except BadAnswers as err:
            troubles.add(f"gift-{err.why}", where)


def _split(text: str) -> Iterator[_Raw]:
    """A blank line ends a question; `//` and `$CATEGORY` lines are for people and for Moodle's question bank."""
    lines: list[str] = []
    start = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.lstrip().startswith(("//", "$CATEGORY")):
            continue
        if line.strip():
            start = start if lines else number
            lines.append(line)
        elif lines:
            yield _Raw(start, "\n".join(lines))
            lines = []


def _question(raw: str) -> Question | Prose:
    text = _TITLE.sub("", re.sub(r"\\([:~=#{}\\])", lambda match: _HIDDEN[match[1]], raw.strip()))
    found_format = _FORMAT.match(text)
    style = found_format[1] if found_format else "moodle"
    text = _FORMAT.sub("", text)
    blocks = list(_ANSWERS.finditer(text))
    if len(blocks) != text.count("{") or len(blocks) != text.count("}") or len(blocks) > 1:
        raise BadAnswers(why="braces")
    if not blocks:
        return Prose(_html(text, style))
    [answers] = blocks
    before, after = text[: answers.start()], text[answers.end() :]
    stem = f"{before}{_BLANK}{after}" if after.strip() else before
    return read_answers(answers[1], _html(stem, style), lambda part: _html(part, style))


def _html(text: str, style: str) -> str:
    text = _shown(text)
    if style == "markdown":
        from markdown_it import MarkdownIt  # here, since it takes long to load and few lists need it

        return str(MarkdownIt("commonmark", {"html": False}).disable("image").render(text)).strip()
    if style in ("html", "moodle") and re.search(r"</?[a-z]+[^<>]*>", text):
        return clean_html(text)
    return text_html(text)


def _shown(text: str) -> str:
    for letter, hidden in _HIDDEN.items():
        text = text.replace(hidden, letter)
    return text.replace("\\n", "\n")
