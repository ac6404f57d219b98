"""What a manifest tells a run-time of its items, as an LMS has to pass it on; what can't be is left out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from content_packager import inspect
from content_packager.preview.launches import with_parameters
from content_packager.run_time import RunTime
from content_packager.sequencing import FREE
from tests.packager.check.packages import BASES, replaced, write_zip

XML = "imsmanifest.xml"
SEQUENCING_2004 = BASES["scorm2004"][XML].partition("<imsss:sequencing>")[2].partition("</imsss:sequencing>")[0]


def told(folder: Path, base: str, *changes: tuple[str, str]) -> RunTime:
    manifest = BASES[base][XML]
    for old, new in changes:
        manifest = replaced(manifest, old, new)
    (found,) = inspect(write_zip(folder / "p.zip", {**BASES[base], XML: manifest})).manifests
    (item,) = [node for node in found.tree if node.kind == "item"]
    return item.run_time


def with_12(text: str) -> tuple[str, str]:
    return "<adlcp:masteryscore>50</adlcp:masteryscore>", text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<adlcp:masteryscore> 80 </adlcp:masteryscore>", {"passing": "80"}),
        ("<adlcp:masteryscore>101</adlcp:masteryscore>", {}),
        ("<adlcp:masteryscore>80%</adlcp:masteryscore>", {}),
        ("<adlcp:datafromlms>a=1&amp;b=ế</adlcp:datafromlms>", {"launch_data": "a=1&b=ế"}),
        (f"<adlcp:datafromlms>{'x' * 4001}</adlcp:datafromlms>", {}),
        ("<adlcp:maxtimeallowed>0001:30:00</adlcp:maxtimeallowed>", {"max_time": "0001:30:00"}),
        ("<adlcp:maxtimeallowed>PT1H</adlcp:maxtimeallowed>", {}),
        ("<adlcp:timelimitaction>exit,no message</adlcp:timelimitaction>", {"time_action": "exit,no message"}),
        ("<adlcp:timelimitaction>stop</adlcp:timelimitaction>", {}),
    ],
)
def test_scorm_12(tmp_path: Path, text: str, wanted: Mapping[str, str]):
    assert told(tmp_path, "scorm12", with_12(text)) == RunTime(**wanted)


def test_maps_of_the_fourth_edition_are_not_taken_for_the_objectives(tmp_path: Path):
    last = '<imsss:deliveryControls tracked="true"/>'
    maps = """<adlseq:objectives><adlseq:objective objectiveID="P1"><adlseq:mapInfo targetObjectiveID="G"
      readRawScore="true"/></adlseq:objective></adlseq:objectives>"""
    assert told(tmp_path, "scorm2004", (last, last + maps)).passing == "0.5"


def test_scorm_2004_as_a_whole(tmp_path: Path):
    threshold = ('minProgressMeasure="0.8"', 'completedByMeasure="true" minProgressMeasure="0.8"')
    limits = (
        "<imsss:rollupRules",
        '<imsss:limitConditions attemptAbsoluteDurationLimit="PT30M"/><imsss:rollupRules',
    )
    data = ("<adlcp:completion", "<adlcp:dataFromLMS>x</adlcp:dataFromLMS><adlcp:completion")
    found = told(tmp_path, "scorm2004", threshold, limits, data)
    assert replace(found, sequencing=FREE) == RunTime(
        passing="0.5",
        launch_data="x",
        max_time="PT30M",
        time_action="exit,message",
        completion="0.8",
        objectives=("P1", "P2"),
        hides=("exit",),
    )


MEASURE = "<imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure>"
OF_ANOTHER = f'<imsss:objective objectiveID="P2" satisfiedByMeasure="true">{MEASURE}</imsss:objective>'


@pytest.mark.parametrize(
    ("changes", "passing"),
    [
        ([("0.5<", "-0.25<")], "-0.25"),
        ([(MEASURE, "")], "1.0"),  # the default (SN §3.10.2)
        ([(' satisfiedByMeasure="true"', "")], ""),  # named, and not to be used
        ([(' satisfiedByMeasure="true"', ' satisfiedByMeasure="1"')], "0.5"),
        ([("0.5<", "1.5<")], ""),
        ([(' satisfiedByMeasure="true"', ""), (MEASURE, ""), ('<imsss:objective objectiveID="P2"/>', OF_ANOTHER)], ""),
    ],
)
def test_the_pass_mark_is_the_measure_that_satisfies_the_primary_objective(tmp_path: Path, changes, passing: str):
    assert told(tmp_path, "scorm2004", *changes).passing == passing


@pytest.mark.parametrize(
    ("written", "completion"),
    [
        ('<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.8"/>', "0.8"),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', "1.0"),
        ('<adlcp:completionThreshold completedByMeasure="false" minProgressMeasure="0.8"/>', ""),
        ('<adlcp:completionThreshold minProgressMeasure="0.8"/>', ""),
        ("<adlcp:completionThreshold>0.6</adlcp:completionThreshold>", "0.6"),  # of the editions before the 4th
        ("<adlcp:completionThreshold>60</adlcp:completionThreshold>", ""),
    ],
)
def test_the_threshold_of_the_progress(tmp_path: Path, written: str, completion: str):
    found = told(tmp_path, "scorm2004", ('<adlcp:completionThreshold minProgressMeasure="0.8"/>', written))
    assert found.completion == completion


def test_sequencing_may_stand_in_the_collection_and_its_parts_be_replaced(tmp_path: Path):
    one = f'<imsss:sequencing ID="S">{SEQUENCING_2004}</imsss:sequencing>'
    shared = f"<imsss:sequencingCollection>{one}</imsss:sequencingCollection></manifest>"
    whole = f"<imsss:sequencing>{SEQUENCING_2004}</imsss:sequencing>"
    found = told(tmp_path, "scorm2004", (whole, '<imsss:sequencing IDRef="S"/>'), ("</manifest>", shared))
    assert (found.passing, found.objectives) == ("0.5", ("P1", "P2"))
    own = (
        '<imsss:sequencing IDRef="S"><imsss:objectives><imsss:primaryObjective/></imsss:objectives></imsss:sequencing>'
    )
    found = told(tmp_path, "scorm2004", (whole, own), ("</manifest>", shared))
    assert (found.passing, found.objectives) == ("", ())


@pytest.mark.parametrize(
    ("page", "parameters", "whole"),
    [
        ("a.html", "?lop=6", "a.html?lop=6"),
        ("a.html", "lop=6", "a.html?lop=6"),
        ("a.html", "&lop=6", "a.html?lop=6"),
        ("a.html?x=1", "?lop=6", "a.html?x=1&lop=6"),
        ("a.html?x=1#trang", "lop=6", "a.html?x=1&lop=6#trang"),
        ("a.html", "#trang-2", "a.html#trang-2"),
        ("a.html#trang-1", "#trang-2", "a.html#trang-1"),
        ("a.html", "", "a.html"),
        ("a.html", "?", "a.html"),
    ],
)
def test_parameters_stand_behind_the_page_in_whatever_way_they_are_written(page: str, parameters: str, whole: str):
    assert with_parameters(page, parameters) == whole


def test_a_page_lies_behind_the_bases_of_what_it_stands_in(tmp_path: Path):
    manifest = replaced(BASES["scorm12"][XML], "<resources>", '<resources xml:base="bai/">')
    manifest = replaced(manifest, 'identifier="R1"', 'identifier="R1" xml:base="mot/"')
    (found,) = inspect(write_zip(tmp_path / "p.zip", {**BASES["scorm12"], XML: manifest})).manifests
    assert [node.launch for node in found.tree if node.launch] == ["bai/mot/index.html"]


@pytest.mark.parametrize(
    ("controls", "completes"),
    [("tracked='true'", True), ("completionSetByContent='true'", False), ("completionSetByContent='false'", True)],
)
def test_whether_content_says_by_itself_that_it_is_complete(tmp_path: Path, controls: str, completes: bool):
    assert told(tmp_path, "scorm2004", ('tracked="true"', controls)).completes is completes
