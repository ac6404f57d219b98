"""Settings: frozen, read once, from `bridge.toml` and `BRIDGE_*`; every problem is reported, not only the first.

Secrets come from the environment (`BRIDGE_MOODLE__TOKEN`, `BRIDGE_CITY__PASSWORD`) or from files of their own, never
from `bridge.toml`: that file is shown to people who ask for help.
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bridge.domain.errors import ConfigProblem
from bridge.domain.sites import are_one_site, content_pattern, is_content_pattern

SECRETS = frozenset({"token", "password"})
DATABASE, KEYS, QUEUE = "sqlite:///bridge.sqlite3", "bridge.keys", "bridge.queue.sqlite3"
CITY_FOLDER, LAYOUTS = "city", "layouts"
SHELF = "materials"
FIRST_MONTH = 8  # from August on, the new school year
_OTHERS = stat.S_IROTH | stat.S_IWOTH


def _web_address(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    return text.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


def _content_address(text: str) -> str:
    if text and not is_content_pattern(text):
        raise ValueError("must be an address with a star for the first name, such as https://*.noi-dung.example")
    return text


ContentAddress = Annotated[str, AfterValidator(_content_address)]


def _network(text: str) -> str:
    try:
        return str(ip_network(text))
    except ValueError as err:
        raise ValueError("must be an address or a network, such as 10.0.0.5 or 10.0.0.0/24") from err


Network = Annotated[str, AfterValidator(_network)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SchoolSettings(_Part):
    code: str = Field(min_length=1, max_length=20)  # mã trường
    year: int | None = Field(default=None, ge=2020, le=2100)  # first year; none: by the calendar


class MoodleSettings(_Part):
    url: WebAddress
    token: SecretStr | None = None
    token_file: Path | None = None
    connect_timeout: float = Field(default=5.0, gt=0, le=60)
    read_timeout: float = Field(default=30.0, gt=0, le=300)
    parallel: int = Field(default=2, ge=1, le=8)
    calls_per_minute: int = Field(default=0, ge=0, le=60_000)  # of all processes together; 0: as fast as it answers


class CitySettings(_Part):
    """A city that is called over the network (SOAP contract v1)."""

    kind: Literal["soap"] = "soap"
    url: WebAddress
    user: str = Field(min_length=1)
    password: SecretStr | None = None
    password_file: Path | None = None
    environment: Literal["test", "production"] = "test"
    dialect_file: Path | None = None
    ca_file: Path | None = None  # of a city with its own certificate authority
    connect_timeout: float = Field(default=5.0, gt=0, le=60)
    read_timeout: float = Field(default=30.0, gt=0, le=300)  # between two bytes
    call_timeout: float = Field(default=60.0, gt=0, le=600)  # of a whole call
    calls_per_minute: int = Field(default=0, ge=0, le=60_000)  # of all processes together; 0: as fast as it answers


class WorkbookSettings(_Part):
    """A city whose workbooks a person downloads, and uploads again when they are filled. No login is kept or needed."""

    kind: Literal["workbook"]
    folder: Path = Path(CITY_FOLDER)  # the downloads: the city as it was last seen
    school_name: str = Field(min_length=1)  # as the files' title rows have it
    level: Literal["THCS", "THPT"]
    layouts_folder: Path = Path(LAYOUTS)  # the school's own, as `bridge workbook learn` writes them
    fresh_hours: float = Field(default=24.0, gt=0, le=24 * 14)  # a workbook downloaded longer ago is not filled
    clears: bool = False  # whether an emptied cell, uploaded, takes the mark back in this city
    environment: Literal["test", "production"] = "production"


def _city_kind(value: Any) -> str:
    """Without a kind: over the network, as ever."""
    kind = value.get("kind", "soap") if isinstance(value, dict) else getattr(value, "kind", "soap")
    return str(kind)


AnyCity = Annotated[
    Annotated[CitySettings, Tag("soap")] | Annotated[WorkbookSettings, Tag("workbook")],
    Discriminator(
        _city_kind,
        custom_error_type="city_kind",
        custom_error_message="Input should be 'soap' or 'workbook'",
    ),
]


class StoreSettings(_Part):
    url: str = DATABASE
    keys_file: Path = Path(KEYS)


class SyncSettings(_Part):
    """What a school may choose; docs/rooms.md says what each guard is for."""

    shrink_percent: int = Field(default=20, ge=1, le=100)
    mass_change_percent: int = Field(default=30, ge=1, le=100)
    accept_above: int = Field(default=80, ge=50, le=101)  # courses are mapped by themselves from this score on
    parallel_reads: int = Field(default=2, ge=1, le=16)
    lease_seconds: float = Field(default=120.0, gt=0, le=3600)
    plan_hours: float = Field(default=24.0, gt=0, le=24 * 14)
    subjects_file: Path | None = None  # more subject names of this school


class WebSettings(_Part):
    """`url` is what browsers and Moodle call; a proxy before it speaks https, or nothing but loopback calls at all."""

    url: WebAddress = "http://localhost:8000"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)  # 0: any that is free
    threads: int = Field(default=8, ge=1, le=64)
    proxies: int = Field(default=0, ge=0, le=5)  # so many of our own reverse proxies stand before it
    content_url: ContentAddress = ""  # https://*.… : played packages, a host each, on another site than `url`
    metrics_from: tuple[Network, ...] = ()  # who may read /metrics: addresses or networks, as 10.0.0.5 or 10.0.0.0/24

    @model_validator(mode="after")
    def _content_is_another_site(self) -> "WebSettings":
        if self.content_url and are_one_site(self.url, self.content_url):
            raise ValueError(
                "web.content_url must be on another site than web.url: another domain, not another name in it"
            )
        return self

    @property
    def content(self) -> str:
        """Where played packages are, a star for each one's own name; "" where none can be played."""
        return self.content_url or content_pattern(self.url)


