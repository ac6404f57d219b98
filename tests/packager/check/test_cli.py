"""The commands check, repair and inspect as a person meets them."""

import json

import pytest
from click.testing import CliRunner

from content_packager.cli_check import check_command, inspect_command, repair_command
from content_packager.inspecting import inspect
from content_packager.reading.package import RefusedPackage
from tests.packager.check.packages import BASES, spoiled, write_zip
from tests.packager.check.raw_zip import Row, raw_zip

XML = "imsmanifest.xml"


def run(command, *arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def wrong(tmp_path):
    return write_zip(tmp_path / "wrong.zip", spoiled("scorm12", XML, ">50<", ">500<"))


@pytest.fixture
def doubtful(tmp_path):
    return write_zip(tmp_path / "doubtful.zip", spoiled("scorm12", XML, "Phần 1", " "))


@pytest.fixture
def right(tmp_path):
    return write_zip(tmp_path / "right.zip", BASES["scorm12"])


def test_the_exit_code_tells_errors_and_with_strict_warnings(right, doubtful, wrong):
    assert run(check_command, right, doubtful).exit_code == 0
    assert run(check_command, "--strict", right).exit_code == 0
    assert run(check_command, "--strict", doubtful).exit_code == 1
    assert run(check_command, right, wrong).exit_code == 1
    assert run(check_command, "no-such-file").exit_code == 2


def test_a_finding_is_shown_with_place_meaning_and_cure(wrong):
    shown = run(check_command, "--lang", "vi", wrong).output
    assert "LỖI scorm12.mastery-score" in shown
    assert f"{XML}:10 manifest/organizations/organization/item/adlcp:masteryscore" in shown
    assert "«500»" in shown and "→ Ghi số từ 0 đến 100." in shown
    assert "ERROR scorm12.mastery-score" in run(check_command, "--lang", "en", wrong).output


def test_what_a_fault_means_is_said_once_however_often_it_occurs(tmp_path):
    names = [f"bài {number}.html" for number in range(60)]
    shown = run(
        check_command, "--lang", "en", write_zip(tmp_path / "a.zip", {**BASES["scorm12"], **dict.fromkeys(names, "")})
    ).output
    assert shown.count("No <resource> lists the file.") == 50 and "… +10" in shown
    assert shown.count("manifest.file-unlisted") == 1


def test_json_is_one_object_with_a_report_per_file(right, wrong):
    reports = json.loads(run(check_command, "--json", right, wrong).output)["reports"]
    assert [(report["ok"], report["standards"]) for report in reports] == [
        (True, ["scorm-1.2"]),
        (False, ["scorm-1.2"]),
    ]
    problem = reports[1]["problems"][0]
    assert problem["code"] == "scorm12.mastery-score" and problem["place"]["line"] == 10
    assert problem["facts"] == {"name": "adlcp:masteryscore", "value": "500", "expected": "0 … 100"}


def test_what_was_left_out_is_counted(tmp_path):
    path = tmp_path / "many.zip"
    path.write_bytes(raw_zip(*[Row(name=b"%d\\a" % number) for number in range(60)]))
    assert "… +10" in run(check_command, path).output


def test_repair_shows_what_it_did_and_what_is_left(tmp_path):
    old = write_zip(tmp_path / "old.zip", spoiled("scorm12", XML, ">1.2<", ">SCORM 1.2<"))
    result = run(repair_command, old, "-o", tmp_path / "new.zip", "--lang", "en")
    assert result.exit_code == 0
    assert "manifest.version-words  SCORM 1.2 → 1.2" in result.output
    assert "+  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>" in result.output
    assert f"Written: {tmp_path / 'new.zip'}" in result.output


def test_repair_says_when_there_is_nothing_to_do(tmp_path, right, wrong):
    result = run(repair_command, right, "-o", tmp_path / "new.zip", "--lang", "en")
    assert result.exit_code == 0 and "no file was written" in result.output
    assert run(repair_command, wrong, "-o", tmp_path / "new.zip").exit_code == 1
    assert not (tmp_path / "new.zip").exists()


def test_repair_refuses_what_is_dangerous_and_what_exists(tmp_path, right):
    path = tmp_path / "hostile.zip"
    path.write_bytes(raw_zip(Row(name=b"../a")))
    refused = run(repair_command, path, "-o", tmp_path / "new.zip", "--lang", "en")
    assert refused.exit_code == 1 and "name.traversal" in refused.output
    assert run(repair_command, right, "-o", right).exit_code == 2
    wrong = write_zip(tmp_path / "wrong.zip", spoiled("scorm12", XML, ">1.2<", ">SCORM 1.2<"))
    assert run(repair_command, wrong, "-o", tmp_path / "no-folder" / "new.zip").exit_code == 2


def test_inspect_shows_the_tree_and_the_metadata(right):
    shown = run(inspect_command, right).output
    assert "scorm-1.2 1.2" in shown
    assert "schemaversion: 1.2" in shown
    assert "  organization «Phân số»" in shown
    assert "    item «Phần 1» → index.html  [identifier=I1 identifierref=R1 masteryscore=50 scormType=sco]" in shown
    assert ".html" in shown


def test_inspect_in_json_describes_every_standard(tmp_path):
    files = {**BASES["scorm2004"], **BASES["tincan"], **BASES["cmi5"]}
    told = json.loads(run(inspect_command, "--json", write_zip(tmp_path / "a.zip", files)).output)
    assert [manifest["standard"] for manifest in told["manifests"]] == ["cmi5", "scorm-2004", "tincan"]
    course, block, au = told["manifests"][0]["tree"]
    assert [(node["kind"], node["title"], node["depth"]) for node in (course, block, au)] == [
        ("course", "Phân số", 0), ("block", "Chương 1", 0), ("au", "Bài 1", 1)]  # fmt: skip
    assert au["launch"] == "index.html?lop=6" and au["facts"]["masteryScore"] == "0.5"
    item = told["manifests"][1]["tree"][1]
    assert item["facts"]["minNormalizedMeasure"] == "0.5"
    assert told["manifests"][2]["tree"][0]["title"] == "Phân số"


@pytest.mark.parametrize("data", [b"", b"%PDF", raw_zip(Row(), directory_size=60_000)])
def test_what_is_no_zip_cannot_be_inspected(tmp_path, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with pytest.raises(RefusedPackage):
        inspect(path)
    assert run(inspect_command, path).exit_code == 1


def test_a_damaged_manifest_leaves_the_rest_described(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(raw_zip(Row(name=XML.encode(), crc=1), Row(name=b"a.html")))
    inspection = inspect(path)
    assert inspection.manifests == () and inspection.kinds == ((".xml", 1, 5), (".html", 1, 5))


def test_a_bomb_is_inspected_without_unpacking_it(tmp_path):
    path = tmp_path / "bomb.zip"
    path.write_bytes(raw_zip(Row(data=b"a", size=2_000_000_000, packed=5)))
    assert inspect(path).unpacked == 2_000_000_000
