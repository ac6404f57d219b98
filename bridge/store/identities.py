"""Who is who: people by random keys, found by what the city calls them, in the caller's transaction."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.bulk import pieces
from bridge.store.tables.people import identifiers
from bridge.store.vault import Vault

CITY = "CITY"  # mã học sinh of this city
MINISTRY = "MINISTRY"  # mã định danh Bộ GDĐT
TEACHER = "TEACHER"  # mã giáo viên


def opened_codes(
    connection: sa.Connection, vault: Vault, school: str, wanted: Collection[tuple[str, bytes]]
) -> Mapping[tuple[str, bytes], str]:
    """The city's codes by (person, look-up), also such as are no longer valid. `StoreProblem(why="NO_IDENTITY")`."""
    found: dict[tuple[str, bytes], str] = {}
    for some in pieces({person for person, _ in wanted}):
        here = (identifiers.c.school == school) & (identifiers.c.type == CITY) & identifiers.c.person.in_(some)
        for row in connection.execute(sa.select(identifiers).where(here)):
            if (row.person, row.lookup) in wanted:
                found[row.person, row.lookup] = open_identifier(vault, row)
    if missing := {person for person, lookup in wanted if (person, lookup) not in found}:
        raise StoreProblem(why="NO_IDENTITY", detail=",".join(sorted(missing)))
    return found


def open_identifier(vault: Vault, row: sa.Row[Any]) -> str:
    return vault.open(row.value, identifier_place(row.school, row.type, row.person))


def identifier_place(school: str, kind: str, person: str) -> str:
    """What the sealed value is bound to."""
    return f"identifiers:{school}:{kind}:{person}"


def person_place(school: str, person: str, field: str) -> str:
    return f"people:{school}:{person}:{field}"
