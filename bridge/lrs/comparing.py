"""When two statements of one id are the same (Data §2.3.1).

What an LRS may assign or write in another way makes no difference; everything else does. Of an activity only its id
counts, of a verb too: their texts are no part of the statement. Members of a group have no order, a moment may stand
in any zone, and who runs a mail domain doesn't care for capitals.
"""

from collections.abc import Mapping
from typing import Any

from bridge.lrs.actors import IDENTIFIERS
from bridge.lrs.statement import CONTEXT_ACTIVITIES
from bridge.lrs.terms import as_list
from bridge.lrs.values import Json, moment
from bridge.lrs.wire import canonical

_GIVEN_BY_LRS = ("id", "stored", "authority", "version")


def same(one: Json, other: Json, *, but: tuple[str, ...] = ()) -> bool:
    """A timestamp that only one of them has was given by an LRS. `but`: properties that don't matter here."""
    first, second = compared(one), compared(other)
    ignored = but if "timestamp" in first and "timestamp" in second else (*but, "timestamp")
    return canonical(_rest(first, ignored)) == canonical(_rest(second, ignored))


def _rest(value: Json, ignored: tuple[str, ...]) -> Json:
    return {name: part for name, part in value.items() if name not in ignored}


def compared(statement: Json) -> Json:
    """What of it counts."""
    parts = {name: value for name, value in statement.items() if name not in _GIVEN_BY_LRS}
    parts["actor"] = _actor(statement["actor"])
    parts["verb"] = statement["verb"]["id"]
    parts["object"] = _object(statement["object"])
    if "timestamp" in parts:
        parts["timestamp"] = moment(parts["timestamp"], "timestamp").isoformat()
    if "context" in parts:
        parts["context"] = _context(parts["context"])
    return parts


def _object(value: Json) -> Any:
    match value.get("objectType", "Activity"):
        case "Activity":
            return value["id"]
        case "SubStatement":
            return compared(value)
        case "StatementRef":
            return {**value, "id": value["id"].lower()}
    return _actor(value)


def _actor(value: Json) -> Json:
    parts = {name: value[name] for name in ("name", *IDENTIFIERS) if name in value}
    if "mbox" in parts:
        user, at, domain = parts["mbox"].partition("@")
        parts["mbox"] = f"{user}{at}{domain.lower()}"
    if "mbox_sha1sum" in parts:
        parts["mbox_sha1sum"] = parts["mbox_sha1sum"].lower()
    if value.get("objectType") == "Group":
        parts["member"] = sorted((_actor(one) for one in value.get("member", ())), key=canonical)
        parts["group"] = True
    return parts


def _context(value: Json) -> Json:
    parts: Json = dict(value)
    parts.update({name: _actor(value[name]) for name in ("instructor", "team") if name in value})
    if "registration" in parts:
        parts["registration"] = parts["registration"].lower()
    if "contextActivities" in parts:
        parts["contextActivities"] = _activities(value["contextActivities"])
    return parts


def _activities(value: Mapping[str, Any]) -> Json:
    return {name: [one["id"] for one in as_list(value[name])] for name in CONTEXT_ACTIVITIES if name in value}
