"""What happens in `bridge demo` between two syncs: people at work on both sides, and a line that breaks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import requests

from bridge.cli.frame import Frame
from bridge.domain.school import Unit
from bridge.domain.scores import Column, Mark, mark
from bridge.ports.runs import SentRow

FAVOURED = ("TOAN", "NGUVAN", "NN1")  # everybody knows these subjects


@dataclass(frozen=True, slots=True)
class Line:
    """The control addresses of both stand-ins, and how much the city had recorded when the line was made to break."""

    city: str
    lms: str

    def post(self, url: str, body: Mapping[str, object]) -> None:
        requests.post(url, json=body, timeout=30).raise_for_status()

    def get(self, path: str) -> Any:
        reply = requests.get(f"{self.city}/sandbox/{path}", timeout=30)
        reply.raise_for_status()
        return reply.json()

    def applied(self) -> int:
        return len(self.get("applied"))

    def asked(self) -> int:
        """How often a receipt was asked for."""
        return int(self.get("calls")["calls"].get("LayBienNhan", 0))


def disturb(frame: Frame, line: Line) -> None:
    """A re-mark, a hand edit, a locked column, and a reply that gets lost after the city has saved."""
    first, second, third = _sent_cells(frame)
    for row in (first, third):
        _remark(frame, line, row)
    _edit_by_hand(frame, line, second)
    _lock(line, third.unit)
    fault = {"kind": "drop", "operation": "GuiDiem", "when": "after", "times": 1}
    line.post(f"{line.city}/sandbox/faults", fault)
    for key, row in (("demo.remarked", first), ("demo.hand_edit", second), ("demo.locked", third)):
        frame.say(key, unit=frame.unit(row.unit))
    frame.say("demo.lost_reply")


def _sent_cells(frame: Frame) -> tuple[SentRow, SentRow, SentRow]:
    """Three marks in TX1, each of another unit, that the city has accepted."""
    app = frame.app
    last = app.store.runs.list(app.school, limit=1)[0]
    found: dict[Unit, SentRow] = {}
    for row in app.store.runs.rows(last.id):
        if row.place.column is Column.TX1 and isinstance(row.score, Mark) and row.state == "accepted":
            found.setdefault(row.unit, row)
    first, second, third, *_ = apart(found)
    return found[first], found[second], found[third]


def apart(units: Iterable[Unit]) -> list[Unit]:
    """One of each class, in a subject that everybody knows; then the next of each, for a demo of one class or two."""
    of_class: dict[str, list[Unit]] = defaultdict(list)
    for unit in sorted(units, key=lambda unit: (unit.subject not in FAVOURED, unit)):
        of_class[unit.school_class].append(unit)
    return [unit for row in zip_longest(*of_class.values()) for unit in row if unit is not None]


def _code(frame: Frame, row: SentRow) -> str:
    return frame.app.store.rosters.directory(frame.app.school).code_of[row.place.pupil]


def _remark(frame: Frame, line: Line, row: SentRow) -> None:
    """The teacher looks again: one mark of TX1 in Moodle becomes another."""
    app, unit = frame.app, row.unit
    maps = app.store.mappings.courses(app.school, app.year)
    course = next(
        each.course for each in maps if (each.school_class, each.subject) == (unit.school_class, unit.subject)
    )
    items = app.store.mappings.items(app.school, app.year)
    item = next(each.item for each in items if (each.course, each.term, each.column) == (course, unit.term, Column.TX1))
    code = _code(frame, row)
    user = next(each.user_id for each in app.sync.lms.pupils(course) if each.active and each.idnumber.strip() == code)
    raw = 6.25 if row.score == mark(98) else 9.75
    change = {"op": "set_score", "course": course, "item": item, "user": user, "raw": raw}
    line.post(f"{line.lms}/sandbox/changes", change)


def _edit_by_hand(frame: Frame, line: Line, row: SentRow) -> None:
    where = {"term": row.unit.term, "subject": row.unit.subject, "pupil": _code(frame, row), "column": Column.TX1}
    line.post(f"{line.city}/sandbox/edits", {**where, "value": "1.5" if row.score != mark(15) else "2.5"})


def _lock(line: Line, unit: Unit) -> None:
    where = {"term": unit.term, "class": unit.school_class, "subject": unit.subject, "column": Column.TX1}
    line.post(f"{line.city}/sandbox/locks", {**where, "locked": True, "reason": "hết hạn nhập điểm"})
