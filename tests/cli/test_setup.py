"""The way in: `init`, what it writes and refuses; `check`; and what a broken configuration is told like."""

import sqlite3
import stat
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from bridge.domain.school import school_year
from tests.cli.world import ADMIN, School, StandIns, call, grant_first

SECRETS = ("moodle.token", "city.password", "bridge.keys")


def answers(school: School, /, **other: str) -> list[str]:
    said = {
        "--school": school.code,
        "--moodle-url": school.stand_ins.lms_url,
        "--moodle-token": school.stand_ins.token,
        "--city-url": school.stand_ins.soap,
        "--city-user": school.code,
        "--city-password": "sandbox",
        "--environment": "test",
        "--admin": ADMIN,
        **{f"--{name.replace('_', '-')}": value for name, value in other.items()},
    }
    return [word for name, value in said.items() if value for word in (name, value)]


@pytest.fixture
def fresh(remotes: StandIns, tmp_path: Path) -> School:
    """A school whose year is the one that is on, as `init` asks for it."""
    return remotes.new_school(tmp_path, year=school_year(date.today()))


def test_init_with_all_answers_writes_settings_that_work(fresh: School) -> None:
    done = fresh.run("init", *answers(fresh), actor=None)
    assert done.code == 0, done.said
    assert "bridge roster pull" in done.said
    assert fresh.run("status").code == 0
    assert [row["role"] for row in fresh.json("roles", "list")["grants"]] == ["admin"]


def test_secrets_are_for_this_account_alone_and_not_in_the_settings(fresh: School) -> None:
    folder = fresh.folder / "secrets"
    folder.mkdir()
    (folder / "moodle.token").write_text("an old one")  # as an editor leaves it, open to all
    assert fresh.run("init", *answers(fresh), actor=None).code == 0
    assert {stat.S_IMODE((folder / name).stat().st_mode) for name in SECRETS} == {0o600}
    assert fresh.stand_ins.token not in fresh.config.read_text("utf-8")


def test_init_answers_in_one_document(fresh: School) -> None:
    done = fresh.run("--json", "init", *answers(fresh), actor=None)
    assert done.data == {"config": str(fresh.config), "admin": ADMIN}


def test_init_does_not_overwrite(school: School) -> None:
    before = school.config.read_bytes()
    refused = school.run("init", *answers(school), actor=None)
    assert (refused.code, school.config.read_bytes()) == (5, before)
    assert "không ghi đè" in refused.said


