"""Who took part in a lesson, and how far: what is counted of one learner and one link."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Stage(StrEnum):
    NEVER = "NEVER"  # has not opened it
    OPENED = "OPENED"
    FINISHED = "FINISHED"


class Period(NamedTuple):
    """From `since`, before `until`; None is without an end. An attempt is of the period in which it was begun."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


ALWAYS = Period()


class Participation(NamedTuple):
    """`progress` is 0–1, the furthest, None where no package said one. `seconds` are active ones, by our own clock."""

    opened: datetime | None = None
    seen: datetime | None = None
    attempts: int = 0
    seconds: int = 0
    progress: Decimal | None = None
    finished: datetime | None = None

    @property
    def stage(self) -> Stage:
        if self.opened is None:
            return Stage.NEVER
        return Stage.OPENED if self.finished is None else Stage.FINISHED


NEVER = Participation()
