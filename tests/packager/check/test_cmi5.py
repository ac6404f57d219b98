"""Every requirement of the cmi5 specification on a course structure: one spoiled package per row."""

import pytest

from content_packager.checks.cmi5 import REQUIREMENTS
from content_packager.checks.run import check
from content_packager.report import Standard
from tests.packager.check.packages import BASES, CMI5, check_files, places, replaced, spoiled

XML = "cmi5.xml"
COURSE, BLOCK, AU = "courseStructure/course", "courseStructure/block", "courseStructure/block/au"
OBJECTIVE = "courseStructure/objectives/objective"

TITLE = '<title><langstring lang="vi">{}</langstring></title>'
DESCRIPTION = '<description><langstring lang="vi">{}</langstring></description>'
AU_TEXT = CMI5[CMI5.index("    <au ") : CMI5.index("  </block>")]
BLOCK_TEXT = CMI5[CMI5.index("  <block ") : CMI5.index("</courseStructure>")]
# requirement, what is replaced by what in the valid structure, the code, the place
CASES = [
    ("root", "courseStructure", "course-structure", "cmi5.root", ":2 course-structure"),
    ("namespace", "/v1/", "/v2/", "cmi5.namespace", ":2 courseStructure"),
    ("course", CMI5[CMI5.index("  <course ") : CMI5.index("  <objectives>")], "", "structure.element-missing",
     ":2 courseStructure"),
    ("course-once", "</course>", "</course><course id='https://x.example/2'><title><langstring>a</langstring></title>"
     "<description><langstring>b</langstring></description></course>", "structure.element-repeated",
     ":2 courseStructure"),
    ("course-id", ' id="https://truong.example/khoa"', "", "structure.attribute-missing", f":3 {COURSE}"),
    ("course-id-iri", "https://truong.example/khoa", "khoa", "cmi5.id-form", f":3 {COURSE}"),
    ("course-title", TITLE.format("Phân số"), "", "structure.element-missing", f":3 {COURSE}"),
    ("course-description", DESCRIPTION.format("Khoá học"), "", "structure.element-missing", f":3 {COURSE}"),
    ("some-au", BLOCK_TEXT, "", "structure.element-missing", ":2 courseStructure"),
    ("block-id", ' id="https://truong.example/khoi"', "", "structure.attribute-missing", f":13 {BLOCK}"),
    ("block-id-iri", "https://truong.example/khoi", "/khoi", "cmi5.id-form", f":13 {BLOCK}"),
    ("block-id-unique", "https://truong.example/khoi", "https://truong.example/khoa", "cmi5.id-twice", f":13 {BLOCK}"),
    ("block-title", TITLE.format("Chương 1"), "", "structure.element-missing", f":13 {BLOCK}"),
    ("block-description", DESCRIPTION.format("Mở đầu"), "", "structure.element-missing", f":13 {BLOCK}"),
    ("block-filled", AU_TEXT, "", "structure.element-missing", f":13 {BLOCK}"),
    ("objective-id", "</objectives>\n  <block", "<objective><title><langstring>a</langstring></title><description>"
     "<langstring>b</langstring></description></objective></objectives>\n  <block", "structure.attribute-missing",
     f":12 {OBJECTIVE}[2]"),
    ("objective-id-iri", "</objectives>\n  <block", "<objective id='a b'><title><langstring>a</langstring></title>"
     "<description><langstring>b</langstring></description></objective></objectives>\n  <block", "cmi5.id-form",
     f":12 {OBJECTIVE}[2]"),
    ("objective-id-unique", "https://truong.example/khoi", "https://truong.example/muc-tieu", "cmi5.id-twice",
     f":13 {BLOCK}"),
    ("objective-title", TITLE.format("Mục tiêu"), "", "structure.element-missing", f":8 {OBJECTIVE}"),
    ("objective-description", DESCRIPTION.format("So sánh phân số"), "", "structure.element-missing",
     f":8 {OBJECTIVE}"),
    ("objectives-filled", '<objectives><objective idref="https://truong.example/muc-tieu"/></objectives>\n    <au',
     "<objectives/>\n    <au", "structure.element-missing", f":16 {BLOCK}/objectives"),
    ("objective-reference", 'idref="https://truong.example/muc-tieu"', 'idref="https://truong.example/khac"',
     "cmi5.objective-dangling", f":16 {BLOCK}/objectives/objective"),
    ("objective-idref", 'idref="https://truong.example/muc-tieu"', "", "cmi5.objective-dangling",
     f":16 {BLOCK}/objectives/objective"),
    ("au-id", 'id="https://truong.example/bai" ', "", "structure.attribute-missing", f":17 {AU}"),
    ("au-id-iri", "https://truong.example/bai", "bai", "cmi5.id-form", f":17 {AU}"),
    ("au-id-unique", "https://truong.example/bai", "https://truong.example/khoi", "cmi5.id-twice", f":17 {AU}"),
    ("au-title", TITLE.format("Bài 1"), "", "structure.element-missing", f":17 {AU}"),
    ("au-description", DESCRIPTION.format("Bài học"), "", "structure.element-missing", f":17 {AU}"),
    ("au-url", "<url>index.html?lop=6</url>", "", "structure.element-missing", f":17 {AU}"),
    ("au-url-filled", "index.html?lop=6", " ", "cmi5.url-empty", f":22 {AU}/url"),
    ("au-url-form", "index.html?lop=6", "index.html?lop=6 a", "cmi5.url-form", f":22 {AU}/url"),
    ("au-url-form", "index.html?lop=6", "http://[", "cmi5.url-form", f":22 {AU}/url"),
    ("au-url-query", "?lop=6", "?fetch=6", "cmi5.query-clash", f":22 {AU}/url"),
    ("au-url-included", "index.html?lop=6", "bai.html", "cmi5.url-missing", f":22 {AU}/url"),
    ("au-url-included", "index.html?lop=6", "//x.example/bai.html", "cmi5.url-missing", f":22 {AU}/url"),
    ("au-url-included", "index.html?lop=6", "Index.html", "cmi5.url-other-case", f":22 {AU}/url"),
    ("launch-method", "OwnWindow", "NewWindow", "structure.value", f":17 {AU}"),
    ("move-on", 'moveOn="Passed"', 'moveOn="passed"', "structure.value", f":17 {AU}"),
    ("mastery-decimal", 'masteryScore="0.5"', 'masteryScore="5e-1"', "cmi5.mastery-score", f":17 {AU}"),
    ("mastery-range", 'masteryScore="0.5"', 'masteryScore="50"', "cmi5.mastery-score", f":17 {AU}"),
    ("mastery-places", 'masteryScore="0.5"', 'masteryScore="0.55555"', "cmi5.mastery-places", f":17 {AU}"),
    ("activity-type", "http://adlnet.gov/expapi/activities/lesson", "lesson", "cmi5.activity-type", f":17 {AU}"),
    ("langstring", '<langstring lang="vi">Bài 1</langstring>', "", "structure.element-missing", f":19 {AU}/title"),
    ("langstring", "Bài 1", "", "cmi5.text-empty", f":19 {AU}/title/langstring"),
    ("language", 'lang="vi">Bài 1', 'lang="tiếng Việt">Bài 1', "cmi5.language", f":19 {AU}/title/langstring"),
    ("order", "<launchParameters>a=1</launchParameters>\n      <entitlementKey>k</entitlementKey>",
     "<entitlementKey>k</entitlementKey>\n      <launchParameters>a=1</launchParameters>", "cmi5.order",
     f":24 {AU}/launchParameters"),
    ("no-other-element", "<launchParameters>", "<colour/><launchParameters>", "cmi5.element-unknown",
     f":23 {AU}/colour"),
    ("no-other-attribute", 'moveOn="Passed"', 'moveOn="Passed" colour="red"', "cmi5.attribute-unknown",
     f":17 {AU}"),
    ("no-text", "<url>", "lạc<url>", "cmi5.text", f":17 {AU}"),
    ("extension", "</au>", "<colour xmlns=''/></au>", "cmi5.element-unknown", f":25 {AU}/colour"),
    ("extension-place", "</url>", "<x:a xmlns:x='urn:x'/></url>", "cmi5.element-unknown", f":22 {AU}/url/x:a"),
    ("extension-place", "</langstring>", "<x:a xmlns:x='urn:x'/></langstring>", "cmi5.element-unknown",
     f":4 {COURSE}/title/langstring/x:a"),
    ("extension-place", "<url>", "<url xmlns:x='urn:x' x:a=''>", "cmi5.attribute-unknown", f":22 {AU}/url"),
    ("extension-schema", "</au>", "<x:colour xmlns:x='https://x.example/ns'/></au>", "cmi5.extension-without-schema",
     f":25 {AU}/x:colour"),
]  # fmt: skip
ELSEWHERE = {
    "name": "test_the_file_is_named_cmi5_xml",
    "place": "test_the_file_stands_in_the_root_folder",
    "au-url-alone": "test_a_structure_alone_has_only_full_urls",
}
"""Requirement → the test of its own that breaks it."""


