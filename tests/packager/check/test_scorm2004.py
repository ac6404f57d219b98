"""Each rule of SCORM 2004: the valid package with one thing spoiled shows that one problem, at its place."""

import pytest

from content_packager.checks import followed
from content_packager.report import Standard
from tests.materials.parts import sequenced, tells, waits_for
from tests.packager.check.packages import BASES, check_files, places, spoiled

XML = "imsmanifest.xml"
ITEM = "manifest/organizations/organization/item"
SEQ = f"{ITEM}/imsss:sequencing"
RULE = f"{SEQ}/imsss:sequencingRules/imsss:preConditionRule"
PRIMARY = f"{SEQ}/imsss:objectives/imsss:primaryObjective"
RESOURCE = "manifest/resources/resource"
LAST = "<adlnav:presentation>"

CASES = [
    ("2004 4th Edition", "1.2", "manifest.version-mismatch", ":5 manifest/metadata/schemaversion"),
    ("2004 4th Edition", "2004 2nd Edition", "manifest.version-words", ":5 manifest/metadata/schemaversion"),
    ("2004 4th Edition", "2004 4th Edition.", "manifest.version-words", ":5 manifest/metadata/schemaversion"),
    ("imscp_v1p1", "imscp_v1p2", "manifest.namespace", ":2 manifest"),
    ("adlcp_v1p3", "adlcp_v1p4", "manifest.adl-namespace", ":2 manifest"),
    ("exit,message<", "leave<", "structure.value", f":11 {ITEM}/adlcp:timeLimitAction"),
    ('Measure="0.8"/', 'Measure="8"/', "structure.value", f":12 {ITEM}/adlcp:completionThreshold"),
    ('minProgressMeasure="0.8"/>', ">80</adlcp:completionThreshold>", "structure.value",
     f":12 {ITEM}/adlcp:completionThreshold"),
    ('condition="satisfied"', 'condition="passed"', "structure.value",
     f":16 {RULE}/imsss:ruleConditions/imsss:ruleCondition"),
    ('condition="satisfied"', "", "structure.attribute-missing",
     f":16 {RULE}/imsss:ruleConditions/imsss:ruleCondition"),
    ('condition="satisfied"', 'condition="satisfied" operator="no"', "structure.value",
     f":16 {RULE}/imsss:ruleConditions/imsss:ruleCondition"),
    ('action="skip"', 'action="retry"', "structure.value", f":17 {RULE}/imsss:ruleAction"),
    ('<imsss:ruleAction action="skip"/>', "", "structure.element-missing", f":15 {RULE}"),
    ('objectiveMeasureWeight="1"', 'objectiveMeasureWeight="1.5"', "structure.value", f":20 {SEQ}/imsss:rollupRules"),
    (">0.5<", ">50<", "scorm2004.measure-range", f":23 {PRIMARY}/imsss:minNormalizedMeasure"),
    (' satisfiedByMeasure="true"', "", "scorm2004.measure-unused", f":22 {PRIMARY}"),
    ('choice="true"', 'choice="yes"', "structure.value",
     ":33 manifest/organizations/organization/imsss:sequencing/imsss:controlMode"),
    ('objectiveID="P2"', 'objectiveID="P1"', "scorm2004.objective-twice",
     f":25 {SEQ}/imsss:objectives/imsss:objective"),
    ('objectiveID="P2"', "", "structure.attribute-missing", f":25 {SEQ}/imsss:objectives/imsss:objective"),
    ('<imsss:objective objectiveID="P2"/>',
     '<imsss:objective objectiveID="P2"><imsss:mapInfo/></imsss:objective>', "structure.attribute-missing",
     f":25 {SEQ}/imsss:objectives/imsss:objective/imsss:mapInfo"),
    ('tracked="true"', 'tracked="maybe"', "structure.value", f":27 {SEQ}/imsss:deliveryControls"),
    (">exit</adlnav", ">leave</adlnav", "structure.value",
     f":30 {ITEM}/adlnav:presentation/adlnav:navigationInterface/adlnav:hideLMSUI"),
    ('<imsss:sequencing><imsss:controlMode choice="true" flow="true"/>', '<imsss:sequencing IDRef="S9">',
     "scorm2004.sequencing-dangling", ":33 manifest/organizations/organization/imsss:sequencing"),
    (LAST, f"<adlcp:masteryscore>50</adlcp:masteryscore>{LAST}", "scorm2004.mastery-score-of-12",
     f":29 {ITEM}/adlcp:masteryscore"),
    (LAST, f"<adlcp:dataFromLMS>{'x' * 4001}</adlcp:dataFromLMS>{LAST}", "scorm2004.launch-data-length",
     f":29 {ITEM}/adlcp:dataFromLMS"),
    (LAST, f"<metadata/>{LAST}", "structure.order", f":29 {ITEM}/metadata"),
    (LAST, f"<adlcp:data/>{LAST}", "structure.element-missing", f":29 {ITEM}/adlcp:data"),
    (LAST, f"<imsss:flow/>{LAST}", "structure.element-unknown", f":29 {ITEM}/imsss:flow"),
    ("<title>Phần 1</title>", '<title>Phần 1</title><item identifier="I2" identifierref="R1"><title>Con</title></item>',
     "scorm2004.cluster-with-resource", f":9 {ITEM}"),
    (' adlcp:scormType="sco"', "", "manifest.scormtype-missing", f":37 {RESOURCE}"),
    ("adlcp:scormType", "adlcp:scormtype", "manifest.scormtype-spelling", f":37 {RESOURCE}"),
    ('scormType="sco"', 'scormType="Sco"', "manifest.scormtype-value", f":37 {RESOURCE}"),
    ("</manifest>", "<imsss:sequencingCollection/></manifest>", "structure.element-missing",
     ":42 manifest/imsss:sequencingCollection"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place"), CASES)
def test_one_spoiled_thing_is_one_problem_at_its_place(tmp_path, old, new, code, place):
    report = check_files(tmp_path, spoiled("scorm2004", XML, old, new))
    assert places(report) == [(code, f"{XML}{place}")]
    assert report.standards == (Standard.SCORM_2004,)


def test_the_valid_package_has_no_problem(tmp_path):
    assert check_files(tmp_path, BASES["scorm2004"]).problems == ()


@pytest.mark.parametrize("words", ["CAM 1.3", "1.3", "2004 3rd Edition", "2004 4th Edition"])
def test_the_words_that_moodle_knows_are_right(tmp_path, words):
    assert check_files(tmp_path, spoiled("scorm2004", XML, "2004 4th Edition", words)).problems == ()


def test_an_objective_that_maps_needs_an_id(tmp_path):
    old = '<imsss:primaryObjective objectiveID="P1" satisfiedByMeasure="true">'
    new = '<imsss:primaryObjective satisfiedByMeasure="true">'
    files = spoiled("scorm2004", XML, old, new)
    files[XML] = files[XML].replace(
        "0.5</imsss:minNormalizedMeasure>", '0.5</imsss:minNormalizedMeasure><imsss:mapInfo targetObjectiveID="G"/>'
    )
    assert places(check_files(tmp_path, files)) == [("scorm2004.objective-without-id", f"{XML}:22 {PRIMARY}")]


def test_a_limit_on_attempts_is_a_whole_number(tmp_path):
    new = '<imsss:limitConditions attemptLimit="x"/></imsss:sequencing></organization>'
    files = spoiled("scorm2004", XML, "</imsss:sequencing>\n    </organization>", new)
    place = "manifest/organizations/organization/imsss:sequencing/imsss:limitConditions"
    assert places(check_files(tmp_path, files)) == [("structure.value", f"{XML}:33 {place}")]


def test_a_sequencing_of_the_collection_may_be_referred_to(tmp_path):
    files = spoiled(
        "scorm2004",
        XML,
        '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/>',
        '<imsss:sequencing IDRef="S1">',
    )
    files[XML] = files[XML].replace(
        "</manifest>", "<imsss:sequencingCollection><imsss:sequencing ID='S1'/></imsss:sequencingCollection></manifest>"
    )
    assert check_files(tmp_path, files).problems == ()


def test_a_1_2_script_in_a_2004_package_is_the_wrong_api(tmp_path):
    files = {**BASES["scorm2004"], "api.js": BASES["scorm12"]["api.js"]}
    assert places(check_files(tmp_path, files)) == [("manifest.wrong-api", f"{XML}:37 {RESOURCE}")]


def test_a_script_that_speaks_both_fits_either(tmp_path):
    both = BASES["scorm12"]["api.js"] + BASES["scorm2004"]["api.js"]
    for base in ("scorm12", "scorm2004"):
        assert check_files(tmp_path, {**BASES[base], "api.js": both}).problems == ()


HIDDEN = "scorm2004.hidden-item"  # the package of several parts has one
AFTER = """<imsss:sequencingRules><imsss:postConditionRule><imsss:ruleConditions>
  <imsss:ruleCondition condition="always"/></imsss:ruleConditions><imsss:ruleAction action="retry"/>
  </imsss:postConditionRule></imsss:sequencingRules>"""
TIMED = """<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions>
  <imsss:ruleCondition condition="timeLimitExceeded"/></imsss:ruleConditions><imsss:ruleAction action="skip"/>
  </imsss:preConditionRule></imsss:sequencingRules>"""


OWN = '<imsss:objectives><imsss:primaryObjective objectiveID="own"/></imsss:objectives>'
MAPS = """<adlseq:objectives><adlseq:objective objectiveID="own">
  <adlseq:mapInfo targetObjectiveID="g1" readRawScore="true"/></adlseq:objective></adlseq:objectives>"""


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (AFTER, "scorm2004.rules-at-the-end"),
        (AFTER.replace("postCond", "exitCond").replace("retry", "exit"), "scorm2004.rules-at-the-end"),
        (TIMED, "scorm2004.time-limits"),
        ('<imsss:limitConditions endTimeLimit="2026-12-01"/>', "scorm2004.time-limits"),
        ('<imsss:limitConditions attemptLimit="1" attemptAbsoluteDurationLimit="PT1H"/>', None),
        ('<imsss:rollupRules rollupObjectiveSatisfied="false"/>', "scorm2004.rollup"),
        ('<imsss:rollupRules objectiveMeasureWeight="0.5"/>', "scorm2004.rollup"),
        ('<imsss:rollupRules objectiveMeasureWeight="1.0000" rollupProgressCompletion="true"/>', None),
        ('<imsss:randomizationControls selectionTiming="once" selectCount="1"/>', "scorm2004.random-order"),
        ('<imsss:randomizationControls randomizationTiming="never"/>', None),
        ('<adlseq:constrainedChoiceConsiderations constrainChoice="true"/>', "scorm2004.constrained-choice"),
        ('<imsss:deliveryControls tracked="false"/>', "scorm2004.untracked"),
        (OWN + MAPS, "scorm2004.objective-maps"),
        ('<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>', None),
        (waits_for(1), None),
        (waits_for(2), "scorm2004.objective-of-nobody"),
        ('<imsss:controlMode choice="true" flow="true"/>', None),
    ],
)
def test_what_is_not_followed_is_told_of_packages_of_several_parts(tmp_path, said: str, code: str | None):
    report = check_files(tmp_path, dict(sequenced(I1=tells(1), I2=said)))
    found = [(one.code, one.facts["item"]) for one in report.problems if one.code in followed.CODES - {HIDDEN}]
    assert found == ([(code, "Phần 2")] if code else [])
    assert [one.facts["item"] for one in report.problems if one.code == HIDDEN] == ["Ẩn"]
    assert report.ok, [one.code for one in report.problems]


