"""Each rule of SCORM 1.2: the valid package with one thing spoiled shows that one problem, at its place."""

import pytest

from content_packager.report import Standard
from tests.materials.parts import with_prerequisites
from tests.packager.check.packages import BASES, check_files, places, spoiled

XML = "imsmanifest.xml"
ITEM = "manifest/organizations/organization/item"
RESOURCE = "manifest/resources/resource"
SECOND = '<item identifier="I2" identifierref="R1"><title>Phần 2</title></item>'


def asked(script: str) -> str:
    return f'<adlcp:prerequisites type="aicc_script"><![CDATA[{script}]]></adlcp:prerequisites>'


CASES = [
    ("ADL SCORM", "ADL SCORN", "manifest.schema", ":4 manifest/metadata/schema"),
    (">1.2<", ">1.2 <", "manifest.version-words", ":4 manifest/metadata/schemaversion"),
    (">1.2<", ">SCORM 1.2<", "manifest.version-words", ":4 manifest/metadata/schemaversion"),
    (">1.2<", ">2004 4th Edition<", "manifest.version-mismatch", ":4 manifest/metadata/schemaversion"),
    ("<schemaversion>1.2</schemaversion>", "", "manifest.version-missing", ":2 manifest"),
    ("imscp_rootv1p1p2", "imscp_rootv1p1", "manifest.namespace", ":2 manifest"),
    ("adlcp_rootv1p2", "adlcp_rootv1p9", "manifest.adl-namespace", ":2 manifest"),
    ('default="O1"', 'default="O9"', "manifest.default-dangling", ":5 manifest/organizations"),
    (' default="O1"', "", "manifest.default-missing", ":5 manifest/organizations"),
    ("<title>Phân số</title>", "", "manifest.title-missing", ":6 manifest/organizations/organization"),
    ("Phần 1", " ", "manifest.title-missing", f":8 {ITEM}"),
    ("Phần 1", "Khi x &lt;1", "manifest.title-tag", f":9 {ITEM}/title"),
    ("</organization>", '<item identifier="I2"><title>Hai</title></item></organization>',
     "manifest.item-without-resource", f":12 {ITEM}[2]"),
    ("</organization>", SECOND.replace("R1", "R9") + "</organization>", "manifest.item-dangling", f":12 {ITEM}[2]"),
    ("</organization>", SECOND.replace("I2", "I1") + "</organization>", "manifest.identifier-twice", f":12 {ITEM}[2]"),
    ('identifier="I1"', 'identifier="1 I"', "manifest.identifier-form", f":8 {ITEM}"),
    ('identifier="I1" ', "", "structure.attribute-missing", f":8 {ITEM}"),
    ('identifierref="R1"', 'identifierref=" R1 "', "manifest.identifier-blanks", f":8 {ITEM}"),
    ('identifier="I1"', 'identifier="I1" parameters="lop=6"', "manifest.parameters-form", f":8 {ITEM}"),
    ('identifier="I1"', 'identifier="I1" isvisible="yes"', "structure.value", f":8 {ITEM}"),
    ('identifier="I1"', 'identifier="I1" colour="red"', "structure.attribute-unknown", f":8 {ITEM}"),
    ('identifier="I1"', 'identifier="I1" x:a="red"', "xml.prefix-unbound", f":8 {ITEM}"),
    ("<title>Phần 1</title>", "<title>Phần 1</title><x:a/>", "xml.prefix-unbound", f":9 {ITEM}/x:a"),
    ("50<", "101<", "scorm12.mastery-score", f":10 {ITEM}/adlcp:masteryscore"),
    ("50<", "-1<", "scorm12.mastery-score", f":10 {ITEM}/adlcp:masteryscore"),
    ("50<", "5e1<", "scorm12.mastery-score", f":10 {ITEM}/adlcp:masteryscore"),
    ("50<", " <", "scorm12.empty-value", f":10 {ITEM}/adlcp:masteryscore"),
    ("<adlcp:masteryscore>", "<adlcp:maxtimeallowed/><adlcp:masteryscore>",
     "scorm12.empty-value", f":10 {ITEM}/adlcp:maxtimeallowed"),
    ("<adlcp:masteryscore>", "<adlcp:timelimitaction/><adlcp:masteryscore>",
     "scorm12.empty-value", f":10 {ITEM}/adlcp:timelimitaction"),
    ("<adlcp:masteryscore>", "<adlcp:maxtimeallowed>1h</adlcp:maxtimeallowed><adlcp:masteryscore>",
     "structure.value", f":10 {ITEM}/adlcp:maxtimeallowed"),
    ("<adlcp:masteryscore>", "<adlcp:timelimitaction>stop</adlcp:timelimitaction><adlcp:masteryscore>",
     "structure.value", f":10 {ITEM}/adlcp:timelimitaction"),
    ("<adlcp:masteryscore>", f"<adlcp:datafromlms>{'x' * 256}</adlcp:datafromlms><adlcp:masteryscore>",
     "scorm12.launch-data-length", f":10 {ITEM}/adlcp:datafromlms"),
    ("<adlcp:masteryscore>", "<adlcp:prerequisites> </adlcp:prerequisites><adlcp:masteryscore>",
     "structure.attribute-missing", f":10 {ITEM}/adlcp:prerequisites"),
    ("<adlcp:masteryscore>", f"{asked('I1 I1')}<adlcp:masteryscore>",
     "scorm12.prerequisites-form", f":10 {ITEM}/adlcp:prerequisites"),
    ("<adlcp:masteryscore>", f"{asked('~' * 99 + 'I1')}<adlcp:masteryscore>",
     "scorm12.prerequisites-form", f":10 {ITEM}/adlcp:prerequisites"),
    ("<adlcp:masteryscore>", f"{asked('I0')}<adlcp:masteryscore>",
     "scorm12.prerequisites-dangling", f":10 {ITEM}/adlcp:prerequisites"),
    ("<adlcp:masteryscore>", f"{asked('I1=passed')}<adlcp:masteryscore>",
     "scorm12.prerequisites-never", f":10 {ITEM}/adlcp:prerequisites"),
    ("</item>", "<metadata/></item>", "structure.order", f":11 {ITEM}/metadata"),
    ("<title>Phần 1", "<x:a xmlns:x='urn:x'/><title>Phần 1", "structure.order", f":9 {ITEM}/title"),
    ("<title>Phần 1", "lạc<title>Phần 1", "structure.text", f":8 {ITEM}"),
    ("<title>Phần 1", "<title>Phần 1<b/>", "structure.element-unknown", f":9 {ITEM}/title/b"),
    ("</item>", "<colour/></item>", "structure.element-unknown", f":11 {ITEM}/colour"),
    ("</item>", "<colour xmlns=''/></item>", "structure.element-unknown", f":11 {ITEM}/colour"),
    ("</item>", "<adlcp:masteryscore>50</adlcp:masteryscore></item>", "structure.element-repeated", f":8 {ITEM}"),
    ("</manifest>", "<manifest identifier='M2'><organizations/><resources/></manifest></manifest>",
     "manifest.inner-manifest", ":20 manifest/manifest"),
    (' type="webcontent"', ' type="web"', "manifest.resource-type", f":15 {RESOURCE}"),
    (' type="webcontent"', "", "structure.attribute-missing", f":15 {RESOURCE}"),
    (' adlcp:scormtype="sco"', "", "manifest.scormtype-missing", f":15 {RESOURCE}"),
    ("adlcp:scormtype", "adlcp:scormType", "manifest.scormtype-spelling", f":15 {RESOURCE}"),
    ('scormtype="sco"', 'scormtype="SCO"', "manifest.scormtype-value", f":15 {RESOURCE}"),
    ('      <file href="index.html"/>\n', "", "manifest.launch-unlisted", f":15 {RESOURCE}"),
    ('<file href="api.js"/>', "", "manifest.file-unlisted", None),
    ("</resource>", '<file href="b.js"/></resource>', "manifest.file-missing", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href="API.js"/></resource>', "manifest.other-case", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href="a\\b.js"/></resource>', "manifest.href-backslash", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href="../b.js"/></resource>', "manifest.href-outside", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href="/b.js"/></resource>', "manifest.href-outside", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href="//x.example/b"/></resource>', "manifest.href-external", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<file href=""/></resource>', "manifest.href-empty", f":18 {RESOURCE}/file[3]"),
    ("</resource>", '<dependency identifierref="R7"/></resource>', "manifest.dependency-dangling",
     f":18 {RESOURCE}/dependency"),
    ("</resources>", '<resource identifier="R1" type="webcontent"/></resources>', "manifest.identifier-twice",
     f":19 {RESOURCE}[2]"),
    ("1.2</schemaversion>", "1.2</schemaversion><adlcp:location>meta.xml</adlcp:location>", "manifest.file-missing",
     ":4 manifest/metadata/adlcp:location"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place"), CASES)
def test_one_spoiled_thing_is_one_problem_at_its_place(tmp_path, old, new, code, place):
    report = check_files(tmp_path, spoiled("scorm12", XML, old, new))
    assert places(report) == [(code, f"{XML}{place}" if place else "api.js")]
    assert report.standards == (Standard.SCORM_12,)


def test_the_valid_package_has_no_problem(tmp_path):
    assert check_files(tmp_path, BASES["scorm12"]).problems == ()


def test_an_unknown_version_with_the_namespaces_of_2004_is_judged_as_2004(tmp_path):
    files = spoiled("scorm2004", XML, "2004 4th Edition", "2004 5th Edition")
    report = check_files(tmp_path, files)
    assert places(report) == [("manifest.version-words", f"{XML}:5 manifest/metadata/schemaversion")]
    assert report.standards == (Standard.SCORM_2004,)


def test_another_prefix_than_adlcp_is_an_error_because_moodle_goes_by_its_letters(tmp_path):
    files = dict(BASES["scorm12"])
    files[XML] = files[XML].replace("adlcp:", "adl:").replace("xmlns:adlcp=", "xmlns:adl=")
    assert places(check_files(tmp_path, files)) == [("manifest.prefix", f"{XML}:2 manifest")]


def test_a_2004_script_in_a_1_2_package_is_the_wrong_api(tmp_path):
    files = {**BASES["scorm12"], "api.js": BASES["scorm2004"]["api.js"]}
    assert places(check_files(tmp_path, files)) == [("manifest.wrong-api", f"{XML}:15 {RESOURCE}")]


def test_a_sco_that_calls_nothing_is_told(tmp_path):
    files = {**BASES["scorm12"], "api.js": "var a = 1;"}
    assert places(check_files(tmp_path, files)) == [("manifest.sco-without-api", f"{XML}:15 {RESOURCE}")]


def test_sequencing_in_1_2_is_told_once(tmp_path):
    part = "<s:sequencing xmlns:s='http://www.imsglobal.org/xsd/imsss'><s:controlMode/></s:sequencing></item>"
    report = check_files(tmp_path, spoiled("scorm12", XML, "</item>", part.replace("s:", "imsss:", 9)))
    assert [code for code, _ in places(report)] == ["scorm12.part-of-2004", "structure.element-unknown"]


def test_a_query_name_in_both_href_and_parameters_clashes(tmp_path):
    files = spoiled("scorm12", XML, 'href="index.html" a', 'href="index.html?lop=6" a')
    files[XML] = files[XML].replace('identifier="I1"', 'identifier="I1" parameters="?lop=7"')
    assert places(check_files(tmp_path, files)) == [("manifest.query-clash", f"{XML}:8 {ITEM}")]


def test_without_an_organization_there_is_nothing_to_open(tmp_path):
    files = spoiled("scorm12", XML, ' default="O1"', "")
    start, end = files[XML].index("<organization "), files[XML].index("</organizations>")
    files[XML] = files[XML][:start] + files[XML][end:]
    assert places(check_files(tmp_path, files)) == [("manifest.no-organization", f"{XML}:2 manifest")]


def test_an_item_whose_resource_has_no_href_opens_nothing(tmp_path):
    report = check_files(tmp_path, spoiled("scorm12", XML, ' href="index.html" a', " a"))
    assert [code for code, _ in places(report)] == ["manifest.launch-without-href", "manifest.nothing-to-launch"]


def test_a_base_is_put_in_front_as_moodle_does(tmp_path):
    files = spoiled("scorm12", XML, 'type="webcontent"', 'type="webcontent" xml:base="bai/"')
    files |= {f"bai/{name}": files.pop(name) for name in ("index.html", "api.js")}
    assert check_files(tmp_path, files).problems == ()


def test_a_base_above_the_resource_is_followed_and_told_because_moodle_passes_over_it(tmp_path):
    files = spoiled("scorm12", XML, "<resources>", '<resources xml:base="bai/">')
    files |= {f"bai/{name}": files.pop(name) for name in ("index.html", "api.js")}
    assert places(check_files(tmp_path, files)) == [("manifest.base-above", f"{XML}:14 manifest/resources")]


def test_a_launch_page_that_a_dependency_lists_is_listed(tmp_path):
    files = spoiled("scorm12", XML, '      <file href="index.html"/>\n', '<dependency identifierref="R2"/>')
    needed = '<resource identifier="R2" type="webcontent" adlcp:scormtype="asset"><file href="index.html"/></resource>'
    files[XML] = (
        files[XML]
        .replace('<dependency identifierref="R2"/>', "")
        .replace("</resource>", f'<dependency identifierref="R2"/></resource>{needed}')
    )
    assert check_files(tmp_path, files).problems == ()


def test_a_percent_encoded_href_finds_its_file(tmp_path):
    files = spoiled("scorm12", XML, '<file href="api.js"/>', '<file href="b%C3%A0i%20h%E1%BB%8Dc.js"/>')
    files["bài học.js"] = files.pop("api.js")
    assert check_files(tmp_path, files).problems == ()


def test_another_root_is_no_scorm(tmp_path):
    report = check_files(tmp_path, {**BASES["scorm12"], XML: "<list/>"})
    assert places(report) == [("manifest.root", f"{XML}:1 list")]
    assert report.standards == ()


@pytest.mark.parametrize(
    ("scripts", "never"),
    [
        ({"I2": "I1", "I3": "I2"}, []),
        ({"I1": "I3", "I2": "I1", "I3": "I2"}, ["I1", "I2", "I3"]),
        ({"I1": "I3|I2"}, []),
        ({"I1": "I3&I2", "I2": "I1"}, ["I1", "I2"]),
        ({"I1": "I2=not attempted", "I2": "I1"}, []),
        ({"I1": "~I2", "I2": "I1"}, []),
        ({"H1": "I2"}, ["H1"]),  # what is under it waits with it
        ({"I1": "H1", "H1": "I1"}, ["I1", "H1"]),
        ({"H1": "I1"}, []),
        ({"I1": "I4"}, []),  # hidden: named as what can't be opened
        ({"I2": ""}, []),
    ],
)
def test_prerequisites_that_nobody_can_ever_meet(tmp_path, scripts: dict[str, str], never: list[str]):
    files = with_prerequisites(**scripts)
    found = [one for one in check_files(tmp_path, dict(files)).problems if one.code == "scorm12.prerequisites-never"]
    assert sorted(one.facts["script"] for one in found) == sorted(scripts[name] for name in never)
