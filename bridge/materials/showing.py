"""What of a material a page shows: the newest version that somebody may see, and its files for a preview."""

from pathlib import Path

from bridge.domain.errors import BadInput
from bridge.materials.context import Library
from bridge.ports.materials import Version


def opened(library: Library, version: Version) -> Path:
    """The folder with the version's files. `BadInput(why="NOT_PLAYABLE")` for what can't be played."""
    if not version.playable:
        raise BadInput(where="package", value=version.name, why="NOT_PLAYABLE")
    return library.shelf.unpacked(version.package, library.packages.unpack)
