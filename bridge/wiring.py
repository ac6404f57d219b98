"""Where everything meets: settings in, a working main job out. The only module that knows every adapter."""

import gc
import os
import socket
import time
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from bridge.config import (
    CitySettings,
    MailSettings,
    MoodleSettings,
    Settings,
    WorkbookSettings,
    school_year,
    secret,
)
from bridge.csdl.soap.city import SoapCity
from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.workbook.city import School, WorkbookCity
from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.csdl.workbook.route import WorkbookRoute
from bridge.domain.actors import Actor, Entitlements
from bridge.domain.errors import ConfigProblem
from bridge.domain.matching import Lexicon, load_lexicon
from bridge.domain.rights import Permits, permits_of
from bridge.domain.rules import ruleset_for
from bridge.domain.subjects import Subjects, load_subjects
from bridge.domain.timetable import SCHOOL_TIME
from bridge.jobs.embedded import EmbeddedEngine
from bridge.jobs.pace import Pace
from bridge.jobs.ticker import Ticker
from bridge.jobs.worker import Worker
from bridge.lrs.context import Lrs
from bridge.lti.access import Access
from bridge.lti.door import Door
from bridge.lti.gradebooks import LtiGradebooks
from bridge.lti.members import LtiMembers
from bridge.lti.services import Services
from bridge.lti.signing import Signer
from bridge.lti.tool import LtiTool, Shelves
from bridge.mail.smtp import Server, SmtpPost
from bridge.mapping.desk import Desk
from bridge.materials.context import Library
from bridge.moodle_ws.adapter import Moodle
from bridge.moodle_ws.client import Client, Limits, at_once
from bridge.overview.units import Shelf
from bridge.packages.packager import Packager
from bridge.passback.dispatch import Dispatch
from bridge.people.pull import Pulled, pull
from bridge.people.visitors import Visiting
from bridge.ports.byhand import Tray
from bridge.ports.city import City
from bridge.ports.jobs import Ask, Engine, JobKind, Schedule, Work
from bridge.ports.notices import Post
from bridge.ports.workbooks import Workbooks
from bridge.shelves.files import FolderShelf
from bridge.store.backup import backup
from bridge.store.engine import make_engine as make_database
from bridge.store.facade import Store, open_store
from bridge.store.keys import load_keys, new_keyring, save_keys
from bridge.store.restore import Onto, restore
from bridge.store.schema import migrate
from bridge.sync.context import Choices, Stores, Sync, World

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
            entitlements=self.entitlements,
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

    def permits(self, actor: Actor) -> Permits:
        """What somebody may do today, as the store has it now."""
        return permits_of(actor, self.entitlements(), self.today)

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
        lms=make_lms(settings.moodle, pace=_pace(store, world, settings.moodle)),
        city=_city(settings, store, world),
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


def make_engine(app: App, works: Mapping[JobKind, Work], ticker: Ticker | None) -> Engine:
    """Does the school's jobs in threads of this process, once it is started."""
    worker = Worker(
        app.store.jobs,
        works,
        school=app.school,
        clock=app.sync.world.now,
        holder=app.sync.holder,
        lease=app.settings.jobs.lease_seconds,
    )
    return EmbeddedEngine(worker, ticker, queue=app.settings.jobs.queue_file, threads=app.settings.jobs.threads)


def make_ticker(app: App, defaults: Mapping[JobKind, Schedule], ask: Callable[[JobKind], Ask]) -> Ticker:
    """Starts what the school's timetables say."""
    return Ticker(app.store.schedules, school=app.school, defaults=defaults, ask=ask)


