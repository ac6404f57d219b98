"""The sentences themselves: TOML beside this file, one or more files a group, read once and never changed.

An entry is a table with `vi` and `en`. Each is a text, or for what a person must act on a pair of `what` (is wrong)
and `next` (to do). Everything else in a table is a more special entry below it: `[STORE.DISK_FULL]` beside `[STORE]`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

LANGUAGES = ("vi", "en")

Said = str | Mapping[str, str]  # one language of an entry: a text, or its `what` and `next`


class Entry(NamedTuple):
    vi: Said
    en: Said

    def of(self, language: str) -> Said:
        return self.vi if language == "vi" else self.en


@cache
def book() -> Mapping[str, Entry]:
    """All entries by `group.CODE`; the group is the name of the file: `page.toml`, `page-school.toml`."""
    entries: dict[str, Entry] = {}
    for file in files(__package__).joinpath("sentences").iterdir():
        name, _, kind = file.name.partition(".")
        if kind == "toml":
            group = name.partition("-")[0]
            entries.update(_entries(group, tomllib.loads(file.read_text("utf-8"))))
    return MappingProxyType(entries)


def _entries(key: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    if "vi" in table or "en" in table:
        yield key, Entry(table["vi"], table["en"])
    for name, below in table.items():
        if name not in LANGUAGES:
            yield from _entries(f"{key}.{name}", below)
