"""Question lists in the Aiken format: a question, its answers by letter, a line `ANSWER:`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from content_packager.errors import Troubles
from content_packager.model import Part
from content_packager.model_question import WHOLE, Choice, Question, QuestionKind
from content_packager.sources.gift import parse_gift
from content_packager.sources.reading import Reading, read_text, title_of
from content_packager.sources.rich import text_html

_CHOICE = re.compile(r"^([A-Z])[.)]\s+(\S.*)$")
_KEY = re.compile(r"^(?:ANSWER|ĐÁP ÁN)\s*:\s*([A-Z])\s*$", re.IGNORECASE)


def read_text_list(path: Path, reading: Reading) -> Part:
    """A `.txt` is Aiken if it has a line `ANSWER:`, else GIFT."""
    text = read_text(path, reading.troubles)
    aiken = any(_KEY.match(line.strip()) for line in text.splitlines())
    read = parse_aiken if aiken else parse_gift
    blocks = tuple(read(text, path.name, reading.troubles))
    if not any(isinstance(block, Question) for block in blocks):
        reading.troubles.add("questions-none", path.name)
    return Part(title_of(path), blocks, reading.files)


@dataclass(slots=True)
class _Draft:
    line: int = 0
    stem: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)


def parse_aiken(text: str, name: str, troubles: Troubles) -> Iterator[Question]:
    draft = _Draft()
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        draft.line = draft.line or (number if bare else 0)
        if key := _KEY.match(bare):
            yield from _finished(draft, key[1].upper(), name, troubles)
            draft = _Draft()
        elif (found := _CHOICE.match(bare)) and found[1] not in draft.choices:
            draft.choices[found[1]] = found[2]
        elif bare and draft.choices:
            troubles.add("aiken-line", f"{name}:{number}")
        elif bare:
            draft.stem.append(bare)
    if draft.stem or draft.choices:
        troubles.add("aiken-end", f"{name}:{draft.line}")


def _finished(draft: _Draft, key: str, name: str, troubles: Troubles) -> Iterator[Question]:
    if not draft.stem or len(draft.choices) < 2 or key not in draft.choices:
        troubles.add("aiken-answer", f"{name}:{draft.line}", key=key)
        return
    choices = tuple(
        Choice(text_html(text), WHOLE if letter == key else Fraction(0)) for letter, text in draft.choices.items()
    )
    yield Question(kind=QuestionKind.SINGLE, html=text_html("\n".join(draft.stem)), choices=choices)
