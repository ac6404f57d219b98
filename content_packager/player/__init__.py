"""What every package carries: our script and style, and pdf.js where a lesson has a PDF."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from content_packager.model import Document, Lesson

HOME = "_player"
"""Folder of these files in a package."""
_HERE = Path(__file__).parent
VENDOR = _HERE / "vendor"
"""Libraries of others, each with a note of its origin beside it."""


def player_files(lesson: Lesson) -> Mapping[str, bytes | Path]:
    files: dict[str, bytes | Path] = {f"{HOME}/lesson.js": script(), f"{HOME}/lesson.css": style()}
    if any(isinstance(block, Document) for part in lesson.parts for block in part.blocks):
        files |= _pdfjs()
    return files


@cache
def script() -> bytes:
    """Our sources in the order of their numbers, as one classic script: it also runs from a file:// page."""
    sources = sorted((_HERE / "src").glob("*.js"))
    body = "\n".join(source.read_text("utf-8") for source in sources)
    return f'(() => {{\n"use strict";\n\n{body}}})();\n'.encode()


@cache
def style() -> bytes:
    return (_HERE / "lesson.css").read_bytes()


@cache
def _pdfjs() -> Mapping[str, bytes]:
    folder = VENDOR / "pdfjs"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {f"{HOME}/pdfjs/{_served(path.relative_to(folder).as_posix())}": path.read_bytes() for path in files}


def _served(name: str) -> str:
    """Module scripts are named .js here: some LMSs send .mjs with a type that browsers refuse to run."""
    return re.sub(r"\.mjs$", ".js", name)
