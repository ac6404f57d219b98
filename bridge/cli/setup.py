"""`bridge init | check | migrate | backup | restore`: the way in, and the way back."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click

from bridge.cli.frame import DONE, NO, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.config import CitySettings, MoodleSettings
from bridge.domain.actors import Grant, Role
from bridge.domain.errors import BadInput, RemoteError
from bridge.domain.rights import Action
from bridge.people.idnumbers import course_findings, pupil_findings
from bridge.ports.city import CityFinding
from bridge.ports.lms import LmsFinding
from bridge.wiring import back_up, found_store, make_city, make_lms, put_back

Finding = LmsFinding | CityFinding
Examine = Callable[[], Sequence[Finding]]

TEMPLATE = """\
# Cấu hình cầu nối CSDL ngành · settings of the bridge. No secret belongs in this file.
language = "{language}"

[school]
code = "{school}"

[moodle]
url = "{moodle_url}"
token_file = "{folder}/moodle.token"

[city]
url = "{city_url}"
user = "{city_user}"
password_file = "{folder}/city.password"
environment = "{environment}"

[store]
url = "sqlite:///bridge.sqlite3"
keys_file = "{folder}/bridge.keys"
"""
FOLDER = "secrets"


@click.command()
@click.option("--school", help="Mã trường · the school's code.")
@click.option("--moodle-url")
@click.option("--moodle-token", envvar="BRIDGE_MOODLE__TOKEN", help="Or BRIDGE_MOODLE__TOKEN.")
@click.option("--city-url")
@click.option("--city-user")
@click.option("--city-password", envvar="BRIDGE_CITY__PASSWORD", help="Or BRIDGE_CITY__PASSWORD.")
@click.option("--environment", type=click.Choice(["test", "production"]))
@click.option("--admin", help="Mã người quản trị đầu tiên · code of the first admin.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@pass_frame
def init(
    frame: Frame,
    /,
    school: str | None,
    moodle_url: str | None,
    moodle_token: str | None,
    city_url: str | None,
    city_user: str | None,
    city_password: str | None,
    environment: str | None,
    admin: str | None,
    language: str,
) -> int:
    """Hỏi, thử từng câu trả lời với hệ thống thật, rồi ghi cấu hình · Ask, check the answers live, write settings."""
    if frame.config.exists():
        raise BadInput(where=str(frame.config), value="", why="CONFIG_EXISTS")
    frame.language = frame.language or language
    asked = _Asking(frame)
    school = asked.text("ask.school", school)
    moodle = asked.moodle(moodle_url, moodle_token)
    city = asked.city(school, city_url, city_user, city_password, environment)
    admin = asked.text("ask.admin", admin)
    write_settings(frame.config, school=school, moodle=moodle, city=city, language=frame.language)
    found_store(frame.settings)
    app = frame.app
    if not app.store.grants.grants(app.school):
        app.store.grants.grant(app.school, Grant(admin, Role.ADMIN), by=admin, now=app.sync.world.now())
    value = {"config": str(frame.config), "admin": admin}
    frame.tell(value, lambda: frame.say("said.initialised", file=frame.config, admin=admin))
    return DONE


class _Asking:
    """Questions that are asked again until the live system agrees. Without a terminal the first failure is final."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def text(self, key: str, given: str | None, *, hidden: bool = False) -> str:
        return given if given is not None else click.prompt(self._frame.words.text(key), hide_input=hidden)

    def moodle(self, url: str | None, token: str | None) -> MoodleSettings:
        while True:
            settings = MoodleSettings.model_validate(
                {"url": self.text("ask.moodle_url", url), "token": self.text("ask.moodle_token", token, hidden=True)}
            )
            if self._sound(make_lms(settings).examine, final=url is not None and token is not None):
                return settings

    def city(
        self, school: str, url: str | None, user: str | None, password: str | None, environment: str | None
    ) -> CitySettings:
        while True:
            settings = CitySettings.model_validate(
                {
                    "url": self.text("ask.city_url", url),
                    "user": self.text("ask.city_user", user),
                    "password": self.text("ask.city_password", password, hidden=True),
                    "environment": self.text("ask.environment", environment),
                }
            )
            if self._sound(make_city(school, settings).examine, final=None not in (url, user, password)):
                return settings

    def _sound(self, examine: Examine, *, final: bool) -> bool:
        try:
            findings = examine()
        except RemoteError as error:
            if final:
                raise
            self._frame.err.print(str(self._frame.words.error(error)), style="red", markup=False)
            return False
        _show(self._frame, findings)
        serious = any(finding.serious for finding in findings)
        if serious and final:
            raise BadInput(where="bridge init", value="", why="SERIOUS_FINDINGS")
        return not serious


