"""Give a material out: as it came, or packed into another format."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.domain.errors import BadInput
from bridge.domain.rights import Action, Permits
from bridge.materials.context import Library
from bridge.ports.materials import Material, Version

AS_IT_CAME = "package"
RAW = "source"


def formats(library: Library, version: Version) -> list[str]:
    """What a version can be given out in. Only what was made of raw files here can become another format."""
    return [AS_IT_CAME, *([RAW, *library.packages.formats[1:]] if version.source else [])]


@contextmanager
def given(
    library: Library, material: Material, version: Version, format: str, *, permits: Permits
) -> Iterator[tuple[Path, str]]:
    """The file and what it should be called; the file may go when the block ends."""
    permits.demand(Action.SEE_LIBRARY)
    if format not in formats(library, version):
        raise BadInput(where="format", value=format[:40], why="NO_FORMAT")
    if format == AS_IT_CAME:
        yield library.shelf.find(version.package), version.name
    elif format == RAW:
        yield library.shelf.find(version.source), f"{Path(version.name).stem}-{RAW}.zip"
    else:
        with library.shelf.bench() as bench:
            with zipfile.ZipFile(library.shelf.find(version.source)) as archive:
                archive.extractall(bench / "raw")  # written by ourselves, of plain names
            made, _ = library.packages.pack(bench / "raw", material.about, [format], bench / "out")
            yield made[0].path, made[0].path.name
