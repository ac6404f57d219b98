"""By what a statement is found: agents and activities, direct and related (Communication §2.1.3, `related_…`)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bridge.lrs.actors import keys
from bridge.lrs.values import Json
from bridge.ports.statements import Term, TermKind


def found_by(name: str, value: Any) -> tuple[Term, ...]:
    """What a property of a statement, in order, is found by. A term may stand among them more than once."""
    direct, related = _FINDS.get(name, _nothing)(value)
    return (*(Term(*one, related=False) for one in direct), *(Term(*one, related=True) for one in related))


def by_authority(agent: Json) -> tuple[Term, ...]:
    """By whom a statement was sent."""
    return tuple(Term(*one, related=True) for one in _agents(agent))


def terms_of(found: Iterable[Term]) -> Sequence[Term]:
    """Each once; one that is direct not again as related."""
    terms = dict.fromkeys(found)
    return [term for term in terms if not term.related or (term.kind, term.value, False) not in terms]


Found = Iterator[tuple[TermKind, str]]
Finding = tuple[Found, Found]  # direct, related


def _nothing(_: Any) -> Finding:
    return iter(()), iter(())


def _by_actor(value: Json) -> Finding:
    return _agents(value), iter(())


def _by_object(value: Json) -> Finding:
    """Of a statement within a statement everything is related."""
    return _about(value), _within(value)


def _by_context(value: Json) -> Finding:
    return iter(()), _around(value)


_FINDS = {"actor": _by_actor, "object": _by_object, "context": _by_context}


def _within(thing: Json) -> Found:
    if thing.get("objectType") == "SubStatement":
        yield from _agents(thing["actor"])
        yield from _about(thing["object"])
        yield from _around(thing.get("context", {}))


def _around(context: Json) -> Found:
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
    for name in ("object", "context"):
        if name in statement:
            yield from activities_in(name, statement[name])


def activities_in(name: str, value: Json) -> Iterator[Json]:
    """Those of one property of a statement."""
    if name == "object" and value.get("objectType", "Activity") == "Activity":
        yield value
    elif name == "object" and value["objectType"] == "SubStatement":
        yield from activities_of(value)
    elif name == "context":
        for found in value.get("contextActivities", {}).values():
            yield from as_list(found)
