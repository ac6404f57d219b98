"""Every parser on spoilt input: some thousands in CI, always the same; ten minutes each in `make soak`.

`python -m tests.packager.fuzz.guided TARGET SECONDS` goes further: it is led by coverage.
"""

import os
import random
import time

import pytest

from tests.packager.fuzz.spoiling import spoilt
from tests.packager.fuzz.targets import TARGETS, seeds

SEED = int(os.environ.get("BRIDGE_SEED", "791"))
SECONDS = float(os.environ.get("BRIDGE_SOAK_SECONDS", "600"))
SLOWEST = 20.0
"""Seconds for one input on a busy machine: longer is a hang."""


@pytest.mark.parametrize("target", TARGETS)
def test_spoilt_input_is_read_or_refused(target):
    dice = random.Random(SEED)
    for _ in range(150):
        run(target, spoilt(seeds_of(target), dice))


@pytest.mark.parametrize("target", TARGETS)
def test_the_inputs_that_are_spoilt_were_whole(target):
    for data in seeds_of(target):
        TARGETS[target](data)


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS)
def test_spoilt_input_is_read_or_refused_for_long(target):
    dice, end = random.Random(SEED + 1), time.monotonic() + SECONDS
    while time.monotonic() < end:
        run(target, spoilt(seeds_of(target), dice))


def seeds_of(target: str) -> list[bytes]:
    if target not in _SEEDS:
        _SEEDS[target] = list(seeds(target))
    return _SEEDS[target]


_SEEDS: dict[str, list[bytes]] = {}


def run(target: str, data: bytes) -> None:
    """A failure shows the input, so that it can become a test of its own."""
    start = time.process_time()
    try:
        TARGETS[target](data)
    except BaseException as error:
        error.add_note(f"{target} fails on {data!r}")
        raise
    assert time.process_time() - start < SLOWEST, f"{target} hangs on {data!r}"