class MaterialSettings(_Part):
    """Where learning materials lie, and how much may be brought at once."""

    shelf_folder: Path = Path(SHELF)
    largest_mib: int = Field(default=1024, ge=1, le=16_384)  # of one upload


class JobSettings(_Part):
    """The work in the background of `bridge serve`."""

    threads: int = Field(default=2, ge=1, le=16)
    lease_seconds: float = Field(default=60.0, ge=2, le=3600)  # after so long a dead process's job is begun again
    queue_file: Path = Path(QUEUE)  # holds nothing but "look at job X": may be lost
    stop_seconds: float = Field(default=20.0, ge=0, le=600)  # to leave off in when the process is told to end


class MailSettings(_Part):
    """Where letters to staff are handed in."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"  # none: on loopback only
    sender: str = Field(min_length=3)
    user: str = ""
    password: SecretStr | None = None
    password_file: Path | None = None
    timeout: float = Field(default=30.0, gt=0, le=300)


class Settings(BaseSettings):
    """Everything a deployment says. `load_settings` is the way to make one."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="BRIDGE_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )

    school: SchoolSettings
    moodle: MoodleSettings
    city: AnyCity
    store: StoreSettings = StoreSettings()
    sync: SyncSettings = SyncSettings()
    web: WebSettings = WebSettings()
    jobs: JobSettings = JobSettings()
    materials: MaterialSettings = MaterialSettings()
    mail: MailSettings | None = None  # none: no letters
    language: Literal["vi", "en"] = "vi"

    @model_validator(mode="after")
    def _a_call_ends_before_the_lease(self) -> "Settings":
        if isinstance(self.city, CitySettings) and self.city.call_timeout > self.sync.lease_seconds / 2:
            raise ValueError("city.call_timeout must be at most half of sync.lease_seconds")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment over the file; the file comes in as the initial values."""
        assert isinstance(init_settings, InitSettingsSource)
        return env_settings, init_settings


def load_settings(path: Path) -> Settings:
    """Read `path` and the environment. `ConfigProblem` with all problems as (where, what), secrets never among them."""
    table = _read(path)
    problems = list(_secrets_in(table))
    settings: Settings | None = None
    try:
        settings = Settings(**_resolved(table, path.parent))
    except ValidationError as error:
        problems += _parts_in_one() or _problems(error)
    except SettingsError:
        problems += _parts_in_one()
    if problems or settings is None:
        raise ConfigProblem(file=str(path), problems=problems)
    return settings


P = TypeVar("P", bound=_Part)


def checked(kind: type[P], values: Mapping[str, str], *, part: str) -> P:
    """One part of the settings from single answers; `ConfigProblem` as `load_settings` raises it."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigProblem(file="bridge.toml", problems=_problems(error, part)) from None  # may quote a secret


