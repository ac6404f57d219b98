"""The made-up school is the same for the same seed, whole, and has every case that it promises."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from typing import Any

import pytest

from sandbox.lms import create_app
from sandbox.school import World, generate
from sandbox.school.specials import item_of
from sandbox.school.timetable import SUBJECTS


@pytest.fixture(scope="module")
def world() -> World:
    return generate(seed=1)


def course(world: World, number: int) -> dict[str, Any]:
    return next(row for row in world.site["courses"] if row["id"] == number)


def user(world: World, case: str) -> dict[str, Any]:
    number = world.truth["special_pupils"][case]["user"]
    return next(row for row in world.site["users"] if row["id"] == number)


def special_cell(world: World, case: str, tag: str) -> dict[str, Any]:
    found = world.truth["special_pupils"][case]
    home = course(world, found["course"])
    return home["cells"][str(item_of(home, tag)["id"])].get(str(found["user"]), {"raw": "no row"})


def test_the_same_seed_makes_the_same_school(world: World) -> None:
    again = generate(seed=1)
    assert json.dumps([again.city, again.site, again.truth]) == json.dumps([world.city, world.site, world.truth])


def test_another_seed_makes_another_school(world: World) -> None:
    assert generate(seed=2).city["pupils"] != world.city["pupils"]


@pytest.mark.parametrize(("pupils", "classes"), [(480, 12), (2000, 51)])
def test_the_school_has_the_asked_size(pupils: int, classes: int) -> None:
    city = generate(seed=3, pupils=pupils).city
    assert len(city["pupils"]) == pupils
    assert len([row for row in city["classes"] if row["kind"] == "LOP"]) == classes
    assert {row["grade_level"] for row in city["classes"]} == {10, 11, 12}


def test_a_school_too_small_for_its_special_cases_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        generate(seed=1, pupils=100)


def test_every_subject_is_taught_and_assigned_in_both_terms(world: World) -> None:
    assert {row["subject"] for row in world.truth["courses"]} == set(SUBJECTS)
    assigned = {(row["class"], row["subject"]) for row in world.city["assignments"] if row["term"] == "HK1"}
    assert assigned == {(row["class"], row["subject"]) for row in world.city["assignments"] if row["term"] == "HK2"}
    assert all((row["class"], row["subject"]) in assigned for row in world.truth["courses"] if row["class"])


def test_codes_and_idnumbers_are_unique_where_moodle_and_the_city_want_it(world: World) -> None:
    numbers = [row["idnumber"] for row in world.site["courses"] if row.get("idnumber")]
    items = [item["id"] for row in world.site["courses"] for item in row.get("items", [])]
    for values in (
        numbers,
        items,
        [row["code"] for row in world.city["pupils"]],
        [r["id"] for r in world.site["users"]],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_most_courses_are_tagged_and_a_real_share_is_not(world: World) -> None:
    styles = Counter(row["style"] for row in world.truth["courses"])
    untidy = styles["odd_name"] + styles["no_idnumber"] + styles["untagged"] + styles["per_term"]
    assert 0.5 < styles["neat"] / styles.total() < 0.7
    assert 0.25 < untidy / styles.total() < 0.45
    assert all(styles[style] for style in ("odd_name", "no_idnumber", "untagged", "per_term", "elective"))


def test_elective_groups_mix_classes_and_carry_their_idnumber(world: World) -> None:
    class_of = {row["code"]: row["class"] for row in world.city["pupils"]}
    code_of = {row["id"]: row["idnumber"] for row in world.site["users"] if "idnumber" in row}
    groups = [group for row in world.site["courses"] for group in row.get("groups", [])]
    assert [group["idnumber"] for group in groups[:2]] == ["79000001|2026|10|VATLI|N1", "79000001|2026|10|VATLI|N2"]
    for group in groups:
        assert len({class_of[code_of[member]] for member in group["members"]}) > 1


def test_the_truth_names_the_class_whose_pupils_the_course_holds(world: World) -> None:
    moved = world.truth["special_pupils"]["wrong_class"]["pupil"]
    city = {row["code"]: row for row in world.city["pupils"]}
    codes = {row["id"]: row.get("idnumber", "") for row in world.site["users"]}
    for row in world.truth["courses"]:
        if row["class"] in (None, "10A1"):
            continue
        pupils = [codes[part["user"]] for part in course(world, row["course"])["enrolments"] if "role" not in part]
        places = {place for code in pupils if code != moved for place in (city[code]["class"], *city[code]["groups"])}
        assert row["class"] in places


@pytest.mark.parametrize(
    ("case", "tag", "cell"),
    [
        ("no_tx1_tx3", "HK1.TX1", {"raw": "no row"}),
        ("no_tx1_tx3", "HK1.TX3", {"raw": "no row"}),
        ("zeros_and_total_overridden", "HK1.CK", {"raw": 0}),
        ("gk_overridden", "HK1.GK", {"raw": 9.9, "overridden": True}),
        ("gk_overridden_to_null", "HK1.GK", {"raw": None, "overridden": True}),
        ("excluded", "HK1.TX3", {"excluded": True}),
        ("hidden", "HK1.TX3", {"hidden": True}),
        ("locked", "HK1.TX3", {"locked": True}),
        ("rounds_only_once", "HK1.GK", {"raw": 7.2475}),
        ("no_score_at_all", "HK1.TX2", {"raw": "no row"}),
    ],
)
def test_a_special_mark_is_where_the_truth_says(world: World, case: str, tag: str, cell: dict[str, Any]) -> None:
    assert cell.items() <= special_cell(world, case, tag).items()


def test_special_accounts_are_what_they_are_called(world: World) -> None:
    codes = Counter(row.get("idnumber") for row in world.site["users"])
    assert user(world, "no_idnumber")["idnumber"] == ""
    assert user(world, "untrimmed_idnumber")["idnumber"].strip() != user(world, "untrimmed_idnumber")["idnumber"]
    assert codes[user(world, "duplicate_idnumber")["idnumber"]] == 2
    assert user(world, "account_suspended")["suspended"]
    assert user(world, "deleted")["deleted"]
    name = user(world, "nfd_name")["lastname"]
    assert name != unicodedata.normalize("NFC", name)


def test_city_and_moodle_disagree_only_where_it_is_meant(world: World) -> None:
    known = {row["code"] for row in world.city["pupils"]}
    strangers = {row["idnumber"] for row in world.site["users"] if row.get("idnumber", "").startswith("HS")} - known
    assert strangers == {"HS999999"}
    wrong = world.truth["special_pupils"]["wrong_class"]["pupil"]
    assert next(row for row in world.city["pupils"] if row["code"] == wrong)["class"] == "10A2"


def test_two_pupils_share_name_and_birth_date_and_nobody_else_does(world: World) -> None:
    pairs = Counter(row["name"] for row in world.city["pupils"])
    assert [count for count in pairs.values() if count > 1] == [2]


@pytest.mark.parametrize(
    ("case", "fields"),
    [
        ("out_of_20", {"max": 20}),
        ("out_of_30", {"max": 30}),
        ("out_of_100", {"max": 100}),
        ("unknown_scale", {"scale": ["Kém", "Trung bình", "Khá", "Giỏi"], "max": 4}),
        ("comment_subject_with_numbers", {"scale": None, "max": 10}),
        ("waits_for_recalculation", {"needsupdate": True}),
        ("hidden_column", {"hidden": True}),
        ("from_scorm", {"module": "scorm", "type": "mod"}),
    ],
)
def test_a_special_column_is_where_the_truth_says(world: World, case: str, fields: dict[str, Any]) -> None:
    found = world.truth["special_columns"][case]
    item = next(row for row in course(world, found["course"])["items"] if row["id"] == found["item"])
    assert fields.items() <= item.items()


def test_every_value_is_inside_its_column(world: World) -> None:
    for row in world.site["courses"]:
        ranges = {str(item["id"]): (item["min"], item["max"]) for item in row.get("items", [])}
        for item, column in row.get("cells", {}).items():
            low, high = ranges[item]
            assert all(cell["raw"] is None or low <= cell["raw"] <= high for cell in column.values())


def test_the_stand_in_serves_every_course_of_the_school(world: World) -> None:
    client = create_app(world.site).test_client()
    form = {"wstoken": world.site["tokens"][0]["token"], "moodlewsrestformat": "json"}
    for row in world.site["courses"]:
        for function in ("gradereport_user_get_grade_items", "core_grades_get_grade_tree"):
            answer = client.post(
                "/webservice/rest/server.php", data={**form, "wsfunction": function, "courseid": row["id"]}
            )
            assert b'"exception"' not in answer.data
