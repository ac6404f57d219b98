"""Who is who: people by random keys, found by what the city calls them, in the caller's transaction.

The city's code decides, for the city's book is kept by it. A ministry code finds a pupil whose city code is new, unless
that is ambiguous: two pupils of one pull with the same ministry code, or one whose own city code is in the pull too. A
new pupil without a ministry code gets a key at once; when the code arrives it joins that key.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from bridge.domain.errors import StoreProblem
from bridge.store.bulk import pieces, taking, upsert
from bridge.store.chain import Random
from bridge.store.tables.people import identifiers, people
from bridge.store.vault import Vault

CITY = "CITY"  # mã học sinh of this city
MINISTRY = "MINISTRY"  # mã định danh Bộ GDĐT
TEACHER = "TEACHER"  # mã giáo viên

PUPIL_KIND = "PUPIL"
TEACHER_KIND = "TEACHER"


_Lookups = Mapping[str, bytes]  # by type
_Owners = Mapping[tuple[str, bytes], str]  # (type, look-up) → person


class Somebody(NamedTuple):
    """A person as the city shows one. `codes` by type; the first type decides who it is."""

    codes: Mapping[str, str]
    name: str
    birth_date: str | None = None
    sex: str | None = None


class Identities:
    """The people of one school, as one transaction sees and changes them."""

    def __init__(self, connection: sa.Connection, vault: Vault, *, school: str, random: Random, now: datetime) -> None:
        self._connection = connection
        self._vault = vault
        self._school = school
        self._random = random
        self._now = now

    def keep(self, kind: str, shown: Sequence[Somebody]) -> list[str]:
        """The keys of these people, aligned; new ones get a key, changed ones their new names and codes."""
        lookups = [self._lookups(somebody) for somebody in shown]
        current = self._current({kind for somebody in shown for kind in somebody.codes})
        keys = self._recognise(lookups, current)
        self._save_people(kind, dict(zip(keys, shown, strict=True)))
        self._save_codes(dict(zip(keys, zip(shown, lookups, strict=True), strict=True)), current)
        return keys

    def _lookups(self, somebody: Somebody) -> _Lookups:
        return {kind: self._vault.lookup(self._school, kind, code) for kind, code in somebody.codes.items()}

    def _current(self, kinds: Collection[str]) -> _Owners:
        """Whose each valid code of the school is: one question, however many people are shown."""
        here = (identifiers.c.school == self._school) & identifiers.c.type.in_(kinds) & identifiers.c.valid_to.is_(None)
        columns = (identifiers.c.type, identifiers.c.lookup, identifiers.c.person)
        return {(row.type, row.lookup): row.person for row in self._connection.execute(sa.select(*columns).where(here))}

    def _recognise(self, shown: Sequence[_Lookups], current: _Owners) -> list[str]:
        doubled = _doubled(shown)
        by_first = {_first(lookups): current.get(_first(lookups)) for lookups in shown}
        taken = set(by_first.values())
        for lookups in shown:
            if by_first[_first(lookups)] is None:
                others = (current.get(other) for other in list(lookups.items())[1:] if other not in doubled)
                known = next((key for key in others if key and key not in taken), None)
                by_first[_first(lookups)] = known or self._random(16).hex()
        return [str(by_first[_first(lookups)]) for lookups in shown]

    def _save_people(self, kind: str, shown: Mapping[str, Somebody]) -> None:
        known = read_people(self._connection, self._vault, self._school, shown)
        rows = [
            self._person(kind, key, somebody)
            for key, somebody in shown.items()
            if key not in known or (somebody.name and known[key] != _fields(somebody))
        ]
        upsert(self._connection, people, rows, changes=taking("name", "birth_date", "sex"))

    def _person(self, kind: str, key: str, somebody: Somebody) -> dict[str, Any]:
        sealed = {
            field: None if text is None else self._vault.seal(text, person_place(self._school, key, field))
            for field, text in zip(_FIELDS, _fields(somebody), strict=True)
        }
        return {"school": self._school, "key": key, "kind": kind, "since": self._now, **sealed}

    def _save_codes(self, shown: Mapping[str, tuple[Somebody, _Lookups]], current: _Owners) -> None:
        doubled = _doubled([lookups for _, lookups in shown.values()])
        named = {(owner, kind) for (kind, _), owner in current.items()}
        rows = []
        for key, (somebody, lookups) in shown.items():
            for kind, lookup in lookups.items():
                owner = current.get((kind, lookup))
                if owner == key or (kind, lookup) in doubled:
                    continue
                if owner or (key, kind) in named:
                    self._end(kind, owner=key, lookup=lookup)
                rows.append(self._code(key, kind, lookup=lookup, code=somebody.codes[kind]))
        upsert(self._connection, identifiers, rows, changes=taking("value", "valid_from", "valid_to"))

    def _end(self, kind: str, *, owner: str, lookup: bytes) -> None:
        """What the person was called before, and who was called so before, end here."""
        here = (identifiers.c.school == self._school) & (identifiers.c.type == kind) & identifiers.c.valid_to.is_(None)
        either = (identifiers.c.person == owner) | (identifiers.c.lookup == lookup)
        self._connection.execute(sa.update(identifiers).where(here, either).values(valid_to=self._now))

    def _code(self, key: str, kind: str, *, lookup: bytes, code: str) -> dict[str, Any]:
        return {
            "school": self._school,
            "type": kind,
            "lookup": lookup,
            "person": key,
            "value": self._vault.seal(code.strip(), identifier_place(self._school, kind, key)),
            "valid_from": self._now,
            "valid_to": None,
        }


_FIELDS = ("name", "birth_date", "sex")


def _fields(somebody: Somebody) -> tuple[str, str | None, str | None]:
    return somebody.name, somebody.birth_date, somebody.sex


def _first(lookups: _Lookups) -> tuple[str, bytes]:
    return next(iter(lookups.items()))


def _doubled(shown: Sequence[_Lookups]) -> set[tuple[str, bytes]]:
    """Codes that stand with several people of one pull: they tell nobody apart."""
    distinct = {_first(lookups): lookups for lookups in shown}
    counts = Counter(lookup for lookups in distinct.values() for lookup in lookups.items())
    return {lookup for lookup, count in counts.items() if count > 1}


def read_people(
    connection: sa.Connection, vault: Vault, school: str, keys: Collection[str]
) -> dict[str, tuple[str, str | None, str | None]]:
    """Name, birth date and sex of these people, opened."""
    found = {}
    for some in pieces(keys):
        for row in connection.execute(sa.select(people).where(people.c.school == school, people.c.key.in_(some))):
            name, *rest = (_opened(vault, row, field) for field in _FIELDS)
            found[row.key] = (name or "", rest[0], rest[1])
    return found


def read_names(connection: sa.Connection, vault: Vault, school: str, keys: Collection[str]) -> dict[str, str]:
    """Opens the names of these people and nothing else."""
    columns = sa.select(people.c.school, people.c.key, people.c.name).where(people.c.school == school)
    return {
        row.key: _opened(vault, row, "name") or ""
        for some in pieces(keys)
        for row in connection.execute(columns.where(people.c.key.in_(some)))
    }


def read_codes(connection: sa.Connection, vault: Vault, school: str, kind: str) -> dict[str, str]:
    """A school's valid codes of one type by person, opened in one go."""
    here = (identifiers.c.school == school) & (identifiers.c.type == kind) & identifiers.c.valid_to.is_(None)
    found = connection.execute(sa.select(identifiers.c.person, identifiers.c.value).where(here))
    return {person: vault.open(value, identifier_place(school, kind, person)) for person, value in found}


