"""A shelf in a folder: `kept/ab/<sha256>`; `open/<sha256>/…`, unpacked for the player; `bench/`, work under way.

A file is written to the bench, brought to the disk, and only then gets its name by a link, which fails where the name
is taken: so nothing that has a name is ever incomplete or overwritten, whatever dies when. What a dead process left on
the bench is cleared by the next one after a day. Contents of `open` can be made again at any time.
"""

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bridge.domain.errors import NotFound, StoreProblem
from bridge.ports.materials import Kept

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OLD = 24 * 3600.0  # seconds; no upload takes so long
_WHY = {
    errno.ENOSPC: "DISK_FULL",
    errno.EDQUOT: "DISK_FULL",
    errno.EROFS: "READ_ONLY",
    errno.EACCES: "CANNOT_OPEN",
    errno.EPERM: "CANNOT_OPEN",
}


class FolderShelf:
    """`bridge.ports.materials.Shelf`. May be shared by threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, pieces: Iterable[bytes]) -> Kept:
        with _translated(), self.bench() as bench:
            written = bench / "whole"
            digest, size = _write(written, pieces)
            place = self._place(digest)
            _make(place.parent)
            with suppress(FileExistsError):  # the same contents are there already
                os.link(written, place)
            _settle(place.parent)
        return Kept(digest, size)

    def find(self, digest: str) -> Path:
        place = self._place(digest)
        if not place.is_file():
            raise NotFound(kind="package", name=digest[:12], nearest=[])
        return place

    def unpacked(self, digest: str, unpack: Callable[[Path, Path], None]) -> Path:
        package = self.find(digest)
        place = self._folder / "open" / digest
        if place.is_dir():
            return place
        with _translated(), self.bench() as bench:
            unpack(package, bench / "files")
            _make(place.parent)
            with suppress(OSError):  # another was first: theirs is as good
                (bench / "files").rename(place)
            if not place.is_dir():
                raise StoreProblem(why="IO", detail="open")
        return place

    @contextmanager
    def bench(self) -> Iterator[Path]:
        top = self._folder / "bench"
        with _translated():
            _make(top)
            _clear(top)
            folder = Path(tempfile.mkdtemp(dir=top))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise NotFound(kind="package", name=digest[:12], nearest=[])
        return self._folder / "kept" / digest[:2] / digest


def _write(path: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    found, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for piece in pieces:
            found.update(piece)
            size += file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(0o440)
    return found.hexdigest(), size


def _settle(folder: Path) -> None:
    """A new name is on the disk once its folder is (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _clear(bench: Path) -> None:
    for left in bench.iterdir():
        with suppress(FileNotFoundError):  # its owner has cleared it meanwhile
            if time.time() - left.stat().st_mtime > _OLD:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _translated() -> Iterator[None]:
    """The file system's words in ours."""
    try:
        yield
    except OSError as err:
        raise StoreProblem(why=_WHY.get(err.errno or 0, "IO"), detail=err.strerror or "") from err
