"""contentitem_return.php: a tool's deep linking response, and what Moodle makes of it in the teacher's form.

Nothing is created here: the values go to the page that opened the window, and the teacher has to save.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from sandbox.lms.lti.answers import Unable, page, words
from sandbox.lms.lti.assertions import Rejected, ToolKeys
from sandbox.lms.lti.browser import need_session_key, repost_page, signed_in
from sandbox.lms.lti.lineitems import join_lines
from sandbox.lms.lti.platform import Platform
from sandbox.lms.lti.records import Tool

_DL = "https://purl.imsglobal.org/spec/lti-dl/claim"
_TICK = '<i class="icon fa fa-check text-success fa-fw "  title="Yes" role="img" aria-label="Yes"></i>Content selected'


def add_deep_linking(lti: Blueprint, platform: Platform, keys: ToolKeys) -> None:
    @lti.post("/contentitem_return.php")
    def content_item_return() -> Response:
        """The tool's key set is fetched on the way, so the site is not held."""
        found = signed_in(platform)
        if found is None:
            return repost_page(platform)
        need_session_key(found[0])
        tool = platform.site.tools.get(request.args.get("id", 0, int))
        if tool is None:
            raise Unable("tooldeleted")
        claims = _response_claims(platform, keys, tool)
        data = return_data(claims.get(f"{_DL}/content_items") or [], tool)
        notices = [words(platform.site, notice) for notice in _notices(claims, data)]
        return page(platform.site, "lti/contentitem_return.html", data=data, notices=notices)


def _response_claims(platform: Platform, keys: ToolKeys, tool: Tool) -> dict[str, Any]:
    """`iss` must be the client id; audience, nonce, deployment and data are not looked at."""
    try:
        claims = keys.verify(tool, request.form.get("JWT", ""), now=platform.site.now, issuer_of_client=True)
    except Rejected as rejected:
        text = str(rejected)
        raise Unable(text if text == "consumerkey" else f"Exception - {text}") from rejected
    return claims


def return_data(items: list[dict[str, Any]], tool: Tool) -> dict[str, Any] | None:
    """One item fills the form, several come as a list, none gives nothing."""
    made = [form_values(item, tool) for item in items]
    if not made:
        return None
    return made[0] if len(made) == 1 else {"multiple": made}


def form_values(item: dict[str, Any], tool: Tool) -> dict[str, Any]:
    """Every type becomes an activity. Dropped: window, iframe, available, submission, thumbnail, a line item label."""
    line = item.get("lineItem") or {}
    graded = "scoreMaximum" in line
    values: dict[str, Any] = {
        "name": item.get("title") or tool.name,
        "introeditor": {"text": item.get("text") or item.get("html") or "", "format": "2"},
    }
    if isinstance(item.get("icon"), dict):
        values["icon"] = item["icon"].get("url", "")
    values |= {"toolurl": item["url"], "typeid": 0} if item.get("url") else {"typeid": str(tool.id)}
    values["instructorchoiceacceptgrades"] = int(graded)
    values |= _graded_values(line) if graded else {}
    values |= {"instructorchoicesendname": 0, "instructorchoicesendemailaddr": 0, "launchcontainer": 1}
    if item.get("custom"):
        values["instructorcustomparameters"] = join_lines(item["custom"])
    return values | {"selectcontentindicator": _TICK}


def _graded_values(line: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"grade_modgrade_point": line["scoreMaximum"]}
    values |= {"lineitemresourceid": line.get("resourceId", ""), "lineitemtag": line.get("tag", "")}
    review = line.get("submissionReview")
    if isinstance(review, dict):
        values["lineitemsubreviewurl"] = review.get("url", "DEFAULT")
        values["lineitemsubreviewparams"] = join_lines(review.get("custom") or {})
    return values


def _notices(claims: dict[str, Any], data: dict[str, Any] | None) -> list[str]:
    """An error's text, the tool's message, or Moodle's own; an empty choice says nothing at all."""
    if error := claims.get(f"{_DL}/errormsg"):
        return [str(error)]
    if message := claims.get(f"{_DL}/msg"):
        return [str(message)]
    return ["fetched"] if data else []
