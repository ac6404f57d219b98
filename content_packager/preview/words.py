"""What the shell says, in two languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def words(language: str) -> Mapping[str, str]:
    table = Path(__file__).with_name("words.toml").read_text("utf-8")
    said: Mapping[str, str] = tomllib.loads(table)[language]
    return said
