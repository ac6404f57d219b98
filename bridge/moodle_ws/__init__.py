"""Adapter: a Moodle site behind the port `Lms`. The only room that knows Moodle's web-service functions.

What does not belong here: what a mark means (`domain/scale`), who a pupil is (`sync/identity`), LTI (`bridge/lti`).
"""

from bridge.moodle_ws.adapter import Moodle
from bridge.moodle_ws.client import Client, Limits

__all__ = ["Client", "Limits", "Moodle"]
