"""Whole numbers as an address or a form tells them: none that a database can't hold, whatever was typed."""

from typing import Any, TypeVar

from werkzeug.routing import IntegerConverter

MOST = 2**63 - 1  # of a BIGINT, and of any integer of SQLite
DIGITS = 18

Default = TypeVar("Default", int, None)


def whole(text: str, default: Default, *, most: int = MOST) -> int | Default:
    """The default for what is none, below zero, in digits of other scripts, or beyond `most`."""
    found = int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS else None
    return default if found is None or found > most else found


class Id(IntegerConverter):
    """`<int:…>` in an address. Beyond `MOST` there is no such page."""

    def __init__(self, map: Any, *args: Any, **options: Any) -> None:
        super().__init__(map, *args, **{"max": MOST, **options})