def _problems(error: ValidationError, *above: str) -> list[tuple[str, str]]:
    return [(_place([*above, *map(str, row["loc"])]) or "bridge.toml", row["msg"]) for row in error.errors()]


def _place(path: list[str]) -> str:
    """`city.url`: which kind of city it is stands in the path too, and says nothing to a reader."""
    return ".".join(path[:1] + path[2:] if path[:1] == ["city"] and path[1:2] in (["soap"], ["workbook"]) else path)


def secret(value: SecretStr | None, file: Path | None, *, where: str) -> str:
    """The secret itself, from the environment or its file, trimmed; `ConfigProblem` when there is none."""
    if value is not None:
        return value.get_secret_value()
    variable = f"BRIDGE_{where.upper().replace('.', '__')}"
    if file is None:
        raise ConfigProblem(file=where, problems=[(where, f"set {variable} or {where}_file")])
    try:
        return file.read_text("utf-8").strip()
    except OSError as err:
        raise ConfigProblem(file=str(file), problems=[(f"{where}_file", err.strerror or "cannot be read")]) from err


def exposed(settings: Settings) -> list[Path]:
    """Files of secrets that any account of this machine may read or write. A group of its own may be meant (0640)."""
    city = settings.city.password_file if isinstance(settings.city, CitySettings) else None
    named = [settings.moodle.token_file, city]
    files = [*named, settings.mail.password_file if settings.mail else None]
    return [file for file in files if file is not None and file.exists() and file.stat().st_mode & _OTHERS]


def school_year(on: date) -> int:
    """The first year of the school year that holds on this day."""
    return on.year if on.month >= FIRST_MONTH else on.year - 1


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, "there is no such file: run `bridge init`")]) from err
    except OSError as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, err.strerror or "cannot be read")]) from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, f"is no TOML: {err}")]) from err


def _parts_in_one() -> list[tuple[str, str]]:
    """`BRIDGE_CITY=…` stands for a whole part, as JSON; somebody who writes it means one setting of it."""
    examples = {
        "SCHOOL": "CODE",
        "MOODLE": "URL",
        "CITY": "URL",
        "STORE": "URL",
        "SYNC": "PARALLEL_READS",
        "WEB": "URL",
        "JOBS": "THREADS",
        "MATERIALS": "LARGEST_MIB",
        "MAIL": "HOST",
    }
    return [
        (f"BRIDGE_{part}", f"set its settings one by one, as in BRIDGE_{part}__{example}")
        for part, example in examples.items()
        if f"BRIDGE_{part}" in os.environ
    ]


def _secrets_in(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (f"{name}.{key}", f"secrets do not belong in this file: use {name}.{key}_file or the environment")
        for name, part in table.items()
        if isinstance(part, dict)
        for key in part
        if key in SECRETS
    ]


def _resolved(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Files named in the configuration, or there by default, lie beside it and not where somebody happens to stand."""
    resolved = {name: dict(part) if isinstance(part, dict) else part for name, part in table.items()}
    store = resolved.setdefault("store", {})
    if isinstance(store, dict):
        resolved["store"] = {"url": DATABASE, "keys_file": KEYS, **store}
    city = resolved.get("city")
    if isinstance(city, dict) and city.get("kind") == "workbook":
        resolved["city"] = {"folder": CITY_FOLDER, "layouts_folder": LAYOUTS, **city}
    jobs = resolved.setdefault("jobs", {})
    if isinstance(jobs, dict):
        resolved["jobs"] = {"queue_file": QUEUE, **jobs}
    materials = resolved.setdefault("materials", {})
    if isinstance(materials, dict):
        resolved["materials"] = {"shelf_folder": SHELF, **materials}
    for part in resolved.values():
        if isinstance(part, dict):
            for key in [key for key in part if key.endswith("_file") and isinstance(part[key], str)]:
                part[key] = folder / part[key]
            for key in [key for key in part if key.endswith("folder") and isinstance(part[key], str)]:
                part[key] = folder / part[key]
            if str(part.get("url", "")).startswith("sqlite:///"):
                part["url"] = f"sqlite:///{folder / part['url'].removeprefix('sqlite:///')}"
    return resolved
