"""What a statement is about (Data §2.4.4): an activity, an agent or group, a reference, a statement within it."""

from typing import Any

from bridge.lrs.actors import actor
from bridge.lrs.problems import Malformed, Where
from bridge.lrs.values import (
    Check,
    an_object,
    each,
    extensions,
    iri,
    language_map,
    members,
    shaped,
    text,
    uuid,
    word,
)

COMPONENTS = {  # Data §2.4.4.1: which parts belong to which interaction
    "true-false": (),
    "choice": ("choices",),
    "fill-in": (),
    "long-fill-in": (),
    "matching": ("source", "target"),
    "performance": ("steps",),
    "sequencing": ("choices",),
    "likert": ("scale",),
    "numeric": (),
    "other": (),
}
_PARTS = ("choices", "scale", "source", "target", "steps")

_component: Check = shaped({"id": text, "description": language_map}, needed=("id",))


def activity(value: Any, where: Where) -> None:
    members(value, where, _ACTIVITY, needed=("id",))


def definition(value: Any, where: Where) -> None:
    """Of an activity; the parts of an interaction need its type, and belong to it."""
    found = members(value, where, _DEFINITION)
    kind = found.get("interactionType")
    parts = [name for name in _PARTS if name in found]
    if kind is None and (parts or "correctResponsesPattern" in found):
        raise Malformed((where, "interactionType"), "is missing: other properties are parts of an interaction")
    for name in parts:
        if name not in COMPONENTS[str(kind)]:
            raise Malformed((where, name), f"is no part of an interaction of type {kind}")


def reference(value: Any, where: Where) -> None:
    members(value, where, {"objectType": word("StatementRef"), "id": uuid}, needed=("objectType", "id"))


def plain_object(value: Any, where: Where) -> None:
    """All but a statement within a statement. Without a type it is an activity."""
    kind = an_object(value, where).get("objectType", "Activity")
    check = _BY_TYPE.get(kind) if type(kind) is str else None
    if check is None:
        raise Malformed((where, "objectType"), "is no type of object that there is")
    check(value, where)


def _interaction_type(value: Any, where: Where) -> None:
    if type(value) is not str or value not in COMPONENTS:
        raise Malformed(where, "is no type of interaction")


def _components(value: Any, where: Where) -> None:
    each(_component)(value, where)
    names = [one["id"] for one in value]
    if len(set(names)) != len(names):
        raise Malformed(where, "has two parts of one id")


_DEFINITION: dict[str, Check] = {
    "name": language_map,
    "description": language_map,
    "type": iri,
    "moreInfo": iri,
    "extensions": extensions,
    "interactionType": _interaction_type,
    "correctResponsesPattern": each(text),
    **dict.fromkeys(_PARTS, _components),
}
_ACTIVITY: dict[str, Check] = {"objectType": word("Activity"), "id": iri, "definition": definition}
_BY_TYPE: dict[str, Check] = {"Activity": activity, "Agent": actor, "Group": actor, "StatementRef": reference}
