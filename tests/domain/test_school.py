"""Terms and school years of a school."""

from datetime import date

import pytest

from bridge.domain.school import SchoolInfo, TermDates, school_year
from bridge.domain.scores import Term


@pytest.mark.parametrize(
    ("day", "year"),
    [("2026-01-01", 2025), ("2026-07-31", 2025), ("2026-08-01", 2026), ("2026-12-31", 2026)],
)
def test_the_school_year_turns_in_august(day: str, year: int) -> None:
    assert school_year(date.fromisoformat(day)) == year


@pytest.mark.parametrize(
    ("day", "term"),
    [
        ("2026-08-20", Term.HK1),  # before the first
        ("2026-09-05", Term.HK1),
        ("2027-01-17", Term.HK1),  # between the two
        ("2027-01-18", Term.HK2),
        ("2027-06-30", Term.HK2),  # after the last
    ],
)
def test_a_day_is_of_the_term_that_began_last(day: str, term: Term) -> None:
    terms = (
        TermDates(Term.HK2, date(2027, 1, 18), date(2027, 5, 31)),
        TermDates(Term.HK1, date(2026, 9, 5), date(2027, 1, 15)),
    )
    assert SchoolInfo("79000001", "THPT", "THPT", terms).term_on(date.fromisoformat(day)) is term