def opened_codes(
    connection: sa.Connection, vault: Vault, school: str, wanted: Collection[tuple[str, bytes]]
) -> dict[tuple[str, bytes], str]:
    """The city's codes by (person, look-up), also such as are no longer valid. `StoreProblem(why="NO_IDENTITY")`."""
    found = {}
    for some in pieces({person for person, _ in wanted}):
        here = (identifiers.c.school == school) & (identifiers.c.type == CITY) & identifiers.c.person.in_(some)
        for row in connection.execute(sa.select(identifiers).where(here)):
            if (row.person, row.lookup) in wanted:
                place = identifier_place(school, CITY, row.person)
                found[row.person, row.lookup] = vault.open(row.value, place)
    if missing := {person for person, lookup in wanted if (person, lookup) not in found}:
        raise StoreProblem(why="NO_IDENTITY", detail=",".join(sorted(missing)))
    return found


def identifier_place(school: str, kind: str, person: str) -> str:
    """What a sealed identifier is bound to."""
    return f"identifiers:{school}:{kind}:{person}"


def person_place(school: str, person: str, field: str) -> str:
    """What a sealed field of a person is bound to."""
    return f"people:{school}:{person}:{field}"


def _opened(vault: Vault, row: Any, field: str) -> str | None:
    sealed = getattr(row, field)
    return None if sealed is None else vault.open(sealed, person_place(row.school, row.key, field))
