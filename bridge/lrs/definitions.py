"""What the LRS has been told of activities, brought together (Communication §2.5): the newest word of each language.

A launched lesson speaks with authority of its own activities only (Data §2.4.4.1: whose word changes a definition is
for the LRS to say). Of others it may add what nobody has said yet, such as its questions.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bridge.lrs.terms import activities_in
from bridge.lrs.values import Json
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import Credential, Learning, Reach

_MAPS = ("name", "description", "extensions")


class Told(NamedTuple):
    """What a statement tells of an activity."""

    id: str
    definition: Json
    text: str  # of the definition, as it is kept


def told_by(name: str, value: Json) -> tuple[Told, ...]:
    """What a property of a statement, in order, tells of activities."""
    found = ((one["id"], definition) for one in activities_in(name, value) if (definition := one.get("definition")))
    return tuple(Told(id, definition, encode(definition)) for id, definition in found)


def learning(told: Iterable[Told], who: Credential) -> Learning:
    """For the store: which activities are spoken of, and what becomes of their definitions."""
    by_id: dict[str, dict[str, Json]] = {}
    for one in told:
        parts = by_id.setdefault(one.id, {})
        parts.pop(one.text, None)  # said again, it is the newer word
        parts[one.text] = one.definition

    def change(known: Mapping[str, str]) -> Mapping[str, str]:
        """JSON by activity → JSON by activity, of those that change."""
        merged = {
            id: encode(_merged(known.get(id), [*parts.values()], _may_change(who, id)))
            for id, parts in by_id.items()
            if [*parts] != [known.get(id)]  # mostly it is what was said before
        }
        return {id: definition for id, definition in merged.items() if definition != known.get(id)}

    return Learning(by_id.keys(), change)


def merge(parts: Iterable[Json]) -> Json:
    """Later parts over earlier ones; in maps, entry by entry."""
    whole: Json = {}
    for part in parts:
        for name, value in part.items():
            whole[name] = {**whole.get(name, {}), **value} if name in _MAPS else value
    return whole


def _merged(known: str | None, parts: Sequence[Json], may_change: bool) -> Json:
    if known is None:
        return merge(parts)
    before: Json = decode(known, "definition")
    return merge([before, *parts] if may_change else [before, *parts, before])


def _may_change(who: Credential, id: str) -> bool:
    return who.reach is Reach.FULL or id in who.activities
