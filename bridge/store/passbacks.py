"""The outbox of scores: put by whoever has one, claimed by one UPDATE, written to by the newest holder alone."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bridge.domain.errors import LeaseLost, NotFound
from bridge.ports.gradebooks import ActivityProgress
from bridge.ports.passback import Claimed, ConflictChoice, Passback, PassbackState, Place, Shown, Trouble, Wanted
from bridge.store.chain import Entry, Trail
from bridge.store.engine import Database
from bridge.store.tables.passback import passbacks

_SAME_CELL = ("school", "registration", "line_item", "user")
_FREE: dict[str, Any] = {"until": None}


class PassbackTable:
    """`bridge.ports.passback.Outbox`."""

    def __init__(self, database: Database, trail: Trail) -> None:
        self._database = database
        self._trail = trail

    def put(self, school: str, place: Place, wanted: Wanted, *, now: datetime) -> None:
        row = {
            "school": school,
            **place._asdict(),
            **_written(wanted),
            "number": 1,
            "state": PassbackState.WAITING.value,
            "due": now,
            "attempt": 0,
            "fence": 0,
            "reason": "",
            "facts": "{}",
            "changed_at": now,
        }
        with self._database.write() as connection:
            insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
            made = insert(passbacks).values(row)
            new = made.excluded
            changed = (new.value != passbacks.c.value) | (new.maximum != passbacks.c.maximum)
            changes = {name: new[name] for name in row if name not in (*_SAME_CELL, "number", "fence")}
            connection.execute(
                made.on_conflict_do_update(
                    index_elements=list(_SAME_CELL),
                    set_={**changes, "number": passbacks.c.number + 1, "seen": None, "allowed": None},
                    where=changed & (new.at >= passbacks.c.at),
                )
            )

    def claim(self, school: str, *, now: datetime, seconds: float) -> Claimed | None:
        free = sa.or_(passbacks.c.until.is_(None), passbacks.c.until <= now)
        due = (passbacks.c.school == school) & (passbacks.c.state == PassbackState.WAITING.value)
        order = (passbacks.c.due, *(passbacks.c[name] for name in _SAME_CELL))
        first = sa.select(passbacks).where(due, passbacks.c.due <= now, free).order_by(*order).limit(1)
        until = now + timedelta(seconds=seconds)
        with self._database.write() as connection:
            row = connection.execute(first.with_for_update(skip_locked=True)).one_or_none()
            if row is None:
                return None
            held = {"fence": row.fence + 1, "until": until, "attempt": row.attempt + 1}
            connection.execute(sa.update(passbacks).where(_cell(row.school, _place(row))).values(held))
        return Claimed(_read(row, attempt=row.attempt + 1), row.fence + 1, until)

    def stamp(self, claim: Claimed, at: datetime) -> None:
        self._write(claim, {"stamped": at})

    def delivered(self, claim: Claimed, shown: Shown, *, now: datetime) -> None:
        done = {"accepted": _shown(shown), "seen": None, "allowed": None}
        self._end(claim, PassbackState.DELIVERED, done, None, now=now)

    def conflict(self, claim: Claimed, seen: Shown, *, now: datetime) -> None:
        self._end(claim, PassbackState.CONFLICT, {"seen": _shown(seen), "allowed": None}, None, now=now)

    def dead(self, claim: Claimed, why: Trouble, *, now: datetime) -> None:
        self._end(claim, PassbackState.DEAD, {}, why, now=now)

    def again(self, claim: Claimed, why: Trouble, *, due: datetime, free: bool, now: datetime) -> None:
        newer = passbacks.c.number > claim.row.number  # put meanwhile: it is due already, with no attempt behind it
        tried = claim.row.attempt - (1 if free else 0)
        later = {"due": sa.case((newer, passbacks.c.due), else_=due), "attempt": sa.case((newer, 0), else_=tried)}
        self._write(claim, {**_FREE, **_why(why), **later, "changed_at": now})

    def settle(
        self, school: str, place: Place, choice: ConflictChoice, *, seen: Shown, actor: str, now: datetime
    ) -> None:
        sends = choice is ConflictChoice.SEND_OURS
        state = PassbackState.WAITING if sends else PassbackState.KEPT
        changes = {"state": state.value, "allowed": _shown(seen) if sends else None, "due": now, "attempt": 0}
        asked = (passbacks.c.state == PassbackState.CONFLICT.value) & (passbacks.c.seen == _shown(seen))
        entry = Entry("passback.settled", _named(place), new=choice.value)
        self._decide(school, place, asked, changes, entry, actor=actor, now=now)

    def revive(self, school: str, place: Place, *, actor: str, now: datetime) -> None:
        changes = {"state": PassbackState.WAITING.value, "due": now, "attempt": 0, **_why(None)}
        dead = passbacks.c.state.in_([PassbackState.DEAD.value, PassbackState.LEFT.value])
        self._decide(school, place, dead, changes, Entry("passback.revived", _named(place)), actor=actor, now=now)

    def leave(self, school: str, places: Sequence[Place], *, actor: str, now: datetime) -> int:
        dead = passbacks.c.state == PassbackState.DEAD.value
        changes = {"state": PassbackState.LEFT.value, "changed_at": now}
        with self._database.write() as connection:
            left = [
                place
                for place in places
                if connection.execute(sa.update(passbacks).where(_cell(school, place), dead).values(changes)).rowcount
            ]
            entries = [Entry("passback.left", _named(place)) for place in left]
            if entries:
                self._trail.append(connection, school, entries, actor=actor, at=now)
        return len(left)

    def revive_column(self, school: str, registration: str, line_item: str, *, actor: str, now: datetime) -> int:
        these = _column(school, registration, line_item)
        ours = [PassbackState.DELIVERED, PassbackState.DEAD, PassbackState.LEFT, PassbackState.WAITING]
        ended = passbacks.c.state.in_([state.value for state in ours])
        changes = {"state": PassbackState.WAITING.value, "due": now, "attempt": 0, **_why(None), "changed_at": now}
        entry = Entry("passback.revived", f"{registration} {line_item}")
        with self._database.write() as connection:
            count = connection.execute(sa.update(passbacks).where(these, ended).values(changes)).rowcount
            if count:
                self._trail.append(connection, school, [entry], actor=actor, at=now)
        return count

    def find(self, school: str, place: Place) -> Passback | None:
        with self._database.read() as connection:
            row = connection.execute(sa.select(passbacks).where(_cell(school, place))).one_or_none()
        return None if row is None else _read(row)

    def of_column(self, school: str, registration: str, line_item: str) -> Mapping[str, Passback]:
        query = sa.select(passbacks).where(_column(school, registration, line_item))
        with self._database.read() as connection:
            return {row.user: _read(row) for row in connection.execute(query)}

    def rows(self, school: str, *, states: Sequence[PassbackState], limit: int) -> Sequence[Passback]:
        these = passbacks.c.state.in_([state.value for state in states])
        order = (passbacks.c.changed_at.desc(), *(passbacks.c[name] for name in _SAME_CELL))
        query = sa.select(passbacks).where(passbacks.c.school == school, these).order_by(*order).limit(limit)
        with self._database.read() as connection:
            return [_read(row) for row in connection.execute(query)]

    def counts(self, school: str) -> Mapping[PassbackState, int]:
        query = sa.select(passbacks.c.state, sa.func.count()).where(passbacks.c.school == school)
        with self._database.read() as connection:
            found = connection.execute(query.group_by(passbacks.c.state)).all()
        return {PassbackState(state): count for state, count in found}

    def next_due(self, school: str) -> datetime | None:
        waiting = (passbacks.c.school == school) & (passbacks.c.state == PassbackState.WAITING.value)
        with self._database.read() as connection:
            soonest: datetime | None = connection.scalar(sa.select(sa.func.min(passbacks.c.due)).where(waiting))
        return soonest

    def forget(self, school: str, place: Place) -> None:
        with self._database.write() as connection:
            connection.execute(sa.delete(passbacks).where(_cell(school, place)))

    def _end(
        self, claim: Claimed, state: PassbackState, changes: Mapping[str, Any], why: Trouble | None, *, now: datetime
    ) -> None:
        """A newer score that was put meanwhile waits on, with its own attempts."""
        same = passbacks.c.number == claim.row.number
        ended = sa.case((same, state.value), else_=PassbackState.WAITING.value)
        self._write(claim, {**_FREE, **_why(why), **changes, "state": ended, "changed_at": now})

    def _write(self, claim: Claimed, changes: Mapping[str, Any]) -> None:
        mine = _cell(claim.row.school, claim.row.place) & (passbacks.c.fence == claim.fence)
        with self._database.write() as connection:
            if connection.execute(sa.update(passbacks).where(mine).values(changes)).rowcount == 0:
                raise LeaseLost(lease=f"passback:{claim.row.place.line_item}")

    def _decide(
        self,
        school: str,
        place: Place,
        which: sa.ColumnElement[bool],
        changes: Mapping[str, Any],
        entry: Entry,
        *,
        actor: str,
        now: datetime,
    ) -> None:
        changed = sa.update(passbacks).where(_cell(school, place), which).values(**changes, changed_at=now)
        with self._database.write() as connection:
            if connection.execute(changed).rowcount == 0:
                raise NotFound(kind="passback", name=_named(place), nearest=[])
            self._trail.append(connection, school, [entry], actor=actor, at=now)


def _cell(school: str, place: Place) -> sa.ColumnElement[bool]:
    return sa.and_(
        passbacks.c.school == school, *(passbacks.c[name] == value for name, value in place._asdict().items())
    )


def _column(school: str, registration: str, line_item: str) -> sa.ColumnElement[bool]:
    mine = (passbacks.c.school == school) & (passbacks.c.registration == registration)
    return mine & (passbacks.c.line_item == line_item)


def _named(place: Place) -> str:
    return " ".join(place)


def _place(row: Any) -> Place:
    return Place(row.registration, row.line_item, row.user)


def _written(wanted: Wanted) -> dict[str, Any]:
    return {
        "value": _exact(wanted.value),
        "maximum": _exact(wanted.maximum),
        "progress": wanted.progress.value,
        "at": wanted.at,
        "source": wanted.source,
    }


def _exact(number: Decimal) -> str:
    """One text for one number: 8.50 is 8.5."""
    return f"{number.normalize():f}"


def _shown(shown: Shown) -> str:
    return f"{_exact(shown.value)}/{_exact(shown.maximum)}"


def _seen(text: str | None) -> Shown | None:
    if text is None:
        return None
    value, _, maximum = text.partition("/")
    return Shown(Decimal(value), Decimal(maximum))


def _why(why: Trouble | None) -> dict[str, Any]:
    return {"reason": why.reason, "facts": json.dumps(why.facts)} if why else {"reason": "", "facts": "{}"}


def _read(row: Any, *, attempt: int | None = None) -> Passback:
    progress = ActivityProgress(row.progress)
    return Passback(
        school=row.school,
        place=_place(row),
        wanted=Wanted(Decimal(row.value), Decimal(row.maximum), progress, row.at, row.source),
        number=row.number,
        state=PassbackState(row.state),
        due=row.due,
        attempt=row.attempt if attempt is None else attempt,
        stamped=row.stamped,
        accepted=_seen(row.accepted),
        seen=_seen(row.seen),
        allowed=_seen(row.allowed),
        trouble=Trouble(row.reason, json.loads(row.facts)) if row.reason else None,
        changed_at=row.changed_at,
    )
