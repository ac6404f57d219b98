"""`bridge serve`: the pages, the LTI tool, the learning record store and the jobs, in one process."""

import logging
import signal
import sys
from collections.abc import Callable
from socket import socket
from threading import Event

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.duties.engine import open_engine
from bridge.duties.serving import PromptJobs
from bridge.ports.jobs import Engine
from bridge.web.app import create_app
from bridge.web.house import House, house_of
from bridge.web.server import listen, open_server, run
from bridge.wiring import App


@click.command()
@pass_frame
def serve(frame: Frame, /) -> int:
    """Chạy trang web và việc nền cho đến khi dừng · Serve the pages and do the jobs, until it is stopped."""
    web = frame.settings.web
    listening = listen(web.host, web.port)
    log_to_stderr()
    serve_on(frame, listening, web.url, ready=lambda link: _tell(frame, listening.getsockname()[1], link))
    return DONE


def serve_on(frame: Frame, listening: socket, url: str, *, ready: Callable[[str], None]) -> None:
    """Pages and jobs on this socket under this public address, until somebody ends the process politely."""
    web, engine, ending = frame.settings.web, open_engine(frame.app), Event()
    app = create_app(make_house(frame.app, engine, url), proxies=web.proxies)
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, lambda *_: ending.set())
    run(house_of(app), open_server(app, listening, threads=web.threads), engine, ready=ready, ending=ending)


def make_house(app: App, engine: Engine, url: str) -> House:
    """Everything that the pages stand on, over this school's store."""
    store = app.store
    return House(
        app=app,
        url=url,
        tool=app.tool(url),
        visits=store.visits,
        visitors=app.visitors(),
        accounts=store.accounts,
        jobs=PromptJobs(store.jobs, engine),
        registrations=store.platforms,
    )


def log_to_stderr() -> None:
    """One line of JSON a request; other modules only when something is wrong."""
    pages, handler = logging.getLogger("bridge.web"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    pages.addHandler(handler)
    pages.setLevel(logging.INFO)
    pages.propagate = False


def _tell(frame: Frame, port: int, link: str) -> None:
    """Where it listens; and, while nobody has an account, the link that makes the first admin."""
    url = frame.settings.web.url
    value = {"url": url, "port": port, "setup": link}
    frame.tell(value, lambda: _show(frame, url, link))


def _show(frame: Frame, url: str, link: str) -> None:
    frame.say("said.serving")
    click.echo(url)
    if link:
        frame.say("said.set_up_here")
        click.echo(link)
