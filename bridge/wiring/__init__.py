"""Where everything meets: settings in, a working main job out. The only room that knows every adapter."""

import os
import socket
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bridge.config import Settings, WorkbookSettings
from bridge.config.secrets import exposed
from bridge.csdl.workbook.city import WorkbookCity
from bridge.csdl.workbook.route import WorkbookRoute
from bridge.domain.actors import Actor, Entitlements
from bridge.domain.errors import ConfigProblem
from bridge.domain.rights import Permits, permits_of
from bridge.domain.rules import ruleset_for
from bridge.domain.school import school_year
from bridge.domain.timetable import SCHOOL_TIME
from bridge.lrs.answers import answers
from bridge.lrs.context import Lrs
from bridge.lti.access import Access
from bridge.lti.door import Door
from bridge.lti.gradebooks import LtiGradebooks
from bridge.lti.members import LtiMembers
from bridge.lti.moodle import service_addresses
from bridge.lti.registering import check_by_hand
from bridge.lti.services import Services
from bridge.lti.signing import Signer, new_kid, rotate
from bridge.lti.tool import LtiTool, Shelves
from bridge.mapping.desk import Desk
from bridge.materials.context import Library
from bridge.materials.participation import Roll
from bridge.materials.passes import Player
from bridge.overview.units import Shelf
from bridge.packages.packager import Packager
from bridge.passback.dispatch import Dispatch
from bridge.passback.selftest import Course, SelfTest
from bridge.people.learners import learner_keys
from bridge.people.mapped import mapped_registrations
from bridge.people.pull import Pulled, pull
from bridge.people.visitors import Visiting
from bridge.ports.byhand import Tray
from bridge.ports.launches import Registration, Registrations
from bridge.ports.workbooks import Workbooks
from bridge.shelves.files import FolderShelf
from bridge.store.facade import Store, open_store
from bridge.store.keys import load_keys
from bridge.sync.context import Choices, Stores, Sync, World
from bridge.wiring.process import new_id, now
from bridge.wiring.remotes import city_of, make_lms, make_pace
from bridge.wiring.tables import read_lexicon, read_subjects

SCHOOL_TIME_NAME = "Asia/Ho_Chi_Minh"
TOOL_NAME = "Cầu nối CSDL ngành"  # as the LMS shows it


