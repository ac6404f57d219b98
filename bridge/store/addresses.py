"""Addresses of staff, sealed; who wants letters, and who had one today."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from bridge.domain.errors import NotFound
from bridge.ports.notices import Recipient
from bridge.store.bulk import taking, upsert
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.notices import addresses
from bridge.store.vault import Vault

_STOP = "STOP_LETTERS"


class AddressTable:
    """`bridge.ports.notices.Addresses`."""

    def __init__(self, database: Database, trail: Trail, vault: Vault) -> None:
        self._database = database
        self._trail = trail
        self._vault = vault

    def recipients(self, school: str) -> Sequence[Recipient]:
        query = sa.select(addresses).where(addresses.c.school == school).order_by(addresses.c.person)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Recipient(
                row.person,
                self._vault.open(row.address, address_place(school, row.person)),
                row.language,
                row.wanted,
                row.token,
                row.last_day,
            )
            for row in rows
        ]

    def set_address(self, school: str, person: str, address: str, *, language: str, by: str, now: datetime) -> None:
        row = {
            "school": school,
            "person": person,
            "address": self._vault.seal(address, address_place(school, person)),
            "token": self._token(school, person),
            "language": language,
            "wanted": True,
            "since": now,
        }
        with self._database.write() as connection:
            upsert(connection, addresses, [row], changes=taking("address", "language", "since"))
            self._trail.append(connection, school, [Entry("address.set", person)], actor=by, at=now)

    def drop_address(self, school: str, person: str, *, by: str, now: datetime) -> None:
        with self._database.write() as connection:
            _found(connection.execute(sa.delete(addresses).where(_of(school, person))).rowcount, person)
            self._trail.append(connection, school, [Entry("address.dropped", person)], actor=by, at=now)

    def want(self, school: str, person: str, *, wanted: bool, by: str, now: datetime) -> None:
        changed = sa.update(addresses).where(_of(school, person)).values(wanted=wanted)
        entry = Entry("notices.on" if wanted else "notices.off", person)
        with self._database.write() as connection:
            _found(connection.execute(changed).rowcount, person)
            self._trail.append(connection, school, [entry], actor=by, at=now)

    def person_of(self, school: str, token: str) -> str:
        query = sa.select(addresses.c.person).where(addresses.c.school == school, addresses.c.token == token)
        with self._database.read() as connection:
            person = connection.scalar(query)
        if person is None:
            raise NotFound(kind="link", name="", nearest=[])
        return str(person)

    def claim_day(self, school: str, person: str, day: date) -> bool:
        not_yet = addresses.c.last_day.is_(None) | (addresses.c.last_day < day)
        claim = sa.update(addresses).where(_of(school, person), addresses.c.wanted, not_yet).values(last_day=day)
        with self._database.write() as connection:
            return connection.execute(claim).rowcount == 1

    def free_day(self, school: str, person: str, day: date) -> None:
        mine = _of(school, person) & (addresses.c.last_day == day)
        with self._database.write() as connection:
            connection.execute(sa.update(addresses).where(mine).values(last_day=None))

    def _token(self, school: str, person: str) -> str:
        """An HMAC of whose it is, by the key of look-ups: nobody else can make one, and it tells nothing."""
        return urlsafe_b64encode(self._vault.lookup(school, _STOP, person)).rstrip(b"=").decode()


def address_place(school: str, person: str) -> str:
    """Where a sealed address belongs."""
    return f"addresses/{school}/{person}"


def _of(school: str, person: str) -> sa.ColumnElement[bool]:
    return (addresses.c.school == school) & (addresses.c.person == person)


def _found(count: int, person: str) -> None:
    if count == 0:
        raise NotFound(kind="address", name=person, nearest=[])
