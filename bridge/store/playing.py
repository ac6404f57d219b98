"""Links to materials in courses, attempts, and what happened in them."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.attempts import DONE, AttemptState
from bridge.domain.errors import NotFound
from bridge.domain.materials import ScorePolicy
from bridge.ports.playing import Attempt, Change, Event, Link, Tally, Terms
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.playing import attempt_events, attempts, material_links

_LIGHT = [column for column in attempts.c if column.name != "elements"]


class AttemptTable:
    """`bridge.ports.playing.Attempts`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def ensure_link(self, school: str, link: Link) -> Link:
        mine = (material_links.c.school == school) & (material_links.c.registration == link.registration)
        mine &= material_links.c.resource_link == link.resource_link
        with self._database.read() as connection:
            row = connection.execute(sa.select(material_links).where(mine)).one_or_none()
        if row is not None and link.line_item in ("", row.line_item):
            return _link(row)
        with self._database.write() as connection:
            _insert(connection, material_links, _link_row(school, link))
            connection.execute(sa.update(material_links).where(mine).values(line_item=link.line_item))
            kept = _link(connection.execute(sa.select(material_links).where(mine)).one())
            report_anew(connection, school, kept.id)
            return kept

    def link(self, school: str, link: str) -> Link:
        mine = (material_links.c.school == school) & (material_links.c.id == link)
        with self._database.read() as connection:
            row = connection.execute(sa.select(material_links).where(mine)).one_or_none()
        if row is None:
            raise NotFound(kind="material link", name=link[:40], nearest=[])
        return _link(row)

    def links_of(self, school: str, material: str) -> Sequence[Link]:
        mine = (material_links.c.school == school) & (material_links.c.material == material)
        query = sa.select(material_links).where(mine).order_by(material_links.c.at.desc())
        with self._database.read() as connection:
            return [_link(row) for row in connection.execute(query)]

    def links(self, school: str) -> Sequence[Link]:
        mine = sa.select(material_links).where(material_links.c.school == school)
        with self._database.read() as connection:
            return [_link(row) for row in connection.execute(mine.order_by(material_links.c.at, material_links.c.id))]

    def links_at(self, school: str, course: str, resource_link: str) -> Sequence[Link]:
        mine = (material_links.c.school == school) & (material_links.c.course == course)
        mine &= material_links.c.resource_link == resource_link
        with self._database.read() as connection:
            return [_link(row) for row in connection.execute(sa.select(material_links).where(mine))]

    def set_terms(self, school: str, link: str, terms: Terms, *, actor: str, now: datetime) -> None:
        mine = (material_links.c.school == school) & (material_links.c.id == link)
        with self._database.write() as connection:
            row = connection.execute(sa.select(material_links).where(mine)).one_or_none()
            if row is None:
                raise NotFound(kind="material link", name=link[:40], nearest=[])
            connection.execute(sa.update(material_links).where(mine).values(_terms_row(terms)))
            entry = Entry("material.terms", link, old=_told(_link(row).terms), new=_told(terms))
            self._trail.append(connection, school, [entry], actor=actor, at=now)
            report_anew(connection, school, link)

    def of_learner(self, school: str, link: str, learner: str) -> Sequence[Attempt]:
        mine = _of_link(school, link) & (attempts.c.learner == learner)
        with self._database.read() as connection:
            found = connection.execute(sa.select(attempts).where(mine).order_by(attempts.c.number))
            return [_attempt(row) for row in found]

    def of_link(self, school: str, link: str) -> Sequence[Attempt]:
        query = sa.select(*_LIGHT).where(_of_link(school, link)).order_by(attempts.c.learner, attempts.c.number)
        with self._database.read() as connection:
            return [_attempt(row) for row in connection.execute(query)]

    def find(self, school: str, attempt: str) -> Attempt:
        with self._database.read() as connection:
            return _found(connection, school, attempt)

    def whole(self, school: str, ids: Sequence[str]) -> Mapping[str, Attempt]:
        query = sa.select(attempts).where(attempts.c.school == school, attempts.c.id.in_(ids))
        with self._database.read() as connection:
            return {row.id: _attempt(row) for row in connection.execute(query)}

    def begin(self, school: str, attempt: Attempt) -> Attempt:
        mine = _of_link(school, attempt.link) & (attempts.c.learner == attempt.learner)
        mine &= attempts.c.number == attempt.number
        with self._database.write() as connection:
            _insert(connection, attempts, _attempt_row(school, attempt))
            return _attempt(connection.execute(sa.select(attempts).where(mine)).one())

    def change(self, school: str, attempt: str, change: Change) -> Attempt:
        with self._database.write() as connection:
            before = _found(connection, school, attempt, lock=True)
            after, events = change(before)
            if after is not before:
                row = _attempt_row(school, after)
                connection.execute(sa.update(attempts).where(_is(school, attempt)).values(row))
            _tell(connection, school, attempt, events)
        return after

    def turn(self, school: str, attempt: str, change: Change, *, actor: str, why: str, now: datetime) -> Attempt:
        with self._database.write() as connection:
            before = _found(connection, school, attempt, lock=True)
            after, events = change(before)
            connection.execute(sa.update(attempts).where(_is(school, attempt)).values(_attempt_row(school, after)))
            _tell(connection, school, attempt, events)
            entry = Entry("attempt.turned", attempt, old=before.state.value, new=after.state.value, reason=why)
            self._trail.append(connection, school, [entry], actor=actor, at=now)
        return after

    def tallies(self, school: str, links: Collection[str]) -> Mapping[str, Tally]:
        done = sa.case((attempts.c.state.in_([state.value for state in DONE]), attempts.c.learner))
        counts = (sa.func.count(attempts.c.learner.distinct()), sa.func.count(done.distinct()))
        theirs = (attempts.c.school == school) & attempts.c.link.in_(links) & (attempts.c.sitting > 0)
        query = sa.select(attempts.c.link, *counts).where(theirs).group_by(attempts.c.link)
        with self._database.read() as connection:
            return {link: Tally(opened, finished) for link, opened, finished in connection.execute(query)}

    def materials_in(self, school: str, registration: str, course: str) -> Collection[str]:
        mine = (material_links.c.school == school) & (material_links.c.registration == registration)
        query = sa.select(material_links.c.material).where(mine, material_links.c.course == course)
        with self._database.read() as connection:
            return set(connection.scalars(query))

    def events(self, school: str, attempt: str) -> Sequence[Event]:
        mine = (attempt_events.c.school == school) & (attempt_events.c.attempt == attempt)
        query = sa.select(attempt_events).where(mine).order_by(attempt_events.c.seq)
        with self._database.read() as connection:
            return [Event(row.at, row.kind, row.detail) for row in connection.execute(query)]

    def events_of_link(self, school: str, link: str) -> Mapping[str, Sequence[Event]]:
        same = (attempts.c.school == attempt_events.c.school) & (attempts.c.id == attempt_events.c.attempt)
        query = sa.select(attempt_events).join(attempts, same).where(_of_link(school, link))
        found: dict[str, list[Event]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query.order_by(attempt_events.c.attempt, attempt_events.c.seq)):
                found.setdefault(row.attempt, []).append(Event(row.at, row.kind, row.detail))
        return found

    def unreported(self, school: str, *, limit: int) -> Sequence[Attempt]:
        waits = (attempts.c.school == school) & (attempts.c.revision > attempts.c.reported)
        with self._database.read() as connection:
            found = connection.execute(sa.select(*_LIGHT).where(waits).order_by(attempts.c.seen).limit(limit))
            return [_attempt(row) for row in found]

    def reported(self, school: str, seen: Sequence[Attempt]) -> None:
        """Never back: another may have handed on a newer one meanwhile."""
        with self._database.write() as connection:
            for row in seen:
                older = _is(school, row.id) & (attempts.c.reported < row.revision)
                connection.execute(sa.update(attempts).where(older).values(reported=row.revision))


