"""`bridge demo`: the whole way on a made-up school, with both stand-ins as their own processes.

What a school year brings in one minute: pull, map, preview, confirm, send; then a mark changed in Moodle, one typed by
hand in the city, a locked column and a lost reply; sync again, and see what was sent, skipped, waits, is held and why.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import requests

from bridge.cli.demopages import serve_demo
from bridge.cli.desk import make_desk
from bridge.cli.disturb import Line, disturb
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.runs import tell_status
from bridge.cli.sandboxes import make_school, stand_in
from bridge.cli.setup import write_settings
from bridge.cli.show import show_cells, show_plan, show_run, show_totals
from bridge.config import CitySettings, MoodleSettings
from bridge.domain.actors import Grant, Role
from bridge.domain.plans import Gate, Hold, PlannedCell, Send, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.mapping.desk import accept, suggest
from bridge.people.pull import pull
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import report, tally
from bridge.sync.words import confirm
from bridge.wiring import found_store

ADMIN, PRINCIPAL = "QT01", "HT01"
SHOWN = "10A1"  # whose preview is printed in full

Cell = tuple[Unit, PlannedCell]


@click.command()
@click.option("--once", is_flag=True, envvar="ONCE", help="Kết thúc sau khi chạy · end by itself.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--pupils", default=480, show_default=True)
@click.option(
    "--class", "classes", multiple=True, metavar="10A1", help="Chỉ gửi các lớp này · only these, in less time."
)
@pass_frame
def demo(frame: Frame, /, once: bool, seed: int, pupils: int, classes: tuple[str, ...]) -> int:
    """Chạy thử toàn bộ với trường giả lập · The whole way on a made-up school; nothing leaves this machine."""
    frame.language, frame.as_json = frame.language or "vi", False
    with TemporaryDirectory(prefix="bridge-demo-") as folder, _stand_ins(Path(folder), seed, pupils) as (city, lms):
        _configure(frame, Path(folder), city, lms)
        _tell(frame, Line(city["url"], lms["url"]), Scope((Term.HK1,), frozenset(classes)))
        if not once:
            frame.say("demo.stays", city=city["url"], lms=lms["url"])
            frame.say("demo.try", config=frame.config, admin=ADMIN)
            serve_demo(frame, lms["url"])
    return DONE


def _tell(frame: Frame, line: Line, scope: Scope) -> None:
    """The story itself."""
    frame.head("demo.begin")
    frame.say("demo.stand_ins", city=line.city, lms=line.lms)
    _pull_and_map(frame)
    frame.head("demo.plan")
    _plan(frame, scope)
    _confirm_all(frame)
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


@contextmanager
def _stand_ins(folder: Path, seed: int, pupils: int) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    world, site = make_school(folder, seed=seed, pupils=pupils)
    state = folder / "city.sqlite3"
    with (
        stand_in("city", "--port", 0, "--state", state, "--world", world) as city,
        stand_in("lms", "--port", 0, "--host", "localhost", "--site", site) as lms,
    ):
        yield city, lms


def _configure(frame: Frame, folder: Path, city: Mapping[str, str], lms: Mapping[str, str]) -> None:
    school = requests.get(f"{city['url']}/sandbox/schools", timeout=30).json()[0]
    frame.config = folder / "bridge.toml"
    write_settings(
        frame.config,
        school=school["school"],
        moodle=MoodleSettings.model_validate({"url": lms["url"], "token": lms["token"]}),
        city=CitySettings.model_validate({"url": city["soap"], "user": "bridge", "password": "sandbox"}),
        language=frame.words.language,
        year=school["year"],
    )
    found_store(frame.settings)
    app = frame.app
    for grant in (Grant(ADMIN, Role.ADMIN), Grant(PRINCIPAL, Role.PRINCIPAL)):
        app.store.grants.grant(app.school, grant, by=ADMIN, now=app.sync.world.now())


def _pull_and_map(frame: Frame) -> None:
    app = frame.app
    with frame.progress("progress.reading"):
        pulled = pull(app.sync.city, app.store.rosters, school=app.school, year=app.year, now=app.sync.world.now())
    change = pulled.change
    frame.say("said.pulled", classes=change.classes, pupils=change.pupils, assignments=pulled.assignments)
    desk = make_desk(frame)
    with frame.progress("progress.mapping") as watch:
        suggestions = suggest(desk, watch=watch)
        taken = accept(desk, suggestions, actor=ADMIN, now=app.sync.world.now(), watch=watch)
    frame.say("demo.mapped", taken=len(taken), left=len(suggestions) - len(taken))


def _plan(frame: Frame, scope: Scope) -> None:
    """Of the whole school; one class of it is printed."""
    app = frame.app
    with frame.progress("progress.reading") as watch:
        head = runs.plan(app.sync, scope, actor=ADMIN, watch=watch)
    units = _units(frame)
    show_plan(frame, head, [row for row in units if row.unit.school_class == SHOWN], cells=False)
    frame.say("demo.one_class", school_class=SHOWN)
    show_totals(frame, tally(units), title="title.school")


def _confirm_all(frame: Frame) -> None:
    """Each teacher confirms the own classes, as only the teacher may."""
    app, plan = frame.app, _last_plan(frame)
    teacher_of = {(row.school_class, row.subject, row.term): row.teacher for row in app.entitlements().assignments}
    counts = [_confirm_as(frame, plan, teacher, teacher_of) for teacher in sorted(set(teacher_of.values()))]
    teachers = sum(count > 0 for count in counts)
    frame.say("demo.confirmed", count=frame.words.count("score", sum(counts)), teachers=teachers)


def _confirm_as(frame: Frame, plan: str, teacher: str, teacher_of: Mapping[tuple[str, str, Term], str]) -> int:
    def own(unit: Unit, _: object) -> bool:
        return teacher_of.get((unit.school_class, unit.subject, unit.term)) == teacher

    return confirm(frame.app.sync, plan, Gate.CONFIRM, wanted=own, actor=teacher)


def _sync(frame: Frame, scope: Scope) -> list[UnitPlan]:
    app = frame.app
    with frame.progress("progress.syncing") as watch:
        done = runs.run(app.sync, scope, actor=ADMIN, watch=watch)
    units = _units(frame)
    show_run(frame, report(app.sync, done.head.id, done=done), units)
    return units


def _sync_again(frame: Frame, line: Line, scope: Scope, *, known: Sequence[Cell]) -> None:
    """What the changes come to: all three sides of each, then the teacher's yes, then the lost reply."""
    app = frame.app
    with frame.progress("progress.syncing") as watch:
        runs.run(app.sync, scope, actor=ADMIN, watch=watch)
    units = _units(frame)
    show_totals(frame, tally(units))
    held = {(unit, cell.place, cell.action) for unit, cell in known}
    news = [(unit, cell) for unit, cell in _open(units) if (unit, cell.place, cell.action) not in held]
    frame.head("demo.news")
    show_cells(frame, news)
    applied, asked = line.applied(), line.asked()
    frame.head("demo.confirm_again")
    _confirm_all(frame)
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


def _units(frame: Frame) -> list[UnitPlan]:
    return list(frame.app.store.plans.units(_last_plan(frame)))


def _last_plan(frame: Frame) -> str:
    return frame.app.store.plans.head("last", school=frame.app.school).id
