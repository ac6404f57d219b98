"""Tool settings: they can be read, and are always empty. Writing them fails, as it did on the real site."""

from __future__ import annotations

import re

from flask import Response

from sandbox.lms.lti.answers import Unable
from sandbox.lms.lti.scopes import TOOL_SETTINGS
from sandbox.lms.lti.services.call import Call, Resource, answer

_SIMPLE = "application/vnd.ims.lti.v2.toolsettings.simple+json"
_FULL = "application/vnd.ims.lti.v2.toolsettings+json"
_PLACES = (
    r"/tool/(?P<tool>[^/]+)/custom",
    r"/CourseSection/(?P<course>[^/]+)/bindings/tool/(?P<tool>[^/]+)/custom",
    r"/links/(?P<link>[^/]+)/custom",
)


def _settings(call: Call) -> Response:
    call.tool(TOOL_SETTINGS, number=call.parts.get("tool"))
    if call.method == "GET":
        return answer("{}", _SIMPLE)
    raise Unable("Error writing to database")


RESOURCES = tuple(
    Resource("toolsettings", re.compile(place), (_FULL, _SIMPLE), ("GET", "PUT"), _settings) for place in _PLACES
)
