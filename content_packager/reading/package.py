"""The public door for whoever must read or unpack a package: only archives without a dangerous flaw come through."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from content_packager.problems import Severity, kinds
from content_packager.reading.archive import Archive, Damaged, Member
from content_packager.reading.directory import NotAZip, Rejected
from content_packager.reading.judge import judge
from content_packager.reading.limits import SAFE, Limits


class RefusedPackage(Exception):
    """The archive is broken or hostile; `codes` are codes of the table of problems, each once."""

    def __init__(self, *, codes: tuple[str, ...]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class OpenPackage:
    """An archive fit to be read. Sizes in bytes."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def names(self) -> tuple[str, ...]:
        """All files, folders left out, in the archive's order."""
        return tuple(self._archive.files)

    def size(self, name: str) -> int:
        return self._member(name).entry.size

    def chunks(self, name: str) -> Iterator[bytes]:
        """The file piece by piece, verified at its end. Raises KeyError, RefusedPackage."""
        try:
            yield from self._archive.chunks(self._member(name))
        except Damaged as error:
            raise RefusedPackage(codes=(error.code,)) from error

    def read(self, name: str) -> bytes:
        """The whole file in memory. Raises KeyError, RefusedPackage."""
        return b"".join(self.chunks(name))

    def unpack(self, into: Path, *, progress: Callable[[int], None] | None = None) -> None:
        """Write all files below the new folder `into`; it appears whole or not at all.

        `progress` is told the bytes written after each piece. Raises RefusedPackage, FileExistsError, OSError.
        """
        if into.exists():
            raise FileExistsError(str(into))
        stage = Path(tempfile.mkdtemp(dir=into.parent, prefix=f".{into.name}."))
        try:
            self._write_all(stage, progress or (lambda _: None))
            stage.chmod(0o755)
            stage.rename(into)
        except BaseException:
            shutil.rmtree(stage)
            raise

    def _write_all(self, stage: Path, progress: Callable[[int], None]) -> None:
        written = 0
        for name in self.names():
            target = stage.joinpath(*name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                for chunk in self.chunks(name):
                    written += file.write(chunk)
                    progress(written)

    def _member(self, name: str) -> Member:
        return self._archive.files[name]


def open_archive(path: Path, limits: Limits = SAFE) -> Archive:
    """The archive, unjudged. Raises RefusedPackage where it is no zip or its directory cannot be used, OSError."""
    try:
        return Archive(path, limits)
    except NotAZip as error:
        raise RefusedPackage(codes=("zip.not-a-zip",)) from error
    except Rejected as error:
        raise RefusedPackage(codes=(error.code,)) from error


@contextmanager
def open_package(path: Path, limits: Limits = SAFE) -> Iterator[OpenPackage]:
    """`with open_package(path) as package:`. Raises RefusedPackage on any archive problem of weight *error*, OSError.

    Names inside are then relative, forward-slashed, without `..`, control characters or duplicates, and no file differs
    from another by case alone.
    """
    with open_archive(path, limits) as archive:
        found = dict.fromkeys(flaw.code for flaw in judge(archive, limits))
        grave = tuple(code for code in found if kinds()[code].severity is Severity.ERROR)
        if grave:
            raise RefusedPackage(codes=grave)
        yield OpenPackage(archive)
