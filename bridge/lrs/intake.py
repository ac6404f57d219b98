"""Taking statements in (Communication §2.1.1, §2.1.2): checked wholly, then kept wholly or not at all."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from bridge.lrs import cmi5rules
from bridge.lrs.actors import key, keys
from bridge.lrs.comparing import same
from bridge.lrs.context import Lrs
from bridge.lrs.definitions import learning
from bridge.lrs.problems import Conflict, Forbidden, Malformed, TooLarge
from bridge.lrs.signatures import USAGE, check_signature
from bridge.lrs.statement import check_statement, target, voids
from bridge.lrs.terms import terms_of
from bridge.lrs.values import Json, uuid
from bridge.lrs.wire import Piece, decode, encode, pieces
from bridge.ports.statements import Attachment, Credential, Filed, Reach

_VERSION = "1.0.0"  # what a statement without a version gets (Data §2.4.10)
BATCH = 5000  # statements at once: writers of a school come one after the other, and nobody waits long
FOUND_BY = 5000  # agents and activities of one statement: each is a row by which it is found


class Sent(NamedTuple):
    """A statement as it came. `given`: what it lacked and gets from the LRS."""

    statement: Json
    text: str
    given: Json


class Giver(NamedTuple):
    """What an LRS gives to each statement of a request."""

    authority: str  # as a property in JSON
    keys: Sequence[str]  # by which it is found
    defaults: Json

    @classmethod
    def of(cls, lrs: Lrs, who: Credential) -> "Giver":
        agent = {"objectType": "Agent", "account": {"homePage": lrs.home, "name": who.name}}
        return cls(f'"authority":{encode(agent)}', keys(agent), {"timestamp": lrs.stamp(), "version": _VERSION})


def put(lrs: Lrs, who: Credential, id: str, raw: bytes, attachments: Sequence[Attachment] = ()) -> None:
    """One statement under the id of the request."""
    uuid(id, "statementId")
    statement = check_statement(decode(raw, "statement"))
    if statement.get("id", id).lower() != id.lower():
        raise Malformed("statementId", "is not the id of the statement")
    given = {} if "id" in statement else {"id": id}
    _record(lrs, who, [Sent(statement, raw.decode().strip(), given)], attachments)


def post(lrs: Lrs, who: Credential, raw: bytes, attachments: Sequence[Attachment] = ()) -> list[str]:
    """One or many; their ids in the same order."""
    found = pieces(raw, "statements")
    if len(found) > BATCH:
        raise TooLarge("statements", f"are more than {BATCH} at once")
    sent = [_read(lrs, piece, f"statements[{place}]") for place, piece in enumerate(found)]
    ids = [str(one.given.get("id") or one.statement["id"]) for one in sent]
    if len({id.lower() for id in ids}) != len(ids):
        raise Malformed("statements", "has two statements of one id")
    if who.session:
        cmi5rules.check_ids([one.statement for one in sent])
    if sent:
        _record(lrs, who, sent, attachments)
    return ids


def _read(lrs: Lrs, piece: Piece, where: str) -> Sent:
    statement = check_statement(piece.value, where)
    return Sent(statement, piece.text, {} if "id" in statement else {"id": lrs.new_id()})


def _record(lrs: Lrs, who: Credential, sent: Sequence[Sent], attachments: Sequence[Attachment]) -> None:
    statements = [one.statement for one in sent]
    _check_attachments(statements, {one.sha2: one for one in attachments})
    for statement in statements:
        _check_reach(statement, who)
    if who.session:
        cmi5rules.check(lrs, who, [{**one.given, **one.statement} for one in sent])
    giver = Giver.of(lrs, who)
    filed = [_filed(one, giver) for one in sent]
    clashes = lrs.statements.record(lrs.school, filed, attachments=attachments, learning=learning(statements, who))
    if clashes:
        raise Conflict("statementId", f"names another statement already: {', '.join(clashes)}")


def _filed(sent: Sent, giver: Giver) -> Filed:
    statement = sent.statement
    body = _body(sent, giver)
    terms = terms_of(statement, giver.keys)
    if len(terms) > FOUND_BY:
        raise TooLarge("statement", f"names more than {FOUND_BY} agents and activities")
    return Filed(
        id=str(sent.given.get("id") or statement["id"]).lower(),
        body=body,
        content=hashlib.sha256(sent.text.encode()).digest(),
        verb=statement["verb"]["id"],
        registration=str(statement.get("context", {}).get("registration", "")).lower(),
        terms=terms,
        target=target(statement) or "",
        voids=voids(statement) or "",
        same=partial(_same, statement),
    )


def _body(sent: Sent, giver: Giver) -> str:
    """The sender's own text to the letter, and what it lacked; unless something in it is not for a sender to say."""
    statement = sent.statement
    given = {**sent.given, **{name: giver.defaults[name] for name in giver.defaults if name not in statement}}
    rewritten = _gather_activities(statement)
    if rewritten or "authority" in statement or "stored" in statement:
        said = {name: value for name, value in statement.items() if name not in ("authority", "stored")}
        return f"{encode({**said, **given})[:-1]},{giver.authority}}}"
    lacked = f",{encode(given)[1:-1]}" if given else ""
    return f"{sent.text[:-1]}{lacked},{giver.authority}}}"


def _same(statement: Json, body: str) -> bool:
    return same(statement, decode(body, "statement"))


def _check_reach(statement: Json, who: Credential) -> None:
    """A launch speaks of its own learner and registration only, and takes nothing back."""
    if who.reach is Reach.FULL:
        return
    if voids(statement) is not None:
        raise Forbidden("statement.verb", "voids, which a launched activity may not")
    if statement["actor"].get("objectType") == "Group" or key(statement["actor"]) != who.agent:
        raise Forbidden("statement.actor", "is not the learner of this launch")
    if str(statement.get("context", {}).get("registration", "")).lower() != who.registration:
        raise Forbidden("statement.context.registration", "is not that of this launch")


def _gather_activities(statement: Json) -> bool:
    """Context activities are lists in what an LRS gives out (Data §2.4.6.2). Whether that changed anything."""
    changed = False
    for part in (statement, statement["object"]):
        found = part.get("context", {}).get("contextActivities", {})
        for name, value in found.items():
            if type(value) is dict:
                found[name], changed = [value], True
    return changed


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
    """What statement and part both tell of an attachment (Communication §1.5.2). Its bytes are known by their hash."""
    if given.said_length is not None and said["length"] != given.said_length:
        raise Malformed(f"{where}.length", "is not the length that its part says")
    if given.content_type and _media_type(said["contentType"]) != _media_type(given.content_type):
        raise Malformed(f"{where}.contentType", "is not that of its part")


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()
