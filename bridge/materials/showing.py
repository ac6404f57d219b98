"""The files of a version, for the player and for a preview."""

from pathlib import Path

from bridge.domain.errors import BadInput
from bridge.materials.context import Library
from bridge.ports.materials import Version


def opened(library: Library, version: Version) -> Path:
    """The folder with the version's files. `BadInput(why="NOT_PLAYABLE")` for what can't be played."""
    if not version.playable:
        raise BadInput(where="package", value=version.name, why="NOT_PLAYABLE")
    return library.shelf.unpacked(version.package, library.packages.unpack)


def version_of(library: Library, package: str) -> Version:
    """A version with this package: the same bytes are played in the same way, whoever brought them. `NotFound`."""
    return library.materials.with_package(library.school, package)
