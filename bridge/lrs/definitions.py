"""What the LRS has been told of activities, brought together (Communication §2.5): the newest word of each language.

A launched lesson speaks with authority of its own activities only (Data §2.4.4.1: whose word changes a definition is
for the LRS to say). Of others it may add what nobody has said yet, such as its questions.
"""

from collections.abc import Iterable, Mapping, Sequence

from bridge.lrs.terms import activities_of
from bridge.lrs.values import Json
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import Credential, Learning, Reach

_MAPS = ("name", "description", "extensions")


def learning(statements: Sequence[Json], who: Credential) -> Learning:
    """For the store: which activities are spoken of, and what becomes of their definitions."""
    told = _told(statements)

    def change(known: Mapping[str, str]) -> Mapping[str, str]:
        """JSON by activity → JSON by activity, of those that change."""
        merged = {
            id: encode(_merged(known.get(id), parts, _may_change(who, id)))
            for id, parts in told.items()
            if len(parts) != 1 or encode(parts[0]) != known.get(id)  # mostly it is what was said before
        }
        return {id: definition for id, definition in merged.items() if definition != known.get(id)}

    return Learning(told.keys(), change)


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


def _told(statements: Sequence[Json]) -> dict[str, list[Json]]:
    told: dict[str, list[Json]] = {}
    for statement in statements:
        for activity in activities_of(statement):
            if activity.get("definition"):
                told.setdefault(activity["id"], []).append(activity["definition"])
    return told
