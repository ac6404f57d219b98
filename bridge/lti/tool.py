"""The tool: logins, launches, deep linking, registration. `bridge.ports.launches.Tool`."""

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from bridge.domain.errors import LaunchRefused, NotAllowed
from bridge.lti.claims import DATA, DEPLOYMENT, ITEMS, LTI, MESSAGE, read_launch
from bridge.lti.door import Door, is_same_site
from bridge.lti.examine import Failed, examine
from bridge.lti.gradebooks import RESULTS, SCORES
from bridge.lti.keysets import KeySets
from bridge.lti.registering import register
from bridge.lti.signing import SYSTEM, Signer, key_set, rotate
from bridge.ports.launches import Answer, Going, Item, Launch, Registration, RegistrationState, ScoreService
from bridge.ports.platforms import Case, Cases, Invitations, Keys, Logins, Pending, Platforms, Step

LOGIN_LASTS = timedelta(minutes=10)
ANSWER_LASTS = 300  # seconds
ALPHABET = "ABCDEFGHJKMNPQRTUVWXYZ2346789"  # nothing that is read for something else


@dataclass(frozen=True, slots=True)
class Shelves:
    """What of the store the tool uses."""

    platforms: Platforms
    keys: Keys
    logins: Logins
    invitations: Invitations
    cases: Cases


class LtiTool:
    """One school's tool. `url`: its public address, from the settings, never from a request."""

    def __init__(
        self, school: str, url: str, shelves: Shelves, *, door: Door, clock: Callable[[], datetime], name: str
    ) -> None:
        self._school = school
        self._url = url.rstrip("/")
        self._shelves = shelves
        self._door = door
        self._clock = clock
        self._name = name
        self._key_sets = KeySets(door, clock)
        self._signer = Signer(shelves.keys, school, clock)

    @property
    def launch_url(self) -> str:
        return f"{self._url}/lti/launch"

    def login(self, params: Mapping[str, str], *, binding: str | None) -> Going:
        try:
            registration = self._registration(params)
        except Failed as failed:
            raise self._refused(failed, "") from failed
        state, nonce, held = (secrets.token_urlsafe(32) for _ in range(3))
        held = binding or held
        target = self._target(params.get("target_link_uri", ""))
        pending = Pending(registration.id, nonce, target, held, self._clock() + LOGIN_LASTS)
        self._shelves.logins.keep(state, pending)
        return Going(self._address(registration, params, state, nonce), held)

    def launch(self, form: Mapping[str, str], *, binding: str | None) -> Launch:
        registration = ""
        try:
            pending = self._pending(form, binding)
            registration = pending.registration
            known = self._shelves.platforms.find(registration)
            claims = examine(_token(form), known, pending, key_sets=self._key_sets, now=self._clock())
            found = read_launch(claims, registration)
            _check_scopes(found.scores)
        except Failed as failed:
            raise self._refused(failed, registration) from failed
        self._learn(known, str(claims[DEPLOYMENT]))
        return found

    def _learn(self, known: Registration, deployment: str) -> None:
        """Written down once: a launch must not wait for the disk to say what is known."""
        if known.state is RegistrationState.PENDING or deployment not in known.deployments:
            self._shelves.platforms.learn(known.id, deployment, now=self._clock())

    def jwks(self) -> Mapping[str, object]:
        self._signer.key()
        return key_set(self._shelves.keys, self._school)

    def rotate(self, *, kid: str, actor: str) -> str:
        """Sign with a new key from now on; its id."""
        return rotate(self._shelves.keys, self._school, kid=kid, actor=actor, now=self._clock()).kid

    def register(self, configuration_url: str, token: str, *, invitation: str) -> Registration:
        now = self._clock()
        if not self._shelves.invitations.use(self._school, invitation, now=now):
            raise NotAllowed(actor="", action="REGISTER", lack="INVITATION")
        made = register(self._door, configuration_url, token, school=self._school, url=self._url, name=self._name)
        self._shelves.platforms.add(made, actor=SYSTEM, now=now)
        return made

    def answer(self, launch: Launch, items: Sequence[Item]) -> Answer:
        """Deep Linking 2.0 §4.5; the platform asks for `nonce` and a short life."""
        assert launch.deep_linking is not None, "the pages answer deep linking launches only"
        registration = self._shelves.platforms.find(launch.registration)
        issued = int(self._clock().timestamp())
        claims = {
            "iss": registration.client_id,
            "aud": [registration.issuer],
            "iat": issued,
            "exp": issued + ANSWER_LASTS,
            "nonce": secrets.token_urlsafe(16),
            DEPLOYMENT: launch.deployment,
            MESSAGE: "LtiDeepLinkingResponse",
            f"{LTI}version": "1.3.0",
            ITEMS: [_content_item(item) for item in items],
            **({DATA: launch.deep_linking.data} if launch.deep_linking.data else {}),
        }
        return Answer(launch.deep_linking.return_url, {"JWT": self._signer.sign(claims)})

    def _registration(self, params: Mapping[str, str]) -> Registration:
        """By issuer and client id; a platform that names no client must have one registration only."""
        issuer, client = params.get("iss", ""), params.get("client_id", "")
        known = [one for one in self._shelves.platforms.registrations(self._school) if one.issuer == issuer]
        found = [one for one in known if not client or one.client_id == client]
        if len(found) != 1:
            why = "CLIENT_UNKNOWN" if known else "ISSUER_UNKNOWN"
            raise Failed(Step.LOGIN, why, issuer=issuer[:200], client=client[:200])
        if found[0].state is RegistrationState.DISABLED:
            raise Failed(Step.LOGIN, "DISABLED", issuer=issuer[:200])
        if not params.get("login_hint"):
            raise Failed(Step.LOGIN, "NO_HINT")
        return found[0]

    def _target(self, asked: str) -> str:
        """Where the launch says it goes; a login that names another site's address is answered for ours."""
        return asked if is_same_site(asked, self._url) else self.launch_url

    def _address(self, registration: Registration, params: Mapping[str, str], state: str, nonce: str) -> str:
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": registration.client_id,
            "redirect_uri": self.launch_url,
            "login_hint": params.get("login_hint", ""),
            "state": state,
            "nonce": nonce,
            **{name: params[name] for name in ("lti_message_hint",) if params.get(name)},
        }
        between = "&" if "?" in registration.auth_url else "?"
        return f"{registration.auth_url}{between}{urlencode(asked)}"

    def _pending(self, form: Mapping[str, str], binding: str | None) -> Pending:
        """The login that this launch ends, used up by looking. The check is never skipped (facts §12, 1)."""
        if binding is None:
            raise Failed(Step.COOKIE, "NO_COOKIE")
        pending = self._shelves.logins.take(form.get("state", ""), now=self._clock())
        if pending is None:
            raise Failed(Step.STATE, "STATE")
        if not secrets.compare_digest(pending.binding, hashlib.sha256(binding.encode()).hexdigest()):
            raise Failed(Step.STATE, "OTHER_BROWSER")
        return pending

    def _refused(self, failed: Failed, registration: str) -> LaunchRefused:
        code = "".join(secrets.choice(ALPHABET) for _ in range(6))
        case = Case(code, self._clock(), failed.step, failed.why, registration, failed.facts)
        self._shelves.cases.note(self._school, case)
        return LaunchRefused(case=code, why=failed.why)


