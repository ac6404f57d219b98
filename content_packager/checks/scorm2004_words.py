"""The words of SCORM 2004, 2nd to 4th edition: CAM with its sequencing (IMS SS 1.0) and navigation, as its XSDs say."""

from functools import partial

from content_packager.checks.scorm import ADL_NAMESPACES, IMSCP_2004
from content_packager.checks.shapes import Shape, Value, Vocabulary, leaf, many, maybe, mixed, one, shape
from content_packager.checks.values import BOOLEAN, DURATION, IDENTIFIER, WHOLE, at_most, between, words

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
ACTIONS = {
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

_CONSIDERED = ("requiredForSatisfied", "requiredForNotSatisfied", "requiredForCompleted", "requiredForIncomplete")
_MAPPED = tuple(  # of 4th edition
    f"{way}{value}"
    for way in ("read", "write")
    for value in ("RawScore", "MinScore", "MaxScore", "CompletionStatus", "ProgressMeasure")
)

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
    "imsss:auxiliaryResources": _closed(many("imsss:auxiliaryResource")),
    "imsss:auxiliaryResource": _closed(required="auxiliaryResourceID purpose"),
    "adlseq:constrainedChoiceConsiderations": _closed(optional="preventActivation constrainChoice"),
    "adlseq:rollupConsiderations": _closed(optional=f"{' '.join(_CONSIDERED)} measureSatisfactionIfActive"),
    "adlseq:objectives": _closed(many("adlseq:objective", least=1)),
    "adlseq:objective": _closed(many("adlseq:mapInfo", least=1), required="objectiveID"),
    "adlseq:mapInfo": _closed(required="targetObjectiveID", optional=" ".join(_MAPPED)),
    "imsss:controlMode": _closed(
        optional="choice choiceExit flow forwardOnly useCurrentAttemptObjectiveInfo useCurrentAttemptProgressInfo"
    ),
    "imsss:sequencingRules": _closed(
        many("imsss:preConditionRule"), many("imsss:exitConditionRule"), many("imsss:postConditionRule")
    ),
    **dict.fromkeys(ACTIONS, _RULE),
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
FRACTION, _MEASURE = between("0", "1"), between("-1", "1")


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
            "preventActivation",
            "constrainChoice",
            "measureSatisfactionIfActive",
            *_MAPPED,
            "adlseq:objectivesGlobalToSystem",
            "adlcp:sharedDataGlobalToSystem",
        ),
        "schema": words("ADL SCORM", code="manifest.schema"),
        "resource@adlcp:scormType": words("sco", "asset", code="manifest.scormtype-value"),
        "adlcp:timeLimitAction": words("exit,message", "exit,no message", "continue,message", "continue,no message"),
        "adlcp:dataFromLMS": at_most(4000, "scorm2004.launch-data-length"),
        "adlcp:completionThreshold@minProgressMeasure": FRACTION,
        "adlcp:completionThreshold@progressWeight": FRACTION,
        "adlnav:hideLMSUI": words("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"),
        **{
            f"adlseq:rollupConsiderations@{name}": words("always", "ifAttempted", "ifNotSkipped", "ifNotSuspended")
            for name in _CONSIDERED
        },
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
        "imsss:rollupRule@minimumPercent": FRACTION,
        "imsss:rollupRules@objectiveMeasureWeight": FRACTION,
        "imsss:randomizationControls@randomizationTiming": _TIMING,
        "imsss:randomizationControls@selectionTiming": _TIMING,
        "imsss:randomizationControls@selectCount": WHOLE,
    },
)
