"""What the LRS has been told of activities, brought together (Communication §2.5): the newest word of each language."""

from collections.abc import Iterable, Mapping, Sequence

from bridge.lrs.terms import activities_of
from bridge.lrs.values import Json
from bridge.lrs.wire import canonical, decode, encode
from bridge.ports.statements import Statements

_MAPS = ("name", "description", "extensions")


def learned(store: Statements, school: str, statements: Sequence[Json]) -> Mapping[str, str]:
    """The definitions, as JSON by activity, that these statements change."""
    told = _told(statements)
    known = store.definitions(school, told) if told else {}
    merged = {id: merge([*([decode(known[id], id)] if id in known else []), *parts]) for id, parts in told.items()}
    return {id: encode(whole) for id, whole in merged.items() if id not in known or _differs(whole, known[id])}


def merge(parts: Iterable[Json]) -> Json:
    """Later parts over earlier ones; in maps, entry by entry."""
    whole: Json = {}
    for part in parts:
        for name, value in part.items():
            whole[name] = {**whole.get(name, {}), **value} if name in _MAPS else value
    return whole


def _told(statements: Sequence[Json]) -> dict[str, list[Json]]:
    told: dict[str, list[Json]] = {}
    for statement in statements:
        for activity in activities_of(statement):
            if activity.get("definition"):
                told.setdefault(activity["id"], []).append(activity["definition"])
    return told


def _differs(definition: Json, known: str) -> bool:
    return canonical(definition) != canonical(decode(known, "definition"))