def _token(form: Mapping[str, str]) -> str:
    """`Failed` where the platform sends an error (OpenID Connect Core §3.1.2.6), or nothing."""
    if form.get("error"):
        raise Failed(Step.TOKEN, "PLATFORM_ERROR", error=form["error"][:80])
    if not form.get("id_token"):
        raise Failed(Step.TOKEN, "NO_TOKEN")
    return form["id_token"]


def _check_scopes(service: ScoreService | None) -> None:
    """A graded activity whose score could never arrive is not opened: nobody shall work for nothing. The outbox looks
    before it sends, so it needs to read too."""
    if service is None or not service.line_item:
        return
    missing = [scope.rpartition("/")[2] for scope in (*SCORES, *RESULTS) if scope not in service.scopes]
    if missing:
        raise Failed(Step.SCOPES, "SCOPES", missing=", ".join(missing))


def _content_item(item: Item) -> dict[str, object]:
    made: dict[str, object] = {"type": "ltiResourceLink", "title": item.title, "text": item.text, "url": item.url}
    if item.custom:
        made["custom"] = dict(item.custom)
    if item.maximum is not None:
        line = {"scoreMaximum": item.maximum, "label": item.title, "resourceId": item.resource_id, "tag": item.tag}
        made["lineItem"] = {name: value for name, value in line.items() if value != ""}
    return made
