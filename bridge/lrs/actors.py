"""Agents and groups (Data §2.4.2), and the one text by which each is found."""

import json
from collections.abc import Callable
from typing import Any

from bridge.lrs.problems import Malformed, Where
from bridge.lrs.values import Check, Json, a_list, an_object, iri, mailto, members, sha1, shaped, text, word

_encoder = json.JSONEncoder(ensure_ascii=False)
IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")

_account: Check = shaped({"homePage": iri, "name": text}, needed=("homePage", "name"))
_COMMON: dict[str, Check] = {
    "name": text,
    "mbox": mailto,
    "mbox_sha1sum": sha1,
    "openid": iri,
    "account": _account,
}
_AGENT = {**_COMMON, "objectType": word("Agent")}


def actor(value: Any, where: Where) -> None:
    """An agent, unless it says that it is a group."""
    check = group if an_object(value, where).get("objectType") == "Group" else agent
    check(value, where)


def agent(value: Any, where: Where) -> None:
    """Exactly one inverse functional identifier."""
    if _identifiers(members(value, where, _AGENT)) != 1:
        raise Malformed(where, "has not exactly one of mbox, mbox_sha1sum, openid, account")


def group(value: Any, where: Where) -> None:
    """Anonymous with its members, or with one identifier."""
    found = members(value, where, _GROUP, needed=("objectType",))
    identifiers = _identifiers(found)
    if identifiers > 1:
        raise Malformed(where, "has more than one of mbox, mbox_sha1sum, openid, account")
    if not identifiers and not found.get("member"):
        raise Malformed((where, "member"), "is missing: an anonymous group is what its members are")


def authority(value: Any, where: Where) -> None:
    """Data §2.4.9: an agent, or the two agents of three-legged OAuth as an anonymous group."""
    actor(value, where)
    if value.get("objectType") == "Group" and (len(value.get("member", ())) != 2 or _identifiers(value)):
        raise Malformed(where, "as a group is two agents without an identifier of its own")


def key(value: Json) -> str | None:
    """The text by which an agent or identified group is found; None for an anonymous group."""
    for name in IDENTIFIERS:
        if name in value:
            identifier = value[name]
            if name == "account":
                return _encoder.encode([identifier["homePage"], identifier["name"]])
            return f"{name}:{identifier}"
    return None


def keys(value: Json) -> list[str]:
    """Its own, and those of a group's members (Communication §2.1.3: a group matches by each of them)."""
    own = key(value)
    return [*([own] if own else []), *(found for one in value.get("member", ()) if (found := key(one)))]


def person(value: Json) -> Json:
    """Communication §2.4: everything known of an agent. This LRS knows no more than it is told: nobody's aliases."""
    return {"objectType": "Person", **{name: [value[name]] for name in ("name", *IDENTIFIERS) if name in value}}


def _identifiers(value: Json) -> int:
    return sum(name in value for name in IDENTIFIERS)


def _members(value: Any, where: Where) -> None:
    for place, one in enumerate(a_list(value, where)):
        agent(one, (where, place))


_GROUP: dict[str, Callable[[Any, Where], None]] = {**_COMMON, "objectType": word("Group"), "member": _members}
