"""What starts by itself: a school's timetables, each planned moment once however many processes look."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bridge.domain.timetable import due
from bridge.ports.jobs import Ask, Job, JobKind, Schedule, Schedules

MakeAsk = Callable[[JobKind], Ask]


class Ticker:
    """Starts what is due. `defaults`: schedules where the school set none; `ask` makes what is asked for of a kind."""

    def __init__(
        self, schedules: Schedules, *, school: str, defaults: Mapping[JobKind, Schedule], ask: MakeAsk
    ) -> None:
        self._schedules = schedules
        self._school = school
        self._defaults = defaults
        self._ask = ask

    def tick(self, now: datetime) -> list[Job]:
        """The jobs that were started by this call. What was never looked at before counts from now on."""
        ticks = self._schedules.ticks(self._school)
        started = []
        for schedule in in_force(self._schedules, self._school, self._defaults).values():
            since = ticks.get(schedule.kind)
            if since is None:
                self._schedules.count_from(self._school, schedule.kind, now)
            elif schedule.on and (moment := due(schedule.when, since=since, now=now)) is not None:
                job = self._schedules.tick(self._ask(schedule.kind), moment=moment, now=now)
                started += [job] if job is not None else []
        return started


def in_force(schedules: Schedules, school: str, defaults: Mapping[JobKind, Schedule]) -> Mapping[JobKind, Schedule]:
    """The defaults, and over them what the school set."""
    return {**defaults, **schedules.schedules(school)}
