"""What is known of an activity that was opened, as the sequencing of SCORM 2004 asks for it (SN 4th Edition §4.2).

It follows from the elements of its part, and from a few words that an attempt keeps of its way: where it is, in which
order parts have last spoken, how often a part was begun anew. Those stand among its elements too, as of a part 0.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from bridge.domain.attempts import Elements, completed, outcome, scaled_score, verdict
from bridge.domain.parts import of_part, with_part

_AT, _ORDER, _TRIES = "at", "order", "tries."
_OBJECTIVE = "cmi.objectives."
_VERDICTS = {"passed": True, "failed": False}


class Known(NamedTuple):
    """Of an objective; None of what is not known. `measure` −1–1."""

    satisfied: bool | None = None
    measure: Decimal | None = None


class Track(NamedTuple):
    attempted: bool = False
    finished: bool = False
    completed: bool | None = None
    tries: int = 0
    primary: Known = Known()
    objectives: Mapping[str, Known] = {}


class Way(NamedTuple):
    """How an attempt stands. `at`: the part that was opened last, 0 of none; `order`: parts by when they last spoke."""

    tracks: Sequence[Track]
    at: int = 0
    order: Sequence[int] = ()


def way(elements: Elements, parts: int) -> Way:
    """Of an attempt with so many parts."""
    kept = of_part(elements, 0)
    tracks = [_track(of_part(elements, part), int(kept.get(f"{_TRIES}{part}", "1"))) for part in range(1, parts + 1)]
    order = [int(part) for part in kept.get(_ORDER, "").split(",") if part]
    return Way(tracks, int(kept.get(_AT, "0")), order)


def entered(elements: Elements, part: int) -> Elements:
    """A part is opened: once more, if it was finished."""
    kept = dict(of_part(elements, 0))
    if outcome(of_part(elements, part)).finished:
        kept[f"{_TRIES}{part}"] = str(int(kept.get(f"{_TRIES}{part}", "1")) + 1)
    return with_part(elements, 0, {**kept, _AT: str(part)})


def standing_at(elements: Elements, part: int) -> Elements:
    """As if this part were open."""
    return with_part(elements, 0, {**of_part(elements, 0), _AT: str(part)})


def spoken(elements: Elements, part: int) -> Elements:
    """A part has said something: of two that write one objective, the later one counts."""
    kept = of_part(elements, 0)
    others = [each for each in kept.get(_ORDER, "").split(",") if each not in ("", str(part))]
    return with_part(elements, 0, {**kept, _ORDER: ",".join((*others, str(part)))})


def _track(own: Elements, tries: int) -> Track:
    if not own:
        return Track()
    found = outcome(own)
    primary = Known(verdict(own), scaled_score(own))
    return Track(True, found.finished, completed(own), tries, primary, _objectives(own))


def _objectives(own: Elements) -> Mapping[str, Known]:
    numbers = {name.split(".")[2] for name in own if name.startswith(_OBJECTIVE)}
    found = {}
    for number in sorted(numbers, key=lambda one: int(one) if one.isdigit() else -1):
        name = own.get(f"{_OBJECTIVE}{number}.id", "")
        satisfied = _VERDICTS.get(own.get(f"{_OBJECTIVE}{number}.success_status", ""))
        found[name] = Known(satisfied, _measure(own.get(f"{_OBJECTIVE}{number}.score.scaled", "")))
    return found


def _measure(text: str) -> Decimal | None:
    """None of what is no measure: content can write anything there, and no mark comes of it."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and -1 <= value <= 1 else None
