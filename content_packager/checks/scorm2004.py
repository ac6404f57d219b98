"""SCORM 2004, 2nd to 4th edition: what its manifests say beyond their words (`scorm2004_words.py`)."""

from content_packager.checks import followed
from content_packager.checks.dialect import Dialect, judge
from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Api, Material
from content_packager.checks.scorm import ADLCP_2004, IMSCP_2004
from content_packager.checks.scorm2004_words import ACTIONS, FRACTION, VOCABULARY
from content_packager.checks.shapes import Walk
from content_packager.reading.xml import Element
from content_packager.report import Findings

DIALECT = Dialect(VOCABULARY, IMSCP_2004, ADLCP_2004, "scormType", Api.SCORM_2004)


def check(root: Element, file: str, *, material: Material, findings: Findings) -> None:
    """Report what is wrong with a SCORM 2004 manifest and with the files it names."""
    manifest = judge(DIALECT, root, file, material=material, findings=findings)
    _judge_items(manifest)
    _judge_sequencing(manifest.walk, root)
    followed.judge(manifest)


def _judge_items(manifest: Manifest) -> None:
    walk = manifest.walk
    for item in manifest.items:
        if walk.named(item, "item") and walk.attribute(item, "identifierref") is not None:
            walk.add("scorm2004.cluster-with-resource", item)
        for score in walk.named(item, "adlcp:masteryscore"):
            walk.add("scorm2004.mastery-score-of-12", score)
        for threshold in walk.named(item, "adlcp:completionThreshold"):
            text = threshold.text.strip()
            if text and not FRACTION.holds(text):
                walk.add("structure.value", threshold, name="completionThreshold", value=text, expected="0 … 1")


def _judge_sequencing(walk: Walk, root: Element) -> None:
    shared = _shared(walk, root)
    for sequencing in walk.below(root, "imsss:sequencing"):
        wanted = walk.token(sequencing, "IDRef")
        if wanted is not None and wanted not in shared:
            walk.add("scorm2004.sequencing-dangling", sequencing, identifier=wanted)
        for objectives in walk.named(sequencing, "imsss:objectives"):
            _judge_objectives(walk, objectives)
        _judge_rules(walk, sequencing)


def _shared(walk: Walk, root: Element) -> dict[str, Element]:
    """What others may refer to, by ID; an ID that two have is reported."""
    found: dict[str, Element] = {}
    for collection in walk.below(root, "imsss:sequencingCollection"):
        for sequencing in walk.named(collection, "imsss:sequencing"):
            identifier = walk.token(sequencing, "ID")
            if identifier is None:
                continue
            first = found.setdefault(identifier, sequencing)
            if first is not sequencing:
                walk.add("manifest.identifier-twice", sequencing, identifier=identifier, line=first.line)
    return found


def _judge_objectives(walk: Walk, objectives: Element) -> None:
    seen: set[str] = set()
    for objective in objectives.children:
        identifier = walk.attribute(objective, "objectiveID")
        if identifier is not None and identifier in seen:
            walk.add("scorm2004.objective-twice", objective, identifier=identifier)
        seen.add(identifier or "")
        if walk.named(objective, "imsss:mapInfo") and not identifier:
            walk.add("scorm2004.objective-without-id", objective)
        measured = walk.attribute(objective, "satisfiedByMeasure") in ("true", "1")
        if walk.named(objective, "imsss:minNormalizedMeasure") and not measured:
            walk.add("scorm2004.measure-unused", objective)


def _judge_rules(walk: Walk, sequencing: Element) -> None:
    for rules in walk.named(sequencing, "imsss:sequencingRules"):
        for rule in rules.children:
            allowed = ACTIONS.get(walk.key(rule) or "", "").split()
            for action in walk.named(rule, "imsss:ruleAction") if allowed else ():
                found = walk.attribute(action, "action")
                if found is not None and found not in allowed:
                    expected = " | ".join(allowed)
                    walk.add("structure.value", action, name="action", value=found, expected=expected)
