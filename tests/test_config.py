"""Settings: from the file and the environment, all problems together, secrets never in the file."""

from pathlib import Path

import pytest

from bridge.config import CitySettings
from bridge.config.loading import checked, load_settings
from bridge.config.secrets import secret
from bridge.domain.errors import ConfigProblem
from bridge.words import Words

GOOD = """
[school]
code = "79000001"
[moodle]
url = "https://moodle.example/"
[city]
url = "https://csdl.example/v1"
user = "truong"
"""


@pytest.fixture
def write(tmp_path: Path):
    def write_file(text: str) -> Path:
        file = tmp_path / "bridge.toml"
        file.write_text(text, "utf-8")
        return file

    return write_file


def problems(file: Path) -> dict[str, str]:
    with pytest.raises(ConfigProblem) as refused:
        load_settings(file)
    return dict(refused.value.facts["problems"])  # type: ignore[call-overload]


def test_the_rest_has_defaults_and_addresses_lose_their_last_slash(write) -> None:
    settings = load_settings(write(GOOD))
    assert (settings.moodle.url, settings.city.environment, settings.language) == (
        "https://moodle.example",
        "test",
        "vi",
    )


def test_files_lie_beside_the_settings(write, tmp_path: Path) -> None:
    settings = load_settings(write(GOOD + 'password_file = "secrets/city.password"\n'))
    assert settings.city.password_file == tmp_path / "secrets/city.password"
    assert settings.store.keys_file == tmp_path / "bridge.keys"
    assert settings.store.url == f"sqlite:///{tmp_path}/bridge.sqlite3"


def test_the_environment_goes_over_the_file(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SCHOOL__CODE", "79000002")
    monkeypatch.setenv("BRIDGE_CITY__PASSWORD", "geheim")
    settings = load_settings(write(GOOD))
    assert (settings.school.code, settings.city.user) == ("79000002", "truong")
    assert secret(settings.city.password, settings.city.password_file, where="city.password") == "geheim"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", {"school", "moodle", "city"}),
        (GOOD.replace("https://moodle", "moodle"), {"moodle.url"}),
        (GOOD + 'environment = "prod"\n', {"city.environment"}),
        (GOOD + "colour = 3\n", {"city.colour"}),
        (GOOD + 'password = "x"\n', {"city.password"}),
        (GOOD.replace('"79000001"', "79000001"), {"school.code"}),
        (GOOD + 'token = "x"\nread_timeout = 0\n', {"city.token", "city.read_timeout"}),
        (GOOD + "[sync]\nlease_seconds = 30\n", {"bridge.toml"}),
        ('school = "79000001"', {"school", "moodle", "city"}),
        ("[school", {"bridge.toml"}),
    ],
)  # fmt: skip
def test_every_problem_is_named(write, text: str, where: set[str]) -> None:
    assert where <= problems(write(text)).keys()


def test_a_variable_that_stands_for_a_whole_part_is_named(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_CITY", "https://csdl.example")
    assert "BRIDGE_CITY__URL" in problems(write(GOOD))["BRIDGE_CITY"]


def test_every_problem_is_told_in_vietnamese_without_english(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_SYNC", "x")
    bad = GOOD + 'environment = "prod"\ncolour = 3\npassword = "x"\nread_timeout = "soon"\n'
    found = problems(write(bad)).items()
    told = [Words("vi").setting(where, what) for where, what in found]
    assert not [line for line in told if any(word in line for word in ("should", "permitted", "secrets", "one by one"))]


def test_a_wrong_secret_is_never_quoted(write) -> None:
    with pytest.raises(ConfigProblem) as refused:
        checked(CitySettings, {"url": "x", "user": "", "password": "geheim"}, part="city")
    assert {where for where, _ in refused.value.facts["problems"]} == {"city.url", "city.user"}  # type: ignore[attr-defined]
    assert "geheim" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_missing_secret_names_both_ways_to_give_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem) as refused:
        secret(None, None, where="moodle.token")
    assert "BRIDGE_MOODLE__TOKEN" in str(refused.value)
    with pytest.raises(ConfigProblem):
        secret(None, tmp_path / "absent", where="moodle.token")


def test_a_secret_in_the_settings_file_is_refused_and_never_quoted(tmp_path: Path) -> None:
    file = tmp_path / "bridge.toml"
    parts = '[school]\ncode = "79000001"\n[moodle]\nurl = "https://m.example.test"\ntoken = "geheim"\n'
    file.write_text(parts + '[city]\nurl = "https://c.example.test"\nuser = "u"\npassword = "geheim"\n', "utf-8")
    with pytest.raises(ConfigProblem) as refused:
        load_settings(file)
    assert {where for where, _ in refused.value.facts["problems"]} == {"moodle.token", "city.password"}  # type: ignore[attr-defined]
    assert "geheim" not in str(refused.value)
