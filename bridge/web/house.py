"""What the pages stand on, given to `create_app` and found by every view."""

from dataclasses import dataclass, field, replace

from flask import Flask, current_app, g

from bridge.domain.sites import STAR, content_pattern
from bridge.materials.passes import host_of
from bridge.ports.accounts import Accounts
from bridge.ports.jobs import Ask, Job, Jobs
from bridge.ports.launches import Registrations, Tool, Visitors, Visits
from bridge.web.framers import Framers
from bridge.web.rates import Rates
from bridge.web.tickets import Tickets
from bridge.wiring import App

KEY = "bridge"


@dataclass(frozen=True, slots=True)
class House:
    """Everything that a page may use, and nothing else."""

    app: App
    url: str  # the public address, without a path and without the last slash
    tool: Tool
    visits: Visits
    visitors: Visitors
    accounts: Accounts
    jobs: Jobs
    registrations: Registrations
    rates: Rates = field(default_factory=Rates)
    tickets: Tickets = field(default_factory=Tickets)
    framers: Framers = field(default_factory=Framers)

    def ask(self, ask: Ask) -> Job:
        """Ask for work in the background; the engine hears of it at once. Asked for twice it is one job."""
        return self.jobs.enqueue(ask, now=self.app.sync.world.now())

    @property
    def content(self) -> str:
        """Where played packages are, a star for each one's own name; "" where none can be played."""
        return self.app.settings.web.content_url or content_pattern(self.url)

    def content_origin(self, package: str) -> str:
        """Of one package."""
        return self.content.replace(STAR, host_of(package), 1)


def house_of(app: Flask) -> House:
    """What an application was built from."""
    found = app.extensions[KEY]
    assert isinstance(found, House)
    return found


def house() -> House:
    """Of the application that serves this request, in the school year of today from its first line to its last."""
    if "house" not in g:
        found = house_of(current_app)
        g.house = replace(found, app=found.app.current())
    kept = g.house
    assert isinstance(kept, House)
    return kept
