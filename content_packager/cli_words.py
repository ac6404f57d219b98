"""In which language the command speaks: `--lang`, else what the computer says, else Vietnamese."""

import os
from collections.abc import Callable
from typing import Any

import click


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    choice = click.Choice(["vi", "en"])
    return click.option("--lang", type=choice, default=_of_computer, help="vi | en", show_default=False)(command)


def _of_computer() -> str:
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if said.startswith("en") else "vi"
