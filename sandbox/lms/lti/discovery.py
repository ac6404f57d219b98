"""openid-configuration.php and certs.php: what the platform says of itself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from sandbox.lms.lti.answers import json_answer
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.scopes import SUPPORTED

_VARIABLES = """
basic-lti-launch-request ContentItemSelectionRequest ToolProxyRegistrationRequest Context.id Context.title
Context.label Context.id.history Context.sourcedId Context.longDescription Context.timeFrame.begin
CourseSection.title CourseSection.label CourseSection.sourcedId CourseSection.longDescription
CourseSection.timeFrame.begin CourseSection.timeFrame.end ResourceLink.id ResourceLink.title ResourceLink.description
User.id User.username Person.name.full Person.name.given Person.name.family Person.email.primary Person.sourcedId
Person.name.middle Person.address.street1 Person.address.locality Person.address.country Person.address.timezone
Person.phone.primary Person.phone.mobile Person.webaddress Membership.role Result.sourcedId Result.autocreate
BasicOutcome.sourcedId BasicOutcome.url Moodle.Person.userGroupIds
"""


def add_discovery(lti: Blueprint, platform: Platform) -> None:
    @lti.get("/openid-configuration.php")
    @platform.alone
    def configuration() -> Response:
        taken = platform.faults.take("openid-configuration", None, kinds=("claims",))
        changed = _configuration(platform) | (taken["claims"].body if "claims" in taken else {})
        return json_answer({name: value for name, value in changed.items() if value is not None})

    @lti.get("/certs.php")
    def certs() -> Response:
        return json_answer({"keys": platform.keys.published()})


def _configuration(platform: Platform) -> dict[str, Any]:
    return {
        "issuer": platform.url,
        "token_endpoint": platform.address("token.php"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": platform.address("certs.php"),
        "authorization_endpoint": platform.address("auth.php"),
        "registration_endpoint": platform.address("openid-registration.php"),
        "scopes_supported": list(SUPPORTED),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        "https://purl.imsglobal.org/spec/lti-platform-configuration": {
            "product_family_code": "moodle",
            "version": platform.site.settings.release,
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": _VARIABLES.split(),
        },
    }