@pytest.mark.parametrize(
    ("requirement", "old", "new", "code", "place"),
    CASES,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(CASES, 1)],
)
def test_a_broken_requirement_is_one_problem_at_its_place(tmp_path, requirement, old, new, code, place):
    manifest = CMI5.replace(old, new) if requirement == "root" else replaced(CMI5, old, new)
    spare = {"ns.xsd": "<schema/>"} if requirement == "extension-place" else {}
    report = check_files(tmp_path, {**BASES["cmi5"], XML: manifest, **spare})
    assert places(report) == [(code, f"{XML}{place}")]
    assert report.standards == (Standard.CMI5,)


def test_every_requirement_has_its_case():
    assert {row[0] for row in CASES} | ELSEWHERE.keys() == REQUIREMENTS.keys()
    for requirement, _, _, code, _ in CASES:
        assert code in REQUIREMENTS[requirement].codes or code.endswith(("other-case", "text-empty"))


def test_the_valid_package_has_no_problem(tmp_path):
    assert check_files(tmp_path, BASES["cmi5"]).problems == ()


def test_the_file_is_named_cmi5_xml(tmp_path):
    files = {"CMI5.xml": CMI5, "index.html": BASES["cmi5"]["index.html"]}
    assert places(check_files(tmp_path, files)) == [("package.manifest-case", "CMI5.xml")]


