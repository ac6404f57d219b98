"""One line of JSON a request: what was asked by the name of its page, never by its address, which holds ids and tokens.

No name, no mark, no token and no address of a person comes in here; `tests/web/test_logs.py` looks.
"""

import json
import logging
import time
from typing import Any

from flask import Flask, Response, g, request

LOG = logging.getLogger("bridge.web")


def keep_log(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def tell(event: str, **facts: str | int) -> None:
    """A line of its own, of codes and numbers."""
    LOG.info(json.dumps({"event": event, **facts}, ensure_ascii=False))


def _begin() -> None:
    g.began = time.perf_counter()
    g.case = ""


def _end(response: Response) -> Response:
    if request.endpoint != "static":
        spent = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
        line: dict[str, Any] = {
            "method": request.method,
            "page": request.endpoint or "",
            "status": response.status_code,
            "ms": spent,
        }
        if g.get("case"):
            line["case"] = g.case
        tell("request", **line)
    return response
