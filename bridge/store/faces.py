"""Which account of a platform is whose, fixed at first sight. Identifiers are looked up, never kept readable."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from bridge.ports.platforms import Sight
from bridge.store.bulk import pieces, taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.launches import faces
from bridge.store.vault import Vault

ACCOUNT = "LTI"  # kind of the look-ups of identifiers of accounts


class FaceTable:
    """`bridge.ports.platforms.Faces`."""

    def __init__(self, database: Database, trail: Trail, vault: Vault) -> None:
        self._database = database
        self._trail = trail
        self._vault = vault

    def known(self, school: str, platform: str, user: str) -> bool:
        mine = (faces.c.school == school) & (faces.c.platform == platform) & (faces.c.user == user)
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(faces).where(mine)) == 1

    def see(self, school: str, platform: str, user: str, identifier: str, *, now: datetime) -> Sight:
        looked = self._vault.lookup(school, ACCOUNT, identifier)
        here = (faces.c.school == school) & (faces.c.platform == platform)
        with self._database.write() as connection:
            pinned = connection.scalar(sa.select(faces.c.identifier).where(here, faces.c.user == user))
            if pinned is not None:
                return Sight.SAME if pinned == looked else Sight.CHANGED
            others = sa.select(sa.func.count()).select_from(faces).where(here, faces.c.identifier == looked)
            if connection.scalar(others):
                return Sight.DOUBLED
            row = {"school": school, "platform": platform, "user": user, "identifier": looked, "since": now}
            connection.execute(sa.insert(faces), row)
        return Sight.SAME

    def whose(self, school: str, platform: str, users: Collection[str], *, among: Collection[str]) -> Mapping[str, str]:
        looked = {self._vault.lookup(school, ACCOUNT, identifier): identifier for identifier in among}
        mine = sa.select(faces.c.user, faces.c.identifier).where(faces.c.school == school, faces.c.platform == platform)
        with self._database.read() as connection:
            rows = [row for some in pieces(users) for row in connection.execute(mine.where(faces.c.user.in_(some)))]
        return {row.user: looked[row.identifier] for row in rows if row.identifier in looked}

    def settle(self, school: str, platform: str, user: str, identifier: str, *, actor: str, now: datetime) -> None:
        looked = self._vault.lookup(school, ACCOUNT, identifier)
        here = (faces.c.school == school) & (faces.c.platform == platform)
        row = {"school": school, "platform": platform, "user": user, "identifier": looked, "since": now}
        with self._database.write() as connection:
            connection.execute(sa.delete(faces).where(here, faces.c.identifier == looked))
            upsert(connection, faces, [row], changes=taking("identifier", "since"))
            entry = Entry("account.settled", f"{platform} user {user}")
            self._trail.append(connection, school, [entry], actor=actor, at=now)