@dataclass(frozen=True, slots=True)
class App:
    """One school's bridge, opened."""

    settings: Settings
    store: Store
    sync: Sync

    @property
    def school(self) -> str:
        return self.settings.school.code

    @property
    def year(self) -> int:
        return self.sync.year

    @property
    def today(self) -> date:
        return self.sync.world.now().astimezone(SCHOOL_TIME).date()

    def current(self) -> "App":
        """The same in the school year of today: a process may live longer than one."""
        year = _year(self.settings, self.sync.world)
        return self if year == self.year else replace(self, sync=replace(self.sync, year=year, ruleset=_ruleset(year)))

    def entitlements(self) -> Entitlements:
        """Everything that rights follow from, as the store has it now."""
        return Entitlements(
            school=self.school,
            year=self.year,
            assignments=self.store.rosters.assignments(self.school, self.year),
            grants=self.store.grants.grants(self.school),
            delegations=self.store.grants.delegations(self.school),
        )

    def pull_roster(self, *, trusted: Collection[str] = ()) -> Pulled:
        """Bring the stored class lists up to the city's; see `bridge.people.pull.pull`."""
        return pull(
            self.sync.city,
            self.store.rosters,
            school=self.school,
            year=self.year,
            now=self.sync.world.now(),
            shrink_percent=self.sync.choices.shrink_percent,
            trusted=trusted,
        )

    def desk(self) -> Desk:
        """What mapping works with."""
        return Desk(
            school=self.school,
            year=self.year,
            lms=self.sync.lms,
            rosters=self.store.rosters,
            mappings=self.store.mappings,
            lexicon=read_lexicon(self.settings.sync.subjects_file),
            subjects=self.sync.subjects,
            threshold=self.settings.sync.accept_above,
        )

    def lrs(self, home: str) -> Lrs:
        """The learning record store, which speaks of itself as `home`."""
        store, world = self.store, self.sync.world
        return Lrs(
            school=self.school,
            home=home,
            statements=store.statements,
            documents=store.documents,
            credentials=store.credentials,
            now=world.now,
            new_id=world.new_id,
        )

    def tool(self, url: str) -> LtiTool:
        """The LTI tool under this public address. Only the school's own Moodle may lie in a private network."""
        store = self.store
        shelves = Shelves(store.platforms, store.lti_keys, store.logins, store.invitations, store.cases)
        door = Door(self._named_hosts)
        return LtiTool(self.school, url, shelves, door=door, clock=self.sync.world.now, name=TOOL_NAME)

    @property
    def _named_hosts(self) -> frozenset[str]:
        """What platforms may lie in a private network: the school's own Moodle."""
        return frozenset({urlsplit(self.settings.moodle.url).hostname or ""})

    def register_by_hand(self, made: Registration, *, actor: str) -> None:
        """A platform without dynamic registration. `BadInput` for an address that would not be called, or a second."""
        check_by_hand(made, self._named_hosts)
        self.store.platforms.add(made, actor=actor, now=self.sync.world.now())

    def gradebooks(self) -> LtiGradebooks:
        """Columns and scores of the platforms (AGS)."""
        return LtiGradebooks(self._services())

    def members(self) -> LtiMembers:
        """Who is in a platform's course (NRPS)."""
        return LtiMembers(self._services())

    def _services(self) -> Services:
        store, world = self.store, self.sync.world
        door = Door(self._named_hosts, attempts=3, sleep=world.sleep)
        access = Access(store.tokens, Signer(store.lti_keys, self.school, world.now), door, world.now)
        return Services(store.platforms, access, door)

    def rotate_keys(self, *, actor: str) -> str:
        """Sign with a new key from now on; its id."""
        now = self.sync.world.now()
        return rotate(self.store.lti_keys, self.school, kid=new_kid(), actor=actor, now=now).kid

    def selftest(self) -> SelfTest:
        """The way of a score, tried."""
        sync = self.sync
        return SelfTest(self.store.platforms, self.members(), self.gradebooks(), sync.city, sync.world.now)

    def place_to_try(self, registration: str, course: int, user: int) -> Course:
        """A course of a registered Moodle with a test pupil. `NotFound` before its first launch."""
        where = service_addresses(self.store.platforms.find(registration), course)
        return Course(registration, where.line_items, where.memberships, str(user))

    def dispatch(self) -> Dispatch:
        """Scores on their way into the gradebooks of platforms."""
        world = self.sync.world
        return Dispatch(self.school, self.store.passbacks, self.gradebooks(), world.now, world.checkpoint)

    def visitors(self) -> Visiting:
        """Who came by a launch."""
        store = self.store
        return Visiting(
            school=self.school,
            lms=self.settings.moodle.url,
            platforms=store.platforms,
            faces=store.faces,
            pins=store.pins,
            rosters=store.rosters,
            entitlements=lambda: self.current().entitlements(),
            clock=self.sync.world.now,
        )

    @property
    def tray(self) -> Tray:
        """What lies in people's hands."""
        return self.store.tray(self.school)

    def workbooks(self) -> Workbooks:
        """The file route. `ConfigProblem` where the city is not reached by files."""
        city, chosen = self.sync.city, self.settings.city
        if not isinstance(city, WorkbookCity) or not isinstance(chosen, WorkbookSettings):
            raise ConfigProblem(file="bridge.toml", problems=[("city.kind", "is not 'workbook'")])
        return WorkbookRoute(city, self.year, clock=self.sync.world.now, learnt=chosen.layouts_folder)

    def library(self) -> Library:
        """The school's learning materials."""
        world = self.sync.world
        return Library(
            school=self.school,
            materials=self.store.materials,
            shelf=FolderShelf(self.settings.materials.shelf_folder),
            packages=Packager(),
            now=world.now,
            new_id=world.new_id,
        )

    def player(self) -> Player:
        """Attempts of those who learn with the materials."""
        vault = self.store.vault
        return Player(
            self.library(),
            self.store.attempts,
            seal=lambda text: vault.lookup(self.school, "content", text),
            hand_on=lambda place, wanted: self.dispatch().put(place, wanted),
            alias=lambda text: vault.lookup(self.school, "learner", text)[:16].hex(),
            discounts=self.store.discounts,
            spoken=lambda attempt: answers(self.lrs(f"{self.settings.web.url}/xapi/"), attempt),
        )

    def mapped(self, platforms: Registrations) -> frozenset[str]:
        """Registrations of the LMS whose courses are mapped."""
        return mapped_registrations(platforms.registrations(self.school), self.sync.platform)

    def roll(self, platforms: Registrations) -> Roll:
        """Who takes part in lessons."""
        store, school = self.store, self.school

        def whose(registration: str, accounts: Collection[str]) -> Mapping[str, str]:
            return learner_keys(store.faces, store.rosters, school, platforms.find(registration).issuer, accounts)

        mapped = self.mapped(platforms)
        return Roll(school, self.year, store.attempts, store.rosters, store.mappings, whose, mapped)

    def permits(self, actor: Actor) -> Permits:
        """What somebody may do today, as the store has it now."""
        return permits_of(actor, self.entitlements(), self.today)

    @property
    def exposed(self) -> list[Path]:
        """Files with secrets of ours that others on this machine may read."""
        return exposed(self.settings)

    def shelf(self) -> Shelf:
        """What an overview of the whole school reads."""
        store = self.store
        return Shelf(self.school, self.year, store.rosters, store.mappings, store.overview)


def open_app(settings: Settings, *, world: World | None = None) -> App:
    """Open the store and make both remotes' adapters. Connects to nothing but the database."""
    world = world or World(now=now, new_id=new_id, sleep=time.sleep)
    store = open_store(settings.store.url, load_keys(settings.store.keys_file), clock=world.now)
    year = _year(settings, world)
    sync = Sync(
        school=settings.school.code,
        year=year,
        platform=settings.moodle.url,
        lms=make_lms(settings.moodle, pace=make_pace(store, world, settings.moodle)),
        city=city_of(settings, store, world),
        stores=_stores(store),
        subjects=read_subjects(settings.sync.subjects_file),
        ruleset=_ruleset(year),
        world=world,
        holder=f"{socket.gethostname()}:{os.getpid()}",
        choices=_choices(settings),
    )
    return App(settings, store, sync)


def _year(settings: Settings, world: World) -> int:
    return settings.school.year or school_year(world.now().astimezone(SCHOOL_TIME).date())


def _ruleset(year: int) -> str:
    return ruleset_for(year).name


def _stores(store: Store) -> Stores:
    return Stores(
        ledger=store.ledger,
        submissions=store.submissions,
        plans=store.plans,
        decisions=store.decisions,
        leases=store.leases,
        runs=store.runs,
        mappings=store.mappings,
        rosters=store.rosters,
        pins=store.pins,
        looks=store.looks,
        feeds=store.feeds,
    )


def _choices(settings: Settings) -> Choices:
    chosen = settings.sync
    return Choices(
        shrink_percent=chosen.shrink_percent,
        mass_change_percent=chosen.mass_change_percent,
        parallel_reads=chosen.parallel_reads,
        plan_lifetime=timedelta(hours=chosen.plan_hours),
        lease_seconds=chosen.lease_seconds,
    )
