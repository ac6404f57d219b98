"""What others made and we carry along is what they published, byte by byte, under a licence that lets us."""

import hashlib
import tomllib
from pathlib import Path

import pytest

import content_packager

VENDOR = Path(content_packager.__file__).parent / "player" / "vendor"
TABLES = sorted(VENDOR.glob("*.toml"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_every_file_is_the_published_one(table):
    told = tomllib.loads(table.read_text("utf-8"))
    folder = VENDOR / table.stem
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert found == told["sha256"]
    assert told["licence"] in ("Apache-2.0", "MIT")


def test_every_folder_has_its_table():
    assert [table.stem for table in TABLES] == sorted(path.name for path in VENDOR.iterdir() if path.is_dir())
