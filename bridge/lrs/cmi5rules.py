"""What cmi5 lets an assignable unit say (cmi5 §9), judged before it is kept: a refusal keeps nothing of the request."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bridge.lrs.cmi5terms import (
    CATEGORY,
    COMPLETED,
    FAILED,
    INITIALIZED,
    MOVE_ON,
    NORMAL,
    PASSED,
    TERMINATED,
    said,
    session_of,
)
from bridge.lrs.context import Lrs
from bridge.lrs.documents import LAUNCH_DATA
from bridge.lrs.problems import Forbidden
from bridge.lrs.terms import as_list
from bridge.lrs.values import Json
from bridge.lrs.wire import decode
from bridge.ports.statements import Credential, DocumentKind, Shelf

_DEFINED = (INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED)
_JUDGED = (COMPLETED, PASSED, FAILED)
_TIMED = (*_JUDGED, TERMINATED)  # §9.5.4.1


@dataclass(slots=True)
class Told:
    """What was said so far: in this session, and in the whole registration."""

    activity: str
    data: Json
    session: str
    began: bool
    ended: bool
    verbs: set[str] = field(default_factory=set)


def check(lrs: Lrs, who: Credential, statements: Sequence[Json]) -> None:
    """`Forbidden` for the first statement that cmi5 forbids. What is there already was judged when it came: a page
    that does not know whether it was heard says it again."""
    new = [one for one in statements if not _is_there(lrs, one)]
    if not new:
        return
    told = _told(lrs, who)
    for statement in new:
        _judge(statement, told)


def _is_there(lrs: Lrs, statement: Json) -> bool:
    return "id" in statement and lrs.statements.statement(lrs.school, str(statement["id"]).lower()) is not None


def _told(lrs: Lrs, who: Credential) -> Told:
    activity = who.activities[0]
    shelf = Shelf(DocumentKind.STATE, activity, who.agent, who.registration)
    document = lrs.documents.read(lrs.school, shelf, LAUNCH_DATA)
    if document is None:
        raise Forbidden("statement", "belongs to no launch")
    once = {verb for verb in (COMPLETED, PASSED) if said(lrs, who.registration, verb, activity=activity)}
    return Told(
        activity=activity,
        data=decode(document.content, LAUNCH_DATA),
        session=who.session,
        began=bool(said(lrs, who.registration, INITIALIZED, session=who.session)),
        ended=bool(said(lrs, who.registration, TERMINATED, session=who.session)),
        verbs=once,
    )


def _judge(statement: Json, told: Told) -> None:
    _check_session(statement, told)
    if CATEGORY not in _categories(statement):
        return  # allowed, not defined (§9.6.2)
    verb = statement["verb"]["id"]
    if verb not in _DEFINED:
        raise Forbidden("statement.verb", "is not one that an assignable unit may say as cmi5's own (§9.3)")
    if statement["object"].get("id") != told.activity:
        raise Forbidden("statement.object.id", "is not the activity of this launch (§9.4)")
    if verb in _JUDGED and told.data["launchMode"] != NORMAL:
        raise Forbidden("statement.verb", "is not said in this launch mode (§10.2.2)")
    _check_order(verb, told)
    _check_result(statement, verb, told)


def _check_session(statement: Json, told: Told) -> None:
    """Also of what is allowed and not defined: between initialized and terminated, under this session (§9.6.3.1)."""
    if session_of(statement) != told.session:
        raise Forbidden("statement.context.extensions", "does not carry the session of this launch (§9.6.3.1)")
    publisher = told.data["contextTemplate"]["contextActivities"]["grouping"][0]["id"]
    if publisher not in _listed(statement, "grouping"):
        raise Forbidden("statement.context.contextActivities.grouping", "lacks the context template's (§10.2.1)")
    defined_first = statement["verb"]["id"] == INITIALIZED and CATEGORY in _categories(statement)
    if not told.began and not defined_first:
        raise Forbidden("statement", "comes before initialized (§9.3.2)")
    if told.ended:
        raise Forbidden("statement", "comes after terminated (§9.3.8)")


def _check_order(verb: str, told: Told) -> None:
    if verb == INITIALIZED:
        if told.began:
            raise Forbidden("statement.verb", "was said in this session before (§9.3.2)")
        told.began = True
    if verb == TERMINATED:
        told.ended = True
    if verb in told.verbs:
        raise Forbidden("statement.verb", "was said in this registration before (§9.3.3, §9.3.4)")
    if verb == FAILED and PASSED in told.verbs:
        raise Forbidden("statement.verb", "does not come after passed (§9.3.5)")
    if verb in (COMPLETED, PASSED):
        told.verbs.add(verb)


def _check_result(statement: Json, verb: str, told: Told) -> None:
    result = statement.get("result", {})
    if verb in _TIMED and "duration" not in result:
        raise Forbidden("statement.result.duration", "is missing (§9.5.4.1)")
    if "score" in result and verb not in (PASSED, FAILED):
        raise Forbidden("statement.result.score", "belongs to passed and failed only (§9.5.1)")
    if (verb == COMPLETED) != (result.get("completion") is True):
        raise Forbidden("statement.result.completion", "is true of completed, and of nothing else (§9.5.3)")
    if result.get("success") is not {PASSED: True, FAILED: False}.get(verb):
        raise Forbidden("statement.result.success", "is true of passed, false of failed, and of nothing else (§9.5.2)")
    if (verb in _JUDGED) != (MOVE_ON in _categories(statement)):
        raise Forbidden("statement.context.contextActivities.category", "names moveon just where it counts (§9.6.2.2)")
    _check_mastery(result.get("score", {}).get("scaled"), verb, told.data.get("masteryScore"))


def _check_mastery(scaled: float | None, verb: str, mastery: float | None) -> None:
    """§9.3.4, §9.3.5: with a mastery score it decides."""
    if mastery is None or scaled is None or verb not in (PASSED, FAILED):
        return
    if (scaled >= mastery) != (verb == PASSED):
        raise Forbidden("statement.result.score.scaled", "does not agree with the mastery score (§9.3.4, §9.3.5)")


def _categories(statement: Json) -> set[str]:
    return _listed(statement, "category")


def _listed(statement: Json, kind: str) -> set[str]:
    """Ids of the context activities of one kind."""
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, [])
    return {str(one.get("id")) for one in as_list(found)}
