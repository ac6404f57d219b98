"""`bridge serve`: the pages, the LTI tool, the learning record store and the jobs, in one process."""

import signal
from threading import Event

import click

from bridge.cli.frame import DONE, Frame, pass_frame
from bridge.duties.engine import open_engine
from bridge.duties.serving import PromptJobs
from bridge.ports.jobs import Engine
from bridge.web.app import create_app
from bridge.web.house import House
from bridge.web.server import open_server, run
from bridge.wiring import App


@click.command()
@pass_frame
def serve(frame: Frame, /) -> int:
    """Chạy trang web và việc nền cho đến khi dừng · Serve the pages and do the jobs, until it is stopped."""
    app, web = frame.app, frame.settings.web
    engine = open_engine(app)
    house = make_house(app, engine)
    server = open_server(create_app(house, proxies=web.proxies), host=web.host, port=web.port, threads=web.threads)
    ending = Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    run(house, server, engine, ready=lambda link: _tell(frame, server.effective_port, link), ending=ending)
    return DONE


def make_house(app: App, engine: Engine) -> House:
    """Everything that the pages stand on, over this school's store."""
    url, store = app.settings.web.url, app.store
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
