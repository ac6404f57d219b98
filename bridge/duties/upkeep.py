"""Jobs beside the marks: class lists, and dropping what has expired."""

from datetime import timedelta

from bridge.domain.rights import Act, Action, demand
from bridge.duties.asks import actor_of
from bridge.ports.jobs import Facts, Handle
from bridge.wiring import App

KEEP_JOBS = timedelta(days=30)
KEEP_PLANS = timedelta(days=30)  # after they have expired
KEEP_CASES = timedelta(days=30)  # of launches that failed


def pull_roster(app: App, handle: Handle) -> Facts:
    """As `bridge roster pull` does it; shrunk lists are held as there."""
    demand(actor_of(handle.job.actor), Act(Action.PULL_ROSTER), app.entitlements(), on=app.today)
    handle.progress(0, 1, label="progress.reading")
    pulled = app.pull_roster()
    change = pulled.change
    return {
        "classes": change.classes,
        "pupils": change.pupils,
        "joined": change.joined,
        "left": change.left,
        "moved": change.moved,
        "held": len(pulled.held) + len(pulled.doubled),
    }


def tidy(app: App, handle: Handle) -> Facts:
    """Drop what nobody needs any more. Marks, receipts, the trail and the heads of plans and runs stay for ever."""
    now = app.sync.world.now()
    handle.progress(0, label="progress.tidying")
    return {
        "jobs": app.store.jobs.drop_older(app.school, before=now - KEEP_JOBS),
        "plans": app.store.plans.drop_bodies(app.school, expired_before=now - KEEP_PLANS),
        "logins": app.store.logins.sweep(now=now),
        "cases": app.store.cases.sweep(before=now - KEEP_CASES),
    }
