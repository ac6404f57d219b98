"""Assignment and Grade Services 2.0: `bridge.ports.gradebooks.Gradebooks`."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from bridge.domain.errors import Garbled, NotFound, Refused, Unclear
from bridge.lti.door import BROKEN, REMOTE, Reply
from bridge.lti.services import Services, below
from bridge.ports.gradebooks import LineItem, NewLineItem, Result, Score

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
COLUMNS, SCORES, RESULTS = (f"{_SCOPE}lineitem",), (f"{_SCOPE}score",), (f"{_SCOPE}result.readonly",)
_ITEM = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_SCORE = "application/vnd.ims.lis.v1.score+json"
_RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
LONGEST_LABEL = 255  # Moodle fails above

MEANINGS: Mapping[int, str] = {
    400: "NOT_GRADABLE",  # unknown, not enrolled, a teacher: our message itself is sound
    404: "COLUMN_GONE",
    409: "STALE",
}


class LtiGradebooks:
    """Over any platform that is registered."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def line_items(self, registration: str, collection: str, *, resource_id: str = "") -> Sequence[LineItem]:
        wanted = {"resource_id": resource_id} if resource_id else {}
        found: dict[str, LineItem] = {}
        for page in self._services.pages(registration, collection, COLUMNS, accept=_ITEMS, keep=wanted):
            found |= {item.url: item for item in map(_line_item, _rows(page))}
        return [item for item in found.values() if not resource_id or item.resource_id == resource_id]

    def provide(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        """Found first: the platform makes a second column of the same name without a word."""
        known = self._named(registration, collection, resource_id=new.resource_id, tag=new.tag)
        if known:
            return known[0]
        reply = self._write(registration, "POST", collection, _written(new))
        return _line_item(reply.read())

    def change(self, registration: str, collection: str, new: NewLineItem) -> LineItem:
        known = self._ours(registration, collection, resource_id=new.resource_id, tag=new.tag)
        if not known:
            raise NotFound(kind="line item", name=new.resource_id, nearest=[])
        reply = self._write(registration, "PUT", known[0].url, {**_written(new), "id": known[0].url})
        return _line_item(reply.read())

    def remove(self, registration: str, collection: str, *, resource_id: str, tag: str) -> int:
        known = self._ours(registration, collection, resource_id=resource_id, tag=tag)
        for item in known:
            reply = self._services.send(registration, "DELETE", item.url, COLUMNS, media=_ITEM, body=b"")
            if reply.status != 404:  # gone already
                _check(reply)
        return len(known)

    def send(self, registration: str, line_item: str, score: Score) -> None:
        """In one line of JSON: with line breaks Moodle answers 200 to what it refuses."""
        body = json.dumps(_message(score), separators=(",", ":")).encode()
        reply = self._services.send(registration, "POST", below(line_item, "scores"), SCORES, media=_SCORE, body=body)
        if reply.status in MEANINGS:
            raise Refused(remote=REMOTE, operation=reply.told, reason=MEANINGS[reply.status], theirs=reply.status)
        _check(reply)
        if reply.body.strip():  # a score that was taken is answered by nothing
            raise Refused(remote=REMOTE, operation=reply.told, reason="NOT_TAKEN", theirs=reply.status)

    def results(self, registration: str, line_item: str, *, user: str = "") -> Sequence[Result]:
        """Of all in one answer: with `limit` Moodle fails."""
        wanted = {"user_id": user} if user else {}
        found: dict[str, Result] = {}
        url = below(line_item, "results")
        for page in self._services.pages(registration, url, RESULTS, accept=_RESULTS, keep=wanted):
            found |= {result.user: result for result in map(_result, _rows(page))}
        return [result for result in found.values() if not user or result.user == user]

    def maximum(self, registration: str, line_item: str) -> Decimal:
        reply = self._services.ask(registration, line_item, COLUMNS, accept=_ITEM)
        if reply.status == 404:
            raise Refused(remote=REMOTE, operation=reply.told, reason="COLUMN_GONE", theirs=404)
        return _line_item(reply.read()).maximum

    def _named(self, registration: str, collection: str, *, resource_id: str, tag: str) -> list[LineItem]:
        if not resource_id:
            raise ValueError("a column needs a name of ours, or it is never found again")
        found = self.line_items(registration, collection, resource_id=resource_id)
        return [item for item in found if item.tag == tag]

    def _ours(self, registration: str, collection: str, *, resource_id: str, tag: str) -> list[LineItem]:
        """An activity's column is its teacher's: with it, all marks in it would go."""
        found = self._named(registration, collection, resource_id=resource_id, tag=tag)
        if any(item.link for item in found):
            raise Refused(remote=REMOTE, operation="LINE_ITEM", reason="NOT_OURS", theirs=resource_id)
        return found

    def _write(self, registration: str, method: str, url: str, item: Mapping[str, Any]) -> Reply:
        body = json.dumps(item, separators=(",", ":")).encode()
        reply = self._services.send(registration, method, url, COLUMNS, media=_ITEM, body=body)
        _check(reply)
        return reply


def _check(reply: Reply) -> None:
    """After a change: an error of the server's own tells nothing about what it did before it failed."""
    if reply.status in BROKEN:
        raise Unclear(remote=REMOTE, operation=reply.told, why="STATUS", theirs=reply.status)
    reply.check()


def _rows(page: Any) -> list[Any]:
    if not isinstance(page, list):
        raise _garbled("NO_LIST")
    return page


def _written(new: NewLineItem) -> dict[str, Any]:
    return {
        "label": new.label[:LONGEST_LABEL],
        "scoreMaximum": float(new.maximum),
        "resourceId": new.resource_id,
        "tag": new.tag,
    }


def _message(score: Score) -> Mapping[str, Any]:
    """AGS 2.0 §3.4.5. `FullyGraded` always: with any other word Moodle erases what stands there."""
    return {
        "userId": score.user,
        "scoreGiven": float(score.value),
        "scoreMaximum": float(score.maximum),
        "timestamp": score.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),  # whole seconds are all that Moodle keeps
        "activityProgress": score.progress.value,
        "gradingProgress": "FullyGraded",
    }


def _line_item(row: Any) -> LineItem:
    if not isinstance(row, dict) or not isinstance(row.get("id"), str):
        raise _garbled("NO_LINE_ITEM")
    texts = {name: str(row.get(name) or "") for name in ("label", "resourceId", "tag", "resourceLinkId")}
    return LineItem(
        url=row["id"],
        label=texts["label"],
        maximum=_number(row.get("scoreMaximum", 0)),
        resource_id=texts["resourceId"],
        tag=texts["tag"],
        link=texts["resourceLinkId"],
    )


def _result(row: Any) -> Result:
    """Who has no result comes without value and maximum."""
    if not isinstance(row, dict) or not isinstance(row.get("userId"), str | int):
        raise _garbled("NO_RESULT")
    value, maximum = row.get("resultScore"), row.get("resultMaximum")
    return Result(
        user=str(row["userId"]),
        value=None if value is None else _number(value),
        maximum=Decimal(1) if maximum is None else _number(maximum),  # AGS 2.0 §3.3.4.4: 1 where it is not said
        at=_moment(row.get("timestamp")),
    )


def _number(value: Any) -> Decimal:
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | str) else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise _garbled("NO_NUMBER")
    return number


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _garbled(why: str) -> Garbled:
    return Garbled(remote=REMOTE, operation="AGS", why=why)
