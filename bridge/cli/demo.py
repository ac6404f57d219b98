"""`bridge demo`: the whole way on a made-up school, with both stand-ins as their own processes.

What a school year brings in one minute: pull, map, preview, confirm, send; then a mark changed in Moodle, one typed by
hand in the city, a locked column and a lost reply; sync again, and see what was sent, skipped, waits, is held and why.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import requests

from bridge.cli.desk import make_desk
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.cli.sandboxes import make_school, stand_in, wait_for_the_end
from bridge.cli.setup import write_settings
from bridge.cli.show import show_plan, show_run, show_units
from bridge.config import CitySettings, MoodleSettings
from bridge.domain.actors import Grant, Role
from bridge.domain.plans import Gate, Send, UnitPlan, Wait
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Mark, Term
from bridge.mapping.desk import accept, suggest
from bridge.people.pull import pull
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import report
from bridge.sync.words import confirm
from bridge.wiring import found_store

ADMIN = "QT01"
TERM = Term.HK1
SHOWN = ("10A1", "10A2")  # whose preview is printed in full


@click.command()
@click.option("--once", is_flag=True, envvar="ONCE", help="Kết thúc sau khi chạy · end by itself.")
@click.option("--seed", default=2026, show_default=True)
@click.option("--pupils", default=480, show_default=True)
@pass_frame
def demo(frame: Frame, /, once: bool, seed: int, pupils: int) -> int:
    """Chạy thử toàn bộ với trường giả lập · The whole way on a made-up school; nothing leaves this machine."""
    frame.language = frame.language or "vi"
    with TemporaryDirectory(prefix="bridge-demo-") as folder, _stand_ins(Path(folder), seed, pupils) as (city, lms):
        _configure(frame, Path(folder), city, lms)
        frame.say("demo.stand_ins", city=city["url"], lms=lms["url"])
        _pull_and_map(frame)
        _first_sync(frame)
        _disturb(frame, city, lms)
        _second_sync(frame)
        frame.say("demo.status")
        show_units(frame, list(frame.app.store.plans.units(_last_plan(frame))))
        frame.app.store.audit.verify(frame.app.school)
        frame.say("demo.done", city=city["url"], lms=lms["url"], config=frame.config)
        if not once:
            frame.say("demo.stays")
            wait_for_the_end()
    return DONE


@contextmanager
def _stand_ins(folder: Path, seed: int, pupils: int) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    world, site = make_school(folder, seed=seed, pupils=pupils)
    state = folder / "city.sqlite3"
    with (
        stand_in("city", "--port", 0, "--state", state, "--world", world) as city,
        stand_in("lms", "--port", 0, "--site", site) as lms,
    ):
        yield city, lms


def _configure(frame: Frame, folder: Path, city: Mapping[str, str], lms: Mapping[str, str]) -> None:
    school = requests.get(f"{city['url']}/sandbox/schools", timeout=30).json()[0]
    frame.config = folder / "bridge.toml"
    write_settings(
        frame.config,
        school=school["code"] if "code" in school else school["school"],
        moodle=MoodleSettings.model_validate({"url": lms["url"], "token": lms["token"]}),
        city=CitySettings.model_validate({"url": city["soap"], "user": "bridge", "password": "sandbox"}),
        language=frame.language or "vi",
    )
    os.environ["BRIDGE_SCHOOL__YEAR"] = str(school["year"])
    found_store(frame.settings)
    app = frame.app
    app.store.grants.grant(app.school, Grant(ADMIN, Role.ADMIN), by=ADMIN, now=app.sync.world.now())


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


def _first_sync(frame: Frame) -> None:
    app = frame.app
    frame.say("demo.plan")
    with frame.progress("progress.reading") as watch:
        head = runs.plan(app.sync, Scope((TERM,)), actor=ADMIN, watch=watch)
    shown = [row for row in app.store.plans.units(head.id) if row.unit.school_class in SHOWN]
    show_plan(frame, head, shown, cells=False)
    _confirm_all(frame, head.id)
    frame.say("demo.send")
    _sync(frame)


def _confirm_all(frame: Frame, plan: str) -> None:
    """Each teacher confirms the own classes, as only the teacher may."""
    app = frame.app
    teacher_of = {(row.school_class, row.subject, row.term): row.teacher for row in app.entitlements().assignments}
    teachers = sorted(set(teacher_of.values()))
    count = sum(_confirm_as(frame, plan, teacher, teacher_of) for teacher in teachers)
    frame.say("demo.confirmed", count=count, teachers=len(teachers))


def _confirm_as(frame: Frame, plan: str, teacher: str, teacher_of: Mapping[tuple[str, str, Term], str]) -> int:
    def own(unit: Unit, _: object) -> bool:
        return teacher_of.get((unit.school_class, unit.subject, unit.term)) == teacher

    return confirm(frame.app.sync, plan, Gate.CONFIRM, wanted=own, actor=teacher)


def _sync(frame: Frame) -> None:
    app = frame.app
    with frame.progress("progress.syncing") as watch:
        done = runs.run(app.sync, Scope((TERM,)), actor=ADMIN, watch=watch)
    units = list(app.store.plans.units(_last_plan(frame)))
    show_run(frame, report(app.sync, done.head.id, done=done), units)


def _last_plan(frame: Frame) -> str:
    return frame.app.store.plans.head("last", school=frame.app.school).id


def _disturb(frame: Frame, city: Mapping[str, str], lms: Mapping[str, str]) -> None:
    """A re-mark, a hand edit, a locked column, and a reply that gets lost after the city has saved."""
    frame.say("demo.disturb")
    first, second, third = _sent_units(frame)
    for unit in (first, third):
        _remark(frame, lms["url"], unit)
    pupil = _some_pupil(frame, second)
    edit = {"term": TERM, "subject": second.subject, "pupil": pupil, "column": "TX1", "value": "1.5"}
    _post(f"{city['url']}/sandbox/edits", edit)
    lock = {"term": TERM, "class": third.school_class, "subject": third.subject, "column": "TX1", "locked": True}
    _post(f"{city['url']}/sandbox/locks", {**lock, "reason": "Đã khoá sổ"})
    _post(f"{city['url']}/sandbox/faults", {"kind": "drop", "operation": "GuiDiem", "when": "after", "times": 1})
    for key, unit in (("demo.remarked", first), ("demo.hand_edit", second), ("demo.locked", third)):
        frame.say(key, unit=unit)
    frame.say("demo.lost_reply")


def _sent_units(frame: Frame) -> tuple[Unit, Unit, Unit]:
    """Three units with a mark in TX1 that the city has accepted."""
    app = frame.app
    last = app.store.runs.list(app.school, limit=1)[0]
    rows = app.store.runs.rows(last.id)
    marked = {row.unit for row in rows if row.place.column is Column.TX1 and isinstance(row.score, Mark)}
    whole = sorted(unit for unit in marked if unit.school_class in SHOWN or unit.school_class.endswith("A3"))
    return whole[0], whole[1], whole[-1]


def _remark(frame: Frame, url: str, unit: Unit) -> None:
    """The teacher looks again: one mark of TX1 in Moodle becomes another."""
    app = frame.app
    course = next(
        row
        for row in app.store.mappings.courses(app.school, app.year)
        if (row.school_class, row.subject) == (unit.school_class, unit.subject)
    )
    item = next(
        row
        for row in app.store.mappings.items(app.school, app.year)
        if (row.course, row.term, row.column) == (course.course, TERM, Column.TX1)
    )
    codes = {user.idnumber: user.user_id for user in app.sync.lms.pupils(course.course) if user.active}
    user = codes[_some_pupil(frame, unit)]
    change = {"op": "set_score", "course": course.course, "item": item.item, "user": user, "raw": 9.75}
    _post(f"{url}/sandbox/changes", change)


def _some_pupil(frame: Frame, unit: Unit) -> str:
    """The city's code of a pupil whose TX1 was sent."""
    app = frame.app
    last = app.store.runs.list(app.school, limit=1)[0]
    key = next(
        row.place.pupil
        for row in app.store.runs.rows(last.id)
        if row.unit == unit and row.place.column is Column.TX1 and row.state == "accepted"
    )
    return app.store.rosters.directory(app.school).code_of[key]


def _second_sync(frame: Frame) -> None:
    frame.say("demo.again")
    _sync(frame)
    waiting = [unit for unit in frame.app.store.plans.units(_last_plan(frame)) if _waits(unit)]
    if waiting:
        _confirm_all(frame, _last_plan(frame))
        _sync(frame)


def _waits(unit_plan: UnitPlan) -> bool:
    return any(isinstance(cell.action, Wait) and isinstance(cell.action.send, Send) for cell in unit_plan.cells)


def _post(url: str, body: Mapping[str, object]) -> None:
    requests.post(url, json=body, timeout=30).raise_for_status()
