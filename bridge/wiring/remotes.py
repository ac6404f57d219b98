"""The remotes' adapters, made from settings. Nothing is connected to by making them."""

import time
from collections.abc import Callable
from datetime import timedelta

from bridge.config import CitySettings, MailSettings, MoodleSettings, Settings, WorkbookSettings
from bridge.config.secrets import secret
from bridge.csdl.soap.city import SoapCity
from bridge.csdl.soap.dialect import load_dialect
from bridge.csdl.soap.endpoint import Endpoint
from bridge.csdl.workbook.city import School, WorkbookCity
from bridge.csdl.workbook.folder import Folder
from bridge.csdl.workbook.layout import load_layouts
from bridge.domain.subjects import Subjects
from bridge.jobs.pace import Pace
from bridge.mail.smtp import Server, SmtpPost
from bridge.moodle_ws.adapter import Moodle
from bridge.moodle_ws.client import Client, Limits, at_once
from bridge.ports.byhand import Tray
from bridge.ports.city import City
from bridge.ports.notices import Post
from bridge.store.facade import Store
from bridge.sync.context import World
from bridge.wiring.process import now
from bridge.wiring.tables import read_subjects


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


def make_pace(store: Store, world: World, remote: MoodleSettings | CitySettings) -> Pace | None:
    """How fast this remote may be called; its bucket is named by its address. None: as fast as it answers."""
    if not remote.calls_per_minute:
        return None
    return Pace(store.buckets, remote.url, per_minute=remote.calls_per_minute, clock=world.now, sleep=world.sleep)


def make_lms(settings: MoodleSettings, *, pace: Pace | None = None) -> Moodle:
    token = secret(settings.token, settings.token_file, where="moodle.token")
    limits = Limits(connect=settings.connect_timeout, read=settings.read_timeout, parallel=settings.parallel)
    return Moodle(Client(settings.url, token, limits=limits, pace=pace or at_once))


def city_of(settings: Settings, store: Store, world: World) -> City:
    school, chosen = settings.school.code, settings.city
    if isinstance(chosen, WorkbookSettings):
        return make_workbook_city(school, chosen, read_subjects(settings.sync.subjects_file), store.tray(school))
    return make_city(school, chosen, pace=make_pace(store, world, chosen), sleep=world.sleep)


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
