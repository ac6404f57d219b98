"""Assignment and Grade Services 2.0: scores in, results out."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from flask import Response

from sandbox.lms.lti.answers import Unable
from sandbox.lms.lti.assertions import ZONE
from sandbox.lms.lti.lineitems import item_url, last_change
from sandbox.lms.lti.scopes import RESULT_READONLY, SCORE
from sandbox.lms.lti.services.call import Call, Refused, Resource, answer, with_reason
from sandbox.lms.lti.services.columns import base_of, found_item, is_numeric
from sandbox.lms.records import Cell, Course, Item
from sandbox.lms.wire import php_number

_SCORE = "application/vnd.ims.lis.v1.score+json"
_SCORES = "application/vnd.ims.lis.v1.scorecontainer+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?")


class _NotTaken(Exception):
    """A score that is refused: the body is `[]`, only the status says why."""

    def __init__(self, code: int, reason: str):
        super().__init__(code, reason)
        self.code, self.reason = code, reason


def _scores(call: Call) -> Response:
    """200 with an empty body when the score was taken."""
    tool = call.tool(SCORE, number=call.query.get("type_id"))
    if call.content_type != _SCORE:
        raise Refused(400, "No context or unsupported content type")
    course, item = found_item(call, tool)
    try:
        _take(call, course, item)
    except _NotTaken as refused:
        return with_reason(answer("[]", _SCORE), refused.code, refused.reason)
    return answer("", _SCORE)


def _take(call: Call, course: Course, item: Item) -> None:
    score = _read(call, course)
    user, moment = int(score["userId"]), _moment(str(score["timestamp"]))
    cell = course.cells.get(item.id, {}).get(user)
    stored = last_change(cell)
    if stored is not None and stored >= moment:
        raise _NotTaken(409, f"Refusing score with an earlier timestamp for item {item.id} and user {user}")
    if item.locked or (cell is not None and cell.locked):
        raise _NotTaken(500, "Internal Server Error")
    raw = _final(item, score)
    change = {"op": "ags_score", "course": course.id, "item": item.id, "user": user, "raw": raw, "at": moment}
    said = {"feedback": str(score.get("comment") or ""), "emptied": call.platform.site.now}
    call.platform.journal.change({**change, **said})


def _read(call: Call, course: Course) -> dict[str, Any]:
    """The reason phrase repeats the whole request, whatever stands in it."""
    text = call.body.decode("utf-8", "replace")
    try:
        score = json.loads(text)
    except ValueError:
        score = None
    if not isinstance(score, dict) or not _is_score(score) or not _gradable(call, course, score["userId"]):
        raise _NotTaken(400, f"Incorrect score received{text}")
    return score


def _is_score(score: dict[str, Any]) -> bool:
    given, maximum = score.get("scoreGiven"), score.get("scoreMaximum")
    needed = ("userId", "timestamp", "gradingProgress", "activityProgress")
    return (
        all(score.get(name) is not None for name in needed)
        and _MOMENT.fullmatch(str(score["timestamp"])) is not None
        and (given is None or (is_numeric(given) and maximum is not None))
        and (maximum is None or is_numeric(maximum))
    )


def _gradable(call: Call, course: Course, user: Any) -> bool:
    """Pupils of the course, with a suspended or ended enrolment too; nobody else."""
    number = int(user) if str(user).isdigit() else 0
    row = call.platform.site.enrolments(course.id).get(number)
    return row is not None and row.role == "student" and not call.platform.site.users[number].deleted


def _moment(text: str) -> int:
    """Unix seconds; a moment without a zone is the site's own."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).timestamp())


def _final(item: Item, score: dict[str, Any]) -> float | None:
    """Scaled to the column and clamped to it. Nothing is final before FullyGraded: the stored value goes."""
    if score.get("scoreGiven") is None or score["gradingProgress"] != "FullyGraded":
        return None
    value, maximum = float(score["scoreGiven"]), float(score["scoreMaximum"])
    if maximum:
        value = value * item.max / maximum
    return round(min(max(value, item.min), item.max), 5)


def _results(call: Call) -> Response:
    """Every row with a date; whoever has no value has no keys but two. Any `limit` crashes."""
    tool = call.tool(RESULT_READONLY, number=call.query.get("type_id"))
    course, item = found_item(call, tool)
    if call.query.get("limit"):
        raise Unable("Exception - Call to a member function out() on null")
    line = item_url(item, base=base_of(call, course), tool=tool)
    wanted = call.query.get("user_id")
    touched = [(user, cell) for user, cell in course.cells.get(item.id, {}).items() if last_change(cell)]
    rows = [_result(item, line, user, cell) for user, cell in touched if wanted in (None, "", str(user))]
    return answer(rows, _RESULTS)


def _result(item: Item, line: str, user: int, cell: Cell) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"{line.replace('/lineitem?', '/lineitem/results?')}&user_id={user}",
        "userId": str(user),
    }
    if cell.raw is None:
        return row
    row |= {"resultScore": php_number(cell.raw), "resultMaximum": php_number(cell.out_of or item.max)}
    if cell.feedback:
        row["comment"] = cell.feedback
    row["scoreOf"] = line
    return row | {"timestamp": datetime.fromtimestamp(last_change(cell) or 0, ZONE).isoformat()}


_LINE = r"/(?P<course>[^/]+)/lineitems/(?P<item>[^/]+)/lineitem"
RESOURCES = (
    Resource("results", re.compile(f"{_LINE}/results"), (_RESULTS,), ("GET",), _results),
    Resource("scores", re.compile(f"{_LINE}/scores"), (_SCORES, _SCORE), ("POST",), _scores),
)
