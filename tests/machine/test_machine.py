"""The state machine in two lengths: CI draws the same days each time, `make soak` very many of them.

`BRIDGE_SOAK_DAYS` is the number of schools of the soak, `BRIDGE_SEED` the seed; both are printed. A school takes one to
two seconds of processor time and, each commit reaching the disk, up to ten on the clock of a busy machine: the 500 of
the soak are ten minutes of work and more than an hour there. For less time, fewer schools.
"""

import os
import sys

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import SchoolDays

SEED = int(os.environ.get("BRIDGE_SEED", "20261124"))


def days(schools: int, steps: int, number: int) -> None:
    """So many schools, each with so many steps."""
    sys.stdout.write(f"seed {number}, {schools} schools of {steps} steps\n")
    wanted = settings(
        max_examples=schools,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    run_state_machine_as_test(seed(number)(SchoolDays), settings=wanted)


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("machine")
def test_the_promises_hold_whatever_happens_in_whatever_order() -> None:
    days(50, 30, SEED)


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_the_promises_hold_for_a_long_time() -> None:
    days(int(os.environ.get("BRIDGE_SOAK_DAYS", "500")), 60, SEED + 1)
