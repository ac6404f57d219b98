"""`bridge passback`: scores on their way into Moodle's gradebook, and those that a person must decide over."""

import hashlib

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.errors import NotFound
from bridge.domain.rights import Action
from bridge.duties.asks import ask_of
from bridge.ports.jobs import JobKind
from bridge.ports.passback import ConflictChoice, Passback, PassbackState, Place, Shown

OPEN = (PassbackState.CONFLICT, PassbackState.DEAD, PassbackState.WAITING)
MANY = 10_000  # rows that are looked through for an id
CHOICES = {"theirs": ConflictChoice.KEEP_THEIRS, "ours": ConflictChoice.SEND_OURS}


@click.group()
def passback() -> None:
    """Điểm học liệu ghi vào sổ điểm Moodle · Scores on their way into Moodle's gradebook."""


@passback.command(name="list")
@click.option("--all", "every", is_flag=True, help="Cả những điểm đã xong · those that are done too.")
@click.option("--limit", default=50, show_default=True)
@pass_frame
def list_passbacks(frame: Frame, /, every: bool, limit: int) -> int:
    """Điểm đang chờ, bị vướng hoặc không gửi được · What waits, is in conflict, or was given up."""
    Permits(frame).demand(Action.OPERATE)
    store, school = frame.app.store.passbacks, frame.app.school
    found = store.rows(school, states=tuple(PassbackState) if every else OPEN, limit=limit)
    rows = [_row(frame, one) for one in found]
    heads = ("id", "user", "state", "score", "others", "why")
    frame.tell({"passbacks": [_value(one) for one in found]}, lambda: frame.table(heads, rows))
    asked = any(one.state in (PassbackState.CONFLICT, PassbackState.DEAD) for one in found)
    return WAITING if asked else DONE


@passback.command()
@click.argument("id")
@click.argument("choice", type=click.Choice(list(CHOICES)))
@pass_frame
def settle(frame: Frame, /, id: str, choice: str) -> int:
    """Giữ điểm người nhập trong Moodle, hay gửi điểm của bài · Keep what was entered in Moodle, or send ours."""
    Permits(frame).demand(Action.OPERATE)
    app, row = frame.app, _find(frame, id)
    if row.seen is None:
        raise NotFound(kind="passback", name=id, nearest=[])
    now, chosen = app.sync.world.now(), CHOICES[choice]
    app.store.passbacks.settle(app.school, row.place, chosen, seen=row.seen, actor=frame.actor.id, now=now)
    return _sent_off(frame, id)


@passback.command()
@click.argument("id")
@pass_frame
def again(frame: Frame, /, id: str) -> int:
    """Gửi lại một điểm đã bỏ cuộc · Send one again that was given up."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    app.store.passbacks.revive(app.school, _find(frame, id).place, actor=frame.actor.id, now=app.sync.world.now())
    return _sent_off(frame, id)


def _sent_off(frame: Frame, id: str) -> int:
    app = frame.app
    app.store.jobs.enqueue(ask_of(app.school, JobKind.PASSBACK, actor=frame.actor.id), now=app.sync.world.now())
    frame.tell({"id": id}, lambda: frame.say("said.passback_decided"))
    return DONE


def _find(frame: Frame, id: str) -> Passback:
    found = frame.app.store.passbacks.rows(frame.app.school, states=tuple(PassbackState), limit=MANY)
    mine = [row for row in found if _id(row.place).startswith(id)]
    if len(mine) != 1:
        raise NotFound(kind="passback", name=id, nearest=[])
    return mine[0]


def _id(place: Place) -> str:
    """Short enough to type: a place is named by a long address."""
    return hashlib.sha256("\n".join(place).encode()).hexdigest()[:10]


def _row(frame: Frame, row: Passback) -> tuple[object, ...]:
    said = frame.words.failure(*row.trouble) if row.trouble else ""
    ours = _written(Shown(row.wanted.value, row.wanted.maximum))
    return _id(row.place), row.place.user, frame.words.label(row.state), ours, _written(row.seen), said


def _written(shown: Shown | None) -> str:
    return f"{shown.value}/{shown.maximum}" if shown else ""


def _value(row: Passback) -> dict[str, object]:
    return {
        "id": _id(row.place),
        **row.place._asdict(),
        "state": row.state,
        "value": str(row.wanted.value),
        "maximum": str(row.wanted.maximum),
        "due": row.due,
        "seen": _written(row.seen),
        "error": row.trouble.reason if row.trouble else "",
        "facts": dict(row.trouble.facts) if row.trouble else {},
    }
