"""One LTI platform: the site, its keys, who is signed in where, and the tokens that tools were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from random import Random
from typing import ParamSpec, TypeVar

from sandbox.lms.faults import Faults
from sandbox.lms.journal import Journal
from sandbox.lms.line import Traffic
from sandbox.lms.lti.keys import Keys
from sandbox.lms.lti.records import Tool

TOKEN_LIFE = 3600
_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Launch:
    """What Moodle keeps in the session between the login initiation and auth.php. `cmid` None = deep linking."""

    course: int
    tool: int
    cmid: int | None
    message: str
    for_user: int = 0


@dataclass
class Session:
    """A browser's MoodleSession. `user` 0: nobody has signed in. A launch is used up by the first authentication."""

    key: str
    user: int
    sesskey: str
    launches: dict[str, Launch] = field(default_factory=dict)


@dataclass(frozen=True)
class AccessToken:
    tool: int
    scopes: frozenset[str]
    expires: int


class Platform:
    """`seed` decides client ids, session keys, tokens and launch ids; only the RSA key is new at every start.

    A restart that finds earlier changes draws on elsewhere: a client id is never promised twice.
    """

    def __init__(self, journal: Journal, faults: Faults, traffic: Traffic, *, keys: Keys, seed: int):
        self.journal, self.site, self.faults, self.traffic, self.keys = journal, journal.site, faults, traffic, keys
        self._random = Random(f"{seed} {journal.replayed}")  # noqa: S311 made-up secrets of a stand-in, the same for the same seed
        self.sessions: dict[str, Session] = {}
        self.tokens: dict[str, AccessToken] = {}
        self.offered: set[str] = set()
        """Client ids promised to registrations under way."""

    def alone(self, view: Callable[_P, _R]) -> Callable[_P, _R]:
        """A view that sees and changes the site as one moment."""

        @wraps(view)
        def held(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            with self.site.lock:
                return view(*args, **kwargs)

        return held

    @property
    def url(self) -> str:
        """wwwroot, and so the issuer."""
        return self.site.settings.url

    def address(self, path: str) -> str:
        return f"{self.url}/mod/lti/{path}"

    def services(self, path: str) -> str:
        return self.address(f"services.php/{path}")

    def word(self, length: int) -> str:
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "".join(self._random.choices(letters, k=length))

    def number(self) -> int:
        return self._random.randrange(1, 2**31)

    def open_session(self, user: int = 0) -> Session:
        session = Session(key=self.word(26), user=user, sesskey=self.word(10))
        self.sessions[session.key] = session
        return session

    def keep_launch(self, session: Session, name: str, launch: Launch) -> str:
        session.launches[name] = launch
        return name

    def give_token(self, tool: Tool, scopes: list[str]) -> str:
        token = self.word(32)
        self.tokens[token] = AccessToken(tool.id, frozenset(scopes), self.site.now + TOKEN_LIFE)
        return token

    def valid_token(self, token: str) -> AccessToken | None:
        found = self.tokens.get(token)
        return found if found and found.expires > self.site.now and found.tool in self.site.tools else None
