"""What cmi5 lets an assignable unit say (cmi5 §9), judged before it is kept: a refusal keeps nothing of the request.

Statements that an LMS neither refuses nor voids it may not keep (§6.3); here all that break a rule are refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.lrs.cmi5terms import (
    COMPLETED,
    FAILED,
    INITIALIZED,
    MASTERY,
    MOVE_ON,
    NORMAL,
    PASSED,
    TERMINATED,
    defined,
    is_defined,
    listed,
    session_of,
)
from bridge.lrs.context import Lrs
from bridge.lrs.documents import LAUNCH_DATA
from bridge.lrs.problems import Forbidden
from bridge.lrs.values import Json
from bridge.lrs.wire import decode
from bridge.ports.statements import Credential, DocumentKind, Shelf

_DEFINED = (INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED)
_JUDGED = (COMPLETED, PASSED, FAILED)
_VERDICTS = (PASSED, FAILED)
_TIMED = (*_JUDGED, TERMINATED)  # §9.5.4.1
_UTC = re.compile(r".*(?:[Zz]|\+00(?::?00)?)")


@dataclass(slots=True)
class Told:
    """What was said so far: in this session, and in the whole registration."""

    activity: str
    data: Json
    session: str
    here: set[str] = field(default_factory=set)  # verbs of this session
    ever: set[str] = field(default_factory=set)  # of the registration


def check(lrs: Lrs, who: Credential, statements: Sequence[Json]) -> None:
    """`Forbidden` for the first statement that cmi5 forbids. What is there already was judged when it came: a page
    that does not know whether it was heard says it again."""
    new = [one for one in statements if not _is_there(lrs, one)]
    if not new:
        return
    told = _told(lrs, who)
    for statement in new:
        _judge(statement, told)


def check_ids(statements: Sequence[Json]) -> None:
    """A unit names its statements itself (§9.1): only so can it say one again that was not heard."""
    if any("id" not in one for one in statements):
        raise Forbidden("statement.id", "is missing (§9.1)")


def _is_there(lrs: Lrs, statement: Json) -> bool:
    return lrs.statements.statement(lrs.school, str(statement["id"]).lower()) is not None


def _told(lrs: Lrs, who: Credential) -> Told:
    activity = who.activities[0]
    shelf = Shelf(DocumentKind.STATE, activity, who.agent, who.registration)
    document = lrs.documents.read(lrs.school, shelf, LAUNCH_DATA)
    if document is None:
        raise Forbidden("statement", "belongs to no launch")
    told = Told(activity, decode(document.content, LAUNCH_DATA), who.session)
    for verb in _DEFINED:
        found = defined(lrs, who.registration, verb, activity=activity)
        told.ever |= {verb} if found else set()
        told.here |= {verb for one in found if session_of(one) == who.session}
    return told


def _judge(statement: Json, told: Told) -> None:
    _check_time(statement)
    _check_session(statement, told)
    if not is_defined(statement):
        _check_allowed(statement)
        return
    verb = statement["verb"]["id"]
    if verb not in _DEFINED:
        raise Forbidden("statement.verb", "is not one that an assignable unit may say as cmi5's own (§9.3)")
    if statement["object"].get("id") != told.activity:
        raise Forbidden("statement.object.id", "is not the activity of this launch (§9.4)")
    if verb in _JUDGED and told.data["launchMode"] != NORMAL:
        raise Forbidden("statement.verb", "is not said in this launch mode (§10.2.2)")
    _check_order(verb, told)
    _check_result(statement, verb, told)


def _check_time(statement: Json) -> None:
    """§9.7."""
    if "timestamp" not in statement:
        raise Forbidden("statement.timestamp", "is missing (§9.7)")
    if not _UTC.fullmatch(statement["timestamp"]):
        raise Forbidden("statement.timestamp", "is not in UTC (§9.7)")


def _check_allowed(statement: Json) -> None:
    """What cmi5 does not define is free but for one thing."""
    if MOVE_ON in listed(statement, "category"):
        raise Forbidden("statement.context.contextActivities.category", "names moveon where nothing counts (§9.6.2.2)")


def _check_session(statement: Json, told: Told) -> None:
    """Also of what is allowed and not defined: between initialized and terminated, under this session (§9.6.3.1)."""
    if session_of(statement) != told.session:
        raise Forbidden("statement.context.extensions", "does not carry the session of this launch (§9.6.3.1)")
    publisher = told.data["contextTemplate"]["contextActivities"]["grouping"][0]["id"]
    if publisher not in listed(statement, "grouping"):
        raise Forbidden("statement.context.contextActivities.grouping", "lacks the context template's (§10.2.1)")
    first = statement["verb"]["id"] == INITIALIZED and is_defined(statement)
    if INITIALIZED not in told.here and not first:
        raise Forbidden("statement", "comes before initialized (§9.3.2)")
    if TERMINATED in told.here:
        raise Forbidden("statement", "comes after terminated (§9.3.8)")


def _check_order(verb: str, told: Told) -> None:
    """§9.3: each verb once in a session, one verdict in a session, done and passed once in a registration."""
    if verb in told.here:
        raise Forbidden("statement.verb", "was said in this session before (§9.3)")
    if verb in (COMPLETED, PASSED) and verb in told.ever:
        raise Forbidden("statement.verb", "was said in this registration before (§9.3.3, §9.3.4)")
    if verb == FAILED and PASSED in told.ever:
        raise Forbidden("statement.verb", "does not come after passed (§9.3.5)")
    if verb in _VERDICTS and told.here.intersection(_VERDICTS):
        raise Forbidden("statement.verb", "is a second verdict in this session (§9.3)")
    told.here.add(verb)
    told.ever.add(verb)


def _check_result(statement: Json, verb: str, told: Told) -> None:
    result = statement.get("result", {})
    if verb in _TIMED and "duration" not in result:
        raise Forbidden("statement.result.duration", "is missing (§9.5.4.1)")
    if "score" in result:
        _check_score(result["score"], verb)
    if (verb == COMPLETED) != (result.get("completion") is True):
        raise Forbidden("statement.result.completion", "is true of completed, and of nothing else (§9.5.3)")
    if result.get("success") is not {PASSED: True, FAILED: False}.get(verb):
        raise Forbidden("statement.result.success", "is true of passed, false of failed, and of nothing else (§9.5.2)")
    if (verb in _JUDGED) != (MOVE_ON in listed(statement, "category")):
        raise Forbidden("statement.context.contextActivities.category", "names moveon just where it counts (§9.6.2.2)")
    if verb in _VERDICTS and "score" in result and "masteryScore" in told.data:
        _check_mastery(statement, verb, told.data["masteryScore"])


def _check_score(score: Json, verb: str) -> None:
    """§9.5.1."""
    if verb not in _VERDICTS:
        raise Forbidden("statement.result.score", "belongs to passed and failed only (§9.5.1)")
    if not 0 <= score.get("scaled", 0) <= 1:
        raise Forbidden("statement.result.score.scaled", "is not from 0 to 1 (§9.5.1)")
    if "raw" in score and not ("min" in score and "max" in score):
        raise Forbidden("statement.result.score.raw", "stands without min and max (§9.5.1)")


def _check_mastery(statement: Json, verb: str, mastery: float) -> None:
    """The mastery score decides (§9.3.4, §9.3.5), and is named by what was judged by it (§9.6.3.2)."""
    scaled = statement["result"]["score"].get("scaled")
    if scaled is not None and (scaled >= mastery) != (verb == PASSED):
        raise Forbidden("statement.result.score.scaled", "does not agree with the mastery score (§9.3.4, §9.3.5)")
    if statement["context"]["extensions"].get(MASTERY) != mastery:
        raise Forbidden("statement.context.extensions", "does not name the mastery score (§9.6.3.2)")
