"""`bridge init`: asks, tries each answer with the live system, and writes the settings."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import click

from bridge.cli.findings import show_findings
from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.config import CITY_FOLDER, CitySettings, MoodleSettings, WorkbookSettings
from bridge.config.loading import checked, load_settings
from bridge.domain.actors import Grant, Role
from bridge.domain.errors import BadInput, ConfigProblem, RemoteError
from bridge.duties.checks import Finding
from bridge.wiring.keeping import found_store
from bridge.wiring.remotes import make_city, make_lms

TEMPLATE = """\
# Cấu hình cầu nối CSDL ngành · settings of the bridge. No secret belongs in this file.
language = {language}

[school]
code = {school}{year}

[moodle]
url = {moodle_url}
token_file = "{folder}/moodle.token"

[city]
{city}

[store]
url = "sqlite:///bridge.sqlite3"
keys_file = "{folder}/bridge.keys"
"""
SOAP = """\
url = {url}
user = {user}
password_file = "{folder}/city.password"
environment = {environment}"""
WORKBOOK = """\
kind = "workbook"
folder = {folder}
school_name = {school_name}
level = {level}"""
FOLDER = "secrets"

S = TypeVar("S", MoodleSettings, CitySettings, WorkbookSettings)
Examine = Callable[[], Sequence[Finding]]
Made = Callable[[], tuple[S, Examine]]

MOODLE = ("moodle_url", "moodle_token")
CITY = ("school", "city_url", "city_user", "city_password", "environment")
FILES = ("school", "school_name", "level", "folder")
CHOICES = {"environment": ("test", "production"), "city_kind": ("workbook", "soap"), "level": ("THPT", "THCS")}
DEFAULTS = {"folder": CITY_FOLDER, "city_kind": "workbook"}
HIDDEN = frozenset({"moodle_token", "city_password"})


@click.command()
@click.option("--school", help="Mã trường · the school's code.")
@click.option("--moodle-url")
@click.option("--moodle-token", envvar="BRIDGE_MOODLE__TOKEN", help="Better by BRIDGE_MOODLE__TOKEN.")
@click.option("--city-kind", type=click.Choice(CHOICES["city_kind"]), help="workbook: bằng tệp · by files.")
@click.option("--folder", help="Thư mục tệp tải về · folder of the downloads (city-kind workbook).")
@click.option("--school-name", help="Tên trường như trong tệp · the school's name in the files (city-kind workbook).")
@click.option("--level", type=click.Choice(CHOICES["level"]))
@click.option("--city-url")
@click.option("--city-user")
@click.option("--city-password", envvar="BRIDGE_CITY__PASSWORD", help="Better by BRIDGE_CITY__PASSWORD.")
@click.option("--environment", type=click.Choice(["test", "production"]))
@click.option("--admin", help="Mã người quản trị đầu tiên · code of the first admin.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@pass_frame
def init(frame: Frame, /, language: str, **given: str | None) -> int:
    """Hỏi, thử từng câu trả lời với hệ thống thật, rồi ghi cấu hình · Ask, check the answers live, write settings."""
    if frame.config.exists():
        raise BadInput(where=str(frame.config), value="", why="CONFIG_EXISTS")
    frame.language = frame.language or language
    asking = _Asking(frame, given)
    moodle, city = asking.moodle(), asking.city()
    school, admin = asking.answer("school"), asking.answer("admin")
    draft = frame.config.with_name(f".{frame.config.name}.draft")
    write_settings(draft, school=school, moodle=moodle, city=city, language=frame.language)
    found_store(load_settings(draft))
    draft.replace(frame.config)
    _grant_first(frame, admin)
    value = {"config": str(frame.config), "admin": admin}
    key = "said.initialised_files" if isinstance(city, WorkbookSettings) else "said.initialised"
    frame.tell(value, lambda: frame.say(key, file=frame.config, admin=admin))
    return DONE


def _grant_first(frame: Frame, admin: str) -> None:
    """Somebody must be able to grant; where anybody has a role already, nothing is given."""
    app = frame.app
    if not app.store.grants.grants(app.school):
        app.store.grants.grant(app.school, Grant(admin, Role.ADMIN), by=admin, now=app.sync.world.now())


class _Asking:
    """Questions that are asked again until the live system agrees; what was said last is offered again.

    Where all that a system needs was given with the command, its first no is final.
    """

    def __init__(self, frame: Frame, given: Mapping[str, str | None]) -> None:
        self._frame = frame
        self._known = {name: value for name, value in given.items() if value is not None}

    def answer(self, name: str) -> str:
        return self._known[name] if name in self._known else self._ask(name)

    def moodle(self) -> MoodleSettings:
        def make() -> tuple[MoodleSettings, Examine]:
            said = {"url": self.answer("moodle_url"), "token": self.answer("moodle_token")}
            settings = checked(MoodleSettings, said, part="moodle")
            return settings, make_lms(settings).examine

        return self._until_sound(MOODLE, make)

    def city(self) -> CitySettings | WorkbookSettings:
        """By files or over the network; whoever gives an address or a login has said so."""
        named = self._known.keys() & {"city_url", "city_user", "city_password"}
        kind = "soap" if named else self.answer("city_kind")
        return self._by_files() if kind == "workbook" else self._by_network()

    def _by_files(self) -> WorkbookSettings:
        def make() -> tuple[WorkbookSettings, Examine]:
            said = {name: self.answer(name) for name in FILES if name != "school"}
            settings = checked(WorkbookSettings, {"kind": "workbook", **said}, part="city")
            folder = self._frame.config.parent / settings.folder
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return settings, list

        return self._until_sound(FILES, make)

    def _by_network(self) -> CitySettings:
        def make() -> tuple[CitySettings, Examine]:
            said = {name.removeprefix("city_"): self.answer(name) for name in CITY}
            school = said.pop("school")
            settings = checked(CitySettings, said, part="city")
            return settings, make_city(school, settings).examine

        return self._until_sound(CITY, make)

    def _until_sound(self, names: Sequence[str], make: Made[S]) -> S:
        open_names = [name for name in names if name not in self._known]
        while True:
            try:
                for name in names:
                    self.answer(name)
                settings, examine = make()
                self._examine(examine, system="lms" if names is MOODLE else "city")
            except (RemoteError, ConfigProblem, BadInput) as error:
                if not open_names or error.facts.get("why") == "NO_ANSWER":
                    raise
                self._frame.err.print(self._frame.words.error(error).what, style="red")
                self._frame.err.print(self._frame.words.text("ask.again"))
                for name in names:
                    self._ask(name)
            else:
                return settings

    def _ask(self, name: str) -> str:
        """Enter keeps what was said before. `BadInput` where nobody is there to answer."""
        question, last = self._frame.words.text(f"ask.{name}"), self._known.get(name, DEFAULTS.get(name))
        kind = click.Choice(CHOICES[name]) if name in CHOICES else None
        hidden = name in HIDDEN
        try:
            said: str = click.prompt(
                question, default=last, type=kind, hide_input=hidden, show_default=not hidden, err=True
            )
        except click.Abort:
            if sys.stdin.isatty():
                raise
            raise BadInput(where=f"--{name.replace('_', '-')}", value="", why="NO_ANSWER") from None
        self._known[name] = said.strip()
        return self._known[name]

    def _examine(self, examine: Examine, *, system: str) -> None:
        """`BadInput` over a serious finding; all findings are shown."""
        findings = examine()
        if not self._frame.as_json:
            self._frame.head(f"head.{system}")
            show_findings(self._frame, findings)
        serious = [finding.code for finding in findings if finding.serious]
        if serious:
            raise BadInput(where="bridge init", value=serious, why="SERIOUS_FINDINGS")


def write_settings(
    config: Path,
    *,
    school: str,
    moodle: MoodleSettings,
    city: CitySettings | WorkbookSettings,
    language: str,
    year: int | None = None,
) -> None:
    """Secrets into files of their own that only this account can read, then the settings."""
    folder = config.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    assert moodle.token is not None
    _write_secret(folder / "moodle.token", moodle.token.get_secret_value())
    quoted = {"language": language, "school": school, "moodle_url": moodle.url}
    values = {name: _quoted(value) for name, value in quoted.items()}
    part = _city_part(city, folder)
    config.write_text(
        TEMPLATE.format(folder=FOLDER, year=f"\nyear = {year}" if year else "", city=part, **values), "utf-8"
    )


def _city_part(city: CitySettings | WorkbookSettings, folder: Path) -> str:
    if isinstance(city, WorkbookSettings):
        said = {"folder": str(city.folder), "school_name": city.school_name, "level": city.level}
        return WORKBOOK.format(**{name: _quoted(value) for name, value in said.items()})
    assert city.password is not None
    _write_secret(folder / "city.password", city.password.get_secret_value())
    said = {"url": city.url, "user": city.user, "environment": city.environment}
    return SOAP.format(folder=FOLDER, **{name: _quoted(value) for name, value in said.items()})


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a TOML string too


def _write_secret(path: Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        os.fchmod(file.fileno(), 0o600)  # also a file that was there before
        file.write(secret + "\n")
