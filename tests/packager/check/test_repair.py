"""Repair: only what has one certain cure; the old file stays; the new one checks clean."""

import zipfile

import pytest

from content_packager.checks.run import check
from content_packager.reading.package import RefusedPackage
from content_packager.repairing import repair
from content_packager.report import Severity
from tests.packager.check.packages import API_12, BASES, PAGE, SCORM_12, codes, replaced, spoiled, write_zip
from tests.packager.check.raw_zip import Row, raw_zip

XML = "imsmanifest.xml"
RESOURCE = SCORM_12[SCORM_12.index("    <resource ") : SCORM_12.index("  </resources>")]


def raw_package(before: bytes = b"", after: bytes = b"") -> bytes:
    rows = [Row(name=name.encode(), data=text.encode()) for name, text in BASES["scorm12"].items()]
    return raw_zip(*rows, before=before, after=after)


def moved(files, **names):
    return {names.get(name.replace(".", "_"), name): text for name, text in files.items()}


MENDED = {
    "nested root": ({f"bai/{name}": text for name, text in BASES["scorm12"].items()}, "package.nested-root"),
    "manifest's name": (moved(BASES["scorm12"], imsmanifest_xml="ImsManifest.XML"), "package.manifest-case"),
    "backslashes": (
        {**spoiled("scorm12", XML, "api.js", "js/api.js"), "js\\api.js": API_12, "api.js": None}, "name.backslash"),
    "spelling of 1.2": (spoiled("scorm12", XML, ">1.2<", ">SCORM 1.2<"), "manifest.version-words"),
    "blank after 1.2": (spoiled("scorm12", XML, ">1.2<", "> 1.2 <"), "manifest.version-words"),
    "second edition": (spoiled("scorm2004", XML, "2004 4th Edition", "2004 2nd Edition"), "manifest.version-words"),
    "edition's case": (spoiled("scorm2004", XML, "2004 4th Edition", "2004 4TH EDITION"), "manifest.version-words"),
    "missing scormtype": (spoiled("scorm12", XML, ' adlcp:scormtype="sco"', ""), "manifest.scormtype-missing"),
    "missing scormType": (spoiled("scorm2004", XML, ' adlcp:scormType="sco"', ""), "manifest.scormtype-missing"),
    "spelling of scormtype": (spoiled("scorm12", XML, "adlcp:scormtype", "adlcp:scormType"),
                              "manifest.scormtype-spelling"),
    "spelling of scormType": (spoiled("scorm2004", XML, "adlcp:scormType", "adlcp:scormtype"),
                              "manifest.scormtype-spelling"),
    "case of sco": (spoiled("scorm12", XML, '"sco"', '"SCO"'), "manifest.scormtype-value"),
    "launch page unlisted": (spoiled("scorm12", XML, '<file href="index.html"/>', ""), "manifest.launch-unlisted"),
    "script unlisted": (spoiled("scorm12", XML, '<file href="api.js"/>', ""), "manifest.file-unlisted"),
    "all unlisted": (
        {**spoiled("scorm12", XML, RESOURCE, '<resource identifier="R1" type="webcontent" href="index.html"'
         ' adlcp:scormtype="sco"/>'), "bài & 1#%.html": PAGE}, "manifest.file-unlisted"),
    "bare ampersand": (spoiled("scorm12", XML, "Phân số", "Toán & Lý"), "xml.bare-ampersand"),
    "bytes before": (raw_package(before=b"#!/bin/sh\n"), "zip.leading-bytes"),
    "bytes after": (raw_package(after=b"\0\0\0"), "zip.trailing-bytes"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "code"), MENDED.values(), ids=list(MENDED))
def test_a_certain_cure_makes_the_package_clean(tmp_path, files, code):
    path, out = tmp_path / "old.zip", tmp_path / "new.zip"
    if isinstance(files, bytes):
        path.write_bytes(files)
    else:
        write_zip(path, {name: text for name, text in files.items() if text is not None})
    before = path.read_bytes()
    repaired = repair(path, out)
    assert [change.code for change in repaired.changes] == [code]
    left = {problem.code for problem in repaired.report.problems} - {"name.dropped-by-moodle"}
    assert left == set()
    assert repaired.report.path == out
    assert path.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == ["new.zip", "old.zip"]


def test_an_unmarked_name_gets_its_flag(tmp_path):
    path = tmp_path / "old.zip"
    manifest = replaced(SCORM_12, '<file href="api.js"/>', '<file href="api.js"/><file href="bài.html"/>')
    rows = [Row(name=name.encode(), data=text.encode()) for name, text in BASES["scorm12"].items() if name != XML]
    path.write_bytes(raw_zip(Row(name=XML.encode(), data=manifest.encode()), *rows, Row(name="bài.html".encode())))
    assert codes(check(path)) == ["name.utf8-unmarked"]
    assert repair(path, tmp_path / "new.zip").report.problems == ()


def test_several_faults_are_mended_in_one_go(tmp_path):
    manifest = replaced(replaced(SCORM_12, ">1.2<", ">scorm 1.2<"), ' adlcp:scormtype="sco"', "")
    manifest = replaced(replaced(manifest, '<file href="api.js"/>', ""), "Phân số", "A & B")
    files = {f"x\\{name}": text for name, text in {**BASES["scorm12"], XML: manifest}.items()}
    repaired = repair(write_zip(tmp_path / "old.zip", files), tmp_path / "new.zip")
    assert {change.code for change in repaired.changes} == {
        "name.backslash", "package.nested-root", "xml.bare-ampersand", "manifest.version-words",
        "manifest.scormtype-missing", "manifest.file-unlisted",
    }  # fmt: skip
    assert repaired.report.problems == ()


