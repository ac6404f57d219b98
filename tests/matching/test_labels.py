"""The labelled course names are whole: every label refers to something its school has. No matcher is run here."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SHARED_COLUMNS = [
    "id", "school_profile", "course_fullname", "course_shortname", "course_idnumber",
    "category_path", "teacher", "pupils",
]  # fmt: skip
EXPECTED_COLUMNS = ["expected_class", "expected_subject", "expected_year", "expected_term"]
COURSE_COLUMNS = [*SHARED_COLUMNS, *EXPECTED_COLUMNS, "kind", "note"]
AMBIGUOUS_COLUMNS = [*SHARED_COLUMNS, "kind", "note", "why"]
NOISE = (
    "typo", "unseen abbreviation", "no diacritics", "NFD", "look-alike", "odd name", "odd white space",
    "few enrolled", "several from other classes", "someone else enrolled",
)  # fmt: skip

Row = dict[str, str]


def read_rows(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def header(name: str) -> list[str]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


def ids(rows: list[Row]) -> list[str]:
    return [row["id"] for row in rows]


COURSES = read_rows("course_names.csv")
AMBIGUOUS = read_rows("ambiguous_names.csv")
SCHOOLS: dict[str, Any] = json.loads((HERE / "schools.json").read_text(encoding="utf-8"))
RESOLVED = [row for row in COURSES if row["expected_class"]]
UNRESOLVED = [row for row in COURSES if not row["expected_class"]]


def taught(school: dict[str, Any]) -> set[tuple[str, str]]:
    return {(each["class"], each["subject"]) for each in school["assignments"]}


TAUGHT = {profile: taught(school) for profile, school in SCHOOLS.items()}


def test_columns_are_as_agreed() -> None:
    assert header("course_names.csv") == COURSE_COLUMNS
    assert header("ambiguous_names.csv") == AMBIGUOUS_COLUMNS


def test_every_row_has_all_its_cells_and_a_note() -> None:
    for row in COURSES + AMBIGUOUS:
        assert None not in row and None not in row.values(), row["id"]
        assert row["course_fullname"].strip() and row["course_shortname"].strip() and row["note"], row["id"]


def test_no_id_occurs_twice() -> None:
    counts = Counter(ids(COURSES) + ids(AMBIGUOUS))
    assert [each for each, count in counts.items() if count > 1] == []


def test_there_are_enough_rows_of_each_kind() -> None:
    kinds = Counter(row["kind"] for row in COURSES)
    assert len(COURSES) >= 1_600
    assert set(kinds) == {"idnumber", "name", "roster"}
    assert kinds["idnumber"] >= 400
    assert kinds["name"] >= 1_100
    assert len(AMBIGUOUS) >= 120


def test_there_are_many_name_patterns_and_enough_noise() -> None:
    patterns = {row["note"].split(";")[0] for row in COURSES}
    noisy = [row for row in COURSES if any(word in row["note"] for word in NOISE)]
    assert len(patterns) >= 30
    assert len(noisy) >= 0.15 * len(COURSES)


def test_every_school_is_known() -> None:
    assert {row["school_profile"] for row in COURSES} == set(SCHOOLS)
    for row in AMBIGUOUS:
        assert set(row["school_profile"].split(";")) <= set(SCHOOLS), row["id"]


def test_a_label_names_a_class_and_a_subject_taught_there() -> None:
    wrong = [
        row["id"]
        for row in RESOLVED
        if (row["expected_class"], row["expected_subject"]) not in TAUGHT[row["school_profile"]]
    ]
    assert wrong == []


def test_a_label_is_of_the_school_s_year_and_a_real_term() -> None:
    for row in RESOLVED:
        assert row["expected_year"] == str(SCHOOLS[row["school_profile"]]["year"]), row["id"]
        assert row["expected_term"] in {"", "1", "2"}, row["id"]


def test_a_row_without_a_class_has_no_subject_and_no_term_and_never_this_year() -> None:
    for row in UNRESOLVED:
        assert (row["expected_subject"], row["expected_term"]) == ("", ""), row["id"]
        assert row["expected_year"] in {"", "2024", "2025", "2027"}, row["id"]


def test_idnumber_rows_have_an_idnumber_of_their_own() -> None:
    numbers = [row["course_idnumber"] for row in COURSES if row["kind"] == "idnumber"]
    cells = [
        (row["school_profile"], row["expected_class"], row["expected_subject"], row["expected_term"])
        for row in RESOLVED
        if row["kind"] == "idnumber"
    ]
    assert all(number.strip() for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert len(set(cells)) == len(cells)


def test_a_roster_row_with_a_label_has_pupils_of_that_class() -> None:
    for row in (each for each in RESOLVED if each["kind"] == "roster"):
        enrolled = set(row["pupils"].split(";"))
        own = set(SCHOOLS[row["school_profile"]]["rosters"][row["expected_class"]])
        assert len(enrolled & own) >= 0.75 * max(len(enrolled), len(own)), row["id"]


def test_the_same_texts_never_carry_two_truths() -> None:
    truths: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    texts = ("school_profile", "course_fullname", "course_shortname", "course_idnumber", "category_path")
    for row in (each for each in COURSES if each["kind"] == "name"):
        key = tuple(row[each] for each in texts)
        truths.setdefault(key, set()).add(tuple(row[each] for each in EXPECTED_COLUMNS))
    assert [key for key, found in truths.items() if len(found) > 1] == []


def test_every_ambiguous_row_says_why() -> None:
    assert [row["id"] for row in AMBIGUOUS if not row["why"].strip()] == []


def test_pupil_and_teacher_codes_look_like_codes_and_occur_once_in_a_row() -> None:
    for row in COURSES + AMBIGUOUS:
        pupils = row["pupils"].split(";") if row["pupils"] else []
        assert len(set(pupils)) == len(pupils), row["id"]
        assert all(len(each) == 10 and each.isdigit() for each in pupils), row["id"]


def test_enrolled_teachers_belong_to_the_school() -> None:
    for row in COURSES:
        assert row["teacher"] == "" or row["teacher"] in SCHOOLS[row["school_profile"]]["teachers"], row["id"]


@pytest.mark.parametrize("profile", sorted(SCHOOLS))
def test_a_school_world_is_whole(profile: str) -> None:
    school = SCHOOLS[profile]
    classes = {each["code"]: each for each in school["classes"]}
    forms = [each for each in classes.values() if each["kind"] == "LOP"]
    assert len(classes) == len(school["classes"])
    assert 12 <= len(forms) <= 20 and {each["kind"] for each in classes.values()} == {"LOP", "NHOM"}
    assert set(school["rosters"]) == set(classes)
    assert all(30 <= len(school["rosters"][each["code"]]) <= 45 for each in forms)
    for each in school["assignments"]:
        assert each["class"] in classes and each["subject"] in school["subjects"] and each["term"] in {"", "1", "2"}
        assert each["teacher"] in school["teachers"]


@pytest.mark.parametrize("profile", sorted(SCHOOLS))
def test_a_pupil_sits_in_one_class_and_groups_mix_classes(profile: str) -> None:
    school = SCHOOLS[profile]
    home = {
        pupil: each["code"]
        for each in school["classes"]
        if each["kind"] == "LOP"
        for pupil in school["rosters"][each["code"]]
    }
    assert len(home) == sum(len(school["rosters"][each["code"]]) for each in school["classes"] if each["kind"] == "LOP")
    for group in (each for each in school["classes"] if each["kind"] == "NHOM"):
        assert len({home[pupil] for pupil in school["rosters"][group["code"]]}) >= 2
