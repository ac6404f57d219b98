"""SCORM 2004 sequencing over HTTP: what is shut and why, where continue and previous lead, and what comes of it."""

import re
from pathlib import Path

import pytest

from bridge.domain.attempts import AttemptState
from tests.materials.parts import STEP_BY_STEP, sequenced, tells, waits_for
from tests.web.classroom import open_room, publish
from tests.web.test_parts import come, open_part, say, signs
from tests.web.test_play import attempts
from tests.web.test_prerequisites import reasons
from tests.web.world import Browser, Pages

FLOW = '<imsss:controlMode choice="false" flow="true"/>'
SKIPPED = (
    waits_for(1)
    .replace('operator="not" condition="satisfied"', 'condition="satisfied"')
    .replace('<imsss:ruleCondition referencedObjective="before" operator="not" condition="objectiveStatusKnown"/>', "")
)


def room_with(pages: Pages, folder: Path, **said: str) -> Pages:
    open_room(pages, folder)
    pages.material = publish(pages, folder, "scorm2004", **sequenced(**said))  # type: ignore[attr-defined]
    pages.base = "scorm2004"  # type: ignore[attr-defined]
    return pages


def go(room: Pages, way: str, part: int, target: str = "") -> Browser:
    browser = come(room)
    query = f"?target={target}" if target else ""
    browser.get(browser.here(f"play/{attempts(room)[0].id}/parts/{part}/{way}{query}"))
    return browser


def here(browser: Browser) -> str:
    found = re.search(r"Phần (\d)/3", browser.text)
    return found[1] if found else "list"


def test_a_part_waits_until_the_one_before_is_passed(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I1=tells(1), I2=waits_for(1))
    browser = come(room)
    assert [sign for _, sign in signs(browser)] == ["○", "✕", "○"]
    assert reasons(browser) == ["Cần đạt trước: Phần 1."]
    say(room, open_part(room, 1), score="4")
    assert [sign for _, sign in signs(come(room))] == ["✓", "✕", "○"]
    browser = come(room)
    assert "/p/" not in browser.send(browser.here("play/"), part="2").get_data(as_text=True)
    say(room, open_part(room, 1), score="5")
    assert [sign for _, sign in signs(come(room))] == ["✓", "○", "○"]
    assert open_part(room, 2).sit()["elements"]["cmi.objectives.0.id"] == "before"


def test_an_objective_that_content_satisfies_opens_what_waits_for_it_and_is_found_there(pages: Pages, tmp_path: Path):
    """Not the part's own success: one of its further objectives, by its place among those of the manifest."""
    further = """<imsss:objectives><imsss:primaryObjective objectiveID="own"/><imsss:objective objectiveID="doc">
      <imsss:mapInfo targetObjectiveID="g1" writeSatisfiedStatus="true" writeNormalizedMeasure="true"/>
      </imsss:objective></imsss:objectives>"""
    room = room_with(pages, tmp_path, I1=further, I2=waits_for(1))
    content = open_part(room, 1)
    begun = content.sit()
    assert begun["elements"]["cmi.objectives.1.id"] == "doc" and begun["elements"]["cmi.entry"] == "ab-initio"
    said = {"cmi__objectives__1__success_status": "passed", "cmi__objectives__1__score__scaled": "0.75"}
    assert content.commit(begun["sitting"], 1, **said).status_code == 200
    assert open_part(room, 1).sit()["elements"]["cmi.entry"] == "resume"
    found = open_part(room, 2).sit()["elements"]
    names = ("id", "success_status", "score.scaled")
    assert [found.get(f"cmi.objectives.0.{name}") for name in names] == ["before", "passed", "0.75"]


def test_a_way_without_choice_opens_step_by_step(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, whole=STEP_BY_STEP, H1=FLOW)
    assert reasons(come(room)) == ["Bài học mở theo thứ tự; phần mở được bây giờ: Phần 1."] * 2
    content = open_part(room)
    assert content.sit()["ways"] == {"continue": True, "previous": False, "choice": ["I1", "I2"]}
    assert [here(go(room, "continue", 1)), here(go(room, "previous", 1)), here(go(room, "choice", 1, "I3"))] == [
        "2",
        "list",
        "list",
    ]
    second = open_part(room, 2)
    assert second.sit()["ways"] == {"continue": True, "previous": True, "choice": ["I1", "I2", "I3"]}
    assert [here(go(room, "continue", 2)), here(go(room, "previous", 2))] == ["3", "1"]
    assert [here(go(room, "exit", 2)), here(go(room, "choice", 2, "I9"))] == ["list", "list"]


