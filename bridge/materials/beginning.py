"""What content of SCORM finds at its first look: of the attempt, and of what its manifest and its link ask for."""

import re
from collections.abc import Mapping
from decimal import Decimal

from bridge.domain.attempts import OURS, Elements, resumed
from bridge.domain.parts import of_part
from bridge.ports.materials import Part, Standard
from bridge.ports.playing import Attempt

_GIVEN = re.compile(r"cmi\.objectives\.\d+\.id")


def rules_of(standard: Standard, part: Part, *, pass_mark: Decimal | None) -> Elements:
    """What a part is judged by, as it is found and kept for the sitting. `pass_mark`: of who placed it, percent."""
    mark = pass_mark if pass_mark is not None else part.pass_mark
    if standard is Standard.SCORM_12:
        own = {"cmi.core.credit": "credit"}
        own |= {"cmi.student_data.mastery_score": f"{mark:f}"} if mark is not None and mark >= 0 else {}
    else:
        own = {"cmi.credit": "credit"}
        own |= {"cmi.scaled_passing_score": f"{mark / 100:f}"} if mark is not None else {}
    given = {f"cmi.objectives.{place}.id": name for place, name in enumerate(part.objectives)}  # RTE §4.2.17
    return {**own, **part.finds, **given}


def begins_with(
    attempt: Attempt, standard: Standard, *, number: int, shared: Elements | None = None
) -> Mapping[str, str]:
    """Of the part of this number, seated before. Nobody is named to it: who learns is a random word of the attempt. The
    time so far is that of the attempt, in all its parts. `shared`: what other parts have made of its objectives."""
    own = of_part(attempt.elements, number)
    entry = "resume" if any(name not in OURS and not _GIVEN.fullmatch(name) for name in own) else "ab-initio"
    first = identity(standard, attempt.id, entry=entry, seconds=attempt.seconds)
    return {**first, **(shared or {}), **resumed(own)}


def identity(standard: Standard, learner: str, *, entry: str, seconds: int) -> Elements:
    if standard is Standard.SCORM_12:
        return {
            "cmi.core.student_id": learner,
            "cmi.core.entry": entry,
            "cmi.core.lesson_mode": "normal",
            "cmi.core.total_time": f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}",
            "cmi.core.lesson_status": "not attempted",
        }
    return {
        "cmi.learner_id": learner,
        "cmi.entry": entry,
        "cmi.mode": "normal",
        "cmi.total_time": f"PT{seconds}S",
    }