def test_the_file_stands_in_the_root_folder(tmp_path):
    files = {f"bai/{name}": text for name, text in BASES["cmi5"].items()}
    assert places(check_files(tmp_path, files)) == [("package.nested-root", "bai/cmi5.xml")]


def test_a_structure_alone_has_only_full_urls(tmp_path):
    alone = tmp_path / "khoa.xml"
    alone.write_text(CMI5, "utf-8")
    assert places(check(alone)) == [("cmi5.url-relative", f"khoa.xml:22 {AU}/url")]
    alone.write_text(replaced(CMI5, "index.html", "https://x.example/index.html"), "utf-8")
    assert places(check(alone)) == [("cmi5.url-elsewhere", f"khoa.xml:22 {AU}/url")]


def test_each_other_site_that_a_structure_opens_is_told_once(tmp_path):
    unit = CMI5[CMI5.index("    <au ") : CMI5.index("  </block>")]
    more = "".join(
        unit.replace("/bai", f"/bai-{n}").replace("index.html?lop=6", f"https://noi-khac.example/{n}") for n in "23"
    )
    report = check_files(tmp_path, {**BASES["cmi5"], XML: replaced(CMI5, "  </block>", more + "  </block>")})
    assert [(each.code, each.says("vi")) for each in report.problems] == [
        ("cmi5.url-elsewhere", "Có phần mở trang ở máy chủ khác: noi-khac.example.")
    ]
    assert report.ok


@pytest.mark.parametrize(
    "url", ["http://noi-khac.example/", "app://mo", "https://truong.example@noi-khac.example/", "https:///x"]
)
def test_a_page_elsewhere_that_is_not_safe_is_told_and_left_out(tmp_path, url):
    report = check_files(tmp_path, spoiled("cmi5", XML, "index.html?lop=6", url))
    assert places(report) == [("cmi5.url-unsafe", f"{XML}:22 {AU}/url")]


def test_without_move_on_a_part_counts_as_done_at_once(tmp_path):
    report = check_files(tmp_path, spoiled("cmi5", XML, ' moveOn="Passed"', ""))
    assert places(report) == [("cmi5.move-on-default", f"{XML}:17 {AU}")]
    assert report.ok


@pytest.mark.parametrize("schema", ["file", "hint"])
def test_an_extension_with_its_schema_is_welcome(tmp_path, schema):
    files = spoiled("cmi5", XML, "</au>", "<x:colour xmlns:x='https://x.example/ns'/></au>")
    if schema == "file":
        files["ns.xsd"] = "<schema/>"
    else:
        hint = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='https://x.example/ns ns.xsd'"
        files[XML] = files[XML].replace("<courseStructure ", f"<courseStructure {hint} ")
    assert check_files(tmp_path, files).problems == ()


def test_a_thousand_parts_are_judged(tmp_path):
    parts = "".join(AU_TEXT.replace("example/bai", f"example/bai-{number}") for number in range(1_001))
    assert check_files(tmp_path, spoiled("cmi5", XML, AU_TEXT, parts)).problems == ()


def test_blocks_stand_in_blocks_and_parts_at_the_top(tmp_path):
    inner = BLOCK_TEXT.replace("truong.example/khoi", "truong.example/k2").replace("truong.example/bai", "x.example/b")
    files = spoiled("cmi5", XML, "  </block>", f"{inner}</block>{AU_TEXT.replace('example/bai', 'example/b3')}")
    assert check_files(tmp_path, files).problems == ()
