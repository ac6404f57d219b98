"""What every shelf must promise: whole or not at all, by contents, never overwritten."""

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.domain.errors import NotFound
from bridge.ports.materials import Shelf
from bridge.shelves.files import FolderShelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return FolderShelf(tmp_path / "shelf")


def pieces(*parts: bytes) -> Iterator[bytes]:
    yield from parts


def test_a_file_is_found_by_what_is_in_it(shelf: Shelf) -> None:
    kept = shelf.keep(pieces(b"bai ", b"hoc"))
    assert kept == (hashlib.sha256(b"bai hoc").hexdigest(), 7)
    assert shelf.find(kept.digest).read_bytes() == b"bai hoc"


def test_the_same_contents_are_kept_once_and_stay_as_they_are(shelf: Shelf) -> None:
    first = shelf.find(shelf.keep(pieces(b"x")).digest)
    made = first.stat().st_ino
    assert shelf.find(shelf.keep(pieces(b"x")).digest).stat().st_ino == made


def test_an_upload_that_breaks_off_leaves_nothing(shelf: Shelf, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 100_000
        raise EOFError

    with pytest.raises(EOFError):
        shelf.keep(broken())
    assert [path for path in (tmp_path / "shelf").rglob("*") if path.is_file()] == []


def test_many_at_once_with_the_same_file_get_the_same(shelf: Shelf) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: shelf.keep(pieces(b"y" * 50_000)), range(16)))
    assert len(found) == 1


@pytest.mark.parametrize("name", ["", "0" * 64, "../../etc/passwd", "A" * 64])
def test_what_is_not_there_is_not_found(shelf: Shelf, name: str) -> None:
    with pytest.raises(NotFound):
        shelf.find(name)


def test_a_package_is_unpacked_once_and_whole(shelf: Shelf) -> None:
    digest, calls = shelf.keep(pieces(b"zip")).digest, []

    def unpack(package: Path, into: Path) -> None:
        calls.append(package)
        into.mkdir()
        (into / "index.html").write_bytes(package.read_bytes())

    for _ in range(2):
        assert (shelf.unpacked(digest, unpack) / "index.html").read_bytes() == b"zip"
    assert len(calls) == 1


def test_an_unpacking_that_fails_is_begun_again(shelf: Shelf) -> None:
    digest = shelf.keep(pieces(b"zip")).digest

    def fail(package: Path, into: Path) -> None:
        into.mkdir()
        raise ValueError

    with pytest.raises(ValueError):
        shelf.unpacked(digest, fail)
    assert shelf.unpacked(digest, lambda _, into: into.mkdir()).is_dir()


def test_a_bench_is_gone_afterwards(shelf: Shelf) -> None:
    with shelf.bench() as bench:
        (bench / "x").write_bytes(b"x")
    assert not bench.exists()
