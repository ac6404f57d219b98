"""A PDF, film, sound or picture as a part of its own, and the captions that lie beside it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from content_packager.model import Block, Captions, Document, Film, Part, Picture, Sound
from content_packager.sources.reading import Reading, title_of


@dataclass(frozen=True, slots=True)
class Media:
    """Ending → MIME type, of what every current browser plays."""

    films: Mapping[str, str]
    sounds: Mapping[str, str]
    pictures: Mapping[str, str]


MEDIA = Media(
    films={".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm"},
    sounds={
        ".mp3": "audio/mpeg",
        ".m4a": "audio/mp4",
        ".ogg": "audio/ogg",
        ".oga": "audio/ogg",
        ".opus": "audio/ogg",
        ".wav": "audio/wav",
    },
    pictures={
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".gif": "image/gif",
        ".webp": "image/webp",
        ".avif": "image/avif",
        ".svg": "image/svg+xml",
    },
)


def read_document(path: Path, reading: Reading) -> Part | None:
    with path.open("rb") as file:
        if b"%PDF-" not in file.read(
            1024
        ):  # ISO 32000-1, Annex H: the mark may stand anywhere in the first 1,024 bytes
            reading.troubles.add("pdf-broken", path.name)
            return None
    return _part(path, Document(reading.put(path)), reading)


def read_film(path: Path, reading: Reading) -> Part:
    return _part(path, film(path, reading), reading)


def read_sound(path: Path, reading: Reading) -> Part:
    return _part(path, sound(path, reading), reading)


def read_picture(path: Path, reading: Reading) -> Part:
    return _part(path, Picture(reading.put(path), title_of(path)), reading)


def film(path: Path, reading: Reading) -> Film:
    return Film(reading.put(path), MEDIA.films[path.suffix.lower()], captions(path, reading))


def sound(path: Path, reading: Reading) -> Sound:
    return Sound(reading.put(path), MEDIA.sounds[path.suffix.lower()], captions(path, reading))


def captions(path: Path, reading: Reading) -> tuple[Captions, ...]:
    """`film.vtt` in the lesson's language, `film.en.vtt` in another (WebVTT)."""
    found = []
    for file in sorted(path.parent.glob("*.vtt")):
        match = re.fullmatch(re.escape(path.stem) + r"(?:\.([a-z]{2,3}))?\.vtt", file.name)
        if not match:
            continue
        if not file.read_bytes()[:9].removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
            reading.troubles.add("captions-broken", file.name)
            continue
        found.append(Captions(reading.put(file), match[1] or reading.language.value))
    return tuple(found)


def _part(path: Path, block: Block, reading: Reading) -> Part:
    return Part(title_of(path), (block,), reading.files)
