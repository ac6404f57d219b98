"""What every command shares: the configuration, who acts, the language, and how answers and errors come out.

Exit codes (README, "Exit codes"): 0 all done; 2 wrong usage; 3 done, and something waits for a person; 4 done in part;
5 refused; 6 a remote can't be reached; 7 configuration; 8 somebody else is at work; 9 the store.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from bridge.config import Settings, load_settings
from bridge.domain.actors import Actor
from bridge.domain.errors import (
    BadInput,
    BridgeError,
    Busy,
    ConfigProblem,
    Garbled,
    LeaseLost,
    Refused,
    StoreProblem,
    Unclear,
    Unreachable,
)
from bridge.wiring import App, open_app
from bridge.words import Sentence, Words

DONE, WAITING, PARTLY, NO = 0, 3, 4, 5

EXIT_CODES: tuple[tuple[type[BridgeError], int], ...] = (
    (Unreachable, 6),
    (Unclear, 6),
    (Garbled, 6),
    (Refused, 6),
    (ConfigProblem, 7),
    (Busy, 8),
    (LeaseLost, 8),
    (StoreProblem, 9),
    (BridgeError, NO),
)


@dataclass
class Frame:
    """One call of the command line. Nothing is read or opened before a command asks for it."""

    config: Path
    as_json: bool = False
    language: str | None = None
    actor_id: str | None = None
    out: Console = field(default_factory=lambda: Console(soft_wrap=True))
    err: Console = field(default_factory=lambda: Console(stderr=True, soft_wrap=True))

    @cached_property
    def settings(self) -> Settings:
        return load_settings(self.config)

    @cached_property
    def words(self) -> Words:
        """In the language asked for, else the configured one; a broken configuration is told in Vietnamese."""
        try:
            return Words(self.language or self.settings.language)
        except ConfigProblem:
            return Words("vi")

    @cached_property
    def app(self) -> App:
        return open_app(self.settings)

    @property
    def actor(self) -> Actor:
        """Who acts. `BadInput` when nobody is named: a trail without a name is none."""
        if not self.actor_id:
            raise BadInput(where="--as", value="", why="NO_ACTOR")
        return Actor(self.actor_id)

    def tell(self, value: Mapping[str, Any], show: Callable[[], None]) -> None:
        """The answer: one JSON document, or what `show` prints."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False, default=str))
        else:
            show()

    def say(self, key: str, **facts: object) -> None:
        self.out.print(self.words.text(key, **facts))

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
        """A table with translated heads."""
        table = Table(title=title or None, title_justify="left", header_style="bold")
        for head in heads:
            table.add_column(self.words.text(f"head.{head}"), overflow="fold")
        for row in rows:
            table.add_row(*(str(cell) for cell in row))
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


def fail(frame: Frame, error: BridgeError) -> int:
    """Say what is wrong and what to do next; the exit code."""
    sentence = frame.words.error(error)
    if frame.as_json:
        facts = {name: str(value) for name, value in error.facts.items()}
        click.echo(json.dumps({"error": error.code, "facts": facts, **_parts(sentence)}, ensure_ascii=False))
    else:
        frame.err.print(sentence.what, style="bold red", markup=False)
        frame.err.print(sentence.next, markup=False)
    return next(code for kind, code in EXIT_CODES if isinstance(error, kind))


def _parts(sentence: Sentence) -> dict[str, str]:
    return {"what": sentence.what, "next": sentence.next}


def run_main(group: click.Group) -> None:
    """The entry: click's own errors keep their code 2, ours get a sentence and a code, all else is a defect."""
    frame = Frame(Path("bridge.toml"))
    try:
        code = group.main(obj=frame, standalone_mode=False)
    except BridgeError as error:
        code = fail(frame, error)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = 130
    sys.exit(code or DONE)


pass_frame = click.make_pass_decorator(Frame)