def write_settings(config: Path, *, school: str, moodle: MoodleSettings, city: CitySettings, language: str) -> None:
    """Secrets into files of their own that only this account can read, then the settings, whole or not at all."""
    folder = config.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    assert moodle.token is not None
    assert city.password is not None
    _write_secret(folder / "moodle.token", moodle.token.get_secret_value())
    _write_secret(folder / "city.password", city.password.get_secret_value())
    text = TEMPLATE.format(
        language=language,
        school=school,
        folder=FOLDER,
        moodle_url=moodle.url,
        city_url=city.url,
        city_user=city.user,
        environment=city.environment,
    )
    draft = config.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(config)


def _write_secret(path: Path, secret: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secret + "\n")


@click.command()
@pass_frame
def check(frame: Frame, /) -> int:
    """Kiểm tra mọi kết nối, quyền và mã định danh · Check both connections, rights, and the health of idnumbers."""
    Permits(frame).demand(Action.SEE_STATUS)
    app = frame.app
    with frame.progress("progress.checking"):
        found = {"moodle": _asked(app.sync.lms.examine, frame), "city": _asked(app.sync.city.examine, frame)}
        found["idnumbers"] = _asked(lambda: _idnumbers(frame), frame)
    rows = [finding for findings in found.values() for finding in findings]
    value = {part: [_value(finding) for finding in findings] for part, findings in found.items()}
    frame.tell(value, lambda: _show(frame, rows))
    if any(finding.serious for finding in rows):
        return NO
    return WAITING if rows else DONE


def _asked(examine: Examine, frame: Frame) -> Sequence[Finding]:
    """A remote that can't be asked is a finding too: the others are still looked at."""
    try:
        return examine()
    except RemoteError as error:
        facts = {"remote": error.facts.get("remote", ""), "said": str(frame.words.error(error))}
        return [LmsFinding("REMOTE_FAILED", True, facts)]


def _idnumbers(frame: Frame) -> list[LmsFinding]:
    """Of every mapped course's pupils, against the codes that the city knows."""
    app = frame.app
    mapped = {row.course for row in app.store.mappings.courses(app.school, app.year)}
    courses = [course for course in app.sync.lms.courses() if course.id in mapped]
    pupils = [pupil for course in courses for pupil in app.sync.lms.pupils(course.id)]
    known = app.store.rosters.directory(app.school).key_of.keys()
    return [*course_findings(courses), *pupil_findings(pupils, known)]


def _show(frame: Frame, findings: Iterable[Finding]) -> None:
    rows = []
    for finding in findings:
        said = frame.words.finding(finding.code, finding.facts)
        rows.append(("✗" if finding.serious else "!", said.what, said.next))
    if rows:
        frame.table(("state", "what", "next"), rows)
    else:
        frame.say("said.all_well")


def _value(finding: Finding) -> dict[str, object]:
    return {"code": finding.code, "serious": finding.serious, "facts": {k: str(v) for k, v in finding.facts.items()}}


@click.command()
@pass_frame
def migrate(frame: Frame, /) -> int:
    """Đưa cơ sở dữ liệu lên phiên bản này · Bring the database to this version."""
    found_store(frame.settings)
    return DONE


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@pass_frame
def backup(frame: Frame, /, target: Path) -> int:
    """Sao lưu dữ liệu và khoá thành một tệp đã kiểm tra · Database and keys as one verified file."""
    Permits(frame).demand(Action.OPERATE)
    back_up(frame.settings, target)
    frame.tell({"backup": str(target)}, lambda: frame.say("said.backed_up", file=target))
    return DONE


@click.command()
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--overwrite", is_flag=True, help="Thay dữ liệu đang có · replace what is there.")
@pass_frame
def restore(frame: Frame, /, source: Path, overwrite: bool) -> int:
    """Phục hồi từ bản sao lưu · Put a backup back; it is verified first. Then run `bridge ledger rebuild`."""
    put_back(frame.settings, source, overwrite=overwrite)
    frame.tell({"restored": str(source)}, lambda: frame.say("said.restored", file=source))
    return DONE
