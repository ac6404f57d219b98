"""Pieces of a clerk's work by files, through the very functions of the command line, for the zygote to be killed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from bridge.cli.batches import batch_in
from bridge.cli.frame import DONE, WAITING, Frame
from bridge.cli.workbook import fill_batch, say_of_batch, take
from bridge.domain.actors import Grant, Role
from bridge.domain.plans import Gate
from bridge.domain.scores import Term
from bridge.ports.workbooks import NO_HINTS
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.words import confirm
from bridge.wiring import App

SCOPE = Scope((Term.HK1,))
Order = dict[str, Any]


@contextmanager
def frame_of(app: App, order: Order) -> Iterator[Frame]:
    """At a keyboard, with nothing said: standard output is the zygote's."""
    frame = Frame(Path(order["config"]), as_json=True, language="en", actor_id=order["actor"])
    frame.app = app
    with redirect_stdout(StringIO()):
        yield frame


def take_in(app: App, order: Order) -> None:
    """`read`, with the rights of an admin."""
    app.store.grants.grant(app.school, Grant(order["actor"], Role.ADMIN), by=order["actor"], now=app.sync.world.now())
    with frame_of(app, order) as frame:
        found = take(frame, [Path(path) for path in order["paths"]], NO_HINTS, lambda _: None)
    assert all(each.usable for each in found), found


def say_yes(app: App, order: Order) -> None:
    """A plan, and the teacher's confirmation of all that waits in it."""
    head = runs.plan(app.sync, SCOPE, actor=order["actor"], watch=lambda _: None)
    confirm(app.sync, head.id, Gate.CONFIRM, wanted=lambda *_: True, actor=order["actor"])


def fill_in(app: App, order: Order) -> None:
    """`fill`."""
    with frame_of(app, order) as frame:
        code = fill_batch(frame, SCOPE, Path(order["out"]), [])
    assert code in (DONE, WAITING), code


def bring_word(app: App, order: Order) -> None:
    """`accept`, with the site's error file."""
    with frame_of(app, order) as frame:
        code = say_of_batch(frame, batch_in(Path(order["out"])), [Path(path) for path in order["errors"]])
    assert code in (DONE, WAITING), code


WORK: dict[str, Callable[[App, Order], None]] = {
    "take": take_in, "confirm": say_yes, "fill": fill_in, "accept": bring_word,
}  # fmt: skip
