"""The sequencing of SCORM 2004 in words of ours: what an activity's rules say (IMS SS 1.0; SN 4th Edition §3)."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Ask:
    """A condition. `objective`: one of the activity's own, "" for its primary one."""

    what: str
    negated: bool = False
    objective: str = ""
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """`action`: skip | disabled | hiddenFromChoice | stopForwardTraversal. `every`: of its asks, or any one."""

    action: str
    asks: tuple[Ask, ...]
    every: bool = True


@dataclass(frozen=True, slots=True)
class Link:
    """An objective's way to one that all activities share."""

    target: str
    reads_status: bool = True
    reads_measure: bool = True
    writes_status: bool = False
    writes_measure: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective."""

    id: str
    primary: bool = False
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Sequencing:
    """Of one activity. `limit`: attempts at it, 0 of none. The defaults are the standard's."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    rules: tuple[Rule, ...] = ()
    goals: tuple[Goal, ...] = ()
    limit: int = 0


FREE = Sequencing()
