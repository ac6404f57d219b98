"""cmi5's words, and what was said in a registration so far."""

from datetime import datetime

from bridge.lrs.context import Lrs
from bridge.lrs.terms import as_list
from bridge.lrs.values import Json
from bridge.lrs.wire import decode
from bridge.ports.statements import Credential, Query, Term, TermKind

VERBS = "http://adlnet.gov/expapi/verbs/"
INITIALIZED, COMPLETED, PASSED, FAILED, TERMINATED = (
    f"{VERBS}{word}" for word in ("initialized", "completed", "passed", "failed", "terminated")
)
LAUNCHED = f"{VERBS}launched"
ABANDONED, WAIVED, SATISFIED = (
    f"https://w3id.org/xapi/adl/verbs/{word}" for word in ("abandoned", "waived", "satisfied")
)
CATEGORY = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
SESSION = f"{EXTENSION}sessionid"
MASTERY = f"{EXTENSION}masteryscore"
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"
NORMAL, BROWSE, REVIEW = "Normal", "Browse", "Review"
MODE = f"{EXTENSION}launchmode"


def said(
    lrs: Lrs, registration: str, verb: str, *, session: str = "", activity: str = "", since: datetime | None = None
) -> list[Json]:
    """Statements of this verb in the registration, in the order of their coming; of one session where it is named."""
    terms = (Term(TermKind.ACTIVITY, activity, False),) if activity else ()
    query = Query(verb=verb, registration=registration, terms=terms, since=since, ascending=True, limit=500)
    found = [decode(kept.body, "statement") for kept in lrs.statements.find(lrs.school, query)]
    return [one for one in found if not session or session_of(one) == session]


def defined(
    lrs: Lrs, registration: str, verb: str, *, session: str = "", activity: str = "", since: datetime | None = None
) -> list[Json]:
    """The same, of what is cmi5's own: whatever else a lesson says counts for no rule and no verdict (§7.1.3)."""
    found = said(lrs, registration, verb, session=session, activity=activity, since=since)
    return [one for one in found if is_defined(one)]


def has_ended(lrs: Lrs, who: Credential) -> bool:
    """Whether the session that this key is for has said goodbye: it opens nothing to read (§8.2.1), though what
    was sent beside the goodbye, or the goodbye again, is still taken for a while."""
    return bool(who.session and defined(lrs, who.registration, TERMINATED, session=who.session))


def is_defined(statement: Json) -> bool:
    return CATEGORY in listed(statement, "category")


def listed(statement: Json, kind: str) -> set[str]:
    """Ids of the context activities of one kind."""
    found = statement.get("context", {}).get("contextActivities", {}).get(kind, [])
    return {str(one.get("id")) for one in as_list(found)}


def session_of(statement: Json) -> str:
    return str(statement.get("context", {}).get("extensions", {}).get(SESSION, ""))
