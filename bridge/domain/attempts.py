"""What a package says of a pupil's attempt, in SCORM's own elements, and what it comes to.

Elements: SCORM 1.2 Run-Time Environment §3.4; SCORM 2004 4th Edition RTE §4.2. What a browser reports can be forged, so
nothing here is evidence by itself; what cannot be at all is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bridge.domain.errors import BadInput

Elements = Mapping[str, str]

NAME = re.compile(r"(?:cmi|adl)\.[a-z0-9_.]{1,200}")
LONGEST = 64_000  # characters of one value: `suspend_data` of SCORM 2004 (RTE §4.2.21)
MOST = 10_000  # elements of one attempt

# The LMS's own: content reads them, a commit does not change them.
OURS = frozenset(
    {
        "cmi.core.student_id",
        "cmi.core.student_name",
        "cmi.core.credit",
        "cmi.core.entry",
        "cmi.core.lesson_mode",
        "cmi.core.total_time",
        "cmi.student_data.mastery_score",
        "cmi.student_data.max_time_allowed",
        "cmi.student_data.time_limit_action",
        "cmi.launch_data",
        "cmi.learner_id",
        "cmi.learner_name",
        "cmi.credit",
        "cmi.entry",
        "cmi.mode",
        "cmi.total_time",
        "cmi.scaled_passing_score",
        "cmi.max_time_allowed",
        "cmi.time_limit_action",
        "cmi.completion_threshold",
    }
)
_ONE_SITTING = frozenset({"cmi.core.session_time", "cmi.session_time", "cmi.core.exit", "cmi.exit"})
_DONE_12 = frozenset({"passed", "completed", "failed"})
_VERDICTS = {"passed": True, "failed": False}
_COMPLETED = {"completed": True, "incomplete": False, "not attempted": False}
_TIME_12 = re.compile(r"(\d{2,4}):(\d{2}):(\d{2}(?:\.\d{1,2})?)")
_TIME_2004 = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


class AttemptState(StrEnum):
    OPEN = "OPEN"  # begun, not finished
    FINISHED = "FINISHED"  # the package says so; its sitting may still go on
    CLOSED = "CLOSED"  # finished, and its sitting has ended: nothing more is taken
    RESET = "RESET"  # set aside by a teacher: it counts for nothing, and uses up no attempt


DONE = frozenset({AttemptState.FINISHED, AttemptState.CLOSED})  # what a score can come from


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question. `right` None: the package does not say. `question` is its id in the package.

    `mark`: how much of it was reached, 0–1; `weight`: what it is worth beside others, as the package states it.
    """

    question: str
    given: str
    right: bool | None
    text: str = ""
    mark: Decimal | None = None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What elements come to. `score` is 0–100, None where none was reported: never a zero. `progress` is 0–1."""

    finished: bool
    passed: bool | None
    score: Decimal | None
    progress: Decimal | None
    status: str  # the package's own word


def check(elements: Elements) -> None:
    """`BadInput(why="COMMIT")` for names and sizes that no package needs, `VALUE` for a value that can't be."""
    if len(elements) > MOST:
        raise BadInput(where="elements", value=str(len(elements)), why="COMMIT")
    for name, value in elements.items():
        if not NAME.fullmatch(name) or len(value) > LONGEST:
            raise BadInput(where=name[:80], value=str(len(value)), why="COMMIT")
    outcome(elements)


def merged(before: Elements, changed: Elements) -> Elements:
    """`before` with what a package may change. `BadInput(why="COMMIT")` where it grows beyond all measure."""
    found = {**before, **{name: value for name, value in changed.items() if name not in OURS}}
    if len(found) > MOST:
        raise BadInput(where="elements", value=str(len(found)), why="COMMIT")
    return found


