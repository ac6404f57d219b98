"""Which LMS account is which pupil, fixed at first sight."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from bridge.store.bulk import upsert
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.people import pins


class PinTable:
    """`bridge.ports.people.Pins`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def pins(self, school: str, platform: str) -> Mapping[int, str]:
        query = sa.select(pins.c.user_id, pins.c.pupil).where(pins.c.school == school, pins.c.platform == platform)
        with self._database.read() as connection:
            return {user: pupil for user, pupil in connection.execute(query)}  # noqa: C416 - rows are no pairs to mypy

    def pin(self, school: str, platform: str, users: Mapping[int, str], *, now: datetime) -> None:
        here = {"school": school, "platform": platform, "at": now}
        rows = [here | {"user_id": user, "pupil": pupil} for user, pupil in users.items()]
        with self._database.write() as connection:
            upsert(connection, pins, rows, changes=lambda _incoming: {"pupil": pins.c.pupil})  # stays as it is

    def repin(self, school: str, platform: str, user: int, pupil: str, *, actor: str, why: str, now: datetime) -> None:
        mine = (pins.c.school == school) & (pins.c.platform == platform) & (pins.c.user_id == user)
        row = {"school": school, "platform": platform, "user_id": user, "pupil": pupil, "at": now}
        with self._database.write() as connection:
            old = connection.scalar(sa.select(pins.c.pupil).where(mine)) or ""
            upsert(connection, pins, [row], changes=lambda incoming: {"pupil": incoming.pupil, "at": incoming.at})
            entry = Entry("pin.moved", f"{platform} user {user}", old=old, new=pupil, reason=why)
            self._trail.append(connection, school, [entry], actor=actor, at=now)
