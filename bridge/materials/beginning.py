"""What content of SCORM finds at its first look."""

from collections.abc import Mapping

from bridge.domain.attempts import resumed
from bridge.domain.parts import of_part
from bridge.ports.materials import Part, Standard
from bridge.ports.playing import Attempt, Terms


def begins_with(attempt: Attempt, standard: Standard, terms: Terms, *, number: int, part: Part) -> Mapping[str, str]:
    """Of the part of this number. Nobody is named to it: who learns is a random word of the attempt. The time so far is
    that of the attempt, in all its parts."""
    mark = terms.pass_mark if terms.pass_mark is not None else part.pass_mark
    own = of_part(attempt.elements, number)
    entry, seconds = "resume" if own else "ab-initio", attempt.seconds
    found: dict[str, str]
    if standard is Standard.SCORM_12:
        found = {
            "cmi.core.student_id": attempt.id,
            "cmi.core.credit": "credit",
            "cmi.core.entry": entry,
            "cmi.core.lesson_mode": "normal",
            "cmi.core.total_time": f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}",
            "cmi.core.lesson_status": "not attempted",
        }
        rule = "" if mark is None else f"{mark:f}"
        return {**found, **({"cmi.student_data.mastery_score": rule} if rule else {}), **resumed(own)}
    found = {
        "cmi.learner_id": attempt.id,
        "cmi.credit": "credit",
        "cmi.entry": entry,
        "cmi.mode": "normal",
        "cmi.total_time": f"PT{seconds}S",
    }
    rule = "" if mark is None else f"{mark / 100:f}"
    return {**found, **({"cmi.scaled_passing_score": rule} if rule else {}), **resumed(own)}
