"""What the sequencing of a SCORM 2004 package of several parts asks for and is not followed: no fault of the package.

What `content_packager.sequencing` reads is followed (docs/scorm-run-time.md); whoever brings a package is told of the
rest, item by item.
"""

from collections.abc import Iterable, Iterator, Mapping

from content_packager.checks.manifest import Manifest
from content_packager.checks.shapes import Walk
from content_packager.reading.xml import Element
from content_packager.sequencing import MAPS, TRUE, SequencingParts, objectives, sequencing_parts, shared_sequencing

CODES = frozenset(
    f"scorm2004.{name}"
    for name in (
        "rules-at-the-end", "rollup", "random-order", "time-limits", "constrained-choice", "untracked", "hidden-item",
        "objective-of-nobody", "objective-maps", "shared-data",
    )
)  # fmt: skip
_NAMED = 4  # items by their titles; the others are counted
_LIMITS = ("attemptLimit", "attemptAbsoluteDurationLimit")
_TIMES = frozenset({"timeLimitExceeded", "outsideAvailableTimeRange"})
_ROLLUP_FLAGS = ("rollupObjectiveSatisfied", "rollupProgressCompletion")


def judge(manifest: Manifest) -> None:
    """One finding for each kind, at the first item that has it: tools write the same into every page of a lesson."""
    shared, walk = shared_sequencing(manifest.root), manifest.walk
    for organization in manifest.organizations:
        inside = {id(each) for each in organization.walk()}
        if sum(id(launch.item) in inside for launch in manifest.launches) < 2:
            continue  # of one part nothing is left to choose
        items = [organization, *walk.below(organization, "item")]
        parts = {id(item): sequencing_parts(item, shared) for item in items}
        found: dict[str, dict[str, Element]] = {}
        for item in items:
            for code, at in _beyond(item, parts[id(item)]):
                found.setdefault(code, {}).setdefault(_title(walk, item), at)
        for code, places in found.items():
            _tell(walk, code, places)
        _judge_objectives(walk, items, parts)


def _tell(walk: Walk, code: str, places: Mapping[str, Element]) -> None:
    titles, more = list(places), len(places) - _NAMED
    named = [*titles[:_NAMED], f"… (+{more})"] if more > 0 else titles
    walk.add(code, places[titles[0]], item="», «".join(named))


def _judge_objectives(walk: Walk, items: list[Element], parts: Mapping[int, SequencingParts]) -> None:
    written = set(_targets(parts.values(), "write"))
    for item in items:
        for name in sorted(_read_alone(parts[id(item)], written)):
            walk.add("scorm2004.objective-of-nobody", item, item=_title(walk, item), objective=name)


def _beyond(item: Element, parts: SequencingParts) -> Iterator[tuple[str, Element]]:
    for rule in _inner(parts, "sequencingRules"):
        if rule.local in ("postConditionRule", "exitConditionRule"):
            yield "scorm2004.rules-at-the-end", rule
        for condition in rule.walk():
            if condition.attributes.get("condition", "").strip() in _TIMES:
                yield "scorm2004.time-limits", condition
    limits = parts.get("limitConditions")
    if limits is not None and any(name not in _LIMITS for name in limits.attributes):
        yield "scorm2004.time-limits", limits
    if _is_rollup(parts):
        yield "scorm2004.rollup", parts.get("rollupRules", item)
    if _is_random(parts):
        yield "scorm2004.random-order", parts["randomizationControls"]
    considered = parts.get("constrainedChoiceConsiderations")
    if considered is not None and any(value.strip() in TRUE for value in considered.attributes.values()):
        yield "scorm2004.constrained-choice", considered
    controls = parts.get("deliveryControls")
    if controls is not None and controls.attributes.get("tracked", "true").strip() not in TRUE:
        yield "scorm2004.untracked", controls
    if MAPS in parts:
        yield "scorm2004.objective-maps", parts[MAPS]
    for data in (each for each in item.children if each.local == "data"):
        yield "scorm2004.shared-data", data
    if item.attributes.get("isvisible", "true").strip() not in TRUE and item.attributes.get("identifierref"):
        yield "scorm2004.hidden-item", item


def _is_rollup(parts: SequencingParts) -> bool:
    rules = parts.get("rollupRules")
    if rules is None:
        return False
    said = {name: value.strip() for name, value in rules.attributes.items()}
    counts = all(said.get(name, "true") in TRUE for name in _ROLLUP_FLAGS)
    whole = said.get("objectiveMeasureWeight", "1").rstrip("0").rstrip(".") == "1"
    return bool(rules.children) or not counts or not whole


def _is_random(parts: SequencingParts) -> bool:
    said = parts["randomizationControls"].attributes if "randomizationControls" in parts else {}
    return any(said.get(name, "never").strip() != "never" for name in ("randomizationTiming", "selectionTiming"))


def _read_alone(parts: SequencingParts, written: set[str]) -> set[str]:
    """Shared objectives that are asked for by a rule here, and that nothing in the package writes."""
    asked = {
        each.attributes.get("referencedObjective", "").strip()
        for rule in _inner(parts, "sequencingRules")
        if rule.local == "preConditionRule"
        for each in rule.walk()
    }
    read = {name for each in objectives(parts) if _name(each) in asked - {""} for name in _targets_of(each, "read")}
    return read - written


def _targets(all_parts: Iterable[SequencingParts], way: str) -> Iterator[str]:
    for parts in all_parts:
        for each in objectives(parts):
            yield from _targets_of(each, way)


def _targets_of(objective: Element, way: str) -> Iterator[str]:
    for link in objective.children:
        if link.local == "mapInfo":
            status = link.attributes.get(f"{way}SatisfiedStatus", "true" if way == "read" else "false")
            measure = link.attributes.get(f"{way}NormalizedMeasure", "true" if way == "read" else "false")
            if status.strip() in TRUE or measure.strip() in TRUE:
                yield link.attributes.get("targetObjectiveID", "").strip()


def _name(objective: Element) -> str:
    return objective.attributes.get("objectiveID", "").strip()


def _inner(parts: SequencingParts, name: str) -> list[Element]:
    return parts[name].children if name in parts else []


def _title(walk: Walk, item: Element) -> str:
    return next((each.text.strip() for each in walk.named(item, "title")), "") or item.attributes.get("identifier", "")
