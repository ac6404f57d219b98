"""What stands inside the packages."""

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import etree

from content_packager import Options, build, check
from content_packager.formats import FORMATS
from tests.packager.build.lessons import SETTINGS, write_files, write_lesson
from tests.packager.build.schemas import schema_of

SCORM = ["scorm12", "scorm2004-3", "scorm2004-4"]
ZIPPED = [name for name in FORMATS if name != "web"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lesson")
    out = tmp_path_factory.mktemp("out")
    return {one.format: one for one in build(write_lesson(folder), list(FORMATS), out).packages}


def manifest(package, name="imsmanifest.xml"):
    with zipfile.ZipFile(package.path) as archive:
        return etree.fromstring(archive.read(name))


@pytest.mark.parametrize("name", SCORM)
def test_a_manifest_is_valid_against_the_official_schemas(built, name):
    schema = schema_of(name)
    assert schema.validate(manifest(built[name])), schema.error_log


@pytest.mark.parametrize("name", SCORM)
def test_the_schemas_would_have_found_a_fault(built, name):
    document = manifest(built[name])
    organization = document.find("{*}organizations/{*}organization")
    organization.append(organization.find("{*}title"))  # the title belongs before the items
    assert not schema_of(name).validate(document)


@pytest.mark.parametrize("name", SCORM)
def test_a_manifest_lists_every_file_and_no_other(built, name):
    with zipfile.ZipFile(built[name].path) as archive:
        inside = set(archive.namelist()) - {"imsmanifest.xml"}
    listed = {unquote(file.get("href")) for file in manifest(built[name]).iter("{*}file")}
    assert listed == inside


@pytest.mark.parametrize(
    ("name", "version", "attribute"),
    [
        ("scorm12", "1.2", "adlcp:scormtype"),
        ("scorm2004-3", "2004 3rd Edition", "adlcp:scormType"),
        ("scorm2004-4", "2004 4th Edition", "adlcp:scormType"),
    ],
)
def test_moodle_finds_the_words_it_looks_for_literally(built, name, version, attribute):
    with zipfile.ZipFile(built[name].path) as archive:
        text = archive.read("imsmanifest.xml").decode()
    assert f"<schemaversion>{version}</schemaversion>" in text
    assert f'{attribute}="sco"' in text


@pytest.mark.parametrize("name", SCORM)
def test_a_title_does_not_look_like_a_tag_to_moodle(built, name):
    assert "<1>" in SETTINGS
    titles = {title.text for title in manifest(built[name]).iterfind(".//{*}organization//{*}title")}
    assert titles == {"Hằng đẳng thức & những điều đáng nhớ < 1>"}


def test_the_pass_mark_is_in_percent_in_scorm_12(built):
    assert manifest(built["scorm12"]).findtext(".//{*}masteryscore") == "50"


@pytest.mark.parametrize("name", ["scorm2004-3", "scorm2004-4"])
def test_the_pass_mark_is_a_measure_in_scorm_2004(built, name):
    assert float(manifest(built[name]).findtext(".//{*}minNormalizedMeasure")) == 0.5


def test_a_tincan_package_has_one_launchable_activity(built):
    [activity] = manifest(built["xapi"], "tincan.xml").iter("{*}activity")
    assert activity.findtext("{*}launch") == "index.html"
    assert activity.get("id").startswith("urn:uuid:")


def test_cmi5_makes_a_unit_of_each_part_inside_a_block(built):
    units = manifest(built["cmi5"], "cmi5.xml").findall("{*}block/{*}au")
    assert [unit.findtext("{*}url") for unit in units] == ["index.html?part=1", "index.html?part=2"]
    assert [unit.get("masteryScore") for unit in units] == ["0.5000", "0.5000"]
    assert [unit.get("moveOn") for unit in units] == ["Completed", "Completed"]


def test_cmi5_asks_for_a_pass_where_the_lesson_does(tmp_path):
    lesson = write_lesson(tmp_path / "lesson", settings=SETTINGS + 'completion = "passed"\n')
    [package] = build(lesson, ["cmi5"], tmp_path / "out").packages
    units = manifest(package, "cmi5.xml").iter("{*}au")
    assert {unit.get("moveOn") for unit in units} == {"CompletedAndPassed"}


@pytest.mark.parametrize("name", ZIPPED)
def test_our_own_check_finds_nothing_but_what_is_worth_knowing(built, name):
    report = check(built[name].path)
    assert report.standards
    assert {(problem.severity, problem.code) for problem in report.problems} == {("note", "page.script")}


def test_nor_in_a_lesson_with_a_pdf(tmp_path):
    lesson = write_lesson(tmp_path / "lesson", extra={"3.pdf": b"%PDF-1.4\n%%EOF\n"})
    for package in build(lesson, ZIPPED, tmp_path / "out").packages:
        assert {problem.severity for problem in check(package.path).problems} == {"note"}


@pytest.mark.parametrize("name", ZIPPED)
def test_the_sidecar_tells_what_is_inside(built, name):
    facts = json.loads(built[name].sidecar.read_text("utf-8"))
    with zipfile.ZipFile(built[name].path) as archive:
        assert {file["name"]: file["size"] for file in facts["files"]} == {
            info.filename: info.file_size for info in archive.infolist()
        }
        assert facts["launch"] in archive.namelist()
    assert facts["size"] == built[name].path.stat().st_size
    assert facts["version"] == built[name].version
    assert facts["pass_mark"] == 50
    assert facts["metadata"]["requirements"] == ["020108.0202d3"]


@pytest.mark.parametrize("name", ZIPPED)
@pytest.mark.parametrize("store", [False, True])
def test_the_same_lesson_makes_the_same_bytes(tmp_path, name, store):
    options = Options(store=store)
    first, second = (
        build(write_lesson(tmp_path / f"{turn}/lesson"), [name], tmp_path / f"{turn}/out", options).packages[0]
        for turn in "ab"
    )
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sidecar.read_bytes() == second.sidecar.read_bytes()


def test_calls_run_side_by_side_as_in_a_web_worker(tmp_path):
    lesson = write_lesson(tmp_path / "lesson", extra={"4.pdf": b"%PDF-1.7"})

    def work(turn: int) -> tuple[bytes, int]:
        packages = build(lesson, ZIPPED, tmp_path / f"out-{turn}").packages
        problems = sum(len(check(package.path).problems) for package in packages)
        return b"".join(package.path.read_bytes() for package in packages), problems

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(work, range(8)))
    assert all(result == results[0] for result in results)