def outcome(elements: Elements) -> Outcome:
    """`BadInput(why="VALUE")` for a score or a progress outside its range.

    Where the LMS gave a pass mark, it decides who has passed, whatever content says (SCORM 1.2 RTE §3.4.4, 2004 RTE
    §4.2.22.1), and makes no end of what content says goes on: a score on the way would become a mark. A threshold for
    the progress decides who has completed (§4.2.4.1).
    """
    if any(name.startswith("cmi.core.") for name in elements):
        return _outcome_12(elements)
    status, success = elements.get("cmi.completion_status", ""), elements.get("cmi.success_status", "")
    scaled, passed = scaled_score(elements), _VERDICTS.get(success)
    finished = completed(elements) is True or passed is not None
    if finished:
        passed = verdict(elements)
    score = _raw(elements, "cmi.score") if scaled is None else max(scaled * 100, Decimal(0))
    progress = _number(elements, "cmi.progress_measure", least=0, most=1)
    return Outcome(finished, passed, score, progress, success or status)


def completed(elements: Elements) -> bool | None:
    """Of SCORM 2004, by the threshold where there is one and a progress (RTE §4.2.4.1); None where nobody knows."""
    progress = _number(elements, "cmi.progress_measure", least=0, most=1)
    enough = _number(elements, "cmi.completion_threshold", least=0, most=1)
    if enough is not None and progress is not None:
        return progress >= enough
    return _COMPLETED.get(elements.get("cmi.completion_status", ""))


def verdict(elements: Elements) -> bool | None:
    """Whether it is passed as it stands, of SCORM 2004: by the pass mark where there is one and a score."""
    scaled, mark = scaled_score(elements), _number(elements, "cmi.scaled_passing_score", least=-1, most=1)
    if mark is not None and scaled is not None:
        return scaled >= mark
    return _VERDICTS.get(elements.get("cmi.success_status", ""))


def scaled_score(elements: Elements) -> Decimal | None:
    """−1–1. `BadInput(why="VALUE")` outside that."""
    return _number(elements, "cmi.score.scaled", least=-1, most=1)


def _outcome_12(elements: Elements) -> Outcome:
    status, score = elements.get("cmi.core.lesson_status", ""), _raw(elements, "cmi.core.score")
    finished, passed = status in _DONE_12, _VERDICTS.get(status)
    mark = _number(elements, "cmi.student_data.mastery_score", least=0, most=100)
    if finished and mark is not None and score is not None:
        passed = score >= mark
    return Outcome(finished, passed, score, None, status)


def resumed(elements: Elements) -> Elements:
    """What the next sitting begins with."""
    return {name: value for name, value in elements.items() if value and name not in _ONE_SITTING}


def session_seconds(elements: Elements) -> Decimal:
    """What the sitting says it took; 0 where it says nothing that can be read."""
    for name, pattern in (("cmi.core.session_time", _TIME_12), ("cmi.session_time", _TIME_2004)):
        found = pattern.fullmatch(elements.get(name, ""))
        if found:
            parts = [Decimal(part or 0) for part in found.groups()]
            scale = (3600, 60, 1) if pattern is _TIME_12 else (86400, 3600, 60, 1)
            return sum((part * each for part, each in zip(parts, scale, strict=True)), Decimal(0))
    return Decimal(0)


def _raw(elements: Elements, place: str) -> Decimal | None:
    """`raw` between `min` and `max`, as a percentage; without them as it is, which SCORM 1.2 wants from 0 to 100."""
    raw = _number(elements, f"{place}.raw")
    least, most = _number(elements, f"{place}.min") or Decimal(0), _number(elements, f"{place}.max") or Decimal(100)
    if raw is None:
        return None
    if not least <= raw <= most or least == most:
        raise BadInput(where=f"{place}.raw", value=str(raw), why="VALUE")
    return (raw - least) * 100 / (most - least)


def _number(elements: Elements, name: str, *, least: int | None = None, most: int | None = None) -> Decimal | None:
    text = elements.get(name, "")
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as err:
        raise BadInput(where=name, value=text[:20], why="VALUE") from err
    if not value.is_finite() or abs(value) > 10**7:
        raise BadInput(where=name, value=text[:20], why="VALUE")
    if (least is not None and value < least) or (most is not None and value > most):
        raise BadInput(where=name, value=text[:20], why="VALUE")
    return value