def _is(school: str, attempt: str) -> sa.ColumnElement[bool]:
    return (attempts.c.school == school) & (attempts.c.id == attempt)


def report_anew(connection: sa.Connection, school: str, link: str) -> None:
    """Every attempt of a link is to be handed on again."""
    done = _of_link(school, link) & (attempts.c.state != AttemptState.OPEN.value)
    connection.execute(sa.update(attempts).where(done).values(revision=attempts.c.revision + 1))


def _of_link(school: str, link: str) -> sa.ColumnElement[bool]:
    return (attempts.c.school == school) & (attempts.c.link == link)


def _found(connection: sa.Connection, school: str, attempt: str, *, lock: bool = False) -> Attempt:
    query = sa.select(attempts).where(_is(school, attempt))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(kind="attempt", name=attempt[:40], nearest=[])
    return _attempt(row)


def _tell(connection: sa.Connection, school: str, attempt: str, events: Sequence[Event]) -> None:
    if not events:
        return
    mine = (attempt_events.c.school == school) & (attempt_events.c.attempt == attempt)
    last = connection.execute(sa.select(sa.func.max(attempt_events.c.seq)).where(mine)).scalar() or 0
    rows = [
        {"school": school, "attempt": attempt, "seq": seq, **event._asdict()}
        for seq, event in enumerate(events, last + 1)
    ]
    connection.execute(sa.insert(attempt_events), rows)


def _insert(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Where another request was first, theirs stays."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(insert(table).values(row).on_conflict_do_nothing())


def _terms_row(terms: Terms) -> dict[str, Any]:
    mark = "" if terms.pass_mark is None else str(terms.pass_mark)
    return {
        "graded": terms.graded,
        "policy": terms.policy.value,
        "attempts": terms.attempts,
        "pass_mark": mark,
        "by_completion": terms.by_completion,
        "review": terms.review,
    }


def _told(terms: Terms) -> str:
    return " ".join(f"{name}={value}" for name, value in _terms_row(terms).items())


def _link_row(school: str, link: Link) -> dict[str, Any]:
    row = {each.name: getattr(link, each.name) for each in fields(link) if each.name != "terms"}
    return {"school": school, **row, **_terms_row(link.terms)}


def _link(row: Any) -> Link:
    mark = Decimal(row.pass_mark) if row.pass_mark else None
    terms = Terms(row.graded, ScorePolicy(row.policy), row.attempts, mark, row.by_completion, row.review)
    named = {each.name: getattr(row, each.name) for each in fields(Link) if each.name != "terms"}
    return Link(**named, terms=terms)


def _attempt_row(school: str, attempt: Attempt) -> dict[str, Any]:
    return asdict(attempt) | {
        "school": school,
        "state": attempt.state.value,
        "score": "" if attempt.score is None else str(attempt.score),
        "progress": "" if attempt.progress is None else str(attempt.progress),
        "elements": json.dumps(attempt.elements, ensure_ascii=False, separators=(",", ":")),
    }


def _attempt(row: Any) -> Attempt:
    held = dict(row._mapping)
    del held["school"]
    held["state"] = AttemptState(held["state"])
    for name in ("score", "progress"):
        held[name] = Decimal(held[name]) if held[name] else None
    held["elements"] = json.loads(held.get("elements", "{}"))
    return Attempt(**held)
