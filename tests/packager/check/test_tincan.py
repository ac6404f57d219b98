"""Each rule of `tincan.xml`: the valid package with one thing spoiled shows that one problem, at its place."""

import pytest

from content_packager.report import Standard
from tests.packager.check.packages import BASES, check_files, places, spoiled

XML = "tincan.xml"
FIRST = "tincan/activities/activity[1]"
SECOND = "tincan/activities/activity[2]"
CASES = [
    ("tincan.xsd", "tincan1.xsd", "tincan.namespace", ":2 tincan"),
    ('id="https://truong.example/bai-1" ', "", "structure.attribute-missing", f":4 {FIRST}"),
    ("https://truong.example/bai-1", "bai-1", "tincan.id-form", f":4 {FIRST}"),
    ("https://truong.example/bai-1", "https://truong.example/bài 1", "tincan.id-form", f":4 {FIRST}"),
    ("/bai-1/cau-1", "/bai-1", "tincan.id-twice", f":9 {SECOND}"),
    ("http://adlnet.gov/expapi/activities/course", "course", "tincan.type-form", f":4 {FIRST}"),
    ('<name lang="vi">Phân số</name>', "", "structure.element-missing", f":4 {FIRST}"),
    ("Phân số", "", "tincan.text-empty", f":5 {FIRST}/name"),
    ("Bài học", " ", "tincan.text-empty", f":6 {FIRST}/description"),
    ('lang="vi">Phân', 'lang="tiếng Việt">Phân', "tincan.language", f":5 {FIRST}/name"),
    ('<launch lang="vi">index.html?lop=6</launch>', "", "tincan.nothing-to-launch", ":2 tincan"),
    ("index.html?lop=6", "", "tincan.launch-empty", f":7 {FIRST}/launch"),
    ("index.html?lop=6", "bai.html", "tincan.launch-missing", f":7 {FIRST}/launch"),
    ("index.html?lop=6", "../index.html", "tincan.launch-missing", f":7 {FIRST}/launch"),
    ("index.html?lop=6", "Index.html", "tincan.launch-other-case", f":7 {FIRST}/launch"),
    ("index.html?lop=6", "https://x.example/", "tincan.launch-external", f":7 {FIRST}/launch"),
    ("?lop=6", "?actor=6", "tincan.query-clash", f":7 {FIRST}/launch"),
    ("<description lang=\"vi\">Câu hỏi</description>", "<launch>index.html</launch>", "tincan.several-launches",
     f":9 {SECOND}"),
    ("</activity>", "<colour/></activity>", "structure.element-unknown", f":8 {FIRST}/colour"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "code", "place"), CASES)
def test_one_spoiled_thing_is_one_problem_at_its_place(tmp_path, old, new, code, place):
    report = check_files(tmp_path, spoiled("tincan", XML, old, new))
    assert places(report) == [(code, f"{XML}{place}")]
    assert report.standards == (Standard.TINCAN,)


def test_the_valid_package_has_no_problem(tmp_path):
    assert check_files(tmp_path, BASES["tincan"]).problems == ()


def test_another_root_is_no_tincan(tmp_path):
    report = check_files(tmp_path, {**BASES["tincan"], XML: "<list/>"})
    assert places(report) == [("tincan.root", f"{XML}:1 list")]


def test_without_activities_nothing_is_launched(tmp_path):
    files = {**BASES["tincan"], XML: '<tincan xmlns="http://projecttincan.com/tincan.xsd"><activities/></tincan>'}
    assert places(check_files(tmp_path, files)) == [
        ("structure.element-missing", f"{XML}:1 tincan/activities"),
        ("tincan.nothing-to-launch", f"{XML}:1 tincan"),
    ]
