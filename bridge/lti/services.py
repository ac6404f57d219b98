"""A platform's services, called with a token: where a call may go, and what an answer means.

Moodle 4.5 (recorded): each call needs its exact media type; a refused score is answered by 4xx, or by 200 with a body
when the request had line breaks; the Link header of columns has curly quotes and `&amp;`.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlunsplit

from bridge.domain.errors import Garbled, Refused
from bridge.lti.access import Access, Scopes
from bridge.lti.door import REMOTE, Door, Reply, is_same_site, parts_of
from bridge.ports.launches import Registration

PAGES = 500  # at most: a platform that points on for ever is garbled
_NEXT = re.compile(r"<([^>]*)>\s*;[^<]*?rel\s*=\s*[\"'“”\u2018\u2019]*next\b")


class Platform(Protocol):
    """What is needed of `bridge.ports.platforms.Platforms` here."""

    def find(self, registration: str) -> Registration: ...


class Services:
    """Calls in the name of a registration."""

    def __init__(self, platforms: Platform, access: Access, door: Door) -> None:
        self._platforms = platforms
        self._access = access
        self._door = door

    def ask(self, registration: str, url: str, scopes: Scopes, *, accept: str) -> Reply:
        known = self._known(registration, url)
        return self._twice(known, scopes, lambda bearer: self._door.ask(url, {**bearer, "Accept": accept}))

    def send(self, registration: str, method: str, url: str, scopes: Scopes, *, media: str, body: bytes) -> Reply:
        """Sent once; once more where a token had run out, since then nothing was done."""
        known = self._known(registration, url)
        types = {"Content-Type": media, "Accept": media} if body else {}
        return self._twice(known, scopes, lambda bearer: self._door.send(method, url, {**bearer, **types}, body))

    def pages(
        self, registration: str, url: str, scopes: Scopes, *, accept: str, keep: Mapping[str, str]
    ) -> Iterator[Any]:
        """The JSON of each page. `keep`: parameters that a platform's next link may drop."""
        page: str | None = with_query(url, keep)
        for _ in range(PAGES):
            if page is None:
                return
            reply = self.ask(registration, page, scopes, accept=accept)
            if reply.status == 404:
                raise Refused(remote=REMOTE, operation=reply.told, reason="COLUMN_GONE", theirs=404)
            yield reply.read()
            following = next_link(reply, page)
            page = None if following is None else with_query(following, keep)
        raise Garbled(remote=REMOTE, operation=parts_of(url).path, why="ENDLESS")

    def _twice(self, known: Registration, scopes: Scopes, call: Callable[[Mapping[str, str]], Reply]) -> Reply:
        """Once more with a new token, where the platform does not take the kept one any more."""
        reply = call(self._bearer(known, scopes))
        if reply.status != 401:
            return reply
        self._access.forget(known, scopes)
        return call(self._bearer(known, scopes))

    def _bearer(self, known: Registration, scopes: Scopes) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._access.token(known, scopes)}"}

    def _known(self, registration: str, url: str) -> Registration:
        """The token is the platform's alone: it goes to no other origin, whatever a launch or a link says."""
        known = self._platforms.find(registration)
        if not is_same_site(url, known.token_url):
            raise Refused(remote=REMOTE, operation="SERVICE", reason="OTHER_HOST", theirs=parts_of(url).netloc)
        return known


def next_link(reply: Reply, page: str) -> str | None:
    """Where the next page is (RFC 8288), read so that Moodle's curly quotes and entities do no harm."""
    header = reply.headers.get("Link", "")
    with suppress(UnicodeError):  # else read as it is: `rel` and `next` are ASCII
        header = header.encode("latin-1").decode()  # curly quotes arrive as bytes
    found = _NEXT.search(header)
    if found is None:
        return None
    try:
        return urljoin(page, html.unescape(found[1]))
    except ValueError as err:
        raise Garbled(remote=REMOTE, operation=reply.told, why="NO_LINK") from err


def with_query(url: str, more: Mapping[str, str]) -> str:
    """With these parameters, in the place of any of the same name."""
    parts = parts_of(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in more]
    added = [(name, value) for name, value in more.items() if value]
    return urlunsplit(parts._replace(query=urlencode([*kept, *added])))


def below(url: str, part: str) -> str:
    """`…/lineitem?type_id=1` and `scores` → `…/lineitem/scores?type_id=1` (AGS 2.0 §3.4.4)."""
    parts = parts_of(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{part}"))
