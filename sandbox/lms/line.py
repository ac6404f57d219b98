"""What a client meets on the line whatever it calls: traffic that is counted, a broken connection, maintenance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from flask import Response, request

from sandbox.lms.site import Site

HEADERS = {
    "Cache-Control": "private, must-revalidate, pre-check=0, post-check=0, max-age=0",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
    "Pragma": "no-cache",
    "Accept-Ranges": "none",
    "Access-Control-Allow-Origin": "*",
}
_MAINTENANCE_HEADERS = {
    "Retry-After": "300",
    "Cache-Control": "no-store, no-cache, must-revalidate, post-check=0, pre-check=0",
    "Pragma": "no-cache",
    "Expires": "Mon, 20 Aug 1969 09:23:00 GMT",
    "Accept-Ranges": "none",
}
_MAINTENANCE_PAGE = """<!DOCTYPE html>
<html  lang="en" xml:lang="en">
    <head>
        <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
        <title>{0} under maintenance</title>
    </head>
    <body>
        <h1>{0} under maintenance</h1>
        <div class='alert-danger'>The site is undergoing maintenance and is currently not available</div>
    </body>
</html>
"""


@dataclass
class Traffic:
    """Calls and sent bytes per function, so that a test can say how many calls a run needed."""

    calls: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)

    def clear(self) -> None:
        self.calls.clear()
        self.sent.clear()


def maintenance_page(site: Site) -> Response:
    page = _MAINTENANCE_PAGE.format(site.settings.sitename)
    return Response(page, status=503, headers=_MAINTENANCE_HEADERS, content_type="text/html; charset=utf-8")


def dropped(body: str) -> Response:
    """Half of `body`, then the connection breaks (before the first byte when there is no body)."""

    environ = request.environ

    def broken() -> Iterator[bytes]:
        if body:
            yield body.encode()[: len(body) // 2]
        hang_up = environ.get("sandbox.hang_up")
        if hang_up is None:
            raise ConnectionAbortedError("the stand-in drops this connection")
        hang_up()

    return Response(broken(), headers={**HEADERS, "Content-Length": str(len(body.encode()) + 1)})
