"""By what a statement is found: agents and activities, direct and related (Communication §2.1.3, `related_…`)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bridge.lrs.actors import keys
from bridge.lrs.values import Json
from bridge.ports.statements import Term, TermKind


def terms_of(statement: Json, authority: Iterable[str]) -> Sequence[Term]:
    """A term that is direct is not said again as related. `authority`: the keys of who sent it."""
    found = dict.fromkeys(_direct(statement), False)
    for related in _related(statement):
        found.setdefault(related, True)
    for key in authority:
        found.setdefault((TermKind.AGENT, key), True)
    return [Term(kind, value, related) for (kind, value), related in found.items()]


Found = Iterator[tuple[TermKind, str]]


def _direct(statement: Json) -> Found:
    yield from _agents(statement["actor"])
    yield from _about(statement["object"])


def _related(statement: Json) -> Found:
    """Anywhere in the statement, its context and the statement within it."""
    yield from _inside(statement)
    inner = statement["object"]
    if inner.get("objectType") == "SubStatement":
        yield from _direct(inner)
        yield from _inside(inner)


def _inside(statement: Json) -> Found:
    context = statement.get("context")
    if context is None:
        return
    yield from _agents(context.get("instructor"))
    yield from _agents(context.get("team"))
    for found in context.get("contextActivities", {}).values():
        for activity in as_list(found):
            yield TermKind.ACTIVITY, activity["id"]


def _about(thing: Json) -> Found:
    match thing.get("objectType", "Activity"):
        case "Activity":
            yield TermKind.ACTIVITY, thing["id"]
        case "Agent" | "Group":
            yield from _agents(thing)


def _agents(value: Json | None) -> Found:
    for key in keys(value) if value else ():
        yield TermKind.AGENT, key


def as_list(value: Any) -> Any:
    return [value] if type(value) is dict else value


def activities_of(statement: Json) -> Iterator[Json]:
    """Every activity that stands in a statement or in the one within it, with or without a definition."""
    inner = statement["object"]
    for part in (statement, inner) if inner.get("objectType") == "SubStatement" else (statement,):
        if part["object"].get("objectType", "Activity") == "Activity":
            yield part["object"]
        for found in part.get("context", {}).get("contextActivities", {}).values():
            yield from as_list(found)
