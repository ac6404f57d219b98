"""Packages with several parts, made by script out of those with one. A `tincan.xml` has one launch: `check` says so."""

from collections.abc import Mapping

from tests.materials.lessons import LESSONS
from tests.packager.check.packages import replaced

_ITEMS = """</item>
      <item identifier="H1"><title>Chương 2</title>
        <item identifier="I2" identifierref="R2"><title>Phần 2</title></item>
        <item identifier="I3" identifierref="R3"><title>Đọc thêm</title></item>
        <item identifier="I4" identifierref="R3" isvisible="false"><title>Ẩn</title></item>
      </item>"""
_OTHER_WAY = """<organization identifier="O2"><title>Đường khác</title>
      <item identifier="J1" identifierref="R2"><title>Phần 2 nữa</title></item>
    </organization>
  </organizations>"""
_RESOURCES = """<resource identifier="R2" type="webcontent" href="index.html?2" {word}="sco">
      <file href="index.html"/>
    </resource>
    <resource identifier="R3" type="webcontent" href="them.html" {word}="asset">
      <file href="them.html"/>
    </resource>
  </resources>"""
_UNIT = """<au id="https://truong.example/bai-2" moveOn="Completed">
      <title><langstring lang="vi">Bài 2</langstring></title>
      <description><langstring lang="vi">Bài 2</langstring></description><url>index.html?lop=7</url></au>
  </block>
  <au id="https://truong.example/on-tap"><title><langstring lang="vi">Ôn tập</langstring></title>
      <description><langstring lang="vi">Ôn tập</langstring></description><url>index.html?lop=8</url></au>
</courseStructure>"""


def _scorm(base: str, word: str) -> Mapping[str, str]:
    """Two parts that speak, the second below a heading, and one that does not; one that is hidden, and another way
    through the same that is not the default one."""
    manifest = LESSONS[base]["imsmanifest.xml"]
    end = manifest.index("</item>")
    manifest = manifest[:end] + _ITEMS + manifest[end + len("</item>") :]
    manifest = replaced(manifest, "</organizations>", _OTHER_WAY)
    manifest = replaced(manifest, "</resources>", _RESOURCES.format(word=word))
    page = '<!doctype html><html lang="vi"><meta charset="utf-8"><title>Đọc</title><p>Đọc thêm</p></html>'
    return {**LESSONS[base], "imsmanifest.xml": manifest, "them.html": page}


SEVERAL: Mapping[str, Mapping[str, str]] = {
    "scorm12": _scorm("scorm12", "adlcp:scormtype"),
    "scorm2004": _scorm("scorm2004", "adlcp:scormType"),
    "cmi5": {
        **LESSONS["cmi5"],
        "cmi5.xml": replaced(LESSONS["cmi5"]["cmi5.xml"], "</block>\n</courseStructure>", _UNIT),
    },
}


def with_prerequisites(**scripts: str) -> Mapping[str, str]:
    """The package of SCORM 1.2 with several parts, items by their identifiers under prerequisites."""
    files = dict(SEVERAL["scorm12"])
    for item, script in scripts.items():
        begin = files["imsmanifest.xml"].index(f'identifier="{item}"')
        end = files["imsmanifest.xml"].index("</title>", begin) + len("</title>")
        asked = f'<adlcp:prerequisites type="aicc_script"><![CDATA[{script}]]></adlcp:prerequisites>'
        files["imsmanifest.xml"] = files["imsmanifest.xml"][:end] + asked + files["imsmanifest.xml"][end:]
    return files


def sequenced(*, whole: str = "", **items: str) -> Mapping[str, str]:
    """The package of SCORM 2004 with several parts: `sequencing` of the organization and of items by their identifiers,
    in the place of what the base has."""
    files = dict(SEVERAL["scorm2004"])
    text = files["imsmanifest.xml"]
    begin, end = text.index("<imsss:sequencing>"), text.index("</imsss:sequencing>") + len("</imsss:sequencing>")
    text = text[:begin] + text[end:]  # the first item's own
    text = replaced(text, '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>', whole)
    for item, said in items.items():
        place = text.index(f'identifier="{item}"')
        close = "</item>" if item != "H1" else "</item>\n      </item>"
        place = text.index(close, place) + (len("</item>") if item == "H1" else 0)
        text = text[:place] + f"<imsss:sequencing>{said}</imsss:sequencing>" + text[place:]
    return {**files, "imsmanifest.xml": text}


def waits_for(number: int, *, action: str = "disabled") -> str:
    """As tools export it: shut until the objective that part `number` writes is satisfied."""
    return f"""<imsss:sequencingRules><imsss:preConditionRule>
      <imsss:ruleConditions conditionCombination="any">
        <imsss:ruleCondition referencedObjective="before" operator="not" condition="satisfied"/>
        <imsss:ruleCondition referencedObjective="before" operator="not" condition="objectiveStatusKnown"/>
      </imsss:ruleConditions><imsss:ruleAction action="{action}"/></imsss:preConditionRule></imsss:sequencingRules>
      <imsss:objectives><imsss:primaryObjective/><imsss:objective objectiveID="before">
        <imsss:mapInfo targetObjectiveID="g{number}"/></imsss:objective></imsss:objectives>"""


def tells(number: int, *, mark: str = "0.5") -> str:
    """A part whose score satisfies an objective that others read."""
    return f"""<imsss:objectives><imsss:primaryObjective objectiveID="own" satisfiedByMeasure="true">
      <imsss:minNormalizedMeasure>{mark}</imsss:minNormalizedMeasure>
      <imsss:mapInfo targetObjectiveID="g{number}" writeSatisfiedStatus="true" writeNormalizedMeasure="true"/>
      </imsss:primaryObjective></imsss:objectives>"""


STEP_BY_STEP = '<imsss:sequencing><imsss:controlMode choice="false" flow="true"/></imsss:sequencing>'
