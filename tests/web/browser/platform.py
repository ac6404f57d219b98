"""A platform on another site than the tool: a course page with the tool in its frame, as Moodle shows it.

No cryptography: the login hint names a launch that a test has put there. What the browser does with cookies, frames,
forms and windows is the real thing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Event, Thread

from flask import Flask, request

from bridge.web.house import KEY
from bridge.web.server import listen, open_server, serving
from tests.sync.harness import School
from tests.web.fakes import registration
from tests.web.world import Pages, open_pages

COURSE_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Khoá học</title>
<link rel="icon" href="data:,">
<style>body{{margin:0;font-family:system-ui}}header{{background:#fff;border-bottom:1px solid #ddd;padding:.75rem 1rem;
font-weight:600;color:#0f6cbf}}iframe{{border:0;width:100%;height:calc(100vh - 3.2rem);display:block}}</style></head>
<body><header>Trường Thử · Khoá học</header><iframe name="tool" title="Bảng điểm" src="/start?state={state}"
allow="fullscreen"></iframe></body></html>"""
POST_ON = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>…</title><form method="post" action="{action}">
{fields}</form><script>document.forms[0].submit()</script></html>"""


def _form(action: str, **fields: str) -> str:
    rows = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    return POST_ON.format(action=action, fields=rows)


def platform_app(tool: str) -> Flask:
    app = Flask("platform")
    spent: set[str] = set()

    @app.get("/course/<state>")
    def course(state: str) -> str:
        return COURSE_PAGE.format(state=state)

    @app.get("/start")
    def start() -> str:
        state = request.args["state"]
        return _form(f"{tool}/lti/login", iss=request.host_url, client_id="client-1", login_hint=state)

    @app.get("/auth")
    def auth() -> tuple[str, int]:
        """The hint works once, as Moodle's does."""
        state = request.args["state"]
        if state in spent:
            return "Invalid request", 400
        spent.add(state)
        return _form(f"{tool}/lti/launch", state=state, id_token="x"), 200

    @app.post("/return")
    def back() -> str:
        return "<!doctype html><title>Moodle</title><p id='returned'>" + request.form["JWT"] + "</p>"

    return app


@dataclass(frozen=True)
class Stage:
    """Both servers, by their addresses, and what stands behind the tool."""

    pages: Pages
    tool: str
    platform: str


@contextmanager
def stage(school: School) -> Iterator[Stage]:
    """Served on loopback, with an engine that does the jobs, until the block ends."""
    pages = open_pages(school)
    front = open_server(pages.flask, listen("127.0.0.1", 0), threads=4)
    tool = f"http://127.0.0.1:{front.effective_port}"
    behind = open_server(platform_app(tool), listen("127.0.0.1", 0), threads=4)
    platform = f"http://localhost:{behind.effective_port}"
    pages.registrations.rows = [registration(issuer=platform, auth_url=f"{platform}/auth")]
    pages.tool.platform = platform
    pages.flask.extensions[KEY] = replace(pages.house, url=tool)
    with serving(front), serving(behind), _working(pages):
        yield Stage(pages, tool, platform)


@contextmanager
def _working(pages: Pages) -> Iterator[None]:
    ending = Event()

    def work() -> None:
        while not ending.wait(0.1):
            pages.work()

    thread = Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join(timeout=10)
