"""Visits to the pages: who is here, by which launch, in which browser."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bridge.domain.actors import Actor, Identity
from bridge.domain.actors import Launch as Came
from bridge.domain.errors import NotFound
from bridge.ports.launches import (
    Course,
    DeepLinking,
    Launch,
    MessageType,
    Person,
    ScoreService,
    Visit,
)
from bridge.store.chain import Random
from bridge.store.engine import Database
from bridge.store.platforms import digest
from bridge.store.tables.launches import visits
from bridge.store.vault import Vault

LASTS = timedelta(hours=8)  # a school day


class VisitTable:
    """`bridge.ports.launches.Visits`."""

    def __init__(self, database: Database, vault: Vault, random: Random) -> None:
        self._database = database
        self._vault = vault
        self._random = random

    def begin(self, school: str, actor: Actor, launch: Launch | None, *, session: str, language: str) -> Visit:
        id, csrf, until = self._random(16).hex(), self._random(16).hex(), self._database.clock() + LASTS
        row = {
            "school": school,
            "id": id,
            "session": digest(session),
            "sealed": self._vault.seal(_written(actor, launch), visit_place(school, id)),
            "language": language,
            "csrf": csrf,
            "until": until,
        }
        with self._database.write() as connection:
            connection.execute(sa.delete(visits).where(visits.c.until <= self._database.clock()))
            connection.execute(sa.insert(visits), row)
        return Visit(id, actor, launch, language, csrf, until)

    def find(self, school: str, visit: str, *, session: str) -> Visit:
        mine = (visits.c.school == school) & (visits.c.id == visit) & (visits.c.session == digest(session))
        with self._database.read() as connection:
            row = connection.execute(sa.select(visits).where(mine)).one_or_none()
        if row is None or row.until <= self._database.clock():
            raise NotFound(kind="visit", name=visit, nearest=[])
        actor, launch = _read(self._vault.open(row.sealed, visit_place(school, visit)))
        return Visit(row.id, actor, launch, row.language, row.csrf, row.until)

    def end(self, school: str, visit: str) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(visits).where(visits.c.school == school, visits.c.id == visit))


def visit_place(school: str, visit: str) -> str:
    return f"visits/{school}/{visit}"


def _written(actor: Actor, launch: Launch | None) -> str:
    came = None if actor.launch is None else list(actor.launch)
    who = {"id": actor.id, "identity": actor.identity.value, "launch": came}
    return json.dumps({"actor": who, "launch": None if launch is None else asdict(launch)}, default=sorted)


def _read(text: str) -> tuple[Actor, Launch | None]:
    kept = json.loads(text)
    who = kept["actor"]
    came = None if who["launch"] is None else Came(*who["launch"])
    actor = Actor(who["id"], Identity(who["identity"]), came)
    return actor, None if kept["launch"] is None else _launch(kept["launch"])


def _launch(kept: Mapping[str, Any]) -> Launch:
    scores, linking, course = kept["scores"], kept["deep_linking"], kept["course"]
    parts: dict[str, Any] = {
        **kept,
        "message": MessageType(kept["message"]),
        "person": Person(**kept["person"]),
        "course": Course(**{**course, "history": tuple(course["history"])}),
        "scores": None if scores is None else ScoreService(**{**scores, "scopes": frozenset(scores["scopes"])}),
        "deep_linking": None if linking is None else DeepLinking(**{**linking, "accepts": tuple(linking["accepts"])}),
    }
    return Launch(**parts)
