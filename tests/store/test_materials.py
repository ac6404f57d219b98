"""Materials in the store: found without diacritics, numbered once, one version in use."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from bridge.domain.errors import BadInput, NotFound
from bridge.domain.materials import About, MaterialState, Step
from bridge.ports.materials import Finding, Material, Standard, Turned, Version, Wish
from tests.store.world import SCHOOL, World

S = MaterialState
SAID = {"vi": "Sai", "en": "Wrong"}


def version(world: World, material: str = "m1", state: MaterialState = S.DRAFT) -> Version:
    return Version(
        material=material, number=1, state=state, package="ab" * 32, name="bai.zip", size=10,
        standard=Standard.SCORM_12, launch="index.html?a=1", pass_mark=Decimal("50.5"),
        findings=(Finding("x", "warning", "a.xml:3", SAID, SAID, SAID),), by="GV1", at=world.clock(), source="cd" * 32,
    )  # fmt: skip


def add(world: World, id: str, title: str = "Phân số", *, state: MaterialState = S.DRAFT, **about: object) -> Material:
    said = About(title, **{"subject": "TOAN", **about})  # type: ignore[arg-type]
    made = Material(id, said, "GV1", world.clock(), (version(world, id, state),))
    world.store.materials.add(SCHOOL, made, actor="GV1")
    return made


def found(world: World, wish: Wish) -> list[str]:
    return [row.id for row in world.store.materials.search(SCHOOL, wish, limit=50)]


def test_a_material_comes_back_as_it_was_brought(world: World) -> None:
    made = add(
        world, "m1", topic="Số học", requirements=("020108.0202d3",), keywords=("phân số", "tỉ lệ"), grade_level=8
    )
    assert world.store.materials.find(SCHOOL, "m1") == made


@pytest.mark.parametrize("asked", ["phân số", "phan so", "PHAN SỐ", "so phan", "ti le", "020108.0202d3", "đại"])
def test_words_are_found_without_their_diacritics_in_any_order(world: World, asked: str) -> None:
    add(world, "m1", keywords=("tỉ lệ",), description="Đại số", requirements=("020108.0202d3",))
    add(world, "m2", "Hình học")
    assert found(world, Wish(words=asked)) == ["m1"]


@pytest.mark.parametrize(("asked", "ids"), [("phan%so", ["m1"]), ("phan%khong", []), ("ph_n", ["m1"]), ("100%", [])])
def test_signs_of_a_pattern_stand_between_words(world: World, asked: str, ids: list[str]) -> None:
    add(world, "m1")
    assert found(world, Wish(words=asked)) == ids


def test_shelves_by_subject_level_and_state(world: World) -> None:
    add(world, "m1", grade_level=8)
    add(world, "m2", grade_level=9, state=S.PUBLISHED)
    add(world, "m3", subject="NGUVAN")
    assert found(world, Wish(subject="TOAN")) == ["m1", "m2"]
    assert found(world, Wish(grade_level=9)) == ["m2"]
    assert found(world, Wish(state=S.PUBLISHED)) == ["m2"]
    assert list(world.store.materials.search("79000002", Wish(), limit=9)) == []


def test_two_who_bring_a_version_at_once_get_two_numbers(world: World) -> None:
    add(world, "m1")
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(lambda _: world.store.materials.add_version(SCHOOL, version(world), actor="GV1"), range(4))
        )
    assert sorted(row.number for row in made) == [2, 3, 4, 5]
    assert [row.number for row in world.store.materials.find(SCHOOL, "m1").versions] == [5, 4, 3, 2, 1]


def test_of_two_who_decide_at_once_one_does(world: World) -> None:
    add(world, "m1", state=S.SUBMITTED)

    def decide(to: MaterialState) -> bool:
        turned = Turned("m1", 1, S.SUBMITTED, Step.REVIEW, to)
        try:
            world.store.materials.take(SCHOOL, turned, actor="TT1", now=world.clock())
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(decide, [S.REVIEWED, S.RETURNED] * 2)) == 1


def test_one_version_is_in_use(world: World) -> None:
    add(world, "m1", state=S.PUBLISHED)
    second = world.store.materials.add_version(SCHOOL, replace(version(world), state=S.APPROVED), actor="GV1")
    turned = Turned("m1", second.number, S.APPROVED, Step.PUBLISH, S.PUBLISHED)
    world.store.materials.take(SCHOOL, turned, actor="HT", now=world.clock())
    states = [row.state for row in world.store.materials.find(SCHOOL, "m1").versions]
    assert states == [S.PUBLISHED, S.REPLACED]


def test_a_publication_that_comes_too_late_replaces_nothing(world: World) -> None:
    add(world, "m1", state=S.PUBLISHED)
    world.store.materials.add_version(SCHOOL, replace(version(world), state=S.RETURNED), actor="GV1")
    late = Turned("m1", 2, S.APPROVED, Step.PUBLISH, S.PUBLISHED)
    with pytest.raises(BadInput):
        world.store.materials.take(SCHOOL, late, actor="HT", now=world.clock())
    assert [row.state for row in world.store.materials.find(SCHOOL, "m1").versions] == [S.RETURNED, S.PUBLISHED]


def test_what_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.store.materials.find(SCHOOL, "m1")
    with pytest.raises(NotFound):
        world.store.materials.add_version(SCHOOL, version(world), actor="GV1")
