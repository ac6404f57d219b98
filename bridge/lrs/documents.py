"""Documents: the state of an activity, profiles of activities and agents (Communication §2.2, §2.3, §2.6, §2.7)."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NoReturn

from bridge.lrs.actors import agent as check_agent
from bridge.lrs.actors import key
from bridge.lrs.context import Lrs
from bridge.lrs.problems import Conflict, Forbidden, Malformed, Missing, Outdated
from bridge.lrs.values import Json, iri, moment, uuid
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import Credential, Document, DocumentKind, Reach, Shelf

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the three: how its parameters are called, and whether writing needs to say what it has seen."""

    kind: DocumentKind
    needed: tuple[str, ...]
    optional: tuple[str, ...]
    id: str
    guarded: bool  # PUT over a document needs If-Match, or If-None-Match: * (Communication §3.1)


STATE = Resource(DocumentKind.STATE, ("activityId", "agent"), ("registration",), "stateId", guarded=False)
ACTIVITY_PROFILE = Resource(DocumentKind.ACTIVITY_PROFILE, ("activityId",), (), "profileId", guarded=True)
AGENT_PROFILE = Resource(DocumentKind.AGENT_PROFILE, ("agent",), (), "profileId", guarded=True)

LAUNCH_DATA = "LMS.LaunchData"  # cmi5 §10: which the LMS writes before a launch, and the lesson only reads


class Conditions(NamedTuple):
    """If-Match and If-None-Match of the request, "" where absent (RFC 9110 §13.1)."""

    match: str = ""
    none_match: str = ""


class Place(NamedTuple):
    """Where a request points: a document, or with an empty id a whole shelf."""

    shelf: Shelf
    id: str
    since: datetime | None
    keeps: str = ""  # id of the document that stays when the shelf is cleared


def place(resource: Resource, params: Params, who: Credential, *, writing: bool = False) -> Place:
    """`Malformed` for what is missing, unknown or not of its kind; `Forbidden` beyond the credential's reach."""
    _check_names(resource, params, writing=writing)
    for name in resource.needed:
        if name not in params:
            raise Malformed(name, "is missing")
    shelf = Shelf(resource.kind, _activity(params), _agent(params), _registration(params))
    id = params.get(resource.id, "")
    if who.reach is Reach.SESSION:
        _check_reach(shelf, id, who, writing=writing)
    since = moment(params["since"], "since") if "since" in params else None
    if "\0" in id:
        raise Malformed(resource.id, "has a letter that ends all texts")
    return Place(shelf, id, since, keeps=LAUNCH_DATA if who.reach is Reach.SESSION else "")


def _check_names(resource: Resource, params: Params, *, writing: bool) -> None:
    known = (*resource.needed, *resource.optional, resource.id, *(() if writing else ("since",)))
    for name in params:
        if name not in known:
            raise Malformed(name, "is no parameter of this request")


def etag(content: bytes) -> str:
    """Quoted SHA-1 in hexadecimal, as the specification has it (Communication §3.1)."""
    return f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'


def read(lrs: Lrs, place: Place) -> Document:
    found = lrs.documents.read(lrs.school, place.shelf, place.id)
    if found is None:
        raise Missing(place.shelf.kind.lower(), "has no such document")
    return found


def ids(lrs: Lrs, place: Place) -> Sequence[str]:
    return lrs.documents.ids(lrs.school, place.shelf, since=place.since)


def put(lrs: Lrs, resource: Resource, place: Place, new: Document, conditions: Conditions) -> None:
    """Replaces what is there."""

    def change(old: Document | None) -> Document:
        if resource.guarded and not any(conditions):
            _refuse_blind(old)
        _check(conditions, old)
        return new

    _write(lrs, resource, place, change)


def post(lrs: Lrs, resource: Resource, place: Place, new: Document, conditions: Conditions) -> None:
    """Merges the properties of two JSON objects, at their top level (Communication §2.2)."""

    def change(old: Document | None) -> Document:
        _check(conditions, old)
        added = _object(new)
        if old is None:
            return new
        return new._replace(content=encode({**_object(old), **added}).encode())

    _write(lrs, resource, place, change)


def delete(lrs: Lrs, resource: Resource, place: Place, conditions: Conditions) -> None:
    """One document, or a whole shelf of state."""
    if not place.id and resource is STATE:
        _clear(lrs, place)
        return

    def change(old: Document | None) -> None:
        _check(conditions, old)

    _write(lrs, resource, place, change)


def _clear(lrs: Lrs, place: Place) -> None:
    if not place.keeps:
        lrs.documents.clear(lrs.school, place.shelf)
        return
    for id in ids(lrs, place):
        if id != place.keeps:
            lrs.documents.change(lrs.school, place.shelf, id, lambda _: None)


def _write(lrs: Lrs, resource: Resource, place: Place, change: Callable[[Document | None], Document | None]) -> None:
    if not place.id:
        raise Malformed(resource.id, "is missing")
    lrs.documents.change(lrs.school, place.shelf, place.id, change)


def _refuse_blind(old: Document | None) -> NoReturn:
    if old is not None:
        raise Conflict("If-Match", "is missing: a document stands there; get it, and send the ETag that came with it")
    raise Malformed("If-None-Match", "is missing, and If-Match too: say that nothing is there with *")


def _check(conditions: Conditions, old: Document | None) -> None:
    if conditions.match and (old is None or not _names(conditions.match, old)):
        raise Outdated("If-Match", "does not name what stands there")
    if conditions.none_match and old is not None and _names(conditions.none_match, old):
        raise Outdated("If-None-Match", "names what stands there")


def _names(tags: str, document: Document) -> bool:
    listed = [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    own = etag(document.content)
    return "*" in listed or own in listed or own.strip('"') in listed


def _object(document: Document) -> Json:
    if document.content_type.partition(";")[0].strip().lower() != "application/json":
        raise Malformed("Content-Type", "is not application/json: only JSON objects can be merged")
    value = decode(document.content, "document")
    if type(value) is not dict:
        raise Malformed("document", "is no JSON object: only those can be merged")
    return value


def _activity(params: Params) -> str:
    if "activityId" in params:
        iri(params["activityId"], "activityId")
    return params.get("activityId", "")


def _agent(params: Params) -> str:
    if "agent" not in params:
        return ""
    value = decode(params["agent"], "agent")
    check_agent(value, "agent")
    return key(value) or ""


def _registration(params: Params) -> str:
    if "registration" in params:
        uuid(params["registration"], "registration")
    return params.get("registration", "").lower()


def _check_reach(shelf: Shelf, id: str, who: Credential, *, writing: bool) -> None:
    """A launch touches its own learner's documents, of its own activities, in its own registration."""
    if shelf.agent and shelf.agent != who.agent:
        raise Forbidden("agent", "is not the learner of this launch")
    if shelf.activity and shelf.activity not in who.activities:
        raise Forbidden("activityId", "is no activity of this launch")
    if shelf.registration and shelf.registration != who.registration:
        raise Forbidden("registration", "is not that of this launch")
    if shelf.kind is DocumentKind.STATE and not (shelf.registration or id):
        raise Forbidden("registration", "is missing: what other launches keep is not this one's")
    if writing and (shelf.kind is not DocumentKind.STATE or id == LAUNCH_DATA):
        raise Forbidden(id or shelf.kind.lower(), "is not for a launched activity to change")
