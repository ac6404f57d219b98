"""Registering by one address (LTI Dynamic Registration 1.0): ask the platform for its configuration, tell it ours."""

import secrets
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from bridge.domain.errors import BadInput, Garbled, Refused
from bridge.lti.door import REMOTE, Door, is_callable, is_same_site, parts_of
from bridge.lti.gradebooks import COLUMNS, RESULTS, SCORES
from bridge.lti.members import MEMBERS
from bridge.ports.launches import Registration, RegistrationState

SCOPES = (*COLUMNS, *RESULTS, *SCORES, *MEMBERS)  # all that we ever ask for
_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


def register(door: Door, configuration_url: str, token: str, *, school: str, url: str, name: str) -> Registration:
    """A pending registration; `Unreachable`, `Refused`, `Garbled`. All addresses must lie on one host."""
    theirs = door.get(configuration_url)
    fields = {
        field: _address(theirs, field, configuration_url)
        for field in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")
    }
    made = door.post(fields["registration_endpoint"], _ours(url, name), bearer=token)
    client = made.get("client_id") if isinstance(made, dict) else None
    if not isinstance(client, str) or not client:
        raise Garbled(remote=REMOTE, operation="REGISTER", why="NO_CLIENT_ID")
    return Registration(
        id=secrets.token_urlsafe(16),
        school=school,
        name=_product(theirs, fields["issuer"]),
        issuer=fields["issuer"],
        client_id=client,
        auth_url=fields["authorization_endpoint"],
        token_url=fields["token_endpoint"],
        jwks_url=fields["jwks_uri"],
        state=RegistrationState.PENDING,
    )


def check_by_hand(made: Registration, named: Collection[str]) -> None:
    """What the door to platforms would refuse at the first launch is said at once. `BadInput`."""
    for where in ("issuer", "auth_url", "token_url", "jwks_url"):
        address = getattr(made, where)
        if not is_callable(address, named):
            raise BadInput(where=where.removesuffix("_url"), value=address, why="PLATFORM_ADDRESS")
    if not made.client_id:
        raise BadInput(where="client_id", value="", why="NO_CHOICE")


def _address(theirs: Any, field: str, configuration_url: str) -> str:
    """Of the same scheme and host as the configuration: else one platform could speak for another."""
    value = theirs.get(field) if isinstance(theirs, dict) else None
    if not isinstance(value, str) or not value:
        raise Garbled(remote=REMOTE, operation="CONFIGURATION", why="NO_ADDRESS", field=field)
    if not is_same_site(value, configuration_url):
        raise Refused(remote=REMOTE, operation="CONFIGURATION", reason="OTHER_HOST", theirs=parts_of(value).netloc)
    return value


def _product(theirs: dict[str, Any], issuer: str) -> str:
    found = theirs.get(_PLATFORM)
    family = str(found.get("product_family_code", "")) if isinstance(found, dict) else ""
    return f"{family.capitalize()} {urlsplit(issuer).netloc}".strip()


def _ours(url: str, name: str) -> dict[str, object]:
    """What Moodle keeps of it: names, addresses, scopes, claims, messages (recorded: dynamic-registration--full)."""
    launch = f"{url}/lti/launch"
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": f"{url}/lti/login",
        "redirect_uris": [launch],
        "client_name": name,
        "jwks_uri": f"{url}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        _CONFIGURATION: {
            "domain": urlsplit(url).netloc,
            "description": name,
            "target_link_uri": launch,
            "custom_parameters": {"context_id_history": "$Context.id.history"},
            "claims": ["iss", "sub", "name"],
            "messages": [
                {"type": "LtiResourceLinkRequest", "target_link_uri": launch, "label": name},
                {"type": "LtiDeepLinkingRequest", "target_link_uri": launch, "label": name},
                {"type": "LtiSubmissionReviewRequest", "target_link_uri": launch, "label": name},
            ],
        },
    }
