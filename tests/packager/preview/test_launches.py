"""What of a package can be opened, in which order and under which headings."""

from pathlib import Path

import pytest

from content_packager import inspect, open_package
from content_packager.preview.launches import launches
from tests.materials.parts import SEVERAL
from tests.packager.check.packages import replaced, write_zip


def found(path: Path, files: dict[str, str]):
    package = write_zip(path / "several.zip", files)
    with open_package(package) as opened:
        return launches(inspect(package), opened.names())


@pytest.mark.parametrize("base", ["scorm12", "scorm2004"])
def test_the_default_way_through_is_listed_and_hidden_items_are_not(tmp_path: Path, base: str):
    rows = [(one.title, one.headings, one.page, one.silent) for one in found(tmp_path, dict(SEVERAL[base]))]
    assert rows == [
        ("Phần 1", (), "index.html", False),
        ("Phần 2", ("Chương 2",), "index.html?2", False),
        ("Đọc thêm", ("Chương 2",), "them.html", True),
    ]


def test_another_organization_is_the_way_where_the_manifest_says_so(tmp_path: Path):
    files = dict(SEVERAL["scorm12"])
    files["imsmanifest.xml"] = replaced(files["imsmanifest.xml"], 'default="O1"', 'default="O2"')
    assert [one.title for one in found(tmp_path, files)] == ["Phần 2 nữa"]


def test_units_of_cmi5_stand_under_their_blocks_and_not_under_the_course(tmp_path: Path):
    rows = [(one.title, one.headings) for one in found(tmp_path, dict(SEVERAL["cmi5"]))]
    assert rows == [("Bài 1", ("Chương 1",)), ("Bài 2", ("Chương 1",)), ("Ôn tập", ())]
