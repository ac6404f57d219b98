"""Where a city answers, as whom we speak to it, and how long we wait."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bridge.domain.errors import ConfigProblem

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One account at one city. `ConfigProblem` when the password would travel in the clear.

    `production` is what the configuration believes; nothing is written to a city that says otherwise of itself.
    Times are in seconds: until a connection stands, between two bytes, and for a whole call.
    """

    url: str
    user: str
    password: str = field(repr=False)
    production: bool = False
    wsdl_url: str = ""  # "" = url + "?wsdl"
    ca_file: str = ""  # "" = the usual authorities
    connect_timeout: float = 10
    read_timeout: float = 60
    call_timeout: float = 120
    reply_bytes: int = 16 * 1024 * 1024  # unpacked

    def __post_init__(self) -> None:
        problems = [*_url_problems("city.url", self.url), *_url_problems("city.wsdl_url", self.contract_url)]
        if urlsplit(self.contract_url).netloc != urlsplit(self.url).netloc:
            problems.append(("city.wsdl_url", "is on another host than city.url"))
        if not self.user or not self.password:
            problems.append(("city.user", "user and password are both needed"))
        if problems:
            raise ConfigProblem(problems=problems)

    @property
    def contract_url(self) -> str:
        return self.wsdl_url or f"{self.url}?wsdl"


def _url_problems(where: str, url: str) -> list[tuple[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return [(where, "is not an http(s) address")]
    if parts.username or parts.password:
        return [(where, "holds a user or password: addresses end up in logs")]
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return [(where, "is plain http, and the password would travel in the clear")]
    return []
