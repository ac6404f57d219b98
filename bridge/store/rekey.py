"""After a new key has come: seal everything with it, so that the old ones may go."""

from collections.abc import Callable
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

SEALED: dict[sa.Column[Any], Callable[[sa.Row[Any], str], str]] = {
    people.c.name: lambda row, field: person_place(row.school, row.key, field),
    people.c.birth_date: lambda row, field: person_place(row.school, row.key, field),
    people.c.sex: lambda row, field: person_place(row.school, row.key, field),
    identifiers.c.value: lambda row, _: identifier_place(row.school, row.type, row.person),
    addresses.c.address: lambda row, _: address_place(row.school, row.person),
    keys.c.private: lambda row, _: key_place(row.school, row.kid),
    visits.c.sealed: lambda row, _: visit_place(row.school, row.id),
}
"""Every sealed column, with what its values are bound to. Access tokens are not renewed: a new one costs one call."""


def rekey(database: Database, vault: Vault) -> int:
    """Seal again what another key than the current one sealed, all in one transaction. Returns how many values."""
    with database.write() as connection:
        changed = sum(_renew(connection, vault, column) for column in SEALED)
        connection.execute(sa.delete(access_tokens))
        stale = vault_keys.c.id.not_in([LOOKUP, vault.current])
        connection.execute(sa.delete(vault_keys).where(stale))
    return changed


def _renew(connection: sa.Connection, vault: Vault, column: sa.Column[Any]) -> int:
    table, place_of, changed = column.table, SEALED[column], 0
    for row in connection.execute(sa.select(table).where(column.is_not(None))).all():
        sealed = row._mapping[column]
        if not vault.is_current(sealed):
            place = place_of(row, column.name)
            mine = sa.and_(*(part == row._mapping[part] for part in table.primary_key))
            fresh = vault.seal(vault.open(sealed, place), place)
            connection.execute(sa.update(table).where(mine).values({column: fresh}))
            changed += 1
    return changed
