"""`lesson.toml`: what a teacher says about a lesson. Every mistake in it is reported at once."""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from content_packager.archive_name import slug
from content_packager.errors import Troubles, refuse
from content_packager.model import About, Completion, Language

FILE = "lesson.toml"
REQUIREMENT = re.compile(r"\d{6}\.\d{4}[a-z]\d")
"""QĐ 791/QĐ-SGDĐT (2025): subject, level and units, order, cognitive level."""


@dataclass(frozen=True, slots=True)
class PartSetting:
    """One entry of `parts`."""

    file: str
    title: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    about: About
    parts: tuple[PartSetting, ...] = ()
    """Empty: whatever lies in the folder, by name."""


def read_settings(path: Path) -> Settings:
    """Read a `lesson.toml`; raises `LessonRefused` with everything that is wrong in it."""
    table = _parse(path)
    troubles = Troubles()
    _unknown_keys(table, path.name, troubles)
    values = {key: _value(key, table[key], path.name, troubles) for key in KEYS if key in table}
    if not values.get("title"):
        troubles.add("title-missing", path.name)
    _fitting(values, path.name, troubles)
    troubles.refuse_if_any()
    parts = values.pop("parts", ())
    return Settings(About(**{"id": slug(values["title"], fallback="lesson")} | values), parts)


def check_value(key: str, value: object) -> None:
    """Raises `LessonRefused` where `value`, as TOML would give it, is none that `key` may have."""
    troubles = Troubles()
    _value(key, value, FILE, troubles)
    troubles.refuse_if_any()


def settings_of_title(title: str) -> Settings:
    """For material that nobody has described."""
    return Settings(About(title=title, id=slug(title, fallback="lesson")))


def _parse(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as err:
        raise refuse("not-utf8", path.name) from err
    except (ValueError, ArithmeticError, RecursionError) as err:  # numbers and nesting beyond measure too
        raise refuse("toml-broken", path.name, why=err) from err


def _unknown_keys(table: Mapping[str, Any], where: str, troubles: Troubles) -> None:
    for key in table.keys() - KEYS.keys():
        near = difflib.get_close_matches(key, KEYS, 1)
        if near:
            troubles.add("key-unknown-near", f"{where} [{key}]", near=near[0])
        else:
            troubles.add("key-unknown", f"{where} [{key}]", known=", ".join(KEYS))


def _value(key: str, value: object, where: str, troubles: Troubles) -> Any:
    check, wanted = KEYS[key]
    try:
        return check(value)
    except (TypeError, ValueError, AttributeError):
        troubles.add("value-wrong", f"{where} [{key}]", value=value, wanted=wanted)
        return None


def _fitting(values: Mapping[str, Any], where: str, troubles: Troubles) -> None:
    if values.get("completion") is Completion.PASSED and values.get("pass_mark") is None:
        troubles.add("pass-mark-missing", f"{where} [completion]")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return " ".join(value.split())


def _long_text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError
    return tuple(_text(item) for item in value)


def _number(low: int, high: int) -> Callable[[object], int]:
    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError
        return value

    return check


def _percent(value: object) -> Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise TypeError
    percent = Decimal(value)
    if not percent.is_finite() or not 0 <= percent <= 100:
        raise ValueError
    return percent


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _identifier(value: object) -> str:
    text = _text(value)
    if not re.fullmatch(r"(?:https?://|urn:)[!-~]+|[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise ValueError
    return text


def _requirements(value: object) -> tuple[str, ...]:
    codes = _texts(value)
    if not all(REQUIREMENT.fullmatch(code) for code in codes):
        raise ValueError
    return codes


def _parts(value: object) -> tuple[PartSetting, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    return tuple(PartSetting(_text(item)) if isinstance(item, str) else _part(item) for item in value)


def _part(item: object) -> PartSetting:
    if not isinstance(item, dict) or item.keys() - {"file", "title", "alt"} or "file" not in item:
        raise TypeError
    return PartSetting(**{key: _text(value) for key, value in item.items()})


KEYS: Mapping[str, tuple[Callable[[object], Any], str]] = {
    "title": (_text, '"…"'),
    "id": (_identifier, '"toan-8-bai-1", "https://…", "urn:…"'),
    "description": (_long_text, '"…"'),
    "language": (lambda value: Language(_text(value)), '"vi", "en"'),
    "subject": (_text, '"Toán"'),
    "grade_level": (_number(1, 12), "1-12"),
    "keywords": (_texts, '["…", "…"]'),
    "duration": (_number(1, 6000), "45"),
    "licence": (_text, '"CC BY 4.0"'),
    "authors": (_texts, '["…", "…"]'),
    "requirements": (_requirements, '["020108.0202d3"]'),
    "pass_mark": (_percent, "0-100"),
    "completion": (lambda value: Completion(_text(value)), '"viewed", "answered", "passed"'),
    "attempts": (_number(0, 100), "0-100"),
    "shuffle": (_flag, "true, false"),
    "parts": (_parts, '["1.md", {file = "2.pdf", title = "…"}]'),
}
"""Key → how its value is read, and what a right one looks like."""
