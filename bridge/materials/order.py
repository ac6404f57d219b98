"""In which order the parts of a material may be opened: what its manifest asks for, held against an attempt."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bridge.domain.activities import Activity, Shut, shut
from bridge.domain.attempts import Elements
from bridge.domain.errors import NotAllowed
from bridge.domain.ordering import Ordering
from bridge.domain.parts import outcomes
from bridge.domain.sequencing import FREE
from bridge.domain.tracking import Known, standing_at, way
from bridge.materials.context import Library
from bridge.materials.showing import activities_of, part_of, parts_of
from bridge.ports.materials import Standard, Version


class Order(NamedTuple):
    """`shut`: the parts that can't be opened now, by number, and why; `over`: those that need not be done. `next` and
    `before`: where the package leads on by itself, 0 of nowhere. `follows`: it says anything of that at all."""

    shut: Mapping[int, Shut]
    over: frozenset[int] = frozenset()
    next: int = 0
    before: int = 0
    follows: bool = False


NONE = Order({})


def order_of(library: Library, version: Version, elements: Elements) -> Order:
    """As an attempt with these elements stands. One part: no order."""
    count = len(parts_of(library, version))
    return order_in(activities_of(library, version), elements, count) if count > 1 else NONE


def order_from(library: Library, version: Version, elements: Elements, number: int) -> Order:
    """As it will be while this part is open."""
    return order_of(library, version, standing_at(elements, number))


def order_in(root: Activity, elements: Elements, parts: int) -> Order:
    """Of so many parts."""
    if _is_free(root):
        return Order(shut(root, outcomes(elements, parts)))
    found = Ordering(root, way(elements, parts))
    return Order(found.shut(), found.passed_over(), found.next, found.before, follows=True)


def _is_free(root: Activity) -> bool:
    """Whether no activity says anything of order, as SCORM 2004 does."""
    return all(each.sequencing == FREE for each in root.walk())


def shared_objectives(library: Library, version: Version, elements: Elements, number: int) -> Elements:
    """What content of this part finds of its objectives that other parts have said."""
    part, root = part_of(library, version, number), activities_of(library, version)
    if not part.objectives or _is_free(root):
        return {}
    known = Ordering(root, way(elements, len(parts_of(library, version)))).read(number)
    found = {}
    for place, name in enumerate(part.objectives):
        satisfied, measure = known.get(name, Known())
        if satisfied is not None:
            found[f"cmi.objectives.{place}.success_status"] = "passed" if satisfied else "failed"
        if measure is not None:
            found[f"cmi.objectives.{place}.score.scaled"] = f"{measure:f}"
    return found


def demand_open(library: Library, version: Version, elements: Elements, number: int) -> None:
    """`NotAllowed(lack="PART_SHUT")`."""
    if number in order_of(library, version, elements).shut:
        raise NotAllowed(actor="", action="PLAY", lack="PART_SHUT")


def ways(library: Library, version: Version, elements: Elements) -> Mapping[str, object]:
    """What content of SCORM 2004 may ask for now (RTE §4.4.3, `adl.nav.request_valid`); nothing of other packages."""
    if version.standard is not Standard.SCORM_2004:
        return {}
    parts = parts_of(library, version)
    order = order_of(library, version, elements)
    choice = [part.id for number, part in enumerate(parts, start=1) if number not in order.shut]
    return {"continue": bool(order.next), "previous": bool(order.before), "choice": choice}


def number_of(library: Library, version: Version, name: str) -> int:
    """The part that an item opens; 0 of none."""
    parts: Sequence[str] = [part.id for part in parts_of(library, version)]
    return parts.index(name) + 1 if name in parts else 0
