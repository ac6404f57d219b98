"""What a check says of packages that common authoring tools write: the true things, and nothing else."""

import pytest

from content_packager.report import Severity, Standard
from tests.packager.check import foreign
from tests.packager.check.packages import check_files, codes

SCRIPT, UNLOAD, BEFORE = "page.script", "page.unload-handler", "page.beforeunload-handler"

TOOLS = [
    (foreign.storyline, Standard.SCORM_12, [BEFORE, BEFORE, SCRIPT, UNLOAD]),
    (foreign.rise, Standard.SCORM_2004, [SCRIPT]),
    (foreign.ispring, Standard.SCORM_12, [SCRIPT]),
    (foreign.exelearning, Standard.SCORM_12, [SCRIPT, UNLOAD, UNLOAD, UNLOAD]),
    (foreign.adapt, Standard.SCORM_12, [*["manifest.file-unlisted"] * 4, BEFORE, SCRIPT]),
    (
        foreign.h5p,
        Standard.SCORM_12,
        ["manifest.file-unlisted", "manifest.identifier-form", SCRIPT, "structure.element-unknown", "structure.order"],
    ),
    (foreign.storyline_xapi, Standard.TINCAN, []),
]


@pytest.mark.parametrize(("made", "standard", "expected"), TOOLS, ids=[made.__name__ for made, _, _ in TOOLS])
def test_what_common_tools_write_plays_and_is_told_its_true_flaws_alone(tmp_path, made, standard, expected):
    report = check_files(tmp_path, made())
    assert (report.standards, codes(report)) == ((standard,), sorted(expected))
    assert report.ok, "an LMS takes it, and no score is lost"


@pytest.mark.parametrize(
    ("made", "gone", "code"),
    [
        (foreign.storyline, "lms/scormdriver.js", "manifest.file-missing"),
        (foreign.rise, "scormcontent/lib/fonts/Lato Bold.woff2", "page.file-missing"),
        (foreign.ispring, "res/index.html", "manifest.file-missing"),
        (foreign.exelearning, "imslrm.xml", "manifest.file-missing"),
        (foreign.adapt, "adapt/js/adapt.min.js", "page.file-missing"),
        (foreign.h5p, "metadata.xml", "manifest.file-missing"),
        (foreign.storyline_xapi, "index_lms.html", "tincan.launch-missing"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_file_that_got_lost_on_the_way_is_told(tmp_path, made, gone, code):
    report = check_files(tmp_path, {name: content for name, content in made().items() if name != gone})
    assert code in codes(report)


def test_a_package_zipped_with_its_folder_is_an_error_and_its_flaws_are_told_all_the_same(tmp_path):
    report = check_files(tmp_path, {f"Bài 1/{name}": content for name, content in foreign.storyline().items()})
    assert [problem.code for problem in report.of(Severity.ERROR)] == ["package.nested-root"]
    assert UNLOAD in codes(report)
