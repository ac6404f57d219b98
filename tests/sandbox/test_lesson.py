"""The lesson to try things with: a real one, the same each time, packed without a word of complaint."""

import json
from pathlib import Path

import pytest

from content_packager import Severity, build, check
from content_packager.formats import FORMATS
from sandbox.lesson import write_lesson


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(write_lesson(tmp_path_factory.mktemp("lesson")), list(FORMATS), tmp_path_factory.mktemp("out"))


def test_it_is_the_same_each_time(tmp_path):
    first, second = (write_lesson(tmp_path / name) for name in ("a", "b"))
    assert {file.name: file.read_bytes() for file in first.iterdir()} == {
        file.name: file.read_bytes() for file in second.iterdir()
    }


def test_it_becomes_every_format(built):
    assert {one.format for one in built.packages} == FORMATS.keys()


def test_it_has_text_a_picture_sounds_and_ten_questions(built):
    facts = json.loads(built.packages[0].sidecar.read_text("utf-8"))
    endings = [Path(file["name"]).suffix for file in facts["files"]]
    assert facts["questions"] == 10
    assert (endings.count(".svg"), endings.count(".wav")) == (1, 4)


def test_the_checker_finds_nothing_to_mend(built):
    reports = [check(one.path) for one in built.packages if one.format != "web"]
    assert [problem for report in reports for problem in report.problems if problem.severity is not Severity.NOTE] == []
