"""What the sequencing of SCORM 2004 says of one activity, as far as it is followed (IMS SS 1.0; SN 4th Edition §3).

Only what has to do with which activity may be opened, and which comes next. What is not read is named by the check.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from content_packager.checks.values import decimal
from content_packager.reading.xml import Element

TRUE = frozenset({"true", "1"})
ADLSEQ = "http://www.adlnet.org/xsd/adlseq_v1p3"  # ADL's own parts beside those of IMS (SN 4th Edition)
MAPS = "adlseq:objectives"
SequencingParts = Mapping[str, Element]  # name of each part of a `sequencing` → the part that holds here


@dataclass(frozen=True, slots=True)
class Ask:
    """A rule's condition. `objective`: of the activity, "" for its primary one."""

    what: str
    negated: bool = False
    objective: str = ""
    threshold: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """`action`: skip | disabled | hiddenFromChoice | stopForwardTraversal. `every`: of its asks, or any one."""

    action: str
    asks: tuple[Ask, ...]
    every: bool


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
    id: str
    primary: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Sequencing:
    """The defaults of the standard: any activity may be chosen, none follows by itself."""

    choice: bool = True
    choice_exit: bool = True
    flow: bool = False
    forward_only: bool = False
    rules: tuple[Rule, ...] = ()
    goals: tuple[Goal, ...] = ()
    limit: int = 0
    """Attempts at the activity; 0 of no limit."""


FREE = Sequencing()


def shared_sequencing(root: Element) -> Mapping[str, Element]:
    """The sequencing collection of a manifest, by ID."""
    found = (each for part in _named(root, "sequencingCollection") for each in _named(part, "sequencing"))
    return {each.attributes.get("ID", "").strip(): each for each in found}


def sequencing_parts(item: Element, shared: Mapping[str, Element]) -> SequencingParts:
    """What holds for an item: its own parts, and those of the shared one that it refers to (CAM §5.1.1: a part of its
    own stands instead of the whole shared part)."""
    own = next(_named(item, "sequencing"), None)
    if own is None:
        return {}
    others = shared.get(own.attributes.get("IDRef", "").strip())
    return {_part(part): part for each in (others, own) if each is not None for part in each.children}


def _part(part: Element) -> str:
    """Its local name; of two kinds of `objectives` ADL's has its prefix."""
    return MAPS if part.local == "objectives" and part.namespace == ADLSEQ else part.local


def read_sequencing(parts: SequencingParts) -> Sequencing:
    mode = parts.get("controlMode")
    limits = parts["limitConditions"].attributes if "limitConditions" in parts else {}
    limit = limits.get("attemptLimit", "").strip()
    return Sequencing(
        choice=_is(mode, "choice", FREE.choice),
        choice_exit=_is(mode, "choiceExit", FREE.choice_exit),
        flow=_is(mode, "flow", FREE.flow),
        forward_only=_is(mode, "forwardOnly", FREE.forward_only),
        rules=tuple(_rule(each) for part in _of(parts, "sequencingRules") for each in _named(part, "preConditionRule")),
        goals=tuple(_goal(each) for each in objectives(parts)),
        limit=int(limit[:9]) if limit.isascii() and limit.isdigit() else 0,
    )


def objectives(parts: SequencingParts) -> list[Element]:
    return [
        each
        for part in _of(parts, "objectives")
        for each in part.children
        if each.local in ("primaryObjective", "objective")
    ]


def _rule(rule: Element) -> Rule:
    conditions = next(_named(rule, "ruleConditions"), None)
    asks = tuple(_ask(each) for each in _named(conditions, "ruleCondition")) if conditions is not None else ()
    every = conditions is None or conditions.attributes.get("conditionCombination", "all").strip() != "any"
    action = next((each.attributes.get("action", "").strip() for each in _named(rule, "ruleAction")), "")
    return Rule(action, asks, every)


def _ask(condition: Element) -> Ask:
    said = {name: value.strip() for name, value in condition.attributes.items()}
    return Ask(
        what=said.get("condition", "always"),
        negated=said.get("operator", "") == "not",
        objective=said.get("referencedObjective", ""),
        threshold=decimal(said.get("measureThreshold", "0")) or Decimal(0),
    )


def _goal(objective: Element) -> Goal:
    links = tuple(
        Link(
            target=each.attributes.get("targetObjectiveID", "").strip(),
            reads_status=_is(each, "readSatisfiedStatus", True),
            reads_measure=_is(each, "readNormalizedMeasure", True),
            writes_status=_is(each, "writeSatisfiedStatus", False),
            writes_measure=_is(each, "writeNormalizedMeasure", False),
        )
        for each in _named(objective, "mapInfo")
    )
    return Goal(objective.attributes.get("objectiveID", "").strip(), objective.local == "primaryObjective", links)


def _of(parts: SequencingParts, name: str) -> list[Element]:
    return [parts[name]] if name in parts else []


def _is(element: Element | None, name: str, otherwise: bool) -> bool:
    said = element.attributes.get(name) if element is not None else None
    return otherwise if said is None else said.strip() in TRUE


def _named(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element.children if child.local == name)
