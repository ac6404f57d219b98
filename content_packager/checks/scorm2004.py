"""SCORM 2004, 2nd to 4th edition: CAM with its sequencing (IMS SS 1.0) and navigation, as its XSDs say."""

from functools import partial

from content_packager.checks.manifest import Manifest
from content_packager.checks.material import Api, Material
from content_packager.checks.scorm import (
    ADL_NAMESPACES,
    ADLCP_2004,
    IMSCP_2004,
    judge_namespaces,
    judge_version,
    version,
)
from content_packager.checks.shapes import Shape, Value, Vocabulary, Walk, leaf, many, maybe, mixed, one, shape
from content_packager.checks.values import BOOLEAN, DURATION, IDENTIFIER, WHOLE, at_most, between, words
from content_packager.reading.xml import Element
from content_packager.report import Findings

_CONDITION = words(
    "satisfied",
    "objectiveStatusKnown",
    "objectiveMeasureKnown",
    "objectiveMeasureGreaterThan",
    "objectiveMeasureLessThan",
    "completed",
    "activityProgressKnown",
    "attempted",
    "attemptLimitExceeded",
    "timeLimitExceeded",
    "outsideAvailableTimeRange",
    "always",
)
_ROLLUP_CONDITION = words(
    "satisfied",
    "objectiveStatusKnown",
    "objectiveMeasureKnown",
    "completed",
    "activityProgressKnown",
    "attempted",
    "attemptLimitExceeded",
    "timeLimitExceeded",
    "outsideAvailableTimeRange",
)
_ACTIONS = {
    "imsss:preConditionRule": "skip disabled hiddenFromChoice stopForwardTraversal",
    "imsss:exitConditionRule": "exit",
    "imsss:postConditionRule": "exitParent exitAll retry retryAll continue previous",
}
_closed = partial(shape, foreign="")
_RULE = _closed(maybe("imsss:ruleConditions"), one("imsss:ruleAction"))
_OBJECTIVE = (maybe("imsss:minNormalizedMeasure"), many("imsss:mapInfo"))
_CONTENT_LAST = (  # after title, items and metadata
    "imsss:sequencing", "adlnav:presentation", "adlcp:timeLimitAction", "adlcp:dataFromLMS",
    "adlcp:completionThreshold", "adlcp:data", "adlcp:sharedDataGlobalToSystem", "adlcp:masteryscore",
)  # fmt: skip

