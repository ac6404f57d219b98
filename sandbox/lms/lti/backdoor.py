"""What the control door does to the LTI side beyond the changes of the journal: clock, keys, sessions, what stands."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.registration import registration_token


def add_door(control: Blueprint, platform: Platform) -> None:
    site = platform.site

    @control.get("/clock")
    def clock() -> Response:
        return jsonify({"now": site.now, "offset": site.skew})

    @control.put("/clock")
    @platform.alone
    def set_clock() -> Response:
        """{"offset": seconds} or {"now": unix seconds}: the site's clock from here on; tokens age with it."""
        asked = request.get_json()
        site.skew = asked["offset"] if "offset" in asked else asked["now"] - (site.now - site.skew)
        return jsonify({"now": site.now, "offset": site.skew})

    @control.post("/keys")
    @platform.alone
    def rotate() -> Response:
        """A new signing key. {"keep_old": true} leaves the old one in the key set."""
        platform.keys.rotate(keep_old=bool((request.get_json(silent=True) or {}).get("keep_old")))
        return jsonify({"keys": platform.keys.published()})

    @control.get("/lti")
    @platform.alone
    def standing() -> Response:
        return jsonify(_standing(platform))

    @control.post("/registrations")
    @platform.alone
    def registration() -> Response:
        """A registration token as an administrator's browser would carry it; {"tool": id} for an update."""
        wanted = (request.get_json(silent=True) or {}).get("tool")
        token = registration_token(platform, update=site.tools[wanted] if wanted else None)
        configuration = platform.address("openid-configuration.php")
        return jsonify({"openid_configuration": configuration, "registration_token": token})

    @control.delete("/sessions")
    @platform.alone
    def forget() -> Response:
        """Everybody is signed out, every hint and access token is worth nothing."""
        platform.sessions.clear()
        platform.tokens.clear()
        return jsonify({})


def _standing(platform: Platform) -> dict[str, Any]:
    site = platform.site
    return {
        "issuer": platform.url,
        "tools": [asdict(tool) for tool in site.tools.values()],
        "links": [asdict(link) for link in site.links.values()],
    }
