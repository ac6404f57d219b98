"""Jobs of one unit's page: look at it, or send what may go out and look again. Running one again is harmless."""

from bridge.domain.rights import Action
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.duties import marks
from bridge.duties.asks import actor_of
from bridge.ports.jobs import Facts, Handle
from bridge.sync.context import Scope
from bridge.sync.seen import look
from bridge.wiring import App

READING = "progress.reading"


def read_unit(app: App, handle: Handle) -> Facts:
    """Both sides as they stand now, and a saved plan of them."""
    unit = unit_of(app, handle.job.arguments)
    app.permits(actor_of(handle.job.actor)).demand(Action.SEE_CITY, unit)
    return _look(app, handle, unit)


def send_unit(app: App, handle: Handle) -> Facts:
    """What `bridge sync run` does for this unit; then the sheet shows what the city has made of it."""
    unit = unit_of(app, handle.job.arguments)
    told = marks.sync_scope(app, handle, Scope(units=frozenset({unit})))
    return {**_look(app, handle, unit), **told}


def unit_of(app: App, arguments: Facts) -> Unit:
    school_class, subject, term = (str(arguments[name]) for name in ("school_class", "subject", "term"))
    return Unit(app.school, app.year, school_class, subject, Term(term))


def _look(app: App, handle: Handle, unit: Unit) -> Facts:
    handle.progress(0, 0, label=READING)
    kept = look(app.sync, unit, actor=handle.job.actor)
    return {"plan": kept.plan if kept is not None else ""}
