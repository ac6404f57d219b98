"""Access tokens that platforms gave us, sealed: shared by all workers on this database."""

from datetime import datetime

import sqlalchemy as sa

from bridge.store.bulk import taking, upsert
from bridge.store.engine import Database
from bridge.store.tables.launches import access_tokens
from bridge.store.vault import Vault


class TokenTable:
    """`bridge.ports.platforms.Tokens`."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def find(self, registration: str, scopes: str, *, now: datetime) -> str | None:
        usable = (access_tokens.c.registration == registration) & (access_tokens.c.scopes == scopes)
        query = sa.select(access_tokens.c.sealed).where(usable, access_tokens.c.until > now)
        with self._database.read() as connection:
            sealed: bytes | None = connection.scalar(query)
        return None if sealed is None else self._vault.open(sealed, _place(registration, scopes))

    def keep(self, registration: str, scopes: str, token: str, *, until: datetime) -> None:
        sealed = self._vault.seal(token, _place(registration, scopes))
        row = {"registration": registration, "scopes": scopes, "sealed": sealed, "until": until}
        with self._database.write() as connection:
            upsert(connection, access_tokens, [row], changes=taking("sealed", "until"))

    def forget(self, registration: str, scopes: str) -> None:
        mine = (access_tokens.c.registration == registration) & (access_tokens.c.scopes == scopes)
        with self._database.write() as connection:
            connection.execute(sa.delete(access_tokens).where(mine))


def _place(registration: str, scopes: str) -> str:
    return f"lti_tokens/{registration}/{scopes}"