_PACKAGE: dict[str, Shape] = {
    "manifest": shape(
        maybe("metadata"),
        one("organizations"),
        one("resources"),
        many("manifest"),
        maybe("imsss:sequencingCollection"),
        required="identifier",
        optional="version",
    ),
    "metadata": shape(maybe("schema"), maybe("schemaversion"), many("adlcp:location")),
    "organizations": shape(many("organization"), optional="default"),
    "organization": shape(
        maybe("title"),
        many("item", least=1),
        maybe("metadata"),
        mixed(*_CONTENT_LAST),
        required="identifier",
        optional="structure adlseq:objectivesGlobalToSystem adlcp:sharedDataGlobalToSystem",
    ),
    "item": shape(
        maybe("title"),
        many("item"),
        maybe("metadata"),
        mixed(*_CONTENT_LAST),
        required="identifier",
        optional="identifierref isvisible parameters",
    ),
    "resources": shape(many("resource")),
    "resource": shape(
        maybe("metadata"),
        many("file"),
        many("dependency"),
        required="identifier type",
        optional="href adlcp:scormType adlcp:scormtype adlcp:persistState",
    ),
    "file": shape(maybe("metadata"), required="href"),
    "dependency": shape(required="identifierref"),
    "adlcp:completionThreshold": leaf(optional="completedByMeasure minProgressMeasure progressWeight"),
    "adlcp:data": _closed(many("adlcp:map", least=1)),
    "adlcp:map": _closed(required="targetID", optional="readSharedData writeSharedData"),
    "adlnav:presentation": _closed(maybe("adlnav:navigationInterface")),
    "adlnav:navigationInterface": _closed(many("adlnav:hideLMSUI")),
}
_SEQUENCING: dict[str, Shape] = {
    "imsss:sequencingCollection": _closed(many("imsss:sequencing", least=1)),
    "imsss:sequencing": shape(
        maybe("imsss:controlMode"),
        maybe("imsss:sequencingRules"),
        maybe("imsss:limitConditions"),
        maybe("imsss:auxiliaryResources"),
        maybe("imsss:rollupRules"),
        maybe("imsss:objectives"),
        maybe("imsss:randomizationControls"),
        maybe("imsss:deliveryControls"),
        many("adlseq:constrainedChoiceConsiderations", "adlseq:rollupConsiderations", "adlseq:objectives"),
        optional="ID IDRef",
        foreign="elements",
    ),
    "imsss:controlMode": _closed(
        optional="choice choiceExit flow forwardOnly useCurrentAttemptObjectiveInfo useCurrentAttemptProgressInfo"
    ),
    "imsss:sequencingRules": _closed(
        many("imsss:preConditionRule"), many("imsss:exitConditionRule"), many("imsss:postConditionRule")
    ),
    **dict.fromkeys(_ACTIONS, _RULE),
    "imsss:ruleConditions": _closed(many("imsss:ruleCondition", least=1), optional="conditionCombination"),
    "imsss:ruleCondition": _closed(required="condition", optional="operator referencedObjective measureThreshold"),
    "imsss:ruleAction": _closed(required="action"),
    "imsss:limitConditions": _closed(
        optional="attemptLimit attemptAbsoluteDurationLimit attemptExperiencedDurationLimit"
        " activityAbsoluteDurationLimit activityExperiencedDurationLimit beginTimeLimit endTimeLimit"
    ),
    "imsss:rollupRules": _closed(
        many("imsss:rollupRule"), optional="rollupObjectiveSatisfied rollupProgressCompletion objectiveMeasureWeight"
    ),
    "imsss:rollupRule": _closed(
        one("imsss:rollupConditions"),
        one("imsss:rollupAction"),
        optional="childActivitySet minimumCount minimumPercent",
    ),
    "imsss:rollupConditions": _closed(many("imsss:rollupCondition", least=1), optional="conditionCombination"),
    "imsss:rollupCondition": _closed(required="condition", optional="operator"),
    "imsss:rollupAction": _closed(required="action"),
    "imsss:objectives": _closed(one("imsss:primaryObjective"), many("imsss:objective")),
    "imsss:primaryObjective": _closed(*_OBJECTIVE, optional="objectiveID satisfiedByMeasure"),
    "imsss:objective": _closed(*_OBJECTIVE, required="objectiveID", optional="satisfiedByMeasure"),
    "imsss:mapInfo": _closed(
        required="targetObjectiveID",
        optional="readSatisfiedStatus readNormalizedMeasure writeSatisfiedStatus writeNormalizedMeasure",
    ),
    "imsss:randomizationControls": _closed(optional="randomizationTiming selectCount reorderChildren selectionTiming"),
    "imsss:deliveryControls": _closed(optional="tracked completionSetByContent objectiveSetByContent"),
}
_TIMING = words("never", "once", "onEachNewAttempt")
_FRACTION, _MEASURE = between("0", "1"), between("-1", "1")


def _booleans(shapes: dict[str, Shape], *names: str) -> dict[str, Value]:
    return {f"{key}@{name}": BOOLEAN for key, wanted in shapes.items() for name in names if name in wanted.optional}