def test_the_version_does_not_depend_on_compression(tmp_path):
    lesson = write_lesson(tmp_path / "lesson")
    [packed] = build(lesson, ["scorm12"], tmp_path / "packed").packages
    [stored] = build(lesson, ["scorm12"], tmp_path / "stored", Options(store=True)).packages
    assert packed.version == stored.version
    assert packed.size < stored.size


def test_the_version_changes_with_a_word(tmp_path):
    [one] = build(write_lesson(tmp_path / "a"), ["scorm12"], tmp_path / "out").packages
    lesson = write_lesson(tmp_path / "b", extra={"3.md": "# Thêm\n\nMột câu.\n"})
    [other] = build(lesson, ["scorm12"], tmp_path / "out").packages
    assert one.version != other.version


def test_building_changes_nothing_in_the_source(tmp_path):
    lesson = write_lesson(tmp_path / "lesson")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in lesson.iterdir()}
    build(lesson, list(FORMATS), tmp_path / "out")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in lesson.iterdir()} == before


def test_a_web_folder_is_replaced_whole(tmp_path):
    lesson = write_lesson(tmp_path / "lesson")
    [package] = build(lesson, ["web"], tmp_path / "out").packages
    (package.path / "old.html").write_text("old")
    build(lesson, ["web"], tmp_path / "out")
    assert not (package.path / "old.html").exists()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [package.path.name, package.sidecar.name]


@pytest.mark.parametrize("name", FORMATS)
def test_no_page_asks_another_host_for_anything(built, name):
    page = _page(built[name])
    loaded = page.xpath("//@src | //link/@href | //@data-src | //@data-pdf | //@poster")
    assert loaded
    assert [address for address in loaded if ":" in address or address.startswith("/")] == []


def test_ready_pages_keep_their_names(tmp_path):
    files = {"index.html": "<p>Xin chào</p>", "hình ảnh/Ảnh 1.jpg": b"\xff\xd8", ".hidden": "x", "Thumbs.db": "x"}
    lesson = write_files(tmp_path / "Bài giảng", files)
    [package] = build(lesson, ["scorm12"], tmp_path / "out").packages
    with zipfile.ZipFile(package.path) as archive:
        names = set(archive.namelist())
    assert {"parts/01/index.html", "parts/01/hình ảnh/Ảnh 1.jpg"} <= names
    assert not any("hidden" in name or "Thumbs" in name for name in names)
    hrefs = {file.get("href") for file in manifest(package).iter("{*}file")}
    assert "parts/01/h%C3%ACnh%20%E1%BA%A3nh/%E1%BA%A2nh%201.jpg" in hrefs


def test_schemas_of_the_user_go_into_the_root(tmp_path):
    schemas = write_files(tmp_path / "xsd", {"imscp_rootv1p1p2.xsd": "<x/>", "common/a.xsd": "<y/>"})
    lesson = write_lesson(tmp_path / "lesson")
    [package] = build(lesson, ["scorm12"], tmp_path / "out", Options(schemas=schemas)).packages
    with zipfile.ZipFile(package.path) as archive:
        assert {"imscp_rootv1p1p2.xsd", "common/a.xsd"} <= set(archive.namelist())


def _page(package) -> etree._Element:
    path: Path = package.path
    if path.is_dir():
        return etree.HTML((path / "index.html").read_bytes())
    with zipfile.ZipFile(path) as archive:
        return etree.HTML(archive.read("index.html"))
