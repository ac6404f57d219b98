"""What the shell says, in two languages."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def words(language: str) -> Mapping[str, str]:
    table = resources.files("content_packager").joinpath("preview", "words.toml").read_text("utf-8")
    said: Mapping[str, str] = tomllib.loads(table)[language]
    return said