def spare_the_collector() -> None:
    """For a process that does the main job: let Python's collector of reference cycles look less often.

    What is loaded by now stays, and what a run makes is a great many small values without a cycle, which go by counting
    as soon as their unit is planned. Looking at them all again and again took an eighth of a run.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def found_store(settings: Settings) -> None:
    """Make keys where there are none, and bring the database to this version. Harmless when repeated."""
    if not settings.store.keys_file.exists():
        save_keys(settings.store.keys_file, new_keyring())
    migrate(make_database(settings.store.url))


def make_post(settings: MailSettings) -> Post:
    """Carries letters. `ConfigProblem` where a login is named and its password is not."""
    password = secret(settings.password, settings.password_file, where="mail.password") if settings.user else ""
    server = Server(
        host=settings.host,
        port=settings.port,
        security=settings.security,
        sender=settings.sender,
        user=settings.user,
        password=password,
        timeout=settings.timeout,
    )
    return SmtpPost(server, clock=now)


def _pace(store: Store, world: World, remote: MoodleSettings | CitySettings) -> Pace | None:
    """How fast this remote may be called; its bucket is named by its address. None: as fast as it answers."""
    if not remote.calls_per_minute:
        return None
    return Pace(store.buckets, remote.url, per_minute=remote.calls_per_minute, clock=world.now, sleep=world.sleep)


def make_lms(settings: MoodleSettings, *, pace: Pace | None = None) -> Moodle:
    token = secret(settings.token, settings.token_file, where="moodle.token")
    limits = Limits(connect=settings.connect_timeout, read=settings.read_timeout, parallel=settings.parallel)
    return Moodle(Client(settings.url, token, limits=limits, pace=pace or at_once))


def _city(settings: Settings, store: Store, world: World) -> City:
    school, chosen = settings.school.code, settings.city
    if isinstance(chosen, WorkbookSettings):
        return make_workbook_city(school, chosen, read_subjects(settings.sync.subjects_file), store.tray(school))
    return make_city(school, chosen, pace=_pace(store, world, chosen), sleep=world.sleep)


def make_workbook_city(school: str, settings: WorkbookSettings, subjects: Subjects, tray: Tray) -> WorkbookCity:
    """A city behind files. `ConfigProblem` for a layout of the school's own that can't be used."""
    folder = Folder(
        settings.folder,
        school=school,
        names=[settings.school_name],
        subjects=subjects,
        layouts=load_layouts(settings.layouts_folder if settings.layouts_folder.is_dir() else None),
    )
    about = School(
        code=school,
        name=settings.school_name,
        level=settings.level,
        clears=settings.clears,
        production=settings.environment == "production",
        fresh_for=timedelta(hours=settings.fresh_hours),
    )
    return WorkbookCity(about, folder, tray)


def make_city(
    school: str,
    settings: CitySettings,
    *,
    pace: Pace | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> SoapCity:
    endpoint = Endpoint(
        url=settings.url,
        user=settings.user,
        password=secret(settings.password, settings.password_file, where="city.password"),
        production=settings.environment == "production",
        ca_file=str(settings.ca_file or ""),
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.read_timeout,
        call_timeout=settings.call_timeout,
    )
    dialect = load_dialect(settings.dialect_file)
    return SoapCity(school, endpoint, dialect=dialect, clock=now, pace=pace or at_once, sleep=sleep)


def read_subjects(own: Path | None) -> Subjects:
    """The shipped table, with the school's own names over it."""
    return load_subjects(*_subject_texts(own))


def _subject_texts(own: Path | None) -> list[str]:
    shipped = files("bridge.domain").joinpath("data/subjects.toml").read_text("utf-8")
    return [shipped, *([own.read_text("utf-8")] if own is not None else [])]


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    return str(uuid.uuid4())


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


def read_lexicon(own: Path | None) -> Lexicon:
    """The words by which courses are recognised, with the school's own names over them."""
    return load_lexicon(*_subject_texts(own))


def back_up(settings: Settings, target: Path) -> None:
    """Database and keys as one verified file."""
    backup(settings.store.url, settings.store.keys_file, target, now=now())


def put_back(settings: Settings, source: Path, *, overwrite: bool) -> None:
    """Verify a backup, then put it in the place of what the settings name."""
    onto = Onto.ANYTHING if overwrite else Onto.EMPTY
    restore(source, settings.store.url, settings.store.keys_file, onto=onto)
