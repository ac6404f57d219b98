"""One valid package per standard, made by script, and the ways to spoil it."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from content_packager.checks.run import check
from content_packager.report import Report

PAGE = """<!doctype html>
<html lang="vi"><head><meta charset="utf-8"><title>Bài</title></head>
<body><p>Bài học</p></body></html>
"""
API_12 = "var api = parent.API; api.LMSInitialize('');\n"
API_2004 = "var api = parent.API_1484_11; api.Initialize('');\n"

SCORM_12 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
  <organizations default="O1">
    <organization identifier="O1">
      <title>Phân số</title>
      <item identifier="I1" identifierref="R1">
        <title>Phần 1</title>
        <adlcp:masteryscore>50</adlcp:masteryscore>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" href="index.html" adlcp:scormtype="sco">
      <file href="index.html"/>
      <file href="api.js"/>
    </resource>
  </resources>
</manifest>
"""
SCORM_2004 = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="M1" version="1" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
    xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
    xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" xmlns:imsss="http://www.imsglobal.org/xsd/imsss">
  <metadata><schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion></metadata>
  <organizations default="O1">
    <organization identifier="O1">
      <title>Phân số</title>
      <item identifier="I1" identifierref="R1">
        <title>Phần 1</title>
        <adlcp:timeLimitAction>exit,message</adlcp:timeLimitAction>
        <adlcp:completionThreshold minProgressMeasure="0.8"/>
        <imsss:sequencing>
          <imsss:sequencingRules>
            <imsss:preConditionRule>
              <imsss:ruleConditions><imsss:ruleCondition condition="satisfied"/></imsss:ruleConditions>
              <imsss:ruleAction action="skip"/>
            </imsss:preConditionRule>
          </imsss:sequencingRules>
          <imsss:rollupRules objectiveMeasureWeight="1"/>
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="P1" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
            <imsss:objective objectiveID="P2"/>
          </imsss:objectives>
          <imsss:deliveryControls tracked="true"/>
        </imsss:sequencing>
        <adlnav:presentation><adlnav:navigationInterface>
          <adlnav:hideLMSUI>exit</adlnav:hideLMSUI>
        </adlnav:navigationInterface></adlnav:presentation>
      </item>
      <imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="R1" type="webcontent" href="index.html" adlcp:scormType="sco">
      <file href="index.html"/>
      <file href="api.js"/>
    </resource>
  </resources>
</manifest>
"""
TINCAN = """<?xml version="1.0" encoding="UTF-8"?>
<tincan xmlns="http://projecttincan.com/tincan.xsd">
  <activities>
    <activity id="https://truong.example/bai-1" type="http://adlnet.gov/expapi/activities/course">
      <name lang="vi">Phân số</name>
      <description lang="vi">Bài học</description>
      <launch lang="vi">index.html?lop=6</launch>
    </activity>
    <activity id="https://truong.example/bai-1/cau-1" type="http://adlnet.gov/expapi/activities/question">
      <name lang="vi">Câu 1</name>
      <description lang="vi">Câu hỏi</description>
    </activity>
  </activities>
</tincan>
"""
CMI5 = """<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="https://truong.example/khoa">
    <title><langstring lang="vi">Phân số</langstring></title>
    <description><langstring lang="vi">Khoá học</langstring></description>
  </course>
  <objectives>
    <objective id="https://truong.example/muc-tieu">
      <title><langstring lang="vi">Mục tiêu</langstring></title>
      <description><langstring lang="vi">So sánh phân số</langstring></description>
    </objective>
  </objectives>
  <block id="https://truong.example/khoi">
    <title><langstring lang="vi">Chương 1</langstring></title>
    <description><langstring lang="vi">Mở đầu</langstring></description>
    <objectives><objective idref="https://truong.example/muc-tieu"/></objectives>
    <au id="https://truong.example/bai" moveOn="Passed" masteryScore="0.5" launchMethod="OwnWindow"
        activityType="http://adlnet.gov/expapi/activities/lesson">
      <title><langstring lang="vi">Bài 1</langstring></title>
      <description><langstring lang="vi">Bài học</langstring></description>
      <objectives><objective idref="https://truong.example/muc-tieu"/></objectives>
      <url>index.html?lop=6</url>
      <launchParameters>a=1</launchParameters>
      <entitlementKey>k</entitlementKey>
    </au>
  </block>
</courseStructure>
"""
BASES: Mapping[str, Mapping[str, str]] = {
    "scorm12": {"imsmanifest.xml": SCORM_12, "index.html": PAGE, "api.js": API_12},
    "scorm2004": {"imsmanifest.xml": SCORM_2004, "index.html": PAGE, "api.js": API_2004},
    "tincan": {"tincan.xml": TINCAN, "index.html": PAGE},
    "cmi5": {"cmi5.xml": CMI5, "index.html": PAGE},
}


def write_zip(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def replaced(text: str, old: str, new: str) -> str:
    assert old in text, f"the base no longer says {old!r}"
    return text.replace(old, new, 1)


def spoiled(base: str, manifest: str, old: str, new: str) -> dict[str, str | bytes]:
    """The base's files with one replacement in its manifest."""
    return {**BASES[base], manifest: replaced(BASES[base][manifest], old, new)}


def check_files(folder: Path, files: Mapping[str, str | bytes]) -> Report:
    return check(write_zip(folder / "package.zip", files))


def codes(report: Report) -> list[str]:
    return sorted(problem.code for problem in report.problems)


def places(report: Report) -> list[tuple[str, str]]:
    """(code, place) of every problem, as a reader sees them."""
    return sorted((problem.code, str(problem.place)) for problem in report.problems)