VOCABULARY = Vocabulary(
    home=frozenset({IMSCP_2004}),
    prefixes=ADL_NAMESPACES,
    shapes=_PACKAGE | _SEQUENCING,
    values={
        **{f"{key}@identifier": IDENTIFIER for key in ("manifest", "organization", "item", "resource")},
        "imsss:sequencing@ID": IDENTIFIER,
        **_booleans(
            _PACKAGE | _SEQUENCING,
            "isvisible",
            "completedByMeasure",
            "readSharedData",
            "writeSharedData",
            "choice",
            "choiceExit",
            "flow",
            "forwardOnly",
            "useCurrentAttemptObjectiveInfo",
            "useCurrentAttemptProgressInfo",
            "rollupObjectiveSatisfied",
            "rollupProgressCompletion",
            "satisfiedByMeasure",
            "readSatisfiedStatus",
            "readNormalizedMeasure",
            "writeSatisfiedStatus",
            "writeNormalizedMeasure",
            "reorderChildren",
            "tracked",
            "completionSetByContent",
            "objectiveSetByContent",
            "adlseq:objectivesGlobalToSystem",
            "adlcp:sharedDataGlobalToSystem",
        ),
        "schema": words("ADL SCORM", code="manifest.schema"),
        "resource@adlcp:scormType": words("sco", "asset", code="manifest.scormtype-value"),
        "adlcp:timeLimitAction": words("exit,message", "exit,no message", "continue,message", "continue,no message"),
        "adlcp:dataFromLMS": at_most(4000, "scorm2004.launch-data-length"),
        "adlcp:completionThreshold@minProgressMeasure": _FRACTION,
        "adlcp:completionThreshold@progressWeight": _FRACTION,
        "adlnav:hideLMSUI": words("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
        "imsss:minNormalizedMeasure": between("-1", "1", "scorm2004.measure-range"),
        "imsss:limitConditions@attemptLimit": WHOLE,
        "imsss:limitConditions@attemptAbsoluteDurationLimit": DURATION,
        "imsss:ruleConditions@conditionCombination": words("all", "any"),
        "imsss:ruleCondition@condition": _CONDITION,
        "imsss:ruleCondition@operator": words("not", "noOp"),
        "imsss:ruleCondition@measureThreshold": _MEASURE,
        "imsss:rollupConditions@conditionCombination": words("all", "any"),
        "imsss:rollupCondition@condition": _ROLLUP_CONDITION,
        "imsss:rollupCondition@operator": words("not", "noOp"),
        "imsss:rollupAction@action": words("satisfied", "notSatisfied", "completed", "incomplete"),
        "imsss:rollupRule@childActivitySet": words("all", "any", "none", "atLeastCount", "atLeastPercent"),
        "imsss:rollupRule@minimumCount": WHOLE,
        "imsss:rollupRule@minimumPercent": _FRACTION,
        "imsss:rollupRules@objectiveMeasureWeight": _FRACTION,
        "imsss:randomizationControls@randomizationTiming": _TIMING,
        "imsss:randomizationControls@selectionTiming": _TIMING,
        "imsss:randomizationControls@selectCount": WHOLE,
    },
)


def check(root: Element, file: str, *, material: Material, findings: Findings) -> Manifest:
    """Report what is wrong with a SCORM 2004 manifest and with the files it names."""
    walk = Walk(VOCABULARY, file, root.namespace, findings)
    judge_version(walk, root, version(root))
    judge_namespaces(walk, root, imscp=IMSCP_2004, adlcp=ADLCP_2004)
    walk.judge(root)
    manifest = Manifest(root, walk, material)
    manifest.judge()
    manifest.judge_types(spelled="scormType", wrongly="scormtype", api=Api.SCORM_2004)
    _judge_items(manifest)
    _judge_sequencing(walk, root)
    return manifest


def _judge_items(manifest: Manifest) -> None:
    walk = manifest.walk
    for item in manifest.items:
        if walk.named(item, "item") and walk.attribute(item, "identifierref") is not None:
            walk.add("scorm2004.cluster-with-resource", item)
        for score in walk.named(item, "adlcp:masteryscore"):
            walk.add("scorm2004.mastery-score-of-12", score)
        for threshold in walk.named(item, "adlcp:completionThreshold"):
            text = threshold.text.strip()
            if text and not _FRACTION.holds(text):
                walk.add("structure.value", threshold, name="completionThreshold", value=text, expected="0 … 1")


def _judge_sequencing(walk: Walk, root: Element) -> None:
    shared = _shared(walk, root)
    for sequencing in walk.below(root, "imsss:sequencing"):
        wanted = walk.attribute(sequencing, "IDRef")
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
            identifier = walk.attribute(sequencing, "ID")
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
            allowed = _ACTIONS.get(walk.key(rule) or "", "").split()
            for action in walk.named(rule, "imsss:ruleAction") if allowed else ():
                found = walk.attribute(action, "action")
                if found is not None and found not in allowed:
                    expected = " | ".join(allowed)
                    walk.add("structure.value", action, name="action", value=found, expected=expected)
