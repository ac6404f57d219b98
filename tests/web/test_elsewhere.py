"""Units of cmi5 whose page lies on another site: imported, named to who decides, launched with what they need."""

from pathlib import Path

import pytest

from bridge.domain.errors import BadInput
from bridge.domain.materials import About
from bridge.materials import intake
from bridge.materials.intake import Upload
from bridge.ports.materials import Version
from tests.packager.check.packages import BASES, replaced
from tests.sync.harness import SCHOOL
from tests.web.classroom import HEAD, open_room, publish
from tests.web.test_lessons import CMI5, DURATION, EXTENSION, MOVE_ON, VERBS, open_lesson, passed
from tests.web.test_play import attempts, learn
from tests.web.world import Pages

PAGE = "https://noi-khac.example/bai/mo.html?lop=6"
AWAY = replaced(BASES["cmi5"]["cmi5.xml"], "index.html?lop=6", PAGE)
ORIGIN = {"Origin": "https://noi-khac.example"}


@pytest.fixture
def room(pages: Pages, tmp_path: Path) -> Pages:
    open_room(pages, tmp_path, "cmi5")
    pages.material = publish(pages, tmp_path, "cmi5", **{"cmi5.xml": AWAY})
    return pages


def bring(room: Pages, name: str, text: str) -> Version:
    library = room.house.app.library()
    brought = intake.bring(library, [Upload(name, [text.encode()])], About("", subject="TOAN"), permits=HEAD)
    return library.materials.find(SCHOOL, brought.material).newest


def test_a_page_elsewhere_is_launched_with_the_parameters_and_in_a_window_of_its_own(room: Pages):
    content = learn(room)
    assert 'id="open"' in content.get().text and "noi-khac.example" in content.get().text
    lesson = open_lesson(room)
    assert lesson.told["url"].startswith(f"{PAGE}&endpoint=")
    assert lesson.query["lop"] == "6" and lesson.query["endpoint"].startswith(lesson.content.origin)
    lesson.begin()
    (launched,) = lesson.ask("statements", verb=f"{VERBS}launched").get_json()["statements"]
    assert launched["context"]["extensions"][f"{EXTENSION}launchurl"] == PAGE
    assert lesson.say("passed", result=passed(), categories=(CMI5, MOVE_ON)).status_code == 200
    assert lesson.say("terminated", result=DURATION).status_code == 200
    assert attempts(room)[0].score == 80


def test_it_may_ask_from_there_with_its_key_and_no_cookie(room: Pages):
    lesson = open_lesson(room)
    client, origin = lesson.content.client, lesson.content.origin
    path = lesson.query["fetch"].removeprefix(origin)
    for place in (path, "/xapi/statements", "/xapi/activities/state"):
        asked = client.options(place, base_url=origin, headers={**ORIGIN, "Access-Control-Request-Method": "POST"})
        assert asked.status_code == 200
        assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
        assert asked.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in asked.headers
    lesson.begin()
    assert lesson.ask("statements").headers["Access-Control-Allow-Origin"] == "*"
    lesson.key = "Basic x"
    assert lesson.ask("statements").status_code == 401
    assert lesson.ask("statements").headers["Access-Control-Allow-Origin"] == "*"  # so that it learns why


def test_nothing_else_of_the_contents_host_answers_another_site(room: Pages):
    content = learn(room)
    for reply in (content.get(), content.get("files/index.html"), content.get("window")):
        assert "Access-Control-Allow-Origin" not in reply.headers
    foreign = content.post("launch", {}, headers={**ORIGIN, "Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and "Access-Control-Allow-Origin" not in foreign.headers


def test_who_decides_sees_which_other_site_a_material_opens(room: Pages):
    (found,) = [each for each in room.material.newest.findings if each.code == "cmi5.url-elsewhere"]
    assert found.severity == "warning" and "noi-khac.example" in found.says["vi"]


def test_a_structure_without_a_zip_is_imported(room: Pages):
    version = bring(room, "khoa.xml", AWAY)
    assert (version.name, version.launch, version.playable) == ("khoa.xml", PAGE, True)
    assert [each.code for each in version.findings] == ["cmi5.url-elsewhere"]


def test_a_structure_without_a_zip_that_names_files_is_a_draft_with_its_problem(room: Pages):
    version = bring(room, "khoa.xml", BASES["cmi5"]["cmi5.xml"])
    assert not version.playable and "cmi5.url-missing" in [each.code for each in version.findings]


def test_a_unit_that_is_not_at_https_is_left_out_and_the_others_are_played(room: Pages, tmp_path: Path):
    unit = AWAY[AWAY.index("    <au ") : AWAY.index("  </block>")]
    unsafe = unit.replace('/bai"', '/bai-2"').replace("https://noi", "http://noi")
    both = replaced(AWAY, "    <au ", unsafe + "    <au ")
    room.material = publish(room, tmp_path, "cmi5", **{"cmi5.xml": both})
    assert open_lesson(room).told["url"].startswith(PAGE)
    alone = bring(room, "khoa.xml", AWAY.replace("https://noi", "http://noi"))
    with pytest.raises(BadInput):
        room.house.app.library().packages.parts(
            room.house.app.library().shelf.find(alone.package),
            alone.standard,  # type: ignore[arg-type]
        )
    assert not alone.playable