UNCERTAIN = {
    "edition not told": spoiled("scorm2004", XML, "2004 4th Edition", "2004"),
    "words against namespaces": spoiled("scorm2004", XML, "2004 4th Edition", "SCORM 1.2"),
    "files beside a nested root": {"b.html": PAGE} | {f"bai/{name}": text for name, text in BASES["scorm12"].items()},
    "unlisted with two resources": spoiled(
        "scorm12", XML, '<file href="api.js"/>\n    </resource>',
        '</resource><resource identifier="R2" type="webcontent"/>'),
    "two launches, one script": {
        **spoiled("scorm12", XML, "</organization>", '<item identifier="I2" identifierref="R2"><title>2</title></item>'
                  "</organization>"),
        XML: replaced(replaced(SCORM_12, "</organization>", '<item identifier="I2" identifierref="R2">'
                               "<title>2</title></item></organization>"),
                      "</resources>", '<resource identifier="R2" type="webcontent" href="b.html"><file href="b.html"/>'
                      "</resource></resources>"), "b.html": PAGE},
    "dangling file": spoiled("scorm12", XML, "</resource>", '<file href="b.js"/></resource>'),
    "mastery out of range": spoiled("scorm12", XML, ">50<", ">500<"),
    "broken XML": spoiled("scorm12", XML, "</item>", ""),
    "ampersand beside a comment": spoiled("scorm12", XML, "<title>Phân số", "<!-- a & b --><title>A & B"),
    "UTF-16": {**BASES["scorm12"], XML: SCORM_12.replace("UTF-8", "UTF-16").replace(">1.2<", ">x<").encode("utf-16")},
    "nothing wrong": dict(BASES["scorm12"]),
}  # fmt: skip


@pytest.mark.parametrize("files", UNCERTAIN.values(), ids=list(UNCERTAIN))
def test_what_is_not_certain_is_left_alone_and_nothing_is_written(tmp_path, files):
    path, out = write_zip(tmp_path / "old.zip", files), tmp_path / "new.zip"
    repaired = repair(path, out)
    assert repaired.changes == () and repaired.difference == ""
    assert codes(repaired.report) == codes(check(path))
    assert not out.exists()


@pytest.mark.parametrize("row", [
    Row(name=b"../a"), Row(flags=1), Row(attributes=0xA1FF << 16), Row(crc=1), Row(size=3), Row(method=12),
])  # fmt: skip
def test_a_dangerous_or_damaged_archive_is_refused(tmp_path, row):
    path = tmp_path / "old.zip"
    path.write_bytes(raw_zip(Row(name=b"b\\c"), row, before=b"x"))
    with pytest.raises(RefusedPackage):
        repair(path, tmp_path / "new.zip")
    assert [found.name for found in tmp_path.iterdir()] == ["old.zip"]


def test_what_is_there_is_never_written_over(tmp_path):
    path = write_zip(tmp_path / "old.zip", BASES["scorm12"])
    with pytest.raises(FileExistsError):
        repair(path, path)


def test_names_that_would_clash_stay_as_they_are(tmp_path):
    files = {**BASES["scorm12"], "A\\b.js": API_12, "a/b.js": API_12}
    repaired = repair(write_zip(tmp_path / "old.zip", files), tmp_path / "new.zip")
    assert "name.backslash" not in {change.code for change in repaired.changes}


def test_an_asset_is_what_calls_nothing(tmp_path):
    files = {**spoiled("scorm12", XML, ' adlcp:scormtype="sco"', ""), "api.js": "var a;"}
    repaired = repair(write_zip(tmp_path / "old.zip", files), tmp_path / "new.zip")
    assert repaired.changes[0].after == 'adlcp:scormtype="asset"'
    assert repaired.report.of(Severity.ERROR) == ()


def test_the_difference_shows_only_the_mended_lines(tmp_path):
    path = write_zip(tmp_path / "old.zip", spoiled("scorm12", XML, ">1.2<", ">SCORM 1.2<"))
    lines = repair(path, tmp_path / "new.zip").difference.splitlines()
    assert [line.strip() for line in lines if line[:1] in "+-"][2:] == [
        "-  <metadata><schema>ADL SCORM</schema><schemaversion>SCORM 1.2</schemaversion></metadata>",
        "+  <metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>",
    ]


def test_other_files_keep_their_bytes_and_their_compression(tmp_path):
    path, out = tmp_path / "old.zip", tmp_path / "new.zip"
    files = spoiled("scorm12", XML, ">1.2<", ">SCORM 1.2<")
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text, zipfile.ZIP_STORED if name == "api.js" else zipfile.ZIP_DEFLATED)
    repair(path, out)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == list(files)
        assert archive.getinfo("api.js").compress_type == zipfile.ZIP_STORED
        assert archive.getinfo("index.html").compress_type == zipfile.ZIP_DEFLATED
        assert all(archive.read(name).decode() == files[name] for name in files if name != XML)
