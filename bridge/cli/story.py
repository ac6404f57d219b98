"""What both demos share: a made-up school with its stand-ins, the lists, a preview, the teachers' yes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bridge.cli.desk import make_desk
from bridge.cli.frame import Frame
from bridge.cli.sandboxes import make_school, stand_in
from bridge.cli.setup import write_settings
from bridge.cli.show import show_plan, show_totals
from bridge.config import CitySettings, MoodleSettings, WorkbookSettings
from bridge.domain.actors import Grant, Role
from bridge.domain.plans import Gate, UnitPlan
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.mapping.desk import accept, suggest
from bridge.sync import run as runs
from bridge.sync.context import Scope
from bridge.sync.report import tally
from bridge.sync.words import confirm
from bridge.wiring.keeping import found_store

ADMIN, PRINCIPAL = "QT01", "HT01"
SHOWN = "10A1"  # whose preview is printed in full


@contextmanager
def stand_ins(folder: Path, seed: int, pupils: int) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    world, site = make_school(folder, seed=seed, pupils=pupils)
    state = folder / "city.sqlite3"
    with (
        stand_in("city", "--port", 0, "--state", state, "--world", world) as city,
        stand_in("lms", "--port", 0, "--host", "localhost", "--site", site) as lms,
    ):
        yield city, lms


def made_up_school(city: Mapping[str, str]) -> dict[str, Any]:
    school: dict[str, Any] = requests.get(f"{city['url']}/sandbox/schools", timeout=30).json()[0]
    return school


def found(
    frame: Frame,
    folder: Path,
    school: Mapping[str, Any],
    *,
    lms: Mapping[str, str],
    city: CitySettings | WorkbookSettings,
) -> None:
    """The settings and the store of this school's bridge, with its first two people, the admin at work.

    `lms`: its address and token.
    """
    frame.config, frame.actor_id = folder / "bridge.toml", ADMIN
    write_settings(
        frame.config,
        school=school["school"],
        moodle=MoodleSettings.model_validate({"url": lms["url"], "token": lms["token"]}),
        city=city,
        language=frame.words.language,
        year=school["year"],
    )
    found_store(frame.settings)
    app = frame.app
    for grant in (Grant(ADMIN, Role.ADMIN), Grant(PRINCIPAL, Role.PRINCIPAL)):
        app.store.grants.grant(app.school, grant, by=ADMIN, now=app.sync.world.now())


def pull_and_map(frame: Frame) -> None:
    app = frame.app
    with frame.progress("progress.reading"):
        pulled = app.pull_roster()
    change = pulled.change
    frame.say("said.pulled", classes=change.classes, pupils=change.pupils, assignments=pulled.assignments)
    desk = make_desk(frame)
    with frame.progress("progress.mapping") as watch:
        suggestions = suggest(desk, watch=watch)
        taken = accept(desk, suggestions, actor=ADMIN, now=app.sync.world.now(), watch=watch)
    frame.say("demo.mapped", taken=len(taken), left=len(suggestions) - len(taken))


def preview(frame: Frame, scope: Scope) -> None:
    """Of the whole school; one class of it is printed."""
    app = frame.app
    with frame.progress("progress.reading") as watch:
        head = runs.plan(app.sync, scope, actor=ADMIN, watch=watch)
    units = units_of_last(frame)
    show_plan(frame, head, [row for row in units if row.unit.school_class == SHOWN], cells=False)
    frame.say("demo.one_class", school_class=SHOWN)
    show_totals(frame, tally(units), title="title.school")


def confirm_all(frame: Frame) -> None:
    """Each teacher confirms the own classes, as only the teacher may."""
    app, plan = frame.app, last_plan(frame)
    teacher_of = {(row.school_class, row.subject, row.term): row.teacher for row in app.entitlements().assignments}
    counts = [_confirm_as(frame, plan, teacher, teacher_of) for teacher in sorted(set(teacher_of.values()))]
    teachers = sum(count > 0 for count in counts)
    frame.say("demo.confirmed", count=frame.words.count("score", sum(counts)), teachers=teachers)


def _confirm_as(frame: Frame, plan: str, teacher: str, teacher_of: Mapping[tuple[str, str, Term], str]) -> int:
    def own(unit: Unit, _: object) -> bool:
        return teacher_of.get((unit.school_class, unit.subject, unit.term)) == teacher

    return confirm(frame.app.sync, plan, Gate.CONFIRM, wanted=own, actor=teacher)


def units_of_last(frame: Frame) -> list[UnitPlan]:
    return list(frame.app.store.plans.units(last_plan(frame)))


def last_plan(frame: Frame) -> str:
    return frame.app.store.plans.head("last", school=frame.app.school).id
