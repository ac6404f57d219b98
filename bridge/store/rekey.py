"""After a new key has come: seal everything with it, so that the old ones may go."""

from typing import Any

import sqlalchemy as sa

from bridge.store.addresses import address_place
from bridge.store.engine import Database
from bridge.store.identities import identifier_place, person_place
from bridge.store.platforms import key_place
from bridge.store.tables.launches import access_tokens, keys, visits
from bridge.store.tables.notices import addresses
from bridge.store.tables.people import identifiers, people, vault_keys
from bridge.store.vault import LOOKUP, Vault
from bridge.store.visits import visit_place


def rekey(database: Database, vault: Vault) -> int:
    """Seal again what another key than the current one sealed, all in one transaction. Returns how many values."""
    with database.write() as connection:
        changed = sum(_renew_person(connection, vault, row) for row in connection.execute(sa.select(people)).all())
        codes = connection.execute(sa.select(identifiers)).all()
        changed += sum(_renew_code(connection, vault, row) for row in codes)
        changed += sum(_renew_address(connection, vault, row) for row in connection.execute(sa.select(addresses)).all())
        changed += sum(_renew_signing(connection, vault, row) for row in connection.execute(sa.select(keys)).all())
        changed += sum(_renew_visit(connection, vault, row) for row in connection.execute(sa.select(visits)).all())
        connection.execute(sa.delete(access_tokens))  # a new one costs one call
        stale = vault_keys.c.id.not_in([LOOKUP, vault.current])
        connection.execute(sa.delete(vault_keys).where(stale))
    return changed


def _renew_person(connection: sa.Connection, vault: Vault, row: sa.Row[Any]) -> int:
    fresh = {}
    for field in ("name", "birth_date", "sex"):
        sealed = getattr(row, field)
        if sealed is not None and not vault.is_current(sealed):
            place = person_place(row.school, row.key, field)
            fresh[field] = vault.seal(vault.open(sealed, place), place)
    if fresh:
        mine = (people.c.school == row.school) & (people.c.key == row.key)
        connection.execute(sa.update(people).where(mine).values(fresh))
    return len(fresh)


def _renew_code(connection: sa.Connection, vault: Vault, row: sa.Row[Any]) -> int:
    if vault.is_current(row.value):
        return 0
    place = identifier_place(row.school, row.type, row.person)
    key = sa.and_(*(column == getattr(row, column.name) for column in identifiers.primary_key))
    connection.execute(sa.update(identifiers).where(key).values(value=vault.seal(vault.open(row.value, place), place)))
    return 1


def _renew_address(connection: sa.Connection, vault: Vault, row: sa.Row[Any]) -> int:
    if vault.is_current(row.address):
        return 0
    place = address_place(row.school, row.person)
    mine = (addresses.c.school == row.school) & (addresses.c.person == row.person)
    fresh = vault.seal(vault.open(row.address, place), place)
    connection.execute(sa.update(addresses).where(mine).values(address=fresh))
    return 1


def _renew_signing(connection: sa.Connection, vault: Vault, row: sa.Row[Any]) -> int:
    if vault.is_current(row.private):
        return 0
    place = key_place(row.school, row.kid)
    mine = (keys.c.school == row.school) & (keys.c.kid == row.kid)
    fresh = vault.seal(vault.open(row.private, place), place)
    connection.execute(sa.update(keys).where(mine).values(private=fresh))
    return 1


def _renew_visit(connection: sa.Connection, vault: Vault, row: sa.Row[Any]) -> int:
    if vault.is_current(row.sealed):
        return 0
    place = visit_place(row.school, row.id)
    mine = (visits.c.school == row.school) & (visits.c.id == row.id)
    fresh = vault.seal(vault.open(row.sealed, place), place)
    connection.execute(sa.update(visits).where(mine).values(sealed=fresh))
    return 1
