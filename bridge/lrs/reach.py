"""What a credential may see of statements: with FULL all, with SESSION its own registration."""

from dataclasses import replace

from bridge.lrs.problems import Forbidden, Missing
from bridge.lrs.query import Wanted
from bridge.lrs.wire import decode
from bridge.ports.statements import Credential, Reach


def reachable(wish: Wanted, who: Credential) -> Wanted:
    """The same wish, kept within the registration; `Forbidden` when it asks for another."""
    if who.reach is Reach.FULL or wish.id:
        return wish
    if wish.query.registration not in ("", who.registration):
        raise Forbidden("registration", "is not that of this launch")
    return replace(wish, query=replace(wish.query, registration=who.registration))


def may_show(statement: str, who: Credential) -> None:
    """`Missing` for a statement of another registration: its being there is nobody's business either."""
    if who.reach is Reach.FULL:
        return
    context = decode(statement, "statement").get("context", {})
    if str(context.get("registration", "")).lower() != who.registration:
        raise Missing("statementId", "names no statement here")
