"""Files come in: packages of anybody, raw files, sidecars, and what is refused."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from bridge.domain.errors import BadInput, NotAllowed, NotFound
from bridge.domain.materials import About, MaterialState
from bridge.materials import giving, intake
from bridge.ports.materials import Standard
from tests.materials.world import TOAN, World
from tests.packager.build.lessons import write_lesson
from tests.packager.check.packages import SCORM_12


def test_a_package_of_anybody_becomes_a_draft_that_knows_what_it_is(world: World) -> None:
    version = world.brought().newest
    assert (version.state, version.standard, version.launch) == (MaterialState.DRAFT, Standard.SCORM_12, "index.html")
    assert version.pass_mark == Decimal(50)
    assert version.playable
    assert world.library.shelf.find(version.package).stat().st_size == version.size


def test_its_problems_are_kept_in_both_languages_with_their_cures(world: World) -> None:
    bad = SCORM_12.replace("<adlcp:masteryscore>50<", "<adlcp:masteryscore>500<")
    made = world.bring(world.package(**{"imsmanifest.xml": bad}))
    version = world.find(made.material).newest
    (found,) = [one for one in version.findings if one.code == "scorm12.mastery-score"]
    assert (found.severity, version.playable) == ("error", False)
    assert all(found.says[language] and found.cure[language] for language in ("vi", "en"))


def test_what_has_one_certain_cure_is_mended_as_a_new_version(world: World) -> None:
    nested = {f"bai/{name}": text for name, text in _files(world).items()}
    made = world.bring(_zip(world.folder / "nested.zip", nested))
    mended = intake.mend(world.library, world.find(made.material).newest, permits=world.who("GV1"))
    assert (mended.number, mended.playable) == (2, True)
    assert not world.find(made.material).versions[1].playable


def test_a_sound_package_has_nothing_to_mend(world: World) -> None:
    with pytest.raises(BadInput) as refused:
        intake.mend(world.library, world.brought().newest, permits=world.who("GV1"))
    assert refused.value.facts["why"] == "NOTHING_TO_MEND"


def test_raw_files_are_packed_and_can_be_had_in_any_format(world: World, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "lesson")
    made = world.bring(*sorted(lesson.iterdir()), about=About("", subject="TOAN"))
    material = world.find(made.material)
    version = material.newest
    assert version.playable and version.standard is Standard.SCORM_2004
    assert material.about.title == "Hằng đẳng thức & những điều đáng nhớ <1>"
    assert material.about.requirements == ("020108.0202d3",)
    for format in giving.formats(world.library, version):
        with giving.given(world.library, material, version, format, permits=world.who("GV1")) as (path, name):
            assert path.stat().st_size > 0 and name.endswith(".zip")


def test_raw_files_that_cannot_be_packed_leave_nothing_and_say_all(world: World, tmp_path: Path) -> None:
    lesson = write_lesson(tmp_path / "lesson", extra={"bài.exe": b"MZ", "hai.docx": b"PK"})
    made = world.bring(*sorted(lesson.iterdir()))
    assert made.material == ""
    assert len(made.findings) >= 2
    assert all(found.says["vi"] for found in made.findings)
    assert list(world.library.materials.search("79000001", wish=_any(), limit=9)) == []


def test_another_schools_sidecar_describes_and_what_was_said_here_goes_before_it(world: World) -> None:
    said = {"title": "Phân số", "grade_level": 8, "requirements": ["020108.0202d3", 7], "keywords": "no list"}
    beside = world.folder / "bai.json"
    beside.write_text(json.dumps({"shape": 1, "metadata": said}))
    made = world.bring(world.package(), beside, about=About("Tên của trường", subject="TOAN"))
    about = world.find(made.material).about
    assert (about.title, about.grade_level, about.requirements) == ("Tên của trường", 8, ("020108.0202d3",))
    assert about.keywords == ()


@pytest.mark.parametrize("text", ["", "[1]", '{"shape": 2}', "[" * 50_000, "\ud800".encode("utf-8", "surrogatepass")])
def test_a_file_that_is_no_sidecar_is_refused(world: World, text: str | bytes) -> None:
    beside = world.folder / "bai.json"
    beside.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput) as refused:
        world.bring(world.package(), beside)
    assert refused.value.facts["why"] == "NO_SIDECAR"


def test_a_zip_cut_off_at_99_percent_is_said_and_nothing_is_stored(world: World) -> None:
    whole = world.package().read_bytes()
    cut = world.folder / "cut.zip"
    cut.write_bytes(whole[: len(whole) * 99 // 100])
    with pytest.raises(BadInput) as refused:
        world.bring(cut)
    assert refused.value.facts["why"] == "NO_PACKAGE"


def test_a_hostile_archive_is_a_draft_that_nobody_can_open(world: World) -> None:
    made = world.bring(_zip(world.folder / "evil.zip", {**_files(world), "../../evil.html": "x"}))
    version = world.find(made.material).newest
    assert not version.playable
    assert "error" in {found.severity for found in version.findings}
    with pytest.raises(BadInput) as refused:
        world.library.packages.unpack(world.library.shelf.find(version.package), world.folder / "out")
    assert refused.value.facts["why"] == "PACKAGE_REFUSED"


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["a.zip", "b.zip"], "PACKAGES_AT_ONCE"),
        (["a.pdf", "x/a.pdf"], "FILE_TWICE"),
        ([".htaccess"], "FILE_NAME"),
        (["a\nb.pdf"], "FILE_NAME"),
        ([], "NO_FILE"),
    ],
)
def test_what_cannot_be_one_material_is_refused(world: World, names: list[str], why: str) -> None:
    uploads = [intake.Upload(name, [b"x"]) for name in names]
    with pytest.raises(BadInput) as refused:
        intake.bring(world.library, uploads, TOAN, permits=world.who("GV1"))
    assert refused.value.facts["why"] == why


def test_nobody_brings_into_a_subject_that_is_not_theirs(world: World) -> None:
    with pytest.raises(NotAllowed):
        world.bring(world.package(), by="GV2")
    material = world.brought()
    with pytest.raises(NotAllowed):  # whatever subject the form says: the material's own counts
        world.bring(world.package(), about=About("x", subject="NGUVAN"), by="GV2", into=material.id)


def test_a_version_of_nothing_is_refused(world: World) -> None:
    with pytest.raises(NotFound):
        world.bring(world.package(), into="none")


def _files(world: World) -> dict[str, str]:
    from tests.packager.check.packages import BASES

    return dict(BASES["scorm12"])  # type: ignore[arg-type]


def _zip(path: Path, files: dict[str, str]) -> Path:
    from tests.packager.check.packages import write_zip

    return write_zip(path, files)


def _any():
    from bridge.ports.materials import Wish

    return Wish()
