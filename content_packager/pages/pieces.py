"""Pages put together from the pieces of `pieces.html`, in which every {place} is filled with an escaped text.

A piece holds no logic. A template language would, and takes longer to load than a small lesson takes to pack.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup


def piece(name: str, /, **places: object) -> Markup:
    """One piece, filled; what is `Markup` already goes in as it is. Raises KeyError for a place that is left empty."""
    return _pieces()[name].format(**places)


def joined(pieces: Iterable[Markup]) -> Markup:
    return Markup("\n").join(pieces)


@cache
def _pieces() -> Mapping[str, Markup]:
    text = Path(__file__).with_suffix(".html").read_text("utf-8")
    _, *named = re.split(r"<!-- piece: ([a-z-]+) -->\n", text)
    return {name: Markup(body.rstrip("\n")) for name, body in zip(named[::2], named[1::2], strict=True)}  # noqa: S704
