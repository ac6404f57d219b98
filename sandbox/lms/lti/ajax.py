"""lib/ajax/service.php, as far as the administrator's list of tools needs it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from sandbox.lms.lti.answers import json_answer
from sandbox.lms.lti.browser import administrator
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import Tool

_STATES = {0: "rejected", 1: "configured", 2: "pending"}
_TEXTS = {"configured": "Active", "pending": "Pending", "rejected": "Rejected"}


def add_ajax(doors: Blueprint, platform: Platform) -> None:
    @doors.post("/lib/ajax/service.php")
    @platform.alone
    def service() -> Response:
        sesskey = administrator(platform).sesskey
        return json_answer([_call(platform, call["methodname"], call["args"], sesskey) for call in request.get_json()])


def _call(platform: Platform, method: str, args: dict[str, Any], sesskey: str) -> dict[str, Any]:
    if method == "mod_lti_update_tool_type":
        change = {"op": "set_tool", "tool": args["id"], "state": _STATES[args["state"]]}
        platform.journal.change(change)
        return {"error": False, "data": _row(platform, platform.site.tools[args["id"]], sesskey)}
    if method == "mod_lti_get_tool_types":
        return {"error": False, "data": [_row(platform, tool, sesskey) for tool in platform.site.tools.values()]}
    return {"error": True, "exception": {"errorcode": "servicenotavailable", "message": method}}


def _row(platform: Platform, tool: Tool, sesskey: str) -> dict[str, Any]:
    """`instancecount` counts the activities that name the tool; those found by their address are not counted."""
    used = [link for link in platform.site.links.values() if link.tool == tool.id]
    edit = f"typessettings.php?action=update&amp;id={tool.id}&amp;sesskey={sesskey}&amp;returnto=toolconfigure"
    return {
        "id": tool.id,
        "name": tool.name,
        "description": tool.description,
        "platformid": platform.url,
        "clientid": tool.clientid,
        "deploymentid": tool.id,
        "urls": {
            "icon": tool.icon,
            "edit": platform.address(edit),
            "publickeyset": platform.address("certs.php"),
            "accesstoken": platform.address("token.php"),
            "authrequest": platform.address("auth.php"),
        },
        "state": {
            "text": _TEXTS[tool.state],
            "pending": tool.state == "pending",
            "configured": tool.state == "configured",
            "rejected": tool.state == "rejected",
            "unknown": False,
        },
        "hascapabilitygroups": False,
        "capabilitygroups": [],
        "courseid": 0,
        "instanceids": [link.id for link in used],
        "instancecount": len(used),
    }
