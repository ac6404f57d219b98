"""Scopes of the LTI Advantage services, and which of them a tool of Moodle may use."""

from __future__ import annotations

from sandbox.lms.lti.records import Tool

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope"
LINEITEM = f"{_AGS}/lineitem"
LINEITEM_READONLY = f"{_AGS}/lineitem.readonly"
RESULT_READONLY = f"{_AGS}/result.readonly"
SCORE = f"{_AGS}/score"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TOOL_SETTINGS = "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting"
BASIC_OUTCOME = "https://purl.imsglobal.org/spec/lti-bo/scope/basicoutcome"
SUPPORTED = (
    BASIC_OUTCOME,
    LINEITEM_READONLY,
    RESULT_READONLY,
    SCORE,
    LINEITEM,
    MEMBERS,
    TOOL_SETTINGS,
    "openid",
)


def grade_scopes(tool: Tool) -> list[str]:
    """In the order of the launch claim. Without `gradesync` there is no claim at all."""
    read_and_score = [LINEITEM_READONLY, RESULT_READONLY, SCORE]
    return [[], read_and_score, [LINEITEM, *read_and_score]][tool.gradesync]


def permitted(tool: Tool) -> list[str]:
    members = [MEMBERS] if tool.members else []
    return [*grade_scopes(tool), *members, *([TOOL_SETTINGS] if tool.toolsettings else [])]


def answered(tool: Tool) -> list[str]:
    """What the registration's answer claims: all four of AGS, also to a tool that may not make line items."""
    grades = [SCORE, RESULT_READONLY, LINEITEM_READONLY, LINEITEM] if tool.gradesync else []
    members = [MEMBERS] if tool.members else []
    return [*grades, *members, *([TOOL_SETTINGS] if tool.toolsettings else [])]
