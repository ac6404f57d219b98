"""Asking for statements (Communication §2.1.3): parameters into a query, and into the address of the next page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from bridge.lrs.actors import actor, key
from bridge.lrs.problems import Malformed
from bridge.lrs.values import iri, moment, uuid
from bridge.lrs.wire import decode
from bridge.ports.statements import Kept, Query, Term, TermKind

MOST = 500  # statements on one page; `limit=0` asks for as many as we give
_ONE = ("statementId", "voidedStatementId")
_SHOWN = ("attachments", "format")
_FILTERS = (
    "agent",
    "verb",
    "activity",
    "registration",
    "related_activities",
    "related_agents",
    "since",
    "until",
    "limit",
    "ascending",
)
_CURSOR = "cursor"  # ours, in the address of the next page


class Format(StrEnum):
    EXACT = "exact"
    IDS = "ids"
    CANONICAL = "canonical"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Either one statement, or those of a query."""

    query: Query
    id: str = ""
    voided: bool = False
    format: Format = Format.EXACT
    attachments: bool = False


def wanted(params: Mapping[str, str]) -> Wanted:
    """`Malformed` for an unknown parameter (letters count), a value that is none, or parts that exclude each other."""
    for name in params:
        if name not in (*_ONE, *_SHOWN, *_FILTERS, _CURSOR):
            raise Malformed(name, "is no parameter of this resource")
    named = [name for name in _ONE if name in params]
    if named and len(params) > 1 + sum(name in params for name in _SHOWN):
        raise Malformed(named[0], "goes with attachments and format only")
    shown = Wanted(Query(), format=_format(params), attachments=_flag(params, "attachments"))
    if named:
        uuid(params[named[0]], named[0])
        return replace(shown, id=params[named[0]].lower(), voided=named[0] == _ONE[1])
    return replace(shown, query=_query(params))


def next_page(path: str, params: Mapping[str, str], last: Kept, newest: int) -> str:
    """The address that goes on after `last`; relative to the server, as `more` may be."""
    kept = {name: value for name, value in params.items() if name != _CURSOR}
    return f"{path}?{urlencode({**kept, _CURSOR: f'{last.seq}.{newest}'})}"


def _query(params: Mapping[str, str]) -> Query:
    after, newest = _cursor(params.get(_CURSOR))
    return Query(
        verb=_iri(params, "verb"),
        registration=_uuid(params, "registration"),
        terms=(*_agent(params), *_activity(params)),
        since=moment(params["since"], "since") if "since" in params else None,
        until=moment(params["until"], "until") if "until" in params else None,
        ascending=_flag(params, "ascending"),
        limit=_limit(params),
        after=after,
        newest=newest,
    )


def _agent(params: Mapping[str, str]) -> tuple[Term, ...]:
    related = _flag(params, "related_agents")
    if "agent" not in params:
        return ()
    value = decode(params["agent"], "agent")
    actor(value, "agent")
    found = key(value)
    if found is None:
        raise Malformed("agent", "is an anonymous group, which nothing can be found by")
    return (Term(TermKind.AGENT, found, related),)


def _activity(params: Mapping[str, str]) -> tuple[Term, ...]:
    related = _flag(params, "related_activities")
    found = _iri(params, "activity")
    return (Term(TermKind.ACTIVITY, found, related),) if found else ()


def _iri(params: Mapping[str, str], name: str) -> str:
    if name in params:
        iri(params[name], name)
    return params.get(name, "")


def _uuid(params: Mapping[str, str], name: str) -> str:
    if name in params:
        uuid(params[name], name)
    return params.get(name, "").lower()


def _limit(params: Mapping[str, str]) -> int:
    given = params.get("limit", "0")
    if not (given.isascii() and given.isdecimal()):
        raise Malformed("limit", "is no whole number from 0 on")
    return min(int(given[:9]) or MOST, MOST)


def _cursor(value: str | None) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    parts = value.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise Malformed(_CURSOR, "is none that we gave")
    return int(parts[0]), int(parts[1])


def _flag(params: Mapping[str, str], name: str) -> bool:
    given = params.get(name, "false")
    if given not in ("true", "false"):
        raise Malformed(name, "is neither true nor false")
    return given == "true"


def _format(params: Mapping[str, str]) -> Format:
    given: Any = params.get("format", Format.EXACT)
    if given not in list(Format):
        raise Malformed("format", "is neither exact, ids nor canonical")
    return Format(given)
