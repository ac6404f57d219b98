"""A library over a real store, a folder and the packager; people with rights in it. All made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from bridge.domain.actors import Actor, Entitlements, Grant
from bridge.domain.materials import About, MaterialState, Step
from bridge.domain.rights import Permits
from bridge.domain.school import Assignment
from bridge.domain.scores import Term
from bridge.materials import approval, intake
from bridge.materials.context import Library
from bridge.materials.intake import Brought, Upload
from bridge.packages.packager import Packager
from bridge.ports.materials import Material, Turned
from bridge.shelves.files import FolderShelf
from bridge.store.facade import Store, open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.packager.check.packages import BASES, write_zip
from tests.store.world import SCHOOL, YEAR, Clock

WAY = (Step.SUBMIT, Step.REVIEW, Step.APPROVE, Step.PUBLISH)
BY = {Step.SUBMIT: "GV1", Step.REVIEW: "TT1", Step.APPROVE: "HT", Step.PUBLISH: "HT", Step.WITHDRAW: "HT"}
TOAN = About("Phân số", subject="TOAN", grade_level=8)
ENTITLEMENTS = Entitlements(
    school=SCHOOL,
    year=YEAR,
    assignments=(Assignment("GV1", "8A1", "TOAN", Term.HK1), Assignment("GV2", "8A1", "NGUVAN", Term.HK1)),
    grants=(Grant("HT", "principal"), Grant("TT1", "department_head", ("TOAN",))),
)


@dataclass
class World:
    folder: Path
    store: Store
    clock: Clock
    library: Library

    def who(self, actor: str) -> Permits:
        return Permits(Actor(actor), ENTITLEMENTS, date(2026, 11, 20))

    def package(self, base: str = "scorm12", name: str = "bai.zip", **files: str) -> Path:
        return write_zip(self.folder / name, {**BASES[base], **files})

    def bring(self, *paths: Path, about: About = TOAN, by: str = "GV1", into: str = "") -> Brought:
        uploads = [Upload(path.name, iter([path.read_bytes()])) for path in paths]
        return intake.bring(self.library, uploads, about, permits=self.who(by), into=into)

    def brought(self, **more: object) -> Material:
        """A sound package, as a draft."""
        return self.find(self.bring(self.package(), **more).material)  # type: ignore[arg-type]

    def take(self, material: Material, step: Step, *, by: str = "", comment: str = "", number: int = 1) -> Material:
        seen = self.find(material.id).version(number)
        assert seen is not None
        turned = Turned(material.id, number, seen.state, step, seen.state, comment)
        approval.take(self.library, turned, permits=self.who(by or BY[step]))
        return self.find(material.id)

    def published(self, number: int = 1, material: Material | None = None) -> Material:
        found = material or self.brought()
        for step in WAY:
            found = self.take(found, step, number=number)
        return found

    def find(self, material: str) -> Material:
        return self.library.materials.find(SCHOOL, material)

    def state(self, material: Material, number: int = 1) -> MaterialState:
        found = self.find(material.id).version(number)
        assert found is not None
        return found.state


def open_world(folder: Path) -> Iterator[World]:
    clock, numbers = Clock(), count(1)
    store = open_store(fresh_sqlite(folder), TEST_KEYS, clock=clock)
    library = Library(
        school=SCHOOL,
        materials=store.materials,
        shelf=FolderShelf(folder / "shelf"),
        packages=Packager(),
        now=clock,
        new_id=lambda: f"m{next(numbers)}",
    )
    yield World(folder, store, clock, library)
    store.close()
