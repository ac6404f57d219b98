"""The files of a version, for the player and for a preview."""

from collections.abc import Sequence
from pathlib import Path

from bridge.domain.activities import Activity
from bridge.domain.errors import BadInput, NotFound
from bridge.materials.context import Library
from bridge.ports.materials import Part, Version


def opened(library: Library, version: Version) -> Path:
    """The folder with the version's files. `BadInput(why="NOT_PLAYABLE")` for what can't be played."""
    if not version.playable:
        raise BadInput(where="package", value=version.name, why="NOT_PLAYABLE")
    return library.shelf.unpacked(version.package, library.packages.unpack)


def version_of(library: Library, package: str) -> Version:
    """A version with this package: the same bytes are played in the same way, whoever brought them. `NotFound`."""
    return library.materials.with_package(library.school, package)


def parts_of(library: Library, version: Version) -> Sequence[Part]:
    """What the version opens, in its own order. `BadInput(why="NOT_PLAYABLE")` for what can't be played."""
    if not version.playable or version.standard is None:
        raise BadInput(where="package", value=version.name, why="NOT_PLAYABLE")
    return library.packages.parts(library.shelf.find(version.package), version.standard)


def activities_of(library: Library, version: Version) -> Activity:
    """What its parts are in. As `parts_of`."""
    if not version.playable or version.standard is None:
        raise BadInput(where="package", value=version.name, why="NOT_PLAYABLE")
    return library.packages.activities(library.shelf.find(version.package), version.standard)


def part_of(library: Library, version: Version, number: int) -> Part:
    """By its number, from 1. `NotFound`; else as `parts_of`."""
    return chosen(parts_of(library, version), number)


def chosen(found: Sequence[Part], number: int) -> Part:
    """By its number, from 1. `NotFound`."""
    if not 1 <= number <= len(found):
        raise NotFound(kind="part", name=str(number), nearest=[])
    return found[number - 1]
