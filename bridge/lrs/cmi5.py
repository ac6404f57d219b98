"""cmi5 (Quartz, 1st edition), the LMS's side of a session: what it writes before a launch, says by itself, and refuses.

A registration is one attempt of a learner; each opening of the player is a session in it. Section numbers are those of
the cmi5 specification. Refusals are `Forbidden` (§4.2: an LMS rejects what conflicts with section 9).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from bridge.lrs.actors import key
from bridge.lrs.cmi5terms import (
    ABANDONED,
    CATEGORY,
    COMPLETED,
    EXTENSION,
    LAUNCHED,
    MOVE_ON,
    NORMAL,
    PASSED,
    REASON,
    SATISFIED,
    SESSION,
    TERMINATED,
    WAIVED,
    defined,
    session_of,
)
from bridge.lrs.context import Lrs
from bridge.lrs.documents import LAUNCH_DATA
from bridge.lrs.intake import post
from bridge.lrs.values import Json, moment
from bridge.lrs.wire import decode, encode
from bridge.ports.statements import Credential, Document, DocumentKind, Query, Reach, Shelf

_LMS = Credential("lms", Reach.FULL)


class Unit(NamedTuple):
    """What the blocks and the course ask of an assignable unit. `activity` and `above` as of a session."""

    activity: str
    move_on: str
    above: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Session:
    """One launch of an assignable unit. `activity` is ours, `publisher` the unit's id in the course structure."""

    id: str
    registration: str
    actor: Json
    activity: str
    publisher: str
    url: str
    move_on: str = "NotApplicable"
    mastery: float | None = None  # 0–1
    parameters: str = ""
    key: str = ""  # of the course structure
    agreed: str = ""  # and what was agreed with the publisher beside it
    above: tuple[tuple[str, str], ...] = ()  # (id, kind) of the blocks and the course that hold it, innermost first
    mode: str = NORMAL
    course: tuple[Unit, ...] = ()  # all units of the course; () where this is the only one


def launch(lrs: Lrs, session: Session) -> None:
    """Everything that comes before the unit's page: the session before is ended where it was not (§9.3.6), the launch
    data lie there (§10), the launch is said (§9.3.1), and what asks for nothing is satisfied (§13.1.4)."""
    before = newest(lrs, session.registration)
    if before:
        abandon(lrs, session, before)
    shelf = Shelf(DocumentKind.STATE, session.activity, str(key(session.actor)), session.registration)
    data = Document(encode(launch_data(session)).encode(), "application/json", lrs.now())
    lrs.documents.change(lrs.school, shelf, LAUNCH_DATA, lambda _: data)
    extensions = {f"{EXTENSION}{name}": value for name, value in _launch_facts(session)}
    _say(lrs, session, LAUNCHED, extensions=extensions)
    satisfy(lrs, session)


def newest(lrs: Lrs, registration: str) -> str:
    """The session that was launched last in a registration, of whatever unit; "" before the first."""
    found = lrs.statements.find(lrs.school, Query(verb=LAUNCHED, registration=registration, limit=1))
    return session_of(decode(found[0].body, "statement")) if found else ""


def launch_data(session: Session) -> Json:
    """§10.2."""
    found: Json = {"contextTemplate": _template(session), "launchMode": session.mode, "moveOn": session.move_on}
    if session.mastery is not None:
        found["masteryScore"] = session.mastery
    if session.parameters:
        found["launchParameters"] = session.parameters
    if session.key:
        agreed = {"alternate": session.agreed} if session.agreed else {}
        found["entitlementKey"] = {"courseStructure": session.key, **agreed}
    return found


def abandon(lrs: Lrs, session: Session, before: str) -> None:
    """Say of the session `before` that it ended without a word, if it was launched and did not end (§9.3.6)."""
    launched = defined(lrs, session.registration, LAUNCHED, session=before)
    ends = (defined(lrs, session.registration, verb, session=before) for verb in (TERMINATED, ABANDONED))
    if not launched or any(ends):
        return
    seconds = _lasted(lrs, session.registration, before, launched[0]).total_seconds()
    grouping = launched[0]["context"]["contextActivities"]["grouping"]
    left = replace(session, activity=launched[0]["object"]["id"], publisher=grouping[0]["id"])  # maybe another unit
    _say(lrs, left, ABANDONED, result={"duration": f"PT{seconds:.2f}S"}, extensions={SESSION: before})


