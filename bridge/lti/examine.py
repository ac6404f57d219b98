"""What an id_token must pass, step by step (LTI Security Framework 1.0 §5.1.3; OpenID Connect Core §3.1.3.7)."""

import json
import math
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pylti1p3.exception import LtiException
from pylti1p3.message_validators import get_validators

from bridge.domain.errors import RemoteError
from bridge.lti.claims import DEPLOYMENT, TARGET
from bridge.lti.keysets import KeySets
from bridge.ports.launches import Registration
from bridge.ports.platforms import Pending, Step

LARGEST = 64 * 1024
LEEWAY, OLDEST = 60, 600  # seconds
_COMPACT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)  # base64url without padding, and nothing else
ALGORITHMS: Mapping[object, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}  # nothing without a key, nothing with a shared one: what the token says chooses among these alone

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
    header = _header(token)
    algorithm = header.get("alg")
    digest = ALGORITHMS.get(algorithm) if isinstance(algorithm, str) else None
    if digest is None or "crit" in header:  # RFC 7515 §4.1.11: what must be understood and is not
        raise Failed(Step.TOKEN, "ALGORITHM", algorithm=str(header.get("alg"))[:20])
    kid = header.get("kid")
    try:
        key = key_sets.key(registration.jwks_url, kid) if isinstance(kid, str) else None
    except RemoteError as err:
        raise Failed(Step.KEY, "KEYS_UNREACHABLE", url=registration.jwks_url, cause=err.code) from err
    if key is None:
        raise Failed(Step.KEY, "KEY_UNKNOWN", kid=str(kid)[:80], url=registration.jwks_url)
    return _decoded(token, key, digest)


def _header(token: str) -> Mapping[str, Any]:
    """Of a compact JWS (RFC 7515 §7.1). It is believed nothing but which key is said to have signed."""
    if _COMPACT.fullmatch(token) is None:
        raise Failed(Step.TOKEN, "NO_JWT")
    try:
        header = json.loads(_bytes(token.partition(".")[0]))
    except (ValueError, RecursionError) as err:
        raise Failed(Step.TOKEN, "NO_JWT") from err
    if not isinstance(header, dict):
        raise Failed(Step.TOKEN, "NO_JWT")
    return header


def _decoded(token: str, key: RSAPublicKey, digest: hashes.HashAlgorithm) -> Claims:
    """RSASSA-PKCS1-v1_5 over header and payload as they came (RFC 7515 §5.2; RFC 7518 §3.3)."""
    signed, _, signature = token.rpartition(".")
    try:
        key.verify(_bytes(signature), signed.encode(), PKCS1v15(), digest)
        claims = json.loads(_bytes(signed.rpartition(".")[2]))
    except (InvalidSignature, ValueError, RecursionError) as err:
        raise Failed(Step.SIGNATURE, "SIGNATURE") from err
    if not isinstance(claims, dict):
        raise Failed(Step.TOKEN, "NO_JWT")
    return claims


def _bytes(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


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
    roles = claims.get("https://purl.imsglobal.org/spec/lti/claim/roles")
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
