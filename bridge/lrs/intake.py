"""Taking statements in (Communication §2.1.1, §2.1.2): checked wholly, then kept wholly or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.lrs.actors import key
from bridge.lrs.comparing import digest
from bridge.lrs.context import Lrs
from bridge.lrs.definitions import learning
from bridge.lrs.problems import Conflict, Forbidden, Malformed, TooLarge
from bridge.lrs.signatures import USAGE, check_signature
from bridge.lrs.statement import CONTEXT_ACTIVITIES, check_statement, target, voids
from bridge.lrs.terms import as_list, terms_of
from bridge.lrs.values import Json, a_list, uuid
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import Attachment, Credential, Filed, Reach

_VERSION = "1.0.0"  # what a statement without a version gets (Data §2.4.10)
BATCH = 5000  # statements at once: writers of a school come one after the other, and nobody waits long
FOUND_BY = 5000  # agents and activities of one statement: each is a row by which it is found


def put(lrs: Lrs, who: Credential, id: str, raw: bytes, attachments: Sequence[Attachment] = ()) -> None:
    """One statement under the id of the request."""
    uuid(id, "statementId")
    statement = check_statement(decode(raw, "statement"))
    if statement.setdefault("id", id).lower() != id.lower():
        raise Malformed("statementId", "is not the id of the statement")
    _record(lrs, who, [statement], attachments)


def post(lrs: Lrs, who: Credential, raw: bytes, attachments: Sequence[Attachment] = ()) -> list[str]:
    """One or many; their ids in the same order."""
    value = decode(raw, "statements")
    batch = [value] if type(value) is dict else a_list(value, "statements")
    if len(batch) > BATCH:
        raise TooLarge("statements", f"are more than {BATCH} at once")
    statements = [check_statement(one, f"statements[{place}]") for place, one in enumerate(batch)]
    for statement in statements:
        statement.setdefault("id", lrs.new_id())
    ids = [str(statement["id"]) for statement in statements]
    if len({id.lower() for id in ids}) != len(ids):
        raise Malformed("statements", "has two statements of one id")
    if statements:
        _record(lrs, who, statements, attachments)
    return ids


def _record(lrs: Lrs, who: Credential, statements: Sequence[Json], attachments: Sequence[Attachment]) -> None:
    _check_attachments(statements, {one.sha2: one for one in attachments})
    for statement in statements:
        _check_reach(statement, who)
        _gather_activities(statement)
    filed = [_filed(lrs, who, statement) for statement in statements]
    clashes = lrs.statements.record(lrs.school, filed, attachments=attachments, learning=learning(statements, who))
    if clashes:
        raise Conflict("statementId", f"names another statement already: {', '.join(clashes)}")


def _filed(lrs: Lrs, who: Credential, statement: Json) -> Filed:
    content = digest(statement)
    statement.pop("stored", None)
    statement.setdefault("timestamp", lrs.stamp())
    statement.setdefault("version", _VERSION)
    statement["authority"] = {"objectType": "Agent", "account": {"homePage": lrs.home, "name": who.name}}
    terms = terms_of(statement)
    if len(terms) > FOUND_BY:
        raise TooLarge("statement", f"names more than {FOUND_BY} agents and activities")
    return Filed(
        id=str(statement["id"]).lower(),
        body=encode(statement),
        content=content,
        verb=statement["verb"]["id"],
        registration=str(statement.get("context", {}).get("registration", "")).lower(),
        terms=terms,
        target=target(statement) or "",
        voids=voids(statement) or "",
    )


def _check_reach(statement: Json, who: Credential) -> None:
    """A launch speaks of its own learner and registration only, and takes nothing back."""
    if who.reach is Reach.FULL:
        return
    if voids(statement) is not None:
        raise Forbidden("statement.verb", "voids, which a launched activity may not")
    if key(statement["actor"]) != who.agent:
        raise Forbidden("statement.actor", "is not the learner of this launch")
    if str(statement.get("context", {}).get("registration", "")).lower() != who.registration:
        raise Forbidden("statement.context.registration", "is not that of this launch")


def _gather_activities(statement: Json) -> None:
    """Context activities are lists in what an LRS gives out (Data §2.4.6.2)."""
    for part in (statement, statement["object"]):
        found = part.get("context", {}).get("contextActivities", {})
        for name in CONTEXT_ACTIVITIES:
            if name in found:
                found[name] = as_list(found[name])


def _check_attachments(statements: Sequence[Json], given: Mapping[str, Attachment]) -> None:
    """Each part belongs to a statement; what has no address of its own came along (Data §2.4.11)."""
    wanted = set()
    for statement, attachment, where in _attached(statements):
        sha2 = attachment["sha2"].lower()
        wanted.add(sha2)
        if sha2 not in given and "fileUrl" not in attachment:
            raise Malformed(where, "did not come along, and has no fileUrl")
        if attachment["usageType"] == USAGE:
            if sha2 not in given:
                raise Malformed(where, "is a signature that did not come along")
            check_signature(statement, attachment, given[sha2].content, where)
        if sha2 in given:
            _check_same(attachment, given[sha2], where)
    if foreign := given.keys() - wanted:
        raise Malformed("multipart", f"has parts that no statement names: {', '.join(sorted(foreign))}")


def _attached(statements: Sequence[Json]) -> Iterator[tuple[Json, Json, str]]:
    for place, statement in enumerate(statements):
        inner: Any = statement["object"].get("attachments", ())
        for number, attachment in enumerate([*statement.get("attachments", ()), *inner]):
            yield statement, attachment, f"statements[{place}].attachments[{number}]"


def _check_same(said: Json, given: Attachment, where: str) -> None:
    """What statement and part both tell of an attachment (Communication §1.5.2)."""
    if said["length"] != len(given.content):
        raise Malformed(f"{where}.length", "is not the length of its part")
    if given.content_type and _media_type(said["contentType"]) != _media_type(given.content_type):
        raise Malformed(f"{where}.contentType", "is not that of its part")


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()
