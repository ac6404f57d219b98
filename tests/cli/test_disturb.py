"""Which three marks the demo's people change between its two syncs."""

from bridge.cli.disturb import apart
from bridge.domain.school import Unit
from bridge.domain.scores import Term


def unit(school_class: str, subject: str) -> Unit:
    return Unit("79000001", 2026, school_class, subject, Term.HK1)


def test_they_are_of_three_classes_and_of_subjects_that_everybody_knows() -> None:
    units = [unit(name, subject) for name in ("10A1", "10A2", "11B1") for subject in ("DIALI", "NN1", "TOAN")]
    assert apart(units)[:3] == [unit("10A1", "NN1"), unit("10A2", "NN1"), unit("11B1", "NN1")]


def test_in_a_demo_of_one_class_they_are_of_three_units_of_it() -> None:
    units = [unit("10A1", subject) for subject in ("DIALI", "HOAHOC", "TOAN")]
    assert apart(units) == [unit("10A1", "TOAN"), unit("10A1", "DIALI"), unit("10A1", "HOAHOC")]


def test_in_a_demo_of_two_classes_both_come_first() -> None:
    units = [unit("10A1", "TOAN"), unit("10A1", "DIALI"), unit("10A2", "DIALI")]
    assert apart(units) == [unit("10A1", "TOAN"), unit("10A2", "DIALI"), unit("10A1", "DIALI")]
