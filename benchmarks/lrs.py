"""What the learning record store costs over HTTP, and what a search costs among many statements.

`lrs_batch`, `lrs_single`: a hundred statements at once, and one, as lessons send them. Ours: the whole stack, from the
socket through waitress, credentials, every rule and index to the synced commit, and back. Bare: a Flask endpoint behind
the same kind of server that parses the same JSON, and stores each statement as one row of the same database.

`lrs_query`: one page by registration and verb, from the socket and back, among a million statements beside the same
among ten thousand. Run: `python -m benchmarks.lrs`.
"""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, Response, request

from benchmarks.lrs_rows import PER_REGISTRATION, VERB, fill, registration, unheard
from benchmarks.lrs_rows import statement as one_of
from benchmarks.measure import Row, Times, in_turn
from bridge.ports.statements import Credential, Reach
from bridge.store.engine import Database
from bridge.web.server import listen, open_server, serving
from tests.sync.harness import SCHOOL, School, open_school
from tests.web.world import open_pages
from tests.web.xapi import VERSION, basic

BUDGET, QUERY_BUDGET = 2.0, 3.0
SECONDS = 0.5  # of the slowest in a hundred
Make = Callable[[int, int], dict[str, Any]]  # the statement of a number at a place of its request
BARE = sa.Table("bench_bare", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text))


class Line:
    """One connection that is kept, as a browser keeps it; so little of HTTP that it hardly counts."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.waits: list[float] = []  # seconds by the clock

    def ask(self, message: bytes) -> bytes:
        """The body of a good answer."""
        begin = perf_counter()
        self._socket.sendall(message)
        head, _, body = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        assert lines[0].split()[1] == b"200", head
        length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
        while len(body) < length:
            body += self._socket.recv(1 << 20)
        self.waits.append(perf_counter() - begin)
        return body

    def close(self) -> None:
        self._socket.close()

    def _until(self, mark: bytes) -> bytes:
        data = b""
        while mark not in data:
            data += self._socket.recv(1 << 16)
        return data


def message(method: str, path: str, body: bytes = b"") -> bytes:
    lines = {"Host": "localhost", "Content-Type": "application/json", **VERSION, **basic("bench", "s")}
    head = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in lines.items())]
    return "\r\n".join([*head, f"Content-Length: {len(body)}", "", ""]).encode() + body


@contextmanager
def opened(app: Flask) -> Iterator[Line]:
    """This application behind waitress on loopback, and a connection to it."""
    listening = listen("127.0.0.1", 0)
    with serving(open_server(app, listening, threads=2)):
        line = Line(listening.getsockname()[1])
        try:
            yield line
        finally:
            line.close()


def store(name: str, *, size: int, rounds: int = 9, times: int = 20) -> Row:
    """`size` statements a request: a lesson's, whose questions others have answered before. `all_new` is what it comes
    to when no part of any statement was ever sent before."""
    found, waits = _compared(one_of, size, rounds, times)
    new, _ = _compared(unheard, size, 1 + rounds // 3, times)
    slowest = sorted(waits)[int(len(waits) * 0.99)]
    figures = {
        "rounds": rounds,
        "statements": size,
        "ours_ms": round(found.ours * 1000, 2),
        "bare_ms": round(found.bare * 1000, 2),
        "all_new": new.ratio,
        "statements_per_s": round(size * len(waits) / sum(waits)),
    }
    return Row(name, found.ratio, BUDGET, figures, {"p99_s": (round(slowest, 3), SECONDS)})


batch, single = partial(store, "lrs_batch", size=100), partial(store, "lrs_single", size=1, times=200)


def _compared(made: Make, size: int, rounds: int, times: int) -> tuple[Times, list[float]]:
    """And how long each of our answers was waited for, by the clock."""
    with TemporaryDirectory(prefix="bench-lrs-") as folder, ExitStack() as stack:
        school = _school(Path(folder), stack)
        ours = stack.enter_context(opened(open_pages(school).flask))
        bare = stack.enter_context(opened(_bare(school.store.database)))
        ours.ask(next(_messages("/xapi/statements", made, size, at=10**6)))  # connections, caches
        bare.ask(next(_messages("/bare", made, size, at=10**6)))
        found = in_turn(
            partial(_next, ours, _ready(_messages("/xapi/statements", made, size, at=0), rounds * times)),
            partial(_next, bare, _ready(_messages("/bare", made, size, at=0), rounds * times)),
            rounds=rounds,
            times=times,
        )
    return found, ours.waits


def _school(folder: Path, stack: ExitStack) -> School:
    school = open_school(folder)
    stack.callback(school.store.close)
    school.store.credentials.add(SCHOOL, Credential("bench", Reach.FULL), secret="s")
    return school


def _messages(path: str, made: Make, size: int, *, at: int) -> Iterator[bytes]:
    """Statements that nobody has sent before."""
    for number in count(at):
        many = [made(number, place) for place in range(size)]
        yield message("POST", path, json.dumps(many if size > 1 else many[0]).encode())


def _ready(messages: Iterator[bytes], number: int) -> Iterator[bytes]:
    """Before the clock runs."""
    return iter([next(messages) for _ in range(number)])


def _next(line: Line, messages: Iterator[bytes]) -> None:
    line.ask(next(messages))


def _bare(database: Database) -> Flask:
    app = Flask(__name__)
    BARE.create(database.engine)

    @app.post("/bare")
    def store() -> Response:
        value = request.get_json()
        many = value if isinstance(value, list) else [value]
        with database.write() as connection:
            connection.execute(sa.insert(BARE), [{"body": json.dumps(one, ensure_ascii=False)} for one in many])
        return Response(json.dumps([one["id"] for one in many]), content_type="application/json")

    return app


def query(*, few: int = 200, many: int = 20_000, rounds: int = 9, times: int = 50) -> Row:
    """Among so many registrations with fifty statements each."""
    with TemporaryDirectory(prefix="bench-lrs-") as folder, ExitStack() as stack:
        lines = [_filled(Path(folder) / str(size), size, stack) for size in (many, few)]
        asked = [_ready(_questions(size), rounds * times) for size in (many, few)]
        asking = [partial(_next, line, messages) for line, messages in zip(lines, asked, strict=True)]
        found = in_turn(*asking, rounds=rounds, times=times)
    figures = {
        "rounds": rounds,
        "statements": many * PER_REGISTRATION,
        "beside": few * PER_REGISTRATION,
        "ours_ms": round(found.ours * 1000, 2),
        "beside_ms": round(found.bare * 1000, 2),
    }
    return Row("lrs_query", found.ratio, QUERY_BUDGET, figures)


def _filled(folder: Path, registrations: int, stack: ExitStack) -> Line:
    folder.mkdir()
    school = _school(folder, stack)
    fill(school, registrations=registrations)
    return stack.enter_context(opened(open_pages(school).flask))


def _questions(registrations: int) -> Iterator[bytes]:
    """Ever another registration, far from the last one."""
    for number in count(1):
        params = {"registration": registration(1 + number * 7919 % (registrations - 1)), "verb": VERB}
        yield message("GET", f"/xapi/statements?{urlencode(params)}")


ROWS: Mapping[str, Callable[[], Row]] = {"lrs_batch": batch, "lrs_single": single, "lrs_query": query}
SMALL: Mapping[str, Callable[[], Row]] = {
    "lrs_batch": partial(batch, rounds=1, times=1),
    "lrs_single": partial(single, rounds=1, times=1),
    "lrs_query": partial(query, few=2, many=5, rounds=1, times=1),
}

if __name__ == "__main__":
    print(json.dumps([row().to_json() for row in ROWS.values()], indent=2))
