"""`bridge passback`: scores on their way into Moodle's gradebook, and those that a person must decide over."""

import click

from bridge.cli.frame import DONE, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.domain.rights import Action
from bridge.duties.asks import ask_of
from bridge.passback.rows import OPEN, dead_like, decide_row, find_row, short_id, written
from bridge.ports.jobs import JobKind
from bridge.ports.passback import ConflictChoice, Passback, PassbackState, Shown

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
    app, now = frame.app, frame.app.sync.world.now()
    decide_row(app.store.passbacks, app.school, id, CHOICES[choice], seen=None, actor=frame.actor.id, now=now)
    return _sent_off(frame, id)


@passback.command()
@click.argument("id")
@pass_frame
def again(frame: Frame, /, id: str) -> int:
    """Gửi lại một điểm đã bỏ cuộc · Send one again that was given up."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    place = find_row(app.store.passbacks, app.school, id).place
    app.store.passbacks.revive(app.school, place, actor=frame.actor.id, now=app.sync.world.now())
    return _sent_off(frame, id)


@passback.command()
@click.argument("id")
@pass_frame
def leave(frame: Frame, /, id: str) -> int:
    """Thôi không gửi: điểm này và những điểm cùng cột, cùng lý do · Let it be, with all of its column and reason."""
    Permits(frame).demand(Action.OPERATE)
    app = frame.app
    places = dead_like(app.store.passbacks, app.school, id)
    count = app.store.passbacks.leave(app.school, places, actor=frame.actor.id, now=app.sync.world.now())
    frame.tell({"id": id, "left": count}, lambda: frame.say("said.passback_left", count=count))
    return DONE


def _sent_off(frame: Frame, id: str) -> int:
    app = frame.app
    app.store.jobs.enqueue(ask_of(app.school, JobKind.PASSBACK, actor=frame.actor.id), now=app.sync.world.now())
    frame.tell({"id": id}, lambda: frame.say("said.passback_decided"))
    return DONE


def _row(frame: Frame, row: Passback) -> tuple[object, ...]:
    said = frame.words.failure(*row.trouble) if row.trouble else ""
    ours = written(Shown(row.wanted.value, row.wanted.maximum))
    return short_id(row.place), row.place.user, frame.words.label(row.state), ours, written(row.seen), said


def _value(row: Passback) -> dict[str, object]:
    return {
        "id": short_id(row.place),
        **row.place._asdict(),
        "state": row.state,
        "value": str(row.wanted.value),
        "maximum": str(row.wanted.maximum),
        "due": row.due,
        "seen": written(row.seen),
        "error": row.trouble.reason if row.trouble else "",
        "facts": dict(row.trouble.facts) if row.trouble else {},
    }
