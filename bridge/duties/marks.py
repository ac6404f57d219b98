"""Jobs of the main job: sync, and send a saved plan. Running one again after a crash is harmless and completes it."""

from collections.abc import Iterable
from dataclasses import replace

from bridge.domain.errors import RemoteError, Unclear, Unreachable
from bridge.domain.plans import Send, UnitPlan
from bridge.domain.rights import Act, Action, Denial, demand, judge
from bridge.domain.school import Unit
from bridge.duties.asks import actor_of, read_scope
from bridge.ports.jobs import Facts, Handle
from bridge.sync import run as runs
from bridge.sync.apply import scope_of
from bridge.sync.context import Scope, Sync
from bridge.sync.errand import Done
from bridge.sync.report import Tally, report
from bridge.sync.revert import revert
from bridge.wiring import App

SYNCING, SENDING = "progress.syncing", "progress.sending"


def sync_marks(app: App, handle: Handle) -> Facts:
    """The scope of the job's arguments."""
    return sync_scope(app, handle, read_scope(handle.job.arguments, school=app.school, year=app.year))


def sync_scope(app: App, handle: Handle, scope: Scope) -> Facts:
    """As `bridge sync run` does it."""
    _demand_run(app, handle.job.actor, scope)
    return _sync(app, handle, scope)


def apply_plan(app: App, handle: Handle) -> Facts:
    """The saved plan, as `bridge sync apply` does it.

    When this job was cut off after it had begun to send, the plan is used and can't be applied again. Its units are
    then synced: what is open is asked for, and what was confirmed and not sent is sent.
    """
    head = runs.usable(app.sync, str(handle.job.arguments["plan"]))
    units = [unit_plan.unit for unit_plan in app.store.plans.units(head.id) if unit_plan.cells]
    for unit in units:
        _demand(app, handle.job.actor, unit)
    if head.applied_at is not None and handle.job.claims > 1:
        return _sync(app, handle, scope_of(units)) if units else {}
    watch = Watch(handle, len(units), label=SENDING)
    done = runs.apply(_watched(app.sync, watch), head.id, actor=handle.job.actor, watch=watch)
    return _told(app, done, watch)


def revert_run(app: App, handle: Handle) -> Facts:
    """As `bridge runs revert` does it. Cut off and begun again it finishes: what is back already stays as it is."""
    demand(actor_of(handle.job.actor), Act(Action.REVERT), app.entitlements(), on=app.today)
    run = str(handle.job.arguments["run"])
    watch = Watch(handle, 0, label=SENDING)
    done = revert(_watched(app.sync, watch), run, actor=handle.job.actor, why=f"revert {run}", watch=watch)
    return _told(app, done, watch)


def _sync(app: App, handle: Handle, scope: Scope) -> Facts:
    watch = Watch(handle, len(units_in(app, scope)), label=SYNCING)
    done = runs.run(_watched(app.sync, watch), scope, actor=handle.job.actor, watch=watch)
    return _told(app, done, watch)


def units_in(app: App, scope: Scope) -> list[Unit]:
    """Every unit of the scope that some course feeds."""
    maps = app.store.mappings.courses(app.school, app.year)
    fed = {
        Unit(app.school, app.year, row.school_class, row.subject, term)
        for row in maps
        for term in ([row.term] if row.term else scope.terms)
        if not scope.courses or row.course in scope.courses
    }
    return sorted(unit for unit in fed if scope.holds(unit))


class Watch:
    """Counts units as they come by, then submissions as they are answered, and tells the job's row."""

    def __init__(self, handle: Handle, total: int, *, label: str) -> None:
        self.tally = Tally()
        self._handle = handle
        self._total = total
        self._label = label
        self._sending = 0  # units that have something to send
        self._answered: int | None = None  # submissions, once sending has begun

    def __call__(self, unit_plan: UnitPlan) -> None:
        self.tally.add(unit_plan)
        self._sending += any(isinstance(cell.action, Send) for cell in unit_plan.cells)
        self.breathe()

    def passed(self, checkpoint: str) -> None:
        """Between two durable steps: a good place to leave off at."""
        if checkpoint == "plan used" and self._label == SYNCING:
            self._answered = 0
        if checkpoint == "recorded" and self._answered is not None:
            self._answered += 1
        self.breathe()

    def breathe(self) -> None:
        if self._answered is None:
            self._handle.progress(self.tally.units, max(self._total, self.tally.units), label=self._label)
        else:
            self._handle.progress(self._answered, max(self._sending, self._answered), label=SENDING)


def _watched(sync: Sync, watch: Watch) -> Sync:
    """The same job, that can be stopped wherever it could be killed."""

    def checkpoint(name: str) -> None:
        sync.world.checkpoint(name)
        watch.passed(name)

    return replace(sync, world=replace(sync.world, checkpoint=checkpoint))


def _told(app: App, done: Done, watch: Watch) -> Facts:
    """What came of it, in numbers. A remote that went away in the middle is raised: the rest is tried again later."""
    _raise_passing(error for _, error in done.failures)
    found = report(app.sync, done.head.id, done=done)
    return {
        "run": done.head.id,
        "plan": done.head.plan or "",
        "units": watch.tally.units,
        "accepted": found.states["accepted"],
        "refused": found.states["refused"] + found.states["failed"],
        "open": found.open_rows,
        "waiting": sum(watch.tally.waits.values()),
        "held": sum(watch.tally.holds.values()),
        "moved": len(done.moved),
        "failures": len(done.failures),
    }


def _raise_passing(errors: Iterable[RemoteError]) -> None:
    for error in errors:
        if isinstance(error, Unreachable | Unclear):
            raise error


def _demand_run(app: App, actor: str, scope: Scope) -> None:
    """`NotAllowed` unless he may run all of the scope: the school, or each unit of it."""
    whole = judge(actor_of(actor), Act(Action.RUN), app.entitlements(), on=app.today)
    if isinstance(whole, Denial):
        for unit in scope.units:
            _demand(app, actor, unit)
        if not scope.units:
            _demand(app, actor, None)


def _demand(app: App, actor: str, unit: Unit | None) -> None:
    demand(actor_of(actor), Act(Action.RUN, unit), app.entitlements(), on=app.today)
