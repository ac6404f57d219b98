"""`bridge demo`: the whole way on a made-up school, with both stand-ins as their own processes.

What a school year brings in one minute: pull, map, preview, confirm, send; then a mark changed in Moodle, one typed by
hand in the city, a locked column and a lost reply; sync again, and see what was sent, skipped, waits, is held and why.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bridge.cli.demo_files import tell_by_files
from bridge.cli.demolesson import take_lesson_into_use
from bridge.cli.demopages import serve_demo
from bridge.cli.disturb import Line, disturb
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.runs import tell_status
from bridge.cli.show import show_cells, show_run, show_totals
from bridge.cli.story import ADMIN, confirm_all, found, made_up_school, preview, pull_and_map, stand_ins, units_of_last
from bridge.config import CitySettings
from bridge.domain.plans import Hold, PlannedCell, Send, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import report, tally

Cell = tuple[Unit, PlannedCell]


@click.command()
@click.option("--once", is_flag=True, envvar="ONCE", help="Kết thúc sau khi chạy · end by itself.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--pupils", default=480, show_default=True)
@click.option(
    "--class", "classes", multiple=True, metavar="10A1", help="Chỉ gửi các lớp này · only these, in less time."
)
@click.option("--files", is_flag=True, envvar="FILES", help="Đi bằng tệp Excel · the way by workbooks.")
@pass_frame
def demo(frame: Frame, /, once: bool, seed: int, pupils: int, classes: tuple[str, ...], files: bool) -> int:
    """Chạy thử toàn bộ với trường giả lập · The whole way on a made-up school; nothing leaves this machine.

    With --json the story goes to standard error, and the answer is what `bridge --json status` says at its end.
    """
    as_json, frame.language, frame.as_json = frame.as_json, frame.language or "vi", False
    if as_json:
        frame.out = frame.err
    with TemporaryDirectory(prefix="bridge-demo-") as folder, stand_ins(Path(folder), seed, pupils) as (city, lms):
        scope = Scope((Term.HK1,), frozenset(classes))
        if files:
            tell_by_files(frame, Path(folder), city, lms, scope)
        else:
            soap = CitySettings.model_validate({"url": city["soap"], "user": "bridge", "password": "sandbox"})
            found(frame, Path(folder), made_up_school(city), lms=lms, city=soap)
            _tell(frame, Line(city["url"], lms["url"]), scope)
        lesson = take_lesson_into_use(frame)
        if as_json:
            with frame.in_json():
                tell_status(frame)
        if not once:
            frame.say("demo.stays", city=city["url"], lms=lms["url"])
            frame.say("demo.try", config=frame.config, admin=ADMIN)
            serve_demo(frame, lms["url"], lesson)
    return DONE


def _tell(frame: Frame, line: Line, scope: Scope) -> None:
    """The story itself."""
    frame.head("demo.begin")
    frame.say("demo.stand_ins", city=line.city, lms=line.lms)
    pull_and_map(frame)
    frame.head("demo.plan")
    preview(frame, scope)
    confirm_all(frame)
    frame.head("demo.send")
    units = _sync(frame, scope)
    frame.head("demo.disturb")
    disturb(frame, line)
    frame.head("demo.again")
    _sync_again(frame, line, scope, known=_held(units))
    frame.head("demo.status")
    tell_status(frame)
    head = frame.app.store.audit.verify(frame.app.school)
    frame.say("said.audit_sound", count=head.seq if head else 0, head=head.hash if head else "–")


def _sync(frame: Frame, scope: Scope) -> list[UnitPlan]:
    app = frame.app
    with frame.progress("progress.syncing") as watch:
        done = runs.run(app.sync, scope, actor=ADMIN, watch=watch)
    units = units_of_last(frame)
    show_run(frame, report(app.sync, done.head.id, done=done), units)
    return units


def _sync_again(frame: Frame, line: Line, scope: Scope, *, known: Sequence[Cell]) -> None:
    """What the changes come to: all three sides of each, then the teacher's yes, then the lost reply."""
    app = frame.app
    with frame.progress("progress.syncing") as watch:
        runs.run(app.sync, scope, actor=ADMIN, watch=watch)
    units = units_of_last(frame)
    show_totals(frame, tally(units))
    held = {(unit, cell.place, cell.action) for unit, cell in known}
    news = [(unit, cell) for unit, cell in _open(units) if (unit, cell.place, cell.action) not in held]
    frame.head("demo.news")
    show_cells(frame, news)
    applied, asked = line.applied(), line.asked()
    frame.head("demo.confirm_again")
    confirm_all(frame)
    with frame.progress("progress.syncing") as watch:
        done = runs.run(app.sync, scope, actor=ADMIN, watch=watch)
    found = report(app.sync, done.head.id, done=done)
    frame.say("demo.sent_again", count=frame.words.count("score", found.states["accepted"]))
    frame.say("demo.survived", tried=line.asked() - asked, count=line.applied() - applied)


def _held(units: Sequence[UnitPlan]) -> list[Cell]:
    return [(unit, cell) for unit, cell in _open(units) if isinstance(cell.action, Hold)]


def _open(units: Sequence[UnitPlan]) -> Iterator[Cell]:
    """The cells over which somebody must say something, or that go out."""
    for row in units:
        yield from ((row.unit, cell) for cell in row.cells if isinstance(cell.action, Hold | Wait | Send))
