"""What a launch costs: every check, with registration and state in SQLite, of a token as Moodle's.

Ours: `launch`, as the pages call it. Bare: the library's own launch with everything in a dict and its key set at hand,
which lets replays through. Logins and signatures are made before the clock starts. Wall times stand beside, since each
of our transactions waits for the disk. Run: `python -m benchmarks.lti_launch`.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import jwt
from pylti1p3.cookie import CookieService
from pylti1p3.message_launch import MessageLaunch
from pylti1p3.request import Request
from pylti1p3.session import SessionService
from pylti1p3.tool_config import ToolConfDict

from benchmarks.measure import Row, in_turn
from bridge.lti.tool import LtiTool
from bridge.store.facade import open_store
from tests.databases import TEST_KEYS, fresh_sqlite
from tests.lti.platform import CLIENT, ISSUER, KEY, URL, Clock, Platform, jwk, open_platform
from tests.lti.recorded import recording

BUDGET = 1.5
LAUNCH = f"{URL}/lti/launch"
Ready = Iterator[tuple[dict[str, str], str]]  # a launch's form, and the binding in its cookie


def run(*, rounds: int = 7, times: int = 40) -> Row:
    many = rounds * times
    with TemporaryDirectory(prefix="bench-lti-") as folder:
        clock = Clock(datetime.now(UTC))  # the library's is the real one
        store = open_store(fresh_sqlite(Path(folder)), TEST_KEYS, clock=clock)
        platform = open_platform(store, clock)
        ours = partial(_ours, platform.tool, _logins(platform, 2 * many + 1))
        bare = partial(_bare, _config(), _sessions(platform, many + 1))
        ours()  # what is done once: keys parsed, statements compiled
        bare()
        found = in_turn(ours, bare, rounds=rounds, times=times)
        cuts = quantiles([_wall(ours) for _ in range(many)], n=100)
        store.close()
    figures = {
        "rounds": rounds,
        "launches": many,
        "ours_us": round(found.ours * 1e6),
        "library_us": round(found.bare * 1e6),
        "per_second_and_core": round(1 / found.ours),
        "wall_p50_ms": round(cuts[49] * 1000, 2),
        "wall_p99_ms": round(cuts[98] * 1000, 2),
    }
    return Row("lti_launch", found.ratio, BUDGET, figures)


def _ours(tool: LtiTool, ready: Ready) -> None:
    form, binding = next(ready)
    assert tool.launch(form, binding=binding).person.user == "3"


def _wall(work: Any) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _logins(platform: Platform, number: int) -> Ready:
    made = []
    for _ in range(number):
        asked, binding = platform.begin()
        made.append(({"state": asked["state"], "id_token": _token(platform, asked["nonce"])}, binding))
    return iter(made)


def _token(platform: Platform, nonce: str) -> str:
    """The claims that a Moodle sends about a teacher, signed by ours."""
    steps = recording("launch--teacher-course2")["steps"]
    recorded: Mapping[str, Any] = next(step["id_token_payload"] for step in steps if "id_token_payload" in step)
    claims = {**recorded, **platform.claims({"nonce": nonce}, exp=int(platform.clock().timestamp()) + 3600)}
    return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "k1"})


# --- the library, as it comes


class _Asked(Request):
    """A request of no web framework."""

    def __init__(self, form: Mapping[str, str], session: dict[str, Any]) -> None:
        self._form = form
        self._session = session

    @property
    def session(self) -> dict[str, Any]:
        return self._session

    def is_secure(self) -> bool:
        return True

    def get_param(self, key: str) -> str:
        return self._form.get(key, "")


class _Cookies(CookieService):
    def __init__(self, kept: dict[str, str]) -> None:
        self._kept = kept

    def get_cookie(self, name: str) -> str | None:
        return self._kept.get(name)

    def set_cookie(self, name: str, value: str | int, exp: int | None = 3600) -> None:  # noqa: ARG002
        self._kept[name] = str(value)


class _Launch(MessageLaunch):  # type: ignore[type-arg]
    def _get_request_param(self, key: str) -> str:
        return str(self._request.get_param(key))


def _config() -> ToolConfDict:
    """With the platform's key set, so that nothing is fetched."""
    client = {
        "client_id": CLIENT,
        "auth_login_url": f"{ISSUER}/auth",
        "auth_token_url": f"{ISSUER}/token",
        "key_set_url": f"{ISSUER}/certs",
        "key_set": {"keys": [jwk()]},
        "deployment_ids": ["1"],
        "default": True,
    }
    return ToolConfDict({ISSUER: [client]})


def _sessions(platform: Platform, number: int) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Forms, each with the session that a login of the library leaves behind."""
    made = []
    for count in range(number):
        state, nonce, session = f"state-{count}", f"nonce-{count}", dict[str, Any]()
        service = SessionService(_Asked({}, session))
        service.save_nonce(nonce)
        service.save_state_params(state, {"target_link_uri": LAUNCH})
        made.append(({"state": state, "id_token": _token(platform, nonce)}, session))
    return iter(made)


def _bare(config: ToolConfDict, ready: Iterator[tuple[dict[str, str], dict[str, Any]]]) -> None:
    form, session = next(ready)
    request = _Asked(form, session)
    cookies = _Cookies({form["state"]: form["state"]})
    launch = _Launch(request, config, session_service=SessionService(request), cookie_service=cookies)
    assert launch.get_launch_data()["sub"] == "3"


if __name__ == "__main__":
    print(json.dumps(run().to_json(), indent=2))
