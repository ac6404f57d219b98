"""What every package carries: our script and style, and pdf.js where a lesson has a PDF."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from content_packager.model import Document, Lesson

HOME = "_player"
"""Folder of these files in a package."""


def player_files(lesson: Lesson) -> Mapping[str, bytes | Path]:
    files: dict[str, bytes | Path] = {f"{HOME}/lesson.js": script(), f"{HOME}/lesson.css": style()}
    if any(isinstance(block, Document) for part in lesson.parts for block in part.blocks):
        files |= _pdfjs()
    return files


@cache
def script() -> bytes:
    """Our sources in the order of their numbers, as one classic script: it also runs from a file:// page."""
    sources = sorted(_here("src").iterdir(), key=lambda source: source.name)
    body = "\n".join(source.read_text("utf-8") for source in sources if source.name.endswith(".js"))
    return f'(() => {{\n"use strict";\n\n{body}}})();\n'.encode()


@cache
def style() -> bytes:
    return _here("lesson.css").read_bytes()


@cache
def _pdfjs() -> Mapping[str, bytes]:
    """Module scripts are named .js here: some LMSs send .mjs with a type that browsers refuse to run."""
    return {f"{HOME}/pdfjs/{name.removesuffix('.mjs') + '.js' if name.endswith('.mjs') else name}": data
            for name, data in _files(_here("vendor", "pdfjs"), "")}  # fmt: skip


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _here(*steps: str) -> Traversable:
    return resources.files("content_packager").joinpath("player", *steps)
