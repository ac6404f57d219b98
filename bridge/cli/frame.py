"""What every command shares: the configuration, who acts, the language, and how answers come out.

`bridge/cli/entry.py` runs the commands, and turns errors into sentences and exit codes.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import click
from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from bridge.config import Settings, WorkbookSettings
from bridge.config.loading import load_settings
from bridge.domain.actors import Actor, Identity
from bridge.domain.errors import BadInput, ConfigProblem
from bridge.domain.school import Unit
from bridge.wiring import App, open_app
from bridge.words import Words

SCHEDULE = "schedule"  # the name by which a timer comes
DONE, WAITING, PARTLY, NO = 0, 3, 4, 5

NUMBERS = frozenset(
    {"count", "send", "sent", "wait", "hold", "course", "item", "score", "seq"}
)  # heads of columns of numbers


class _Commands(RegexHighlighter):
    """What can be typed stands between backticks in every sentence."""

    base_style = "bridge."
    highlights = (r"(?P<command>`[^`\n]+`)",)


THEME = Theme({"bridge.command": "cyan"})


def _console(*, stderr: bool = False) -> Console:
    return Console(stderr=stderr, soft_wrap=True, markup=False, emoji=False, highlighter=_Commands(), theme=THEME)


@dataclass
class Frame:
    """One call of the command line. Nothing is read or opened before a command asks for it."""

    config: Path
    as_json: bool = False
    language: str | None = None
    actor_id: str | None = None
    out: Console = field(default_factory=_console)
    err: Console = field(default_factory=lambda: _console(stderr=True))

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.config)

    @property
    def words(self) -> Words:
        """In the language asked for, else the configured one; a broken configuration is told in Vietnamese."""
        if self.language is None:
            self.language = self._configured_language()
        return Words(self.language)

    def _configured_language(self) -> str:
        try:
            return self.settings.language
        except ConfigProblem:
            return "vi"

    @cached_property
    def app(self) -> App:
        return open_app(self.settings)

    @property
    def by_files(self) -> bool:
        """Whether a person carries marks to the city."""
        return isinstance(self.settings.city, WorkbookSettings)

    @property
    def actor(self) -> Actor:
        """Who acts; `schedule` is the clock, which may pull and sync and nothing else.

        `BadInput` when nobody is named: a trail without a name is none.
        """
        if not self.actor_id:
            raise BadInput(where="--as", value="", why="NO_ACTOR")
        if self.actor_id == SCHEDULE:
            return Actor(SCHEDULE, Identity.SCHEDULE)
        return Actor(self.actor_id)

    def subject(self, code: str) -> str:
        """`Toán (TOAN)`: the name for people, the code for the next command."""
        known = self.app.sync.subjects.by_code.get(code)
        return f"{known.name} ({code})" if known is not None else code

    def unit(self, unit: Unit) -> str:
        return f"{unit.school_class} · {self.subject(unit.subject)} · {unit.term}"

    def tell(self, value: Mapping[str, Any], show: Callable[[], None]) -> None:
        """The answer: one JSON document, or what `show` prints."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str))
        else:
            show()

    @contextmanager
    def in_json(self) -> Iterator[None]:
        """What is told meanwhile is told as JSON."""
        before, self.as_json = self.as_json, True
        try:
            yield
        finally:
            self.as_json = before

    def say(self, key: str, **facts: object) -> None:
        self.out.print(self.words.text(key, **facts))

    def head(self, key: str, **facts: object) -> None:
        """The title of what follows."""
        self.out.print()
        self.out.print(self.words.text(key, **facts), style="bold")

    def table(
        self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", lines: bool = False
    ) -> None:
        """A table with translated heads; `lines` parts rows of several lines. A cell is shown as it is."""
        table = Table(title=title or None, title_justify="left", header_style="bold", show_lines=lines)
        for head in heads:
            align: Literal["right", "left"] = "right" if head in NUMBERS else "left"
            table.add_column(self.words.text(f"head.{head}"), overflow="fold", justify=align)
        for row in rows:
            table.add_row(*(_Commands()(Text(str(cell))) for cell in row))
        self.out.print(table)

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[object], None]]:
        """A bar on standard error while something long runs; silent with --json or without a terminal."""
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        quiet = self.as_json or not self.err.is_terminal
        with Progress(*columns, console=self.err, transient=True, disable=quiet) as bar:
            task = bar.add_task(self.words.text(label), total=None)
            yield lambda _: bar.advance(task)


pass_frame = click.make_pass_decorator(Frame)
