"""An LMS on loopback that plays packages: scorm-again speaks SCORM, a small recorder stands for an LRS.

The recorder listens on another port, so that the browser takes it for another origin, as an LRS mostly is.
"""

import json
import mimetypes
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.packager.build.oracles import npm_folder

_FRAME = """<!doctype html><title>LMS</title><script src="/scorm-again.js"></script><script>
const saved = {saved};
const api = new {api}({{lmsCommitUrl: "/commit", dataCommitFormat: "flattened", logLevel: 5}});
if (saved) {{ api.loadFromFlattenedJSON(saved); api.{entry} = "resume"; }}
window.{name} = api;
</script><iframe id="sco" src="/package/index.html" width="900" height="900"></iframe>"""


@dataclass
class Lms:
    """What arrived, and what the next launch will give back."""

    package: Path
    scorm: dict[str, object] | None = None
    commits: list[dict[str, object]] = field(default_factory=list)
    statements: list[dict] = field(default_factory=list)
    documents: dict[str, bytes] = field(default_factory=dict)
    refuse_next: int = 0
    """How many xAPI requests will be answered with `refuse_as`."""
    refuse_as: int = 503
    refuses_verb: str = ""
    """Whoever says this is answered with `refuse_as`, with the whole batch."""
    refused: int = 0
    """How many were."""
    slow_preflight: float = 0
    """Seconds that the LRS takes to say whether it takes requests of another origin."""
    asked: list[str] = field(default_factory=list)
    tokens: int = 0
    page_origin: str = ""
    lrs_origin: str = ""
    registration: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def verbs(self) -> list[str]:
        return [statement["verb"]["id"].rpartition("/")[2] for statement in self.statements]

    def address(self, kind: str) -> str:
        if kind.startswith("scorm"):
            return f"{self.page_origin}/{kind}.html"
        account = {"objectType": "Agent", "account": {"homePage": "https://school.example.test", "name": "pupil-1"}}
        query = {
            "endpoint": f"{self.lrs_origin}/xapi/",
            "actor": json.dumps(account),
            "registration": self.registration,
        }
        if kind == "tincan":
            query |= {"auth": "Basic dGVzdDp0ZXN0", "activity_id": "https://lms.example.test/a/1"}
        else:
            query |= {"fetch": f"{self.lrs_origin}/fetch/{uuid.uuid4()}", "activityId": "https://lms.example.test/a/1"}
        start = "index.html?part=1&" if kind == "cmi5-part" else "index.html?"
        return f"{self.page_origin}/package/{start}" + "&".join(f"{key}={quote(value)}" for key, value in query.items())


@contextmanager
def lms_for(package: Path) -> Iterator[Lms]:
    lms = Lms(package)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler(lms)) for handler in (_pages, _recorder)]
    lms.page_origin, lms.lrs_origin = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield lms
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Tests read what arrived, not a log."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status: int, data: bytes = b"", kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(data)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if status != 204:
            self.wfile.write(data)


def _pages(lms: Lms) -> type[BaseHTTPRequestHandler]:
    dist = npm_folder() / "scorm-again" / "dist"
    versions = {
        "/scorm12.html": ("scorm12", "Scorm12API", "API", "cmi.core.entry"),
        "/scorm2004.html": ("scorm2004", "Scorm2004API", "API_1484_11", "cmi.entry"),
    }

    class Pages(_Quiet):
        def do_GET(self):
            path = unquote(urlsplit(self.path).path)
            lms.asked.append(path)
            if path in versions:
                file, api, name, entry = versions[path]
                lms.script = (dist / f"{file}.js").read_bytes()
                page = _FRAME.format(saved=json.dumps(lms.scorm), api=api, name=name, entry=entry)
                self.answer(200, page.encode(), "text/html; charset=utf-8")
            elif path == "/favicon.ico":
                self.answer(204)
            elif path == "/scorm-again.js":
                self.answer(200, lms.script, "text/javascript")
            elif path.startswith("/package/"):
                self.send_file(path.removeprefix("/package/"))
            else:
                self.answer(404)

        def send_file(self, name: str):
            with zipfile.ZipFile(lms.package) as archive:
                try:
                    data = archive.read(name)
                except KeyError:
                    self.answer(404)
                    return
            self.answer(200, data, mimetypes.guess_type(name)[0] or "application/octet-stream")

        def do_POST(self):
            data = json.loads(self.body())
            lms.commits.append(data)
            lms.scorm = data
            self.answer(200, b'{"result": true, "errorCode": 0}')

    return Pages


def _recorder(lms: Lms) -> type[BaseHTTPRequestHandler]:
    class Recorder(_Quiet):
        def answer(self, status, data=b"", kind="application/json", **headers):
            headers |= {
                "Access_Control_Allow_Origin": lms.page_origin,
                "Access_Control_Allow_Headers": "authorization,content-type,x-experience-api-version",
                "Access_Control_Allow_Methods": "GET,PUT,POST",
            }
            super().answer(status, data, kind, **headers)

        def do_OPTIONS(self):
            time.sleep(lms.slow_preflight)
            self.answer(204)

        def refused(self) -> bool:
            if lms.refuse_next and "/xapi/" in self.path:
                lms.refuse_next -= 1
                self.body()
                self.refuse()
                return True
            return False

        def refuse(self):
            lms.refused += 1
            self.answer(lms.refuse_as)

        def state(self) -> str:
            return parse_qs(urlsplit(self.path).query).get("stateId", ["profile"])[0]

        def do_GET(self):
            if self.refused():
                return
            known = lms.documents.get(self.state())
            self.answer(404) if known is None else self.answer(200, known)

        def do_PUT(self):
            if not self.refused():
                lms.documents[self.state()] = self.body()
                self.answer(204)

        def do_POST(self):
            if self.path.startswith("/fetch/"):
                self.body()
                lms.tokens += 1
                self.answer(200, b'{"auth-token": "c2VjcmV0"}')
            elif "?method=" in self.path:
                self.do_alternate()
            elif not self.refused():
                self.take(json.loads(self.body()))

        def do_alternate(self):
            """A call in a form, as beacons bring it (xAPI 1.0.3 part 3, §1.3)."""
            form = {name: value for name, [value] in parse_qs(self.body().decode()).items()}
            assert form["Authorization"].startswith("Basic ") and form["X-Experience-API-Version"] == "1.0.3"
            if self.path.endswith("?method=PUT"):
                lms.documents[form["stateId"]] = form["content"].encode()
                self.answer(204)
            else:
                self.take(json.loads(form["content"]))

        def take(self, given):
            if lms.refuses_verb in {statement["verb"]["id"].rpartition("/")[2] for statement in given}:
                self.refuse()
                return
            known = {statement["id"] for statement in lms.statements}
            lms.statements += [one for one in given if one["id"] not in known]
            self.answer(200, json.dumps([one["id"] for one in given]).encode())

    return Recorder
