"""The pages and the jobs in one process: up together, down together."""

from contextlib import ExitStack, closing
from http.client import HTTPConnection
from threading import Event, Thread

import requests

from bridge.web.server import listen, open_server, run, serving, setup_link
from tests.sync.harness import SCHOOL
from tests.web.fakes import FakeEngine
from tests.web.world import URL, Pages


def test_jobs_run_while_the_pages_are_served(pages: Pages):
    engine, ready, ending, links = FakeEngine(), Event(), Event(), list[str]()
    server = open_server(pages.flask, listen("127.0.0.1", 0), threads=2)

    def tell(link: str) -> None:
        links.append(link)
        ready.set()

    thread = Thread(target=lambda: run(pages.house, server, engine, ready=tell, ending=ending))
    thread.start()
    assert ready.wait(10)
    with requests.get(f"http://127.0.0.1:{server.effective_port}/health", timeout=10) as reply:
        assert (reply.status_code, engine.told) == (200, ["start"])
        assert "Server" not in reply.headers
    ending.set()
    server.pull_trigger()
    thread.join(10)
    assert not thread.is_alive()
    assert engine.told == ["start", "stop"]
    assert links[0].startswith(f"{URL}/setup#")


def test_a_link_is_offered_only_while_nobody_has_an_account(pages: Pages):
    link = setup_link(pages.house)
    token = link.partition("#")[2]
    accounts = pages.school.store.accounts
    accounts.found(SCHOOL, token, actor="QT01", password="một câu dài dễ nhớ", now=pages.school.clock())
    assert setup_link(pages.house) == ""


def test_a_grade_level_that_keeps_its_connections_locks_nobody_out(pages: Pages):
    """200 pupils do, in the middle of a lesson; the 101st waited until another one's connection had idled out."""
    server = open_server(pages.flask, listen("127.0.0.1", 0), threads=2)
    with serving(server), ExitStack() as stack:
        for _ in range(150):
            line = stack.enter_context(closing(HTTPConnection("127.0.0.1", server.effective_port, timeout=20)))
            line.request("GET", "/health")
            answer = line.getresponse()
            answer.read()
            assert (answer.status, answer.will_close) == (200, False)
