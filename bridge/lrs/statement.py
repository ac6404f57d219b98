"""A statement, checked property by property (Data §2.4). Everything is refused that the specification does not name."""

from typing import Any

from bridge.lrs.actors import actor, authority, group
from bridge.lrs.objects import activity, plain_object, reference
from bridge.lrs.problems import Malformed, Where
from bridge.lrs.values import (
    Check,
    Json,
    an_object,
    duration,
    each,
    extensions,
    flag,
    iri,
    language,
    language_map,
    members,
    need,
    number,
    sha2,
    shaped,
    text,
    timestamp,
    uuid,
    version,
    whole,
)

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
CONTEXT_ACTIVITIES = ("parent", "grouping", "category", "other")


def check_statement(value: Any, where: Where = "statement") -> Json:
    """The statement itself when every rule of Data §2.4 holds; `Malformed` with the place of the first that fails."""
    found = members(value, where, RULES)
    check_whole(found, where)
    return found


def check_whole(statement: Json, where: Where) -> None:
    """What is asked of properties together, each in order by itself."""
    _check_needed(statement, where)
    if statement["verb"]["id"] == VOIDED and statement["object"].get("objectType") != "StatementRef":
        raise Malformed((where, "object"), "of a voiding statement is no StatementRef")


def voids(statement: Json) -> str | None:
    """The id of the statement that this one voids (Data §2.3.2)."""
    return target(statement) if statement["verb"]["id"] == VOIDED else None


def target(statement: Json) -> str | None:
    """The id, in small letters, of the statement that this one is about."""
    about = statement["object"]
    return str(about["id"]).lower() if about.get("objectType") == "StatementRef" else None


def _check_needed(statement: Json, where: Where) -> None:
    """Who did what to what. `revision` and `platform` speak of an activity (Data §2.4.6)."""
    need(statement, where, ("actor", "verb", "object"))
    context = statement.get("context", {})
    if statement["object"].get("objectType", "Activity") == "Activity":
        return
    for name in ("revision", "platform"):
        if name in context:
            raise Malformed(f"{where}.context.{name}", "belongs to statements about an activity")


def _object(value: Any, where: Where) -> None:
    check = _sub_statement if an_object(value, where).get("objectType") == "SubStatement" else plain_object
    check(value, where)


def _sub_statement(value: Any, where: Where) -> None:
    """Data §2.4.4.3: no statement within it, and none of the properties that an LRS gives."""
    _check_needed(members(value, where, _SUB_STATEMENT), where)


def _score(value: Any, where: Where) -> None:
    found = members(value, where, _SCORE)
    if "scaled" in found and not -1 <= found["scaled"] <= 1:
        raise Malformed((where, "scaled"), "is not from -1 to 1")
    low, high = found.get("min"), found.get("max")
    if low is not None and high is not None and low >= high:
        raise Malformed((where, "max"), "is not above min")
    raw = found.get("raw")
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        raise Malformed((where, "raw"), "is not between min and max")


def _one_or_many(value: Any, where: Where) -> None:
    """A single activity is taken for a list of one (Data §2.4.6.2)."""
    if type(value) is list:
        each(activity)(value, where)
    else:
        activity(value, where)


def _team(value: Any, where: Where) -> None:
    if an_object(value, where).get("objectType") != "Group":
        raise Malformed(where, "is no group")
    group(value, where)


def _object_type(value: Any, where: Where) -> None:
    if value != "SubStatement":
        raise Malformed(where, "is not SubStatement")


_SCORE: dict[str, Check] = dict.fromkeys(("scaled", "raw", "min", "max"), number)
_verb: Check = shaped({"id": iri, "display": language_map}, needed=("id",))
_result: Check = shaped(
    {
        "score": _score,
        "success": flag,
        "completion": flag,
        "response": text,
        "duration": duration,
        "extensions": extensions,
    }
)
_context: Check = shaped(
    {
        "registration": uuid,
        "instructor": actor,
        "team": _team,
        "contextActivities": shaped(dict.fromkeys(CONTEXT_ACTIVITIES, _one_or_many)),
        "revision": text,
        "platform": text,
        "language": language,
        "statement": reference,
        "extensions": extensions,
    }
)
_attachment: Check = shaped(
    {
        "usageType": iri,
        "display": language_map,
        "description": language_map,
        "contentType": text,
        "length": whole,
        "sha2": sha2,
        "fileUrl": iri,
    },
    needed=("usageType", "display", "contentType", "length", "sha2"),
)
_COMMON: dict[str, Check] = {
    "actor": actor,
    "verb": _verb,
    "result": _result,
    "context": _context,
    "timestamp": timestamp,
    "attachments": each(_attachment),
}
_SUB_STATEMENT: dict[str, Check] = {**_COMMON, "object": plain_object, "objectType": _object_type}
RULES: dict[str, Check] = {
    **_COMMON,
    "id": uuid,
    "object": _object,
    "stored": timestamp,
    "authority": authority,
    "version": version,
}
