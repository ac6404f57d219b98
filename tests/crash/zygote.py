"""A process that forks one working day of the bridge per line it reads, and lets it be killed.

Input, one JSON object a line: {"config", "days", "actor", "setup"?, "work"?, "point"?, "nth"?, "step"?, "after"?}.
`work` is day (the default), rebuild, revert or look, or a piece of work by files (tests/crash/byfiles.py). `point` is a
named checkpoint at whose `nth` passing the child kills itself with SIGKILL, `step` the number of a durable step before
which it does; `after` is a number of seconds after which it is killed from outside. `days` moves the clock on, so that
leases of the dead have run out. Output: {"status"}, the exit status. Run: -m tests.crash.zygote
"""

import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bridge.config.loading import load_settings
from bridge.domain.errors import BridgeError
from bridge.domain.mapping import CourseMap, Policy
from bridge.domain.plans import Gate
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Term
from bridge.mapping.desk import Desk, take_course
from bridge.people.pull import pull
from bridge.sync import run as runs
from bridge.sync.context import Scope, World
from bridge.sync.rebuild import rebuild
from bridge.sync.revert import revert
from bridge.sync.seen import look
from bridge.sync.words import confirm
from bridge.wiring import App, open_app
from bridge.wiring.keeping import found_store
from bridge.wiring.process import new_id
from bridge.wiring.tables import read_lexicon
from tests.crash import byfiles
from tests.crash.steps import kill_before

Order = dict[str, Any]


def killer(point: str | None, nth: int) -> Callable[[str], None]:
    passed: Counter[str] = Counter()

    def checkpoint(name: str) -> None:
        passed[name] += 1
        if name == point and passed[name] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return checkpoint


def open_bridge(order: Order) -> App:
    ahead = timedelta(minutes=5 * order["days"])

    def clock() -> datetime:
        return datetime.now(UTC) + ahead

    checkpoint = killer(order.get("point"), order.get("nth", 1))
    world = World(now=clock, new_id=new_id, sleep=lambda seconds: time.sleep(min(seconds, 0.05)), checkpoint=checkpoint)
    settings = load_settings(Path(order["config"]))
    found_store(settings)
    return open_app(settings, world=world)


def set_up(app: App, courses: list[dict[str, Any]]) -> None:
    now = app.sync.world.now()
    pull(app.sync.city, app.store.rosters, school=app.school, year=app.year, now=now)
    desk = Desk(
        app.school,
        app.year,
        app.sync.lms,
        app.store.rosters,
        app.store.mappings,
        read_lexicon(None),
        app.sync.subjects,
        90,
    )
    for row in courses:
        take_course(desk, CourseMap(row["course"], row["class"], row["subject"], app.year), actor="QT", now=now)
    for column in Column:
        policy = {Column.TX1: Policy.AUTO, Column.TX2: Policy.CONFIRM}.get(column, Policy.OFF)
        app.store.mappings.set_policy(app.school, column, policy, actor="QT", now=now)


def work(app: App, order: Order) -> None:
    """A day: sync, the teacher confirms what waits, sync again."""
    scope, teacher = Scope((Term.HK1,)), order["actor"]
    done = runs.run(app.sync, scope, actor=teacher, watch=lambda _: None)
    assert done.head.plan is not None
    confirm(app.sync, done.head.plan, Gate.CONFIRM, wanted=lambda *_: True, actor=teacher)
    app.sync.world.checkpoint("confirmed")
    runs.run(app.sync, scope, actor=teacher, watch=lambda _: None)


def read_again(app: App, order: Order) -> None:
    """The ledger is re-read from the city."""
    rebuild(app.sync, Scope((Term.HK1,)), actor=order["actor"], watch=lambda _: None)


def take_back(app: App, order: Order) -> None:
    """The newest run of which the city took anything is reverted."""
    for head in app.store.runs.list(app.school, limit=50):
        if head.kind == "sync" and any(row.state == "accepted" for row in app.store.runs.rows(head.id)):
            revert(app.sync, head.id, actor=order["actor"], why="thử", watch=lambda _: None)
            return


def look_around(app: App, order: Order) -> None:
    """A teacher opens the page of every class and subject, one after the other."""
    for row in app.store.mappings.courses(app.school, app.year):
        look(app.sync, Unit(app.school, app.year, row.school_class, row.subject, Term.HK1), actor=order["actor"])


WORK = {"day": work, "rebuild": read_again, "revert": take_back, "look": look_around, **byfiles.WORK}


def child(order: Order) -> int:
    try:
        app = open_bridge(order)
        if "step" in order:
            kill_before(order["step"], Path(order["config"]).parent)
        if "setup" in order:
            set_up(app, order["setup"])
        else:
            WORK[order.get("work", "day")](app, order)
    except BridgeError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    except BaseException:  # noqa: BLE001 a defect must be seen, and the zygote must live on
        traceback.print_exc()
        return 4
    return 0


def run_one(order: Order) -> int:
    pid = os.fork()
    if pid == 0:
        os._exit(child(order))
    if "after" in order:
        time.sleep(order["after"])
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps({"status": run_one(json.loads(line))}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
