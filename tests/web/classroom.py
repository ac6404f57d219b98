"""A published material and a link to it in course 12, for the tests of playing."""

from datetime import date
from pathlib import Path

from bridge.domain.actors import Actor, Entitlements, Grant
from bridge.domain.materials import About
from bridge.domain.rights import Permits
from bridge.materials import approval, intake
from bridge.materials.intake import Upload
from bridge.ports.launches import Launch, ScoreService
from bridge.ports.materials import Material, Turned
from bridge.web.app import create_app
from tests.materials.lessons import LESSONS
from tests.materials.world import WAY
from tests.packager.check.packages import write_zip
from tests.sync.harness import SCHOOL, YEAR
from tests.web.fakes import launch
from tests.web.world import Pages

CONTENT = "https://*.noi-dung.example.net"
ALL = Entitlements(
    school=SCHOOL, year=YEAR, grants=(Grant("HT", "principal"), Grant("HT", "department_head", ("TOAN",)))
)
HEAD = Permits(Actor("HT"), ALL, date(2026, 11, 20))


def open_room(pages: Pages, folder: Path, base: str = "scorm12") -> None:
    """Content is on a domain of its own; one material is in use."""
    web = pages.house.app.settings.web.model_copy(update={"content_url": CONTENT})
    object.__setattr__(pages.house.app.settings, "web", web)  # frozen settings of this one test
    pages.flask = create_app(pages.house)
    pages.material = publish(pages, folder, base)  # type: ignore[attr-defined]


def publish(pages: Pages, folder: Path, base: str = "scorm12", *, into: str = "", **files: str) -> Material:
    return publish_file(pages, write_zip(folder / "bai.zip", {**LESSONS[base], **files}), into=into)


def publish_file(pages: Pages, path: Path, *, into: str = "") -> Material:
    library = pages.house.app.library()
    about = About("Phân số bằng nhau", subject="TOAN", grade_level=10)
    made = intake.bring(library, [Upload("bai.zip", [path.read_bytes()])], about, permits=HEAD, into=into)
    for step in WAY:
        seen = library.materials.find(SCHOOL, made.material).versions[0].state
        approval.take(library, Turned(made.material, made.number, seen, step, seen), permits=HEAD)
    return library.materials.find(SCHOOL, made.material)


def pupil(material: Material, code: str = "HS11", **more: object) -> Launch:
    custom = {"material": material.id, "graded": "1", **more.pop("custom", {})}  # type: ignore[dict-item]
    more.setdefault("scores", ScoreService("https://m/items", "https://m/items/7", frozenset()))
    return launch(user=code[2:], idnumber=code, teaching=False, custom=custom, link_title="Luyện tập", **more)
