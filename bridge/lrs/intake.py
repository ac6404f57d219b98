"""Taking statements in (Communication §2.1.1, §2.1.2): checked wholly, then kept wholly or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from bridge.lrs import cmi5rules
from bridge.lrs.actors import key
from bridge.lrs.comparing import same
from bridge.lrs.context import Lrs
from bridge.lrs.definitions import learning
from bridge.lrs.problems import Conflict, Forbidden, Malformed, TooLarge
from bridge.lrs.reading import Read, read_statement, read_statements
from bridge.lrs.signatures import USAGE, check_signature
from bridge.lrs.statement import target, voids
from bridge.lrs.terms import as_list, by_authority, terms_of
from bridge.lrs.values import Json, uuid
from bridge.lrs.wire import BLANKS, decode, encode
from bridge.ports.statements import Attachment, Credential, Filed, Reach, Term

_VERSION = "1.0.0"  # what a statement without a version gets (Data §2.4.10)
BATCH = 5000  # statements at once: writers of a school come one after the other, and nobody waits long
FOUND_BY = 5000  # agents and activities of one statement: each is a row by which it is found


class Sent(NamedTuple):
    """A statement as it came, and what it lacked and gets from the LRS."""

    id: str
    read: Read
    given: Json


class Giver(NamedTuple):
    """What an LRS gives to each statement of a request."""

    authority: str  # as a property in JSON
    terms: tuple[Term, ...]  # by which it is found
    defaults: Json

    @classmethod
    def of(cls, lrs: Lrs, who: Credential) -> "Giver":
        agent = {"objectType": "Agent", "account": {"homePage": lrs.home, "name": who.name}}
        return cls(f'"authority":{encode(agent)}', by_authority(agent), {"timestamp": lrs.stamp(), "version": _VERSION})


def put(lrs: Lrs, who: Credential, id: str, raw: bytes, attachments: Sequence[Attachment] = ()) -> None:
    """One statement under the id of the request."""
    uuid(id, "statementId")
    read = read_statement(raw.strip(BLANKS), "statement")
    if read.statement.get("id", id).lower() != id.lower():
        raise Malformed("statementId", "is not the id of the statement")
    _record(lrs, who, [Sent(id, read, {} if "id" in read.statement else {"id": id})], attachments)


def post(lrs: Lrs, who: Credential, raw: bytes, attachments: Sequence[Attachment] = ()) -> list[str]:
    """One or many; their ids in the same order."""
    found = read_statements(raw)
    if len(found) > BATCH:
        raise TooLarge("statements", f"are more than {BATCH} at once")
    sent = [_sent(lrs, read_statement(text, f"statements[{place}]")) for place, text in enumerate(found)]
    ids = [one.id for one in sent]
    if len({id.lower() for id in ids}) != len(ids):
        raise Malformed("statements", "has two statements of one id")
    if who.session:
        cmi5rules.check_ids([one.read.statement for one in sent])
    if sent:
        _record(lrs, who, sent, attachments)
    return ids


def _sent(lrs: Lrs, read: Read) -> Sent:
    said = read.statement.get("id")
    if said is not None:
        return Sent(said, read, {})
    id = lrs.new_id()
    return Sent(id, read, {"id": id})


def _record(lrs: Lrs, who: Credential, sent: Sequence[Sent], attachments: Sequence[Attachment]) -> None:
    statements = [one.read.statement for one in sent]
    _check_attachments(statements, {one.sha2: one for one in attachments})
    for statement in statements:
        _check_reach(statement, who)
    if who.session:
        cmi5rules.check(lrs, who, [{**one.given, **one.read.statement} for one in sent])
    giver = Giver.of(lrs, who)
    filed = [_filed(one, giver) for one in sent]
    learnt = learning(chain.from_iterable(one.read.told for one in sent), who)
    clashes = lrs.statements.record(lrs.school, filed, attachments=attachments, learning=learnt)
    if clashes:
        raise Conflict("statementId", f"names another statement already: {', '.join(clashes)}")


def _filed(sent: Sent, giver: Giver) -> Filed:
    statement = sent.read.statement
    terms = terms_of(sent.read.found + giver.terms)
    if len(terms) > FOUND_BY:
        raise TooLarge("statement", f"names more than {FOUND_BY} agents and activities")
    return Filed(
        id=sent.id.lower(),
        body=_body(sent, giver),
        verb=statement["verb"]["id"],
        registration=str(statement.get("context", {}).get("registration", "")).lower(),
        terms=terms,
        target=target(statement) or "",
        voids=voids(statement) or "",
        same=partial(_same, statement),
    )


def _body(sent: Sent, giver: Giver) -> str:
    """The sender's own text to the letter, and what it lacked; unless something in it is not for a sender to say."""
    statement = sent.read.statement
    given = {**sent.given, **{name: giver.defaults[name] for name in giver.defaults if name not in statement}}
    gathered = _gathered(statement)
    if gathered is not statement or "authority" in statement or "stored" in statement:
        said = {name: value for name, value in gathered.items() if name not in ("authority", "stored")}
        return f"{encode({**said, **given})[:-1]},{giver.authority}}}"
    lacked = f",{encode(given)[1:-1]}" if given else ""
    return f"{sent.read.text.decode()[:-1]}{lacked},{giver.authority}}}"


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


def _gathered(statement: Json) -> Json:
    """Context activities are lists in what an LRS gives out (Data §2.4.6.2). Itself where they are already."""
    gathered, inner = _listed(statement), _listed(statement["object"])
    return gathered if inner is statement["object"] else {**gathered, "object": inner}


def _listed(part: Json) -> Json:
    context = part.get("context", {})
    found = context.get("contextActivities", {})
    if dict not in map(type, found.values()):
        return part
    lists = {name: as_list(value) for name, value in found.items()}
    return {**part, "context": {**context, "contextActivities": lists}}


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
