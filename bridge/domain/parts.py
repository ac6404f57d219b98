"""A material with several parts: whose elements are whose, and what the parts come to together.

An attempt keeps the elements of all its parts in one mapping, so that a commit and what it comes to are one change.
Those of the first part have their own names, as where there is only one; those of part n are named `n/name`. No package
can write such a name itself. What a record store heard of a part stands there too, in the words of SCORM 2004.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal

from bridge.domain.attempts import Elements, Outcome, outcome

_BETWEEN = "/"
_JUDGED = {True: "passed", False: "failed"}


def of_part(elements: Elements, part: int) -> Elements:
    """By their own names. `part` counts from 1."""
    if part == 1:
        return {name: value for name, value in elements.items() if _BETWEEN not in name}
    begin = f"{part}{_BETWEEN}"
    return {name.removeprefix(begin): value for name, value in elements.items() if name.startswith(begin)}


def with_part(elements: Elements, part: int, own: Elements) -> Elements:
    """`elements`, in which those of this part are `own`."""
    begin = "" if part == 1 else f"{part}{_BETWEEN}"
    mine = {f"{begin}{name}" for name in of_part(elements, part)}
    rest = {name: value for name, value in elements.items() if name not in mine}
    return {**rest, **{f"{begin}{name}": value for name, value in own.items()}}


def number_of(name: str) -> int:
    """The part that an element belongs to, by its name in an attempt."""
    return int(name.partition(_BETWEEN)[0]) if _BETWEEN in name else 1


def outcomes(elements: Elements, parts: int) -> list[Outcome]:
    """One for each of that many parts. `BadInput(why="VALUE")` as `outcome`."""
    return [outcome(of_part(elements, part)) for part in range(1, parts + 1)]


def as_elements(found: Outcome) -> Elements:
    """What was heard of a part, as elements that come to the same outcome."""
    said = {
        "cmi.completion_status": "completed" if found.finished else "incomplete",
        "cmi.success_status": "" if found.passed is None else _JUDGED[found.passed],
        "cmi.score.scaled": "" if found.score is None else f"{found.score / 100:f}",
        "cmi.progress_measure": "" if found.progress is None else f"{found.progress:f}",
    }
    return {name: value for name, value in said.items() if value}


def together(found: Sequence[Outcome], *, done: bool = False, over: Collection[int] = ()) -> Outcome:
    """Finished when all parts are. The score is the mean of the parts that gave one, each counting the same; before the
    end there is none, for the mean of what was done so far would look like a mark. Passed when some part was and none
    was failed. `done`: all were finished once, whatever one that was opened again says now. `over`: parts,
    from 1, that the package passes over, so that they need not be done.
    """
    if len(found) == 1:
        return found[0]
    found = [one for part, one in enumerate(found, start=1) if part not in over] or found
    steps = [Decimal(1) if one.finished else one.progress or Decimal(0) for one in found]
    progress = sum(steps, Decimal(0)) / len(found)
    if not done and not all(one.finished for one in found):
        return Outcome(False, None, None, progress, "incomplete" if any(one.status for one in found) else "")
    verdicts = [one.passed for one in found if one.passed is not None]
    passed = all(verdicts) if verdicts else None
    scores = [one.score for one in found if one.score is not None]
    score = sum(scores, Decimal(0)) / len(scores) if scores else None
    return Outcome(True, passed, score, progress, "completed" if passed is None else _JUDGED[passed])
