"""A lesson as the packager sees it, whatever it was made from and whatever it becomes."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from content_packager.archive_name import slug
from content_packager.model_question import Question

_LESSONS = uuid.UUID("6f3d3bb2-8b8c-5d0e-9d6c-2f2d6a1f7c11")
"""Namespace (RFC 9562 §5.5) of the lessons whose id is a plain word."""


class Language(StrEnum):
    VI = "vi"
    EN = "en"


class Completion(StrEnum):
    """When a lesson counts as done."""

    VIEWED = "viewed"
    """Every part was opened; sound and film were played to the end, or nearly."""
    ANSWERED = "answered"
    """Every part was opened and the answers were handed in."""
    PASSED = "passed"
    """The answers were handed in and reached the pass mark."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Ready HTML pages, shown in a frame of their own."""

    entry: str


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF."""

    file: str


@dataclass(frozen=True, slots=True)
class Captions:
    file: str
    language: str


@dataclass(frozen=True, slots=True)
class Film:
    file: str
    mime: str
    captions: tuple[Captions, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    file: str
    mime: str
    captions: tuple[Captions, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    file: str
    alt: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Clean HTML."""

    html: str


Block = Prose | Film | Sound | Picture | Document | Question
"""Files are named by their place in the package."""


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a lesson: a folder of ready pages, or blocks one below the other."""

    title: str
    content: Pages | tuple[Block, ...]
    files: Mapping[str, Path] = field(default_factory=dict)
    """Place in the package → where the file is now."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        return () if isinstance(self.content, Pages) else self.content

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Question))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What `lesson.toml` says."""

    title: str
    id: str
    description: str = ""
    language: Language = Language.VI
    subject: str = ""
    grade_level: int | None = None
    """Khối 1–12."""
    keywords: tuple[str, ...] = ()
    duration: int | None = None
    """Minutes that a pupil needs."""
    licence: str = ""
    authors: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    """Codes of learning requirements of QĐ 791/QĐ-SGDĐT, such as `020108.0202d3`."""
    pass_mark: Decimal | None = None
    """Percent, 0–100, of the points."""
    completion: Completion | None = None
    """Unsaid: `answered` where there are questions, else `viewed`."""
    attempts: int = 1
    """How often the answers may be handed in; 0 = as often as wanted. The best one counts."""
    shuffle: bool = False
    """Whether choices come in another order for each pupil and attempt."""

    @property
    def iri(self) -> str:
        """The id as an IRI: itself if it is one, else a UUID URN that is always the same for the same id."""
        if self.id.startswith(("http://", "https://", "urn:")):
            return self.id
        return f"urn:uuid:{uuid.uuid5(_LESSONS, self.id)}"

    @property
    def file_name(self) -> str:
        return slug(self.id, fallback="lesson")


@dataclass(frozen=True, slots=True)
class Lesson:
    about: About
    parts: tuple[Part, ...]

    @property
    def has_questions(self) -> bool:
        return any(part.questions for part in self.parts)

    @property
    def completion(self) -> Completion:
        return self.about.completion or (Completion.ANSWERED if self.has_questions else Completion.VIEWED)

    def is_scored(self, part: Part) -> bool:
        """Whether a part can bring points: by its questions or, in a lesson without any, by its own pages' word."""
        return bool(part.questions) or (isinstance(part.content, Pages) and not self.has_questions)

    def files(self) -> Iterator[tuple[str, Path]]:
        for part in self.parts:
            yield from part.files.items()
