"""Dynamic registration: the token that an administrator's browser carries to the tool, and what the tool posts back."""

from __future__ import annotations

import json
from typing import Any

import jwt
from flask import Blueprint, Response, request

from sandbox.lms.lti.answers import Unable, bare, json_answer
from sandbox.lms.lti.lineitems import domain_of
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import Tool
from sandbox.lms.lti.scopes import LINEITEM, MEMBERS, SCORE, TOOL_SETTINGS, answered

_TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_LIFE = 3600
_NEW, _UPDATE = "reg", "reg-update"
_REQUIRED = (
    "response_types",
    "initiate_login_uri",
    "redirect_uris",
    "client_name",
    "jwks_uri",
    "token_endpoint_auth_method",
    _TOOL,
)


class Refused(Exception):
    """Ends in a short text, status `code`."""

    def __init__(self, text: str, *, code: int = 400):
        super().__init__(text)
        self.text, self.code = text, code


def add_registration(lti: Blueprint, platform: Platform) -> None:
    @lti.route("/openid-registration.php", methods=["GET", "POST"])
    @platform.alone
    def register() -> Response:
        try:
            claims = _registration_token(platform)
            if request.method == "GET":
                return json_answer(_current(platform, claims))
            return json_answer(_registered(platform, claims, _body()))
        except Refused as refused:
            return bare(refused.text, status=refused.code)


def registration_token(platform: Platform, *, update: Tool | None = None) -> str:
    """For a new tool `sub` is the client id it will get, for an update the tool's id."""
    subject = str(update.id) if update else platform.word(15)
    if update is None:
        platform.offered.add(subject)
    now = platform.site.now
    return platform.keys.sign({"sub": subject, "scope": _UPDATE if update else _NEW, "iat": now, "exp": now + _LIFE})


def _registration_token(platform: Platform) -> dict[str, Any]:
    """A token that is not ours or too old is a crash in Moodle, and so a page for people."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise Refused("missing_registration_token", code=401)
    try:
        claims = platform.keys.read(token.strip())
    except jwt.InvalidTokenError as wrong:
        raise Unable("Exception - Signature verification failed") from wrong
    if claims.get("exp", 0) <= platform.site.now:
        raise Unable("Exception - Expired token")
    if claims.get("scope") == _NEW and claims["sub"] in {tool.clientid for tool in platform.site.tools.values()}:
        raise Refused("token_already_used", code=401)
    return claims


def _current(platform: Platform, claims: dict[str, Any]) -> dict[str, Any]:
    return to_registration(_updated(platform, claims))


def _updated(platform: Platform, claims: dict[str, Any]) -> Tool:
    tool = platform.site.tools.get(int(claims["sub"])) if claims.get("scope") == _UPDATE else None
    if tool is None:
        raise Refused("No registration was found for this token", code=404)
    return tool


def _body() -> dict[str, Any]:
    try:
        body = json.loads(request.get_data())
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}


def _registered(platform: Platform, claims: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """A new tool waits for an administrator; an updated one keeps its state."""
    given = from_registration(body)
    if claims.get("scope") == _UPDATE:
        number = _updated(platform, claims).id
        platform.journal.change({"op": "set_tool", "tool": number, **given})
    else:
        number = platform.journal.change({"op": "add_tool", "clientid": claims["sub"], **given})["tool"]
    return to_registration(platform.site.tools[number])


def from_registration(body: dict[str, Any]) -> dict[str, Any]:
    """The tool's fields out of its registration request (1EdTech Dynamic Registration 1.0 §3.5).

    What Moodle does not read is dropped: translations, policy_uri, contacts, a message's label and custom parameters.
    """
    for name in _REQUIRED:
        if not body.get(name):
            raise Refused(f"missing required attribute {name}")
    about = body[_TOOL]
    domain = domain_of(about.get("domain") or "")
    target = about.get("target_link_uri") or f"https://{domain}"
    _check(body, domain, target)
    scopes, claims = body.get("scope", "").split(), about.get("claims") or []
    deep = next((each for each in about.get("messages", []) if each.get("type") == "LtiDeepLinkingRequest"), None)
    return {
        "name": body["client_name"],
        "baseurl": target,
        "domain": domain,
        "loginurl": body["initiate_login_uri"],
        "redirects": body["redirect_uris"],
        "keyset": body["jwks_uri"],
        "description": about.get("description") or "",
        "icon": body.get("logo_uri") or "",
        "custom": about.get("custom_parameters") or {},
        "deeplinking": deep is not None,
        "deeplinkurl": (deep or {}).get("target_link_uri", ""),
        "gradesync": 2 if LINEITEM in scopes else int(SCORE in scopes),
        "members": MEMBERS in scopes,
        "toolsettings": TOOL_SETTINGS in scopes,
        "sendname": "name" in claims,
        "sendemail": "email" in claims,
    }


def _check(body: dict[str, Any], domain: str, target: str) -> None:
    if not domain:
        raise Refused("missing_domain")
    if domain != domain_of(target):
        raise Refused("domain_targetlinkuri_mismatch")
    if "id_token" not in body["response_types"]:
        raise Refused("invalid_response_types")
    if not isinstance(body["redirect_uris"], list):
        raise Refused("invalid_redirect_uris")
    if body["token_endpoint_auth_method"] != "private_key_jwt":  # noqa: S105 a method's name
        raise Refused("invalid_token_endpoint_auth_method")
    if body.get("application_type", "web") != "web":
        raise Refused("invalid_application_type")


def to_registration(tool: Tool) -> dict[str, Any]:
    """Moodle's answer; the tool's id is its deployment id."""
    names = ["name", "family_name", "given_name"] if tool.sendname else []
    about: dict[str, Any] = {
        "version": "1.3.0",
        "deployment_id": str(tool.id),
        "target_link_uri": tool.baseurl,
        "domain": tool.domain,
        "description": tool.description,
    }
    if tool.deeplinking:
        about["messages"] = [{"type": "LtiDeepLinkingRequest", "target_link_uri": tool.deeplinkurl or tool.baseurl}]
    if tool.custom:
        about["custom_parameters"] = tool.custom
    about["claims"] = ["sub", "iss", *names, *(["email"] if tool.sendemail else [])]
    return {
        "client_id": tool.clientid,
        "response_types": ["id_token"],
        "jwks_uri": tool.keyset,
        "initiate_login_uri": tool.loginurl,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": tool.redirects,
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": tool.name,
        "logo_uri": tool.icon,
        "scope": " ".join(answered(tool)),
        _TOOL: about,
    }
