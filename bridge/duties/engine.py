"""The school's jobs, put together: what each kind does, when it starts by itself, and the engine that does it."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from bridge.domain.rights import Action
from bridge.domain.timetable import Timetable
from bridge.duties import checks, digest, mapping, marks, passing, units, upkeep
from bridge.duties.asks import ask_of
from bridge.ports.jobs import Engine, Facts, Handle, JobKind, Schedule, Work
from bridge.wiring import App
from bridge.wiring.background import make_engine, make_ticker

_SCHOOL_DAYS = frozenset(range(6))  # Monday to Saturday

# Where the school set nothing. Nothing is sent but what people have confirmed, so syncing each evening is safe.
DEFAULTS: Mapping[JobKind, Schedule] = MappingProxyType(
    {
        kind: Schedule(kind, when)
        for kind, when in (
            (JobKind.PULL_ROSTER, Timetable(_SCHOOL_DAYS, (18 * 60,), quiet=(7 * 60, 17 * 60))),
            (JobKind.SYNC, Timetable(_SCHOOL_DAYS, (18 * 60 + 30,), quiet=(7 * 60, 17 * 60))),
            (JobKind.DIGEST, Timetable(_SCHOOL_DAYS, (6 * 60,), quiet=(21 * 60, 5 * 60 + 30))),
            (JobKind.TIDY, Timetable(times=(3 * 60 + 30,))),
            (JobKind.PASSBACK, Timetable(every=30)),  # what failed; a new score asks for a job of its own
            (JobKind.ROTATE_KEYS, Timetable(frozenset({6}), (4 * 60,))),  # looks whether it is time
        )
    }
)

# What somebody may start by hand for the whole school, and the right that it asks for.
STARTED_BY: Mapping[JobKind, Action] = MappingProxyType(
    {
        JobKind.PULL_ROSTER: Action.PULL_ROSTER,
        JobKind.SYNC: Action.RUN,
        JobKind.TIDY: Action.OPERATE,
        JobKind.DIGEST: Action.OPERATE,
        JobKind.PASSBACK: Action.OPERATE,
        JobKind.ROTATE_KEYS: Action.OPERATE,
    }
)

Duty = Callable[[App, Handle], Facts]

DUTIES: Mapping[JobKind, Duty] = MappingProxyType(
    {
        JobKind.PULL_ROSTER: upkeep.pull_roster,
        JobKind.SYNC: marks.sync_marks,
        JobKind.APPLY: marks.apply_plan,
        JobKind.REVERT: marks.revert_run,
        JobKind.CHECK: checks.check_part,
        JobKind.SUGGEST: mapping.suggest_courses,
        JobKind.TAKE_COURSES: mapping.take_courses,
        JobKind.DIGEST: digest.send_digests,
        JobKind.READ_UNIT: units.read_unit,
        JobKind.SEND_UNIT: units.send_unit,
        JobKind.TIDY: upkeep.tidy,
        JobKind.PASSBACK: passing.pass_back,
        JobKind.ROTATE_KEYS: passing.rotate_keys,
        JobKind.SELF_TEST: passing.test_itself,
    }
)


def open_engine(app: App) -> Engine:
    """The embedded engine of this school, not started yet."""
    ticker = make_ticker(app, defaults_of(app), partial(ask_of, app.school))
    return make_engine(app, works(app), ticker)


def defaults_of(app: App) -> Mapping[JobKind, Schedule]:
    """The defaults of this installation: no letters where no mail is set up."""
    idle = {JobKind.DIGEST} if app.settings.mail is None else set()
    return {kind: schedule for kind, schedule in DEFAULTS.items() if kind not in idle}


def works(app: App) -> Mapping[JobKind, Work]:
    return {kind: partial(_today, app, duty) for kind, duty in DUTIES.items()}


def _today(app: App, duty: Duty, handle: Handle) -> Facts:
    """In the school year that it is when the job runs."""
    return duty(app.current(), handle)
