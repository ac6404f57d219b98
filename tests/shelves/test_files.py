"""The folder's own troubles."""

import os
import time
from pathlib import Path

import pytest

from bridge.domain.errors import StoreProblem
from bridge.shelves.files import FolderShelf


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    before = shelf.keep([b"before"])
    with pytest.raises(StoreProblem) as full:
        shelf.keep(_until_full())
    assert full.value.facts["why"] == "DISK_FULL"
    assert shelf.find(before.digest).read_bytes() == b"before"
    assert list((tmp_path / "bench").iterdir()) == []


def _until_full():
    """/dev/full says what a full disk says (full(4))."""
    yield b"x"
    with Path("/dev/full").open("wb", buffering=0) as full:
        full.write(b"x")


def test_what_is_kept_is_its_owners_and_nobody_writes_it(tmp_path: Path) -> None:
    path = FolderShelf(tmp_path / "s").keep([b"x"])
    kept = FolderShelf(tmp_path / "s").find(path.digest)
    assert kept.stat().st_mode & 0o777 == 0o440
    assert kept.parent.stat().st_mode & 0o777 == 0o700


def test_what_a_dead_process_left_is_cleared_after_a_day(tmp_path: Path) -> None:
    shelf = FolderShelf(tmp_path)
    for name, age in (("old", 25 * 3600), ("new", 3600)):
        (tmp_path / "bench" / name).mkdir(parents=True)
        os.utime(tmp_path / "bench" / name, (time.time() - age,) * 2)
    with shelf.bench() as bench:
        assert sorted(path.name for path in (tmp_path / "bench").iterdir()) == sorted(["new", bench.name])
