"""mod/lti/token.php: access tokens for the services (OAuth 2 client credentials with a signed assertion)."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, request

from sandbox.lms.lti.answers import bare
from sandbox.lms.lti.assertions import Rejected, ToolKeys, unread
from sandbox.lms.lti.platform import TOKEN_LIFE, Platform
from sandbox.lms.lti.records import Tool
from sandbox.lms.lti.scopes import permitted

_FORM = "application/x-www-form-urlencoded"
_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_NEEDED = ("client_assertion", "client_assertion_type", "grant_type", "scope")


def add_tokens(lti: Blueprint, platform: Platform, keys: ToolKeys) -> None:
    @lti.route("/token.php", methods=["GET", "POST"])
    def token() -> Response:
        """JSON, typed text/html as in Moodle; every refusal is a 400."""
        try:
            return bare(json.dumps(_give(platform, keys), indent=2))
        except Rejected as refused:
            return bare(json.dumps({"error": str(refused)}, indent=2), status=400)


def _give(platform: Platform, keys: ToolKeys) -> dict[str, Any]:
    asked = request.form
    if request.method != "POST" or request.mimetype != _FORM or not all(asked.get(name) for name in _NEEDED):
        raise Rejected("invalid_request")
    if asked["client_assertion_type"] != _BEARER or asked["grant_type"] != "client_credentials":
        raise Rejected("unsupported_grant_type")
    tool = _client(platform, asked["client_assertion"])
    keys.verify(tool, asked["client_assertion"], now=platform.site.now)
    scopes = [scope for scope in asked["scope"].split(" ") if scope in permitted(tool)]
    if not scopes:
        raise Rejected("invalid_scope")
    with platform.site.lock:
        token = platform.give_token(tool, scopes)
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE, "scope": " ".join(scopes)}


def _client(platform: Platform, assertion: str) -> Tool:
    """`sub` names the client. `aud` and `jti` are not looked at: an assertion works again and elsewhere."""
    sub = unread(assertion).get("sub")
    if not sub:
        raise Rejected("invalid_request")
    for tool in platform.site.tools.values():
        if tool.clientid == sub:
            return tool
    raise Rejected("invalid_client")
