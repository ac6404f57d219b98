"""Kill the bridge anywhere, any time, with faults on the line: after a clean run both sides agree.

Named points lie between every two durable steps, random ones anywhere. The seed is printed; `BRIDGE_SEED` repeats it.
"""

import ast
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.crash import oracle
from tests.crash.world import World, small_world


def named_points() -> list[str]:
    """Every checkpoint that `bridge/sync` names, read from the source so that none is forgotten; the zygote's too."""
    calls = [
        node
        for path in sorted((Path(__file__).parents[2] / "bridge" / "sync").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "checkpoint"
    ]
    names = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    return [*sorted(names), "confirmed"]


STAGES: dict[str, tuple[str, str]] = {  # point → the work that passes it, and what must happen before
    "adopted": ("day", "agree"),
    "closed": ("day", "erase"),
    "given up": ("day", "refuse"),
    "learned": ("rebuild", "agree"),
    "looked": ("look", ""),
    "reply lost": ("day", "lose"),
    "revert settled": ("revert", "send first"),
    "superseded": ("day", "leave unsent"),
}
EACH, RANDOM = 5, 50
SEED = int(os.environ.get("BRIDGE_SEED", "20261123"))


@pytest.fixture
def world(tmp_path):
    sys.stdout.write(f"seed {SEED}\n")
    with small_world(tmp_path, SEED) as made:
        yield made


def check_everything(world: World) -> None:
    """Two clean days, then the oracle's verdict."""
    world.switch([])
    assert (world.order(), world.order()) == (0, 0)
    marks = oracle.moodle_marks(world.gradebooks(), world.courses, world.rosters())
    oracle.check_book(world.get(f"{world.city}/sandbox/scores"), marks, world.by_hand)
    check_trace(world)


def check_trace(world: World) -> None:
    """What both sides wrote down on the way."""
    applied = world.get(f"{world.city}/sandbox/applied")
    database = world.folder / "bridge.sqlite3"
    oracle.check_log(applied)
    oracle.check_confirmations(database, applied)
    oracle.check_nothing_open(database)
    oracle.check_trail(database)


def stage(world: World, point: str) -> str:
    """Set the scene for a point; the kind of work that will pass it."""
    work, scene = STAGES.get(point, ("day", ""))
    if scene == "lose":
        world.switch([{"kind": "drop", "operation": "GuiDiem", "when": "after"}])
    elif scene == "refuse":
        world.switch([{"kind": "fault", "operation": "GuiDiem", "when": "before", "code": "LOPLA"}])
    elif scene == "send first":
        world.switch([])
        world.order()
    elif scene == "leave unsent":
        world.order(point="prepared")
    elif scene:
        getattr(world, scene)()
    return work


def kill_everywhere(world: World, points: list[str]) -> None:
    """Each of these points at least so often, whatever else goes wrong meanwhile."""
    killed: Counter[str] = Counter()
    for turn in range(EACH * 4):
        for point in (point for point in points if killed[point] < EACH):
            world.disturb()
            work = stage(world, point)
            killed[point] += world.order(point=point, nth=1 + turn % 2, work=work) == -signal.SIGKILL
    assert min(killed[point] for point in points) >= EACH, killed


def test_every_named_point_is_killed_at():
    assert set(STAGES) <= set(named_points())


@pytest.mark.timeout(900)
@pytest.mark.xdist_group("crash-points")
def test_killed_between_any_two_durable_steps_nothing_is_lost_doubled_or_wrong(world):
    kill_everywhere(world, [point for point in named_points() if STAGES.get(point, ("day",))[0] != "revert"])
    check_everything(world)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("crash-revert")
def test_killed_while_a_run_is_taken_back_nothing_is_lost_doubled_or_wrong(world):
    """What was taken back is a person's decision, so the book is not Moodle's any more; all else must hold."""
    assert world.order() == 0
    kill_everywhere(world, ["revert settled", "prepared", "marked sent"])
    world.switch([])
    assert (world.order(), world.order()) == (0, 0)
    check_trace(world)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("crash-random")
def test_killed_at_random_moments_nothing_is_lost_doubled_or_wrong(world):
    random, killed = Random(SEED), 0
    while killed < RANDOM:
        world.disturb()
        killed += world.order(after=random.uniform(0.02, 0.6)) == -signal.SIGKILL
    check_everything(world)
