"""Tables that are package data, read here and passed in, with the school's own words over them."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from bridge.domain.matching import Lexicon, load_lexicon
from bridge.domain.subjects import Subjects, load_subjects


def read_subjects(own: Path | None) -> Subjects:
    """The shipped table, with the school's own names over it."""
    return load_subjects(*_subject_texts(own))


@cache
def read_lexicon(own: Path | None) -> Lexicon:
    """The words by which courses are recognised, with the school's own names over them. Read once, as all settings."""
    return load_lexicon(*_subject_texts(own))


def _subject_texts(own: Path | None) -> list[str]:
    shipped = files("bridge.domain").joinpath("data/subjects.toml").read_text("utf-8")
    return [shipped, *([own.read_text("utf-8")] if own is not None else [])]
