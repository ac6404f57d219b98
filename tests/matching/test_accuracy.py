"""How well the matcher does on the labelled names. README.md here has the rules, docs/matching.md the figures.

`python -m tests.matching.test_accuracy` prints the figures of both halves.
"""

import sys
import unicodedata
from collections.abc import Callable

import pytest

from bridge.domain.matching import Ambiguous, Matched, Why, match_courses
from tests.matching.evaluation import (
    Figures,
    Half,
    Row,
    Shown,
    course_of,
    half,
    is_right,
    judge,
    measure,
    read_rows,
    schools,
)

COURSES = read_rows("course_names.csv")
AMBIGUOUS = read_rows("ambiguous_names.csv")
VIEWS = {
    "idnumber": (("idnumber",), Shown.ALL),
    "name only": (("name",), Shown.TEXTS),
    "name + roster": (("name", "roster"), Shown.ALL),
}
HALVES = {"all": COURSES, **{each.name.lower(): half(COURSES, each) for each in Half}}


def figures(view: str, rows: list[Row]) -> Figures:
    kinds, shown = VIEWS[view]
    return measure([row for row in rows if row["kind"] in kinds], shown)


@pytest.mark.parametrize("rows", HALVES.values(), ids=HALVES)
@pytest.mark.parametrize("view", VIEWS)
def test_what_is_taken_without_a_person_is_right(view: str, rows: list[Row]) -> None:
    found = figures(view, rows)
    assert found.precision >= 0.995, found.wrong
    assert found.accepted > 0.8 * found.labelled


@pytest.mark.parametrize("rows", HALVES.values(), ids=HALVES)
def test_names_and_rosters_cover_nine_in_ten(rows: list[Row]) -> None:
    assert figures("name + roster", rows).coverage >= 0.9


@pytest.mark.parametrize(
    "row", [row for row in AMBIGUOUS if row["note"] != "duplicate idnumber"], ids=lambda row: row["id"]
)
def test_nothing_ambiguous_is_taken(row: Row) -> None:
    assert not isinstance(judge(row), Matched), row["why"]


NOISES: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "no capitals": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "idle words": lambda text: f"Môn học: {text} (trực tuyến)",
    "marks and spaces": lambda text: f"  📘 [{text}]\u00a0-\u200b ",
    "a teacher": lambda text: f"{text} - cô Mai",
}


@pytest.mark.parametrize("noise", NOISES.values(), ids=NOISES)
def test_noise_never_makes_an_ambiguous_name_clear(noise: Callable[[str], str]) -> None:
    rows = [row for row in AMBIGUOUS if row["note"] != "duplicate idnumber"]
    noisy = [row | {"course_fullname": noise(row["course_fullname"])} for row in rows]
    assert [row["id"] for row in noisy if isinstance(judge(row), Matched)] == []


@pytest.mark.parametrize("noise", NOISES.values(), ids=NOISES)
def test_noise_may_hide_a_course_but_never_makes_it_another(noise: Callable[[str], str]) -> None:
    noisy = [row | {"course_fullname": noise(row["course_fullname"])} for row in COURSES[::7]]
    wrong = [row["id"] for row in noisy if isinstance(verdict := judge(row), Matched) and not is_right(row, verdict)]
    assert wrong == []


def test_courses_that_share_an_idnumber_are_all_left_to_a_person() -> None:
    rows = [row for row in AMBIGUOUS if row["note"] == "duplicate idnumber"]
    for profile in {row["school_profile"] for row in rows}:
        pair = [course_of(row, number) for number, row in enumerate(rows) if row["school_profile"] == profile]
        verdicts = match_courses(pair, [schools()[profile]])
        assert len(pair) > 1
        for verdict in verdicts.values():
            assert isinstance(verdict, Ambiguous)
            assert Why.DUPLICATE_IDNUMBER in {each.code for each in verdict.why}


def test_the_halves_are_disjoint_and_whole() -> None:
    assert sorted(row["id"] for each in Half for row in half(COURSES, each)) == sorted(row["id"] for row in COURSES)


def report() -> str:
    lines = ["| shown | half | rows | with a class | taken | wrong | precision | coverage | term left open |"]
    lines.append("|---|---|---|---|---|---|---|---|---|")
    for view in VIEWS:
        for name, rows in HALVES.items():
            each = figures(view, rows)
            lines.append(
                f"| {view} | {name} | {each.rows} | {each.labelled} | {each.accepted} | {len(each.wrong)} "
                f"| {each.precision:.4f} | {each.coverage:.3f} | {each.open_terms} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(report() + "\n")