def _lasted(lrs: Lrs, registration: str, session: str, launched: Json) -> timedelta:
    """From the launch to the last word of the unit (§9.5.4.2), by our clock."""
    began = moment(launched["timestamp"], "timestamp")
    newest = lrs.statements.find(lrs.school, Query(registration=registration, limit=500))
    spoken = (kept.stored for kept in newest if session_of(decode(kept.body, "statement")) == session)
    return max(next(spoken, began) - began, timedelta())


def waive(lrs: Lrs, session: Session, *, reason: str) -> None:
    """Somebody lets a learner off (§9.3.7): nothing more is asked of this unit."""
    if defined(lrs, session.registration, WAIVED, activity=session.activity):
        return
    session = replace(session, id=lrs.new_id())  # what follows from it is said under this session too, and nothing else
    result = {"success": True, "completion": True, "extensions": {REASON: reason}}
    _say(lrs, session, WAIVED, result=result, categories=(CATEGORY, MOVE_ON))
    satisfy(lrs, session)


def satisfy(lrs: Lrs, session: Session) -> None:
    """Say of the blocks and the course above that they are done, once in a registration (§9.3.9): each when all units
    in it are."""
    own = Unit(session.activity, session.move_on, session.above)
    if session.mode != NORMAL or not is_satisfied(lrs, session.registration, own):
        return
    done = {one["object"]["id"] for one in defined(lrs, session.registration, SATISFIED)}
    for publisher, kind in session.above:
        id = _own_id(session, publisher, kind)
        about = {"id": id, "definition": {"type": f"https://w3id.org/xapi/cmi5/activitytype/{kind}"}}
        inside = [unit for unit in session.course if (publisher, kind) in unit.above]
        if id not in done and all(is_satisfied(lrs, session.registration, unit) for unit in inside):
            _say(lrs, session, SATISFIED, about=about, publisher=publisher)


def _own_id(session: Session, publisher: str, kind: str) -> str:
    """Of a block or the course: the same one each time, from whatever unit, and not the publisher's (§9.4)."""
    first = session.course[0].activity if session.course else session.activity
    return f"{first}/{kind}/{uuid5(NAMESPACE_URL, publisher)}"


def is_satisfied(lrs: Lrs, registration: str, unit: Unit) -> bool:
    """§13.1.4, `moveOn`."""
    if unit.move_on == "NotApplicable" or defined(lrs, registration, WAIVED, activity=unit.activity):
        return True
    verbs = (COMPLETED, PASSED)
    completed, passed = (bool(defined(lrs, registration, verb, activity=unit.activity)) for verb in verbs)
    return {
        "Passed": passed,
        "Completed": completed,
        "CompletedAndPassed": completed and passed,
        "CompletedOrPassed": completed or passed,
    }.get(unit.move_on, True)


def _say(
    lrs: Lrs,
    session: Session,
    verb: str,
    *,
    about: Json | None = None,
    result: Json | None = None,
    extensions: Json | None = None,
    categories: tuple[str, ...] = (CATEGORY,),
    publisher: str = "",
) -> None:
    """One statement of the LMS: under the session, with the category of what cmi5 defines (§9.6.2). `publisher`: the
    id that the publisher gave to what it is about, where that is not the unit (§9.6.2.3)."""
    context = _template(session)
    if publisher:
        context["contextActivities"]["grouping"].append({"id": publisher})
    context["registration"] = session.registration
    context["contextActivities"]["category"] = [{"id": one} for one in categories]
    context["extensions"] = {**context["extensions"], **(extensions or {})}
    statement: Json = {
        "id": lrs.new_id(),
        "actor": session.actor,
        "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
        "object": {"objectType": "Activity", **(about or {"id": session.activity})},
        "context": context,
        "timestamp": lrs.stamp(),
        **({"result": result} if result else {}),
    }
    post(lrs, _LMS, encode(statement).encode())


def _template(session: Session) -> Json:
    """What every statement of the session carries (§10.2.1)."""
    return {
        "contextActivities": {"grouping": [{"id": session.publisher}]},
        "extensions": {SESSION: session.id},
    }


def _launch_facts(session: Session) -> Iterator[tuple[str, Any]]:
    """§9.6.3.2 to §9.6.3.6."""
    yield "launchmode", session.mode
    yield "launchurl", session.url
    yield "moveon", session.move_on
    if session.mastery is not None:
        yield "masteryscore", session.mastery
    if session.parameters:
        yield "launchparameters", session.parameters
