"""Giving statements out (Communication §2.1.3): as they came, by their identifiers only, or in one language."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bridge.lrs.actors import IDENTIFIERS
from bridge.lrs.context import Lrs, iso
from bridge.lrs.definitions import merge
from bridge.lrs.problems import Missing, TooLarge
from bridge.lrs.query import Format, Wanted, next_page
from bridge.lrs.statement import CONTEXT_ACTIVITIES
from bridge.lrs.terms import activities_of
from bridge.lrs.values import Json
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import PAGE, Attachment, Kept

Change = Callable[[Json], Json]
LARGEST = 256 << 20  # bytes of all attachments of one statement that is asked for


class Shown(NamedTuple):
    """JSON text, and the attachments that were asked for. `stored` of a single statement."""

    text: str
    attachments: Sequence[Attachment] = ()
    stored: datetime | None = None


def one(lrs: Lrs, wish: Wanted, languages: Sequence[str]) -> Shown:
    """`Missing` when there is none of that id, or it is voided and was not asked for as such."""
    found = lrs.statements.statement(lrs.school, wish.id, voided=wish.voided)
    if found is None:
        raise Missing("voidedStatementId" if wish.voided else "statementId", "names no statement here")
    if wish.attachments and sum(lrs.statements.sizes(lrs.school, _hashes(found)).values()) > LARGEST:
        raise TooLarge("attachments", f"are more than {LARGEST >> 20} MiB together")
    return Shown(_texts(lrs, [found], wish.format, languages)[0], _attached(lrs, wish, [found]), found.stored)


def page(lrs: Lrs, wish: Wanted, languages: Sequence[str], *, path: str, params: Mapping[str, str]) -> Shown:
    """A StatementResult (Data §2.5). One more than the page is asked for, to know whether there is a next one."""
    newest = wish.query.newest if wish.query.newest is not None else lrs.statements.newest(lrs.school)
    found = lrs.statements.find(lrs.school, replace(wish.query, limit=wish.query.limit + 1, newest=newest))
    shown = _fitting(lrs, found[: wish.query.limit], attachments=wish.attachments)
    more = next_page(path, params, shown[-1], newest) if len(found) > len(shown) else ""
    texts = ",".join(_texts(lrs, shown, wish.format, languages))
    return Shown(f'{{"statements":[{texts}],"more":{encode(more)}}}', _attached(lrs, wish, shown))


def _fitting(lrs: Lrs, found: Sequence[Kept], *, attachments: bool) -> Sequence[Kept]:
    """The first ones that come to `PAGE` bytes, and one at least: five hundred of the largest would be 8 GiB."""
    named = [_hashes(one) if attachments else () for one in found]
    sizes = dict(lrs.statements.sizes(lrs.school, {sha2 for some in named for sha2 in some}))
    taken = 0
    for place, (one, hashes) in enumerate(zip(found, named, strict=True)):
        taken += len(one.body) + sum(sizes.pop(sha2, 0) for sha2 in hashes)  # each attachment goes along once
        if taken > PAGE:
            return found[: max(place, 1)]
    return found


def exact(found: Kept) -> str:
    """The body with `stored`, which is not in it."""
    return f'{found.body[:-1]},"stored":"{iso(found.stored)}"}}'


def _texts(lrs: Lrs, found: Sequence[Kept], format: Format, languages: Sequence[str]) -> list[str]:
    if format is Format.EXACT:
        return [exact(one) for one in found]
    statements = [decode(exact(one), "statement") for one in found]
    if format is Format.IDS:
        return [encode(by_ids(one)) for one in statements]
    known = lrs.statements.definitions(lrs.school, {one["id"] for each in statements for one in activities_of(each)})
    definitions = {id: decode(text, id) for id, text in known.items()}
    return [encode(in_language(one, definitions, languages)) for one in statements]


def by_ids(statement: Json) -> Json:
    """The least that identifies its agents, activities and verb."""
    return _changed(statement, agent=_agent_ids, activity=_activity_id, verb=_verb_id)


def in_language(statement: Json, definitions: Mapping[str, Json], languages: Sequence[str]) -> Json:
    """Activities as the LRS knows them; texts in the language that fits best."""

    def activity(value: Json) -> Json:
        definition = merge([value.get("definition", {}), definitions.get(value["id"], {})])
        return {**value, "definition": localised(definition, languages)} if definition else value

    def verb(value: Json) -> Json:
        return localised(value, languages)

    return _changed(statement, agent=lambda value: value, activity=activity, verb=verb)


def localised(value: Json, languages: Sequence[str]) -> Json:
    """Every language map of a definition or verb cut down to one entry."""
    parts: Json = {
        name: _one_language(value[name], languages) for name in ("name", "description", "display") if name in value
    }
    for name in ("choices", "scale", "source", "target", "steps"):
        if name in value:
            parts[name] = [localised(one, languages) for one in value[name]]
    return {**value, **parts}


def _one_language(texts: Json, languages: Sequence[str]) -> Json:
    """RFC 4647 §3.4 look-up: the wished ones in turn, each shortened from its end; else the first that there is."""
    lower = {tag.lower(): tag for tag in texts}
    for wish in languages:
        parts = wish.lower().split("-")
        for length in range(len(parts), 0, -1):
            start = "-".join(parts[:length])
            tag = next((tag for low, tag in lower.items() if low == start or low.startswith(f"{start}-")), None)
            if tag is not None:
                return {tag: texts[tag]}
    return dict(list(texts.items())[:1])


def _changed(statement: Json, *, agent: Change, activity: Change, verb: Change) -> Json:
    """The statement with each of its parts changed, also in the statement within it."""
    kind = statement["object"].get("objectType", "Activity")
    by_type: dict[str, Change] = {
        "Activity": activity,
        "Agent": agent,
        "Group": agent,
        "SubStatement": lambda inner: _changed(inner, agent=agent, activity=activity, verb=verb),
        "StatementRef": lambda value: value,
    }
    changed = {
        **statement,
        "actor": agent(statement["actor"]),
        "verb": verb(statement["verb"]),
        "object": by_type[kind](statement["object"]),
    }
    if "authority" in statement:
        changed["authority"] = agent(statement["authority"])
    if "context" in statement:
        changed["context"] = _changed_context(statement["context"], agent, activity)
    return changed


def _changed_context(context: Json, agent: Change, activity: Change) -> Json:
    changed = dict(context)
    for name in ("instructor", "team"):
        if name in context:
            changed[name] = agent(context[name])
    if "contextActivities" in context:
        found = context["contextActivities"]
        changed["contextActivities"] = {
            name: [activity(one) for one in found[name]] for name in CONTEXT_ACTIVITIES if name in found
        }
    return changed


def _agent_ids(value: Json) -> Json:
    kept = {name: value[name] for name in ("objectType", *IDENTIFIERS) if name in value}
    if "member" in value and not any(name in value for name in IDENTIFIERS):
        kept["member"] = [_agent_ids(one) for one in value["member"]]
    return kept


def _activity_id(value: Json) -> Json:
    return {"id": value["id"]}  # without a type it is an activity


def _verb_id(value: Json) -> Json:
    return {"id": value["id"]}


def _attached(lrs: Lrs, wish: Wanted, found: Iterable[Kept]) -> Sequence[Attachment]:
    """Each once, in the order of the statements."""
    if not wish.attachments:
        return ()
    named = [sha2 for kept in found for sha2 in _hashes(kept)]
    known = lrs.statements.attachments(lrs.school, named)
    return [known[sha2] for sha2 in dict.fromkeys(named) if sha2 in known]


def _hashes(kept: Kept) -> Sequence[str]:
    """Of the attachments that it names."""
    statement = decode(kept.body, "statement")
    named = [*statement.get("attachments", ()), *statement["object"].get("attachments", ())]
    return [one["sha2"].lower() for one in named]
