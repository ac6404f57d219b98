"""What is wrong with a setting. Settings' problems are born as English texts, pydantic's among them.

So the English side of an entry is at the same time the form by which such a text is known again: `must be at least
{limit}` finds `must be at least 5`, and the Vietnamese side is told with the same limit.
"""

import re
from collections.abc import Mapping
from functools import cache

from bridge.words.book import book

_PLACE = re.compile(r"\\\{(\w+)\\\}")


def known_problem(text: str) -> tuple[str, Mapping[str, str]] | None:
    """The key of the entry whose English form this text has, with the facts found in it; None for an unknown text."""
    bare = text.removeprefix("Value error, ").removeprefix("ValueError: ")  # as pydantic and we ourselves quote them
    for key, form in _forms():
        if found := form.fullmatch(bare):
            return key, found.groupdict()
    return None


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The most literal form first, so that one with more holes never hides it."""
    english = {key: str(entry.en) for key, entry in book().items() if key.startswith("setting.")}
    literal = sorted(english, key=lambda key: len(re.sub(r"\{\w+\}", "", english[key])), reverse=True)
    return tuple((key, re.compile(_PLACE.sub(r"(?P<\1>.+?)", re.escape(english[key])), re.S)) for key in literal)
