"""In which order the parts of a material may be opened: what its manifest asks for, held against an attempt."""

from collections.abc import Mapping

from bridge.domain.activities import Shut, shut
from bridge.domain.attempts import Elements
from bridge.domain.errors import NotAllowed
from bridge.domain.parts import outcomes
from bridge.materials.context import Library
from bridge.materials.showing import activities_of, parts_of
from bridge.ports.materials import Version


def shut_parts(library: Library, version: Version, elements: Elements) -> Mapping[int, Shut]:
    """The parts that can't be opened as the attempt stands, by number, and why."""
    count = len(parts_of(library, version))
    return shut(activities_of(library, version), outcomes(elements, count)) if count > 1 else {}


def demand_open(library: Library, version: Version, elements: Elements, number: int) -> None:
    """`NotAllowed(lack="PART_SHUT")`."""
    if number in shut_parts(library, version, elements):
        raise NotAllowed(actor="", action="PLAY", lack="PART_SHUT")
