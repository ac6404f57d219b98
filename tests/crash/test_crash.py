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


POINTS = named_points()
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
    assert world.order() == 0
    assert world.order() == 0
    applied = world.get(f"{world.city}/sandbox/applied")
    marks = oracle.moodle_marks(world.gradebooks(), world.courses, world.rosters())
    database = Path(world.folder / "bridge.sqlite3")
    oracle.check_book(world.get(f"{world.city}/sandbox/scores"), marks, world.by_hand)
    oracle.check_log(applied)
    oracle.check_confirmations(database, applied)
    oracle.check_nothing_open(database)
    oracle.check_trail(database)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("crash-points")
def test_killed_between_any_two_durable_steps_nothing_is_lost_doubled_or_wrong(world):
    killed: Counter[str] = Counter()
    for turn in range(EACH * 3):
        for point in POINTS:
            if killed[point] >= EACH:
                continue
            world.disturb()
            if point == "reply lost":
                world.switch([{"kind": "drop", "operation": "GuiDiem", "when": "after", "times": 1}])
            killed[point] += world.order(point=point, nth=1 + turn % 2) == -signal.SIGKILL
    assert min(killed[point] for point in POINTS) >= EACH, killed
    check_everything(world)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("crash-random")
def test_killed_at_random_moments_nothing_is_lost_doubled_or_wrong(world):
    random, killed = Random(SEED), 0
    while killed < RANDOM:
        world.disturb()
        killed += world.order(after=random.uniform(0.02, 0.6)) == -signal.SIGKILL
    check_everything(world)
