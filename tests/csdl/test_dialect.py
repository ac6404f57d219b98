"""Code tables as data, and that ours cover what the contract publishes."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.faults import FAULTS, ROW_CODES
from bridge.domain.errors import BadInput, ConfigProblem
from bridge.domain.scores import Column, Term

PUBLISHED = tomllib.loads(files("city_contract").joinpath("codes-v1.toml").read_text("utf-8"))


def test_every_published_code_has_a_meaning_here() -> None:
    dialect = load_dialect()
    assert set(FAULTS) == set(PUBLISHED["faults"])
    assert set(ROW_CODES) == set(PUBLISHED["results"])
    assert set(dialect.our_subjects) == set(PUBLISHED["subjects"])
    assert set(dialect.our_columns) == set(PUBLISHED["columns"])
    assert set(dialect.sexes) == set(PUBLISHED["sexes"])
    assert set(dialect.levels) == set(PUBLISHED["levels"])
    assert set(dialect.class_kinds) == set(PUBLISHED["class_kinds"])
    assert dialect.studying <= set(PUBLISHED["pupil_states"])
    assert dialect.interface_sources <= set(PUBLISHED["sources"])


def test_each_row_code_lies_in_its_published_group() -> None:
    groups = {"ACCEPTED": "NHAN", "REFUSED": "TUCHOI", "FAILED": "LOI"}
    ours = {code: groups[outcome.value] for code, (outcome, _) in ROW_CODES.items()}
    assert ours == {code: row["group"] for code, row in PUBLISHED["results"].items()}


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "dialect.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_deployments_table_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    dialect = load_dialect(own(tmp_path, 'password = "digest"\n[subjects]\nTOAN = "TOC"\n[sexes]\n0 = "M"\n1 = "F"\n'))
    assert (dialect.their_subject("TOAN"), dialect.our_subjects) == ("TOC", {"TOC": "TOAN"})
    assert (dialect.sexes["0"], dialect.password, dialect.columns[Column.TX1]) == ("M", "digest", "TX1")
    with pytest.raises(BadInput):
        dialect.their_subject("NGUVAN")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[subjects]\nTOAN = "T"\nTINHOC = "T"\n', "subjects"),
        ('[columns]\nTX1 = "1"\n', "columns"),
        ('[columns]\nTX9 = "1"\n', "columns"),
        ('[terms]\nHK1 = "1"\n', "terms"),
        ('[terms]\nHK1 = "1"\nHK2 = "1"\n', "terms"),
        ('[grade_levels]\n10 = "mười"\n', "grade_levels"),
        ('password = "none"\n', "password"),
        ('[khac]\na = "b"\n', "khac"),
        ("[subjects", "dialect.toml"),
    ],
)
def test_a_table_that_would_mix_things_up_is_refused_by_name(tmp_path: Path, text: str, where: str) -> None:
    with pytest.raises(ConfigProblem) as caught:
        load_dialect(own(tmp_path, text))
    [problem, *_] = caught.value.facts["problems"]  # type: ignore[misc]
    assert where in problem[0]


def test_a_missing_file_is_a_config_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem):
        load_dialect(tmp_path / "none.toml")


def test_the_whole_year_is_no_term_and_an_unknown_term_no_guess() -> None:
    dialect = load_dialect()
    assert (dialect.terms_of("HK2"), dialect.terms_of("CN")) == ((Term.HK2,), ())
    with pytest.raises(ValueError, match="term"):
        dialect.terms_of("HK3")
