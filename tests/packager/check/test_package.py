"""What concerns a package as a whole: where its manifest lies, and which standards it follows."""

import pytest

from content_packager.report import Standard
from tests.packager.check.packages import BASES, PAGE, SCORM_12, check_files, codes, places


def test_a_zip_without_a_manifest_is_no_package(tmp_path):
    report = check_files(tmp_path, {"index.html": PAGE})
    assert codes(report) == ["package.no-manifest"]
    assert report.standards == ()


def test_a_nested_root_is_told_and_its_manifest_judged_all_the_same(tmp_path):
    files = {f"bai/{name}": text for name, text in BASES["scorm12"].items()}
    files["bai/imsmanifest.xml"] = SCORM_12.replace(">50<", ">500<")
    place = "bai/imsmanifest.xml:10 manifest/organizations/organization/item/adlcp:masteryscore"
    report = check_files(tmp_path, files)
    assert places(report) == [("package.nested-root", "bai/imsmanifest.xml"), ("scorm12.mastery-score", place)]
    assert report.standards == (Standard.SCORM_12,)


def test_the_manifest_is_named_in_small_letters(tmp_path):
    files = dict(BASES["scorm12"])
    files["IMSManifest.xml"] = files.pop("imsmanifest.xml")
    assert places(check_files(tmp_path, files)) == [("package.manifest-case", "IMSManifest.xml")]


def test_a_second_manifest_below_is_a_note(tmp_path):
    manifest = SCORM_12.replace('<file href="api.js"/>', '<file href="api.js"/><file href="x/imsmanifest.xml"/>')
    report = check_files(tmp_path, {**BASES["scorm12"], "imsmanifest.xml": manifest, "x/imsmanifest.xml": SCORM_12})
    assert places(report) == [("package.another-manifest", "x/imsmanifest.xml")]
    assert report.ok


def test_all_standards_of_a_package_are_judged(tmp_path):
    files = {**BASES["scorm12"], **BASES["tincan"], **BASES["cmi5"]}
    report = check_files(tmp_path, files)
    assert codes(report) == ["package.several-standards"]
    assert report.standards == (Standard.CMI5, Standard.SCORM_12, Standard.TINCAN)


def test_backslashes_are_told_once_and_the_files_are_found_all_the_same(tmp_path):
    manifest = SCORM_12.replace("api.js", "js/api.js")
    files = {"imsmanifest.xml": manifest, "index.html": PAGE, "js\\api.js": BASES["scorm12"]["api.js"]}
    assert places(check_files(tmp_path, files)) == [("name.backslash", "js\\\\api.js".replace("\\\\", "\\"))]


@pytest.mark.parametrize("base", BASES)
def test_the_json_of_a_report_carries_sentences_in_both_languages(tmp_path, base):
    name = next(iter(BASES[base]))
    report = check_files(tmp_path, {**BASES[base], name: "<x/>"})
    for language in ("vi", "en"):
        row = report.as_json(language)
        assert row["ok"] is False
        assert all(problem["says"] and problem["means"] and problem["cure"] for problem in row["problems"])


def test_the_gravest_problem_comes_first(tmp_path):
    manifest = SCORM_12.replace("<title>Phân số</title>", "").replace(">50<", ">500<")
    report = check_files(tmp_path, {**BASES["scorm12"], "imsmanifest.xml": manifest, "x/tincan.xml": ""})
    assert [problem.severity for problem in report.problems] == sorted(
        (problem.severity for problem in report.problems), key=["error", "warning", "note"].index
    )


def test_what_a_computer_left_behind_is_one_note(tmp_path):
    left = {"__MACOSX/._api.js": b"\x00\x05\x16\x07\xff", "bai/.DS_Store": b"\x00", "Thumbs.db": b"\xff"}
    report = check_files(tmp_path, {**BASES["scorm12"], **left})
    assert places(report) == [("package.leftovers", "__MACOSX/._api.js")]
    assert report.problems[0].facts["count"] == "3"
