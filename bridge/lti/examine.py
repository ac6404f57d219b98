"""What an id_token must pass, step by step (LTI Security Framework 1.0 §5.1.3; OpenID Connect Core §3.1.3.7)."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from pylti1p3.exception import LtiException
from pylti1p3.message_validators import get_validators

from bridge.domain.errors import RemoteError
from bridge.lti.claims import DEPLOYMENT, LTI, TARGET
from bridge.lti.keysets import KeySets
from bridge.ports.launches import Registration
from bridge.ports.platforms import Pending, Step

LARGEST = 64 * 1024
LEEWAY, OLDEST = 60, 600  # seconds
# Three parts of base64url and nothing else: the library would take JSON serializations and skip strange signs.
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
ALGORITHMS = ("RS256", "RS384", "RS512")  # nothing without a key, nothing with a shared one
UNKNOWN = frozenset({"crit", "b64"})  # of a header: it asks for what we don't do (RFC 7515 §4.1.11, RFC 7797 §3)

Claims = Mapping[str, Any]
_VALIDATORS: Sequence[Any] = get_validators()  # type: ignore[no-untyped-call]


class Failed(Exception):
    """A step that did not hold. Never leaves the room."""

    def __init__(self, step: Step, why: str, **facts: str | int) -> None:
        super().__init__(why)
        self.step = step
        self.why = why
        self.facts = facts


def examine(token: str, registration: Registration, pending: Pending, *, key_sets: KeySets, now: datetime) -> Claims:
    """The claims of a token that passed every step; `Failed` at the first that does not hold."""
    claims = _signed_claims(token, registration, key_sets)
    _check_clock(claims, now)
    _check_audience(claims, registration)
    if claims.get("nonce") != pending.nonce:
        raise Failed(Step.NONCE, "NONCE")
    if not isinstance(claims.get(DEPLOYMENT), str) or not claims[DEPLOYMENT]:
        raise Failed(Step.DEPLOYMENT, "NO_DEPLOYMENT")
    _check_message(claims, pending)
    return claims


def _signed_claims(token: str, registration: Registration, key_sets: KeySets) -> Claims:
    if len(token) > LARGEST:
        raise Failed(Step.TOKEN, "TOO_LARGE", size=len(token))
    signed, header = _read(token)
    if header.get("alg") not in ALGORITHMS or UNKNOWN & header.keys():
        raise Failed(Step.TOKEN, "ALGORITHM", algorithm=str(header.get("alg"))[:20])
    kid = header.get("kid")
    try:
        key = key_sets.key(registration.jwks_url, kid) if isinstance(kid, str) else None
    except RemoteError as err:
        raise Failed(Step.KEY, "KEYS_UNREACHABLE", url=registration.jwks_url, cause=err.code) from err
    if key is None:
        raise Failed(Step.KEY, "KEY_UNKNOWN", kid=str(kid)[:80], url=registration.jwks_url)
    return _verified(signed, key)


def _read(token: str) -> tuple[JWS, Mapping[str, Any]]:
    """A compact JWS (RFC 7515 §7.1) and its header, believed in nothing but which key is said to have signed."""
    if _COMPACT.fullmatch(token) is None:
        raise Failed(Step.TOKEN, "NO_JWT")
    signed = JWS()
    signed.allowed_algs = list(ALGORITHMS)
    try:
        signed.deserialize(token)
        header = signed.jose_header
    except (JWException, ValueError, TypeError, AttributeError) as err:  # a header that is no object
        raise Failed(Step.TOKEN, "NO_JWT") from err
    if not isinstance(header, dict):
        raise Failed(Step.TOKEN, "NO_JWT")
    return signed, header


def _verified(signed: JWS, key: JWK) -> Claims:
    try:
        signed.verify(key)
        claims = json.loads(signed.payload)
    except (JWException, ValueError, RecursionError) as err:
        raise Failed(Step.SIGNATURE, "SIGNATURE") from err
    if not isinstance(claims, dict):
        raise Failed(Step.TOKEN, "NO_JWT")
    return claims


def _check_clock(claims: Claims, now: datetime) -> None:
    """Both clocks may be a minute off; a token without a time would be good for ever."""
    at = int(now.timestamp())
    issued, ends = (_seconds(claims, name) for name in ("iat", "exp"))
    starts = _seconds(claims, "nbf") if "nbf" in claims else issued
    if ends <= at - LEEWAY:
        raise Failed(Step.CLOCK, "EXPIRED", seconds=at - ends)
    if max(issued, starts) > at + LEEWAY:
        raise Failed(Step.CLOCK, "FUTURE", seconds=max(issued, starts) - at)
    if issued < at - OLDEST - LEEWAY:
        raise Failed(Step.CLOCK, "OLD", seconds=at - issued)


def _seconds(claims: Claims, name: str) -> int:
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise Failed(Step.CLOCK, "NO_TIME", claim=name)
    return int(value)


def _check_audience(claims: Claims, registration: Registration) -> None:
    """For us, from them. In Moodle an activity's own consumer key takes the place of the client id."""
    if claims.get("iss") != registration.issuer:
        raise Failed(Step.AUDIENCE, "ISSUER", issuer=str(claims.get("iss"))[:200])
    named = claims.get("aud")
    audience = named if isinstance(named, list) else [named]
    party = claims.get("azp")
    if registration.client_id not in audience:
        raise Failed(Step.AUDIENCE, "AUDIENCE", client=registration.client_id)
    if (len(audience) > 1 or party is not None) and party != registration.client_id:
        raise Failed(Step.AUDIENCE, "AUDIENCE", client=registration.client_id)


def _check_message(claims: Claims, pending: Pending) -> None:
    if not isinstance(claims.get("sub"), str) or not claims["sub"]:
        raise Failed(Step.MESSAGE, "ANONYMOUS")
    roles = claims.get(f"{LTI}roles")
    if not isinstance(roles, list):
        raise Failed(Step.MESSAGE, "MESSAGE", detail="roles")
    if claims.get(TARGET, pending.target) != pending.target:
        raise Failed(Step.MESSAGE, "TARGET")
    fitting = [validator for validator in _VALIDATORS if validator.can_validate(claims)]
    if len(fitting) != 1:
        raise Failed(Step.MESSAGE, "MESSAGE", detail="message_type")
    _validate(fitting[0].validate, claims)


def _validate(validate: Callable[[Claims], bool], claims: Claims) -> None:
    try:
        validate(claims)
    except (LtiException, AttributeError, TypeError) as err:  # the library takes parts for what they should be
        detail = str(err)[:80] if isinstance(err, LtiException) else "shape"
        raise Failed(Step.MESSAGE, "MESSAGE", detail=detail) from err