def test_what_may_be_asked_for_changes_with_what_content_says(pages: Pages, tmp_path: Path):
    stops = """<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions conditionCombination="any">
      <imsss:ruleCondition operator="not" condition="completed"/>
      <imsss:ruleCondition operator="not" condition="activityProgressKnown"/></imsss:ruleConditions>
      <imsss:ruleAction action="stopForwardTraversal"/></imsss:preConditionRule></imsss:sequencingRules>"""
    room = room_with(pages, tmp_path, whole=STEP_BY_STEP, H1=FLOW, I1=stops)
    content = open_part(room, 1)
    begun = content.sit()
    assert begun["ways"]["continue"] is False
    said = content.commit(begun["sitting"], 1, cmi__completion_status="completed").get_json()
    assert said["ways"] == {"continue": True, "previous": False, "choice": ["I1", "I2"]}


def test_what_the_package_passes_over_need_not_be_done(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I1=tells(1), I2=SKIPPED, I3=SKIPPED)
    assert [sign for _, sign in signs(come(room))] == ["○", "○", "○"]
    say(room, open_part(room, 1), score="8")
    (attempt,) = attempts(room)
    assert [sign for _, sign in signs(come(room))] == ["✓", "–", "–"]
    assert (attempt.state, attempt.score) == (AttemptState.CLOSED, 80)


def test_what_was_not_passed_over_is_still_asked_for(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, I1=tells(1), I2=SKIPPED, I3=SKIPPED)
    say(room, open_part(room, 1), score="4")
    assert (attempts(room)[0].state, attempts(room)[0].score) == (AttemptState.OPEN, None)


def test_other_pupils_and_other_ways_get_nowhere(pages: Pages, tmp_path: Path):
    room = room_with(pages, tmp_path, whole=STEP_BY_STEP, H1=FLOW)
    open_part(room)
    mine = attempts(room)[0].id
    other = come(room, code="HS12")
    assert other.get(other.here(f"play/{mine}/parts/1/continue")).status_code == 404
    assert other.get(other.here(f"play/{mine}/parts/1/abandon")).status_code == 404


@pytest.mark.parametrize("part", [1, 2, 3])
def test_where_the_package_leads_nowhere_the_next_part_is_the_one_below(pages: Pages, tmp_path: Path, part: int):
    room = room_with(pages, tmp_path)
    open_part(room, part)
    assert here(go(room, "continue", part)) == (str(part + 1) if part < 3 else "list")


def test_controls_that_a_package_hides_are_not_shown(pages: Pages, tmp_path: Path):
    hidden = """<adlnav:presentation><adlnav:navigationInterface><adlnav:hideLMSUI>previous</adlnav:hideLMSUI>
      <adlnav:hideLMSUI>continue</adlnav:hideLMSUI><adlnav:hideLMSUI>exitAll</adlnav:hideLMSUI>
      </adlnav:navigationInterface></adlnav:presentation>"""
    open_room(pages, tmp_path)
    files = dict(sequenced(whole=STEP_BY_STEP, H1=FLOW, I2="<imsss:deliveryControls/>"))
    files["imsmanifest.xml"] = files["imsmanifest.xml"].replace(
        "<imsss:sequencing><imsss:deliveryControls/></imsss:sequencing>", hidden
    )
    pages.material = publish(pages, tmp_path, "scorm2004", **files)  # type: ignore[attr-defined]
    first = come(pages)
    first.send(first.here("play/"))
    assert "Phần sau" in first.text
    open_part(pages).sit()
    second = come(pages)
    second.send(second.here("play/"), part="2")
    assert here(second) == "2" and "Phần sau" not in second.text and "Phần trước" not in second.text
    assert "Về trang bài học" in second.text
