"""What a manifest tells a run-time of each item: what content finds at its first look, and what is hidden around it.

SCORM 1.2 CAM §2.3.2 and RTE §3.4; SCORM 2004 4th Edition CAM §3.4.1, §5.1 and RTE §4.2. A value that can't be what it
stands for is left out: the check names it, and content is not started with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from content_packager.aicc import BadScript, Script, parse
from content_packager.checks.scorm2004_words import FRACTION
from content_packager.checks.shapes import Value
from content_packager.checks.values import DURATION, TIMESPAN_12, at_most, between, words
from content_packager.reading.xml import Element
from content_packager.report import Standard
from content_packager.sequencing import (
    FREE,
    TRUE,
    Sequencing,
    SequencingParts,
    objectives,
    read_sequencing,
    sequencing_parts,
)

_PERCENT, _MEASURE = between("0", "100"), between("-1", "1")
_ACTION = words("exit,message", "exit,no message", "continue,message", "continue,no message")
_DATA = at_most(4000, "")  # what SCORM 2004 grants; a longer text is cut by no one who follows the standards


@dataclass(frozen=True, slots=True)
class RunTime:
    """Texts as written, blanks around them taken off; "" of what is not said."""

    parameters: str = ""
    """To stand behind the page's address."""
    passing: str = ""
    """`masteryscore`, 0–100 (SCORM 1.2); the measure, −1–1, by which the primary objective is satisfied (2004)."""
    prerequisites: Script | None = None
    """What must be done before (1.2); None too where it is no script."""
    launch_data: str = ""
    max_time: str = ""
    """`HHHH:MM:SS` (1.2); ISO 8601 (2004)."""
    time_action: str = ""
    completion: str = ""
    """The progress, 0–1, from which an activity is complete (2004)."""
    completes: bool = True
    """Content that ends by itself without a word of how it stands is complete (1.2 RTE §3.4.4; 2004 SN UP.4)."""
    objectives: tuple[str, ...] = ()
    """Identifiers, the primary one first where it has one (2004)."""
    hides: tuple[str, ...] = ()
    """Controls of the LMS that are not to be shown (2004): `continue`, `previous`, `exit` …"""
    sequencing: Sequencing = FREE


NOTHING = RunTime()


def run_time(item: Element, standard: Standard, shared: Mapping[str, Element]) -> RunTime:
    """Of an item or an organization. `shared`: the sequencing collection of the manifest, by ID."""
    if standard is Standard.SCORM_12:
        return _of_12(item)
    return _of_2004(item, sequencing_parts(item, shared)) if standard is Standard.SCORM_2004 else NOTHING


def _of_12(item: Element) -> RunTime:
    return RunTime(
        parameters=item.attributes.get("parameters", "").strip(),
        passing=_text(item, "masteryscore", _PERCENT),
        prerequisites=_prerequisites(item),
        launch_data=_text(item, "datafromlms", _DATA),
        max_time=_text(item, "maxtimeallowed", TIMESPAN_12),
        time_action=_text(item, "timelimitaction", _ACTION),
    )


def _prerequisites(item: Element) -> Script | None:
    try:
        return next((parse(each.text) for each in _named(item, "prerequisites")), None)
    except BadScript:
        return None


def _of_2004(item: Element, parts: SequencingParts) -> RunTime:
    limits = parts["limitConditions"].attributes if "limitConditions" in parts else {}
    hidden = (one.text.strip() for each in item.children if each.local == "presentation" for one in each.walk())
    return RunTime(
        parameters=item.attributes.get("parameters", "").strip(),
        passing=_passing(parts),
        launch_data=_text(item, "dataFromLMS", _DATA),
        max_time=_held(limits.get("attemptAbsoluteDurationLimit", ""), DURATION),
        time_action=_text(item, "timeLimitAction", _ACTION),
        completion=_completion(item),
        completes=not _says_it_itself(parts),
        objectives=tuple(each.attributes["objectiveID"] for each in objectives(parts) if _id(each)),
        hides=tuple(name for name in hidden if name),
        sequencing=read_sequencing(parts),
    )


def _says_it_itself(parts: SequencingParts) -> bool:
    controls = parts["deliveryControls"].attributes if "deliveryControls" in parts else {}
    return controls.get("completionSetByContent", "false").strip() in TRUE


def _passing(parts: SequencingParts) -> str:
    """Only where the objective is satisfied by its measure; 1.0 where none is named (RTE §4.2.22, SN §3.10)."""
    primary = next((each for each in objectives(parts) if each.local == "primaryObjective"), None)
    if primary is None or primary.attributes.get("satisfiedByMeasure", "").strip() not in TRUE:
        return ""
    return _text(primary, "minNormalizedMeasure", _MEASURE) if any(_named(primary, "minNormalizedMeasure")) else "1.0"


def _completion(item: Element) -> str:
    """An attribute in the 4th edition, which counts when it says so (CAM §3.4.1.15); the text of the element before."""
    found = next(_named(item, "completionThreshold"), None)
    if found is None or found.text.strip():
        return "" if found is None else _held(found.text, FRACTION)
    by_measure = found.attributes.get("completedByMeasure", "").strip() in TRUE
    return _held(found.attributes.get("minProgressMeasure", "1.0"), FRACTION) if by_measure else ""


def _id(objective: Element) -> bool:
    return bool(objective.attributes.get("objectiveID", "").strip())


def _text(element: Element, name: str, rule: Value) -> str:
    return next((_held(each.text, rule) for each in _named(element, name)), "")


def _held(text: str, rule: Value) -> str:
    return text.strip() if rule.holds(text.strip()) else ""


def _named(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.children if child.local == name)