@pytest.mark.parametrize(
    ("wrong", "code", "said"),
    [
        ({"moodle_token": "0123456789abcdef0123456789abcdef"}, 6, "token"),
        ({"moodle_url": "ftp://moodle.example"}, 7, "http://"),
        ({"city_password": "wrong"}, 5, "tên đăng nhập hoặc mật khẩu"),
        ({"city_url": "http://127.0.0.1:9/csdl"}, 5, "không"),
        ({"environment": "production"}, 5, "THU"),
        ({"school": "79999999"}, 5, "trường"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_wrong_answer_is_said_and_nothing_is_written(
    fresh: School, wrong: dict[str, str], code: int, said: str
) -> None:
    refused = fresh.run("init", *answers(fresh, **wrong), actor=None)
    assert (refused.code, fresh.config.exists()) == (code, False)
    assert said in refused.said
    assert "Traceback" not in refused.said


def test_a_wrong_token_is_asked_for_again(fresh: School) -> None:
    """What was right is offered again: Enter keeps it."""
    typed = ["wrong", "", fresh.stand_ins.token]
    done = fresh.run("init", *answers(fresh, moodle_token=""), typed="\n".join([*typed, ""]), actor=None)
    assert done.code == 0, done.said
    assert "token" in done.said


def test_a_wrong_school_code_can_be_mended_with_the_citys_answers(fresh: School) -> None:
    typed = ["7999", "wrong", fresh.code, "", "", "sandbox", ""]
    done = fresh.run("init", *answers(fresh, school="", city_password=""), typed="\n".join([*typed, ""]), actor=None)
    assert done.code == 0, done.said
    assert f'code = "{fresh.code}"' in fresh.config.read_text("utf-8")


def test_without_anybody_to_ask_the_missing_option_is_named(fresh: School) -> None:
    refused = fresh.run("init", *answers(fresh, moodle_url=""), actor=None)
    assert (refused.code, fresh.config.exists()) == (5, False)
    assert "--moodle-url" in refused.said


def test_check_finds_nothing_serious_and_lists_rights_that_are_not_needed(school: School) -> None:
    found = school.run("--json", "check")
    assert found.code == 3
    assert {"moodle", "city", "idnumbers", "store"} == set(found.data)
    codes = {row["code"]: row["weight"] for rows in found.data.values() for row in rows}
    assert "serious" not in codes.values()
    assert codes["FUNCTION_SURPLUS"] == "notable"
    assert codes["LMS_VERSION"] == "note"
    assert {"IDNUMBER_MISSING", "IDNUMBER_DOUBLED", "IDNUMBER_UNKNOWN"} <= codes.keys()


def test_check_says_what_to_do_for_each_finding(school: School) -> None:
    said = school.run("--lang", "en", "check").said
    assert "worth a look" in said
    assert "/user/editadvanced.php" in said


def test_check_looks_at_the_others_when_one_remote_is_away(school: School) -> None:
    school.stand_ins.lms_faults({"kind": "sitemaintenance"})
    found = school.run("--json", "check")
    assert found.code == 5
    assert [row["code"] for row in found.data["moodle"]] == ["REMOTE_FAILED"]
    assert "CITY_NO_ANSWER" not in {row["code"] for row in found.data["city"]}


def test_check_finds_a_trail_that_was_tampered_with(school: School) -> None:
    with closing(sqlite3.connect(school.folder / "bridge.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')  # as somebody with the file at hand could
        database.execute("UPDATE audit SET new = 'x' WHERE seq = 2")
    found = school.run("--json", "check")
    assert (found.code, found.data["store"][0]["code"]) == (5, "AUDIT_BROKEN")
    assert school.run("audit", "verify").code == 5


def test_check_warns_of_a_secret_that_everybody_may_read(school: School) -> None:
    secret = next(school.folder.rglob("*token*"))
    mode = secret.stat().st_mode
    secret.chmod(0o644)
    found = school.run("--json", "check")
    secret.chmod(mode)
    assert [row for row in found.data["store"] if row["code"] == "SECRET_EXPOSED"] == [
        {"code": "SECRET_EXPOSED", "serious": False, "weight": "notable", "facts": {"file": str(secret)}}
    ]
    assert "SECRET_EXPOSED" not in {row["code"] for row in school.run("--json", "check").data["store"]}


def test_check_says_what_a_new_school_still_lacks(remotes: StandIns, bare: School) -> None:
    remotes.configure(bare)
    assert bare.run("migrate").code == 0
    grant_first(bare)
    assert [row["code"] for row in bare.json("check")["store"]] == ["NO_ROSTER"]


@pytest.mark.parametrize(("language", "said"), [("vi", "không có tệp này"), ("en", "there is no such file")])
def test_without_settings_the_way_is_shown(tmp_path: Path, language: str, said: str) -> None:
    told = call("--config", tmp_path / "bridge.toml", "--lang", language, "status")
    assert (told.code, said in told.said, "`bridge init`" in told.said) == (7, True, True)


def test_all_problems_of_the_settings_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text('[moodle]\nurl = "x"\ntoken = "secret"\n[city]\nurl = "https://c"\n', "utf-8")
    told = call("--config", tmp_path / "bridge.toml", "status")
    assert told.code == 7
    assert all(where in told.said for where in ("school:", "moodle.url:", "moodle.token:", "city.user:"))
    assert '"secret"' not in told.said


def test_a_missing_keys_file_is_told(school: School) -> None:
    (school.folder / "secrets" / "bridge.keys").unlink()
    told = school.run("status")
    assert told.code == 9
    assert "khoá" in told.said
