"""Settings: frozen, read once, from `bridge.toml` and `BRIDGE_*`; every problem is reported, not only the first.

Secrets come from the environment (`BRIDGE_MOODLE__TOKEN`, `BRIDGE_CITY__PASSWORD`) or from files of their own, never
from `bridge.toml`: that file is shown to people who ask for help.
"""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    Tag,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bridge.domain.sites import ONE_SITE, are_one_site, is_content_pattern

DATABASE, KEYS, QUEUE = "sqlite:///bridge.sqlite3", "bridge.keys", "bridge.queue.sqlite3"
CITY_FOLDER, LAYOUTS = "city", "layouts"
SHELF = "materials"


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
    call_timeout: float = Field(default=60.0, gt=0, le=600)  # for a whole answer
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
            raise ValueError(ONE_SITE)
        return self


class MaterialSettings(_Part):
    """Where learning materials lie, and how much may be brought at once."""

    shelf_folder: Path = Path(SHELF)
    largest_mib: int = Field(default=1024, ge=1, le=16_384)  # of one upload
    # What a publisher agreed with the school beside what stands in its lessons, by the id of a unit or a course of cmi5
    # (§10.2.7.2).
    entitlements: dict[str, str] = Field(default_factory=dict)


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