def test_data_that_parts_would_share_are_not_kept_and_it_is_told(tmp_path):
    files = dict(sequenced())
    title = "<title>Phần 2</title>"
    data = '<adlcp:data><adlcp:map targetID="d1"/></adlcp:data>'
    files[XML] = files[XML].replace(title, title + data, 1)
    (one,) = [one for one in check_files(tmp_path, files).problems if one.code == "scorm2004.shared-data"]
    assert one.facts["item"] == "Phần 2"


def test_of_one_part_there_is_nothing_to_follow(tmp_path):
    report = check_files(tmp_path, spoiled("scorm2004", XML, 'tracked="true"', 'tracked="false"'))
    assert report.problems == ()


def test_what_every_item_has_is_told_once_with_the_first_of_them(tmp_path):
    files = dict(sequenced(I1=AFTER, I2=AFTER, I3=AFTER, I4=AFTER, H1=AFTER))
    (one,) = [one for one in check_files(tmp_path, files).problems if one.code == "scorm2004.rules-at-the-end"]
    assert one.facts["item"] == "Phần 1», «Chương 2», «Phần 2», «Đọc thêm», «… (+1)"
    assert one.says("en").startswith("«Phần 1», «Chương 2», «Phần 2», «Đọc thêm», «… (+1)»: rules for the end")
