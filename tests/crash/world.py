"""Both stand-ins and the zygote, as processes of their own, and what a school day does to them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import requests

from tests.crash.oracle import Cell, Course

YEAR = 2026
TEACHER = "GV-TEST"
CONFIG = """
[school]
code = "79000001"
year = 2026
[moodle]
url = "{lms}"
[city]
url = "{soap}"
user = "bridge"
call_timeout = 20
[sync]
lease_seconds = 60
mass_change_percent = 100
"""
FAULTS = (
    {"kind": "drop", "operation": "GuiDiem", "when": "before"},
    {"kind": "drop", "operation": "GuiDiem", "when": "after"},
    {"kind": "html502", "operation": "GuiDiem", "when": "after"},
    {"kind": "fault", "operation": "GuiDiem", "when": "before", "code": "QUATAI", "retry_after": 0},
    {"kind": "fault", "operation": "GuiDiem", "when": "after", "code": "LOIHETHONG"},
    {"kind": "delay", "operation": "GuiDiem", "polls": 1},
    {"kind": "drop", "operation": "LayBienNhan", "when": "after"},
)


@dataclass
class World:
    folder: Path
    city: str
    lms: str
    zygote: "subprocess.Popen[str]"
    courses: list[Course]
    random: Random
    days: int = 0
    by_hand: dict[Cell, str | None] = field(default_factory=dict)  # what must stay; None: nothing, on both sides

    def order(self, **words: Any) -> int:
        """One day of work in a forked child; its exit status (−9 when it was killed)."""
        self.days += 1
        order = {"config": str(self.folder / "bridge.toml"), "days": self.days, "actor": TEACHER, **words}
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(json.dumps(order) + "\n")
        self.zygote.stdin.flush()
        return int(json.loads(self.zygote.stdout.readline())["status"])

    def mappings(self) -> list[dict[str, Any]]:
        """The three courses as the zygote is told of them."""
        return [{"course": one.id, "class": one.school_class, "subject": one.subject} for one in self.courses]

    def get(self, path: str) -> Any:
        return requests.get(path, timeout=30).json()

    def gradebooks(self) -> list[dict[str, Any]]:
        return [self.get(f"{self.lms}/sandbox/scores?course={course.id}")[0] for course in self.courses]

    def rosters(self) -> dict[str, set[str]]:
        classes = {course.school_class for course in self.courses}
        rows = {name: self.get(f"{self.city}/sandbox/roster?class={name}") for name in classes}
        return {name: {row["pupil"] for row in found if row["state"] == "DANGHOC"} for name, found in rows.items()}

    def disturb(self) -> None:
        """Re-marks in Moodle, now and then a mark typed by hand in the city, and faults on the line.

        Whoever has a mark typed by hand is not re-marked any more: then the city's value must stay.
        """
        for course, body in zip(self.courses, self.gradebooks(), strict=True):
            self._remark(course, body)
        if self.random.random() < 0.3:
            self._type_by_hand()
        faults = [{**fault, "times": 1} for fault in FAULTS if self.random.random() < 0.25]
        self.switch(faults)

    def switch(self, faults: list[dict[str, Any]]) -> None:
        """These faults in the place of all earlier ones."""
        requests.put(f"{self.city}/sandbox/faults", json=faults, timeout=30).raise_for_status()

    def _remark(self, course: Course, body: dict[str, Any]) -> None:
        people = {row["user"]: row.get("idnumber", "").strip() for row in body["enrolments"]}
        items = {item["id"]: item for item in body["items"] if item.get("idnumber") in ("HK1.TX1", "HK1.TX2")}
        cells = [cell for cell in body["cells"] if cell["item"] in items and cell.get("raw") is not None]
        for cell in self.random.sample(cells, k=3):
            item = items[cell["item"]]
            if Cell(people[cell["user"]], course.subject, item["idnumber"][4:]) in self.by_hand:
                continue
            raw = self.random.randint(0, 40) * item.get("max", 10) / 40
            where = {"course": course.id, "item": cell["item"], "user": cell["user"]}
            self._change({"op": "set_score", **where, "raw": raw})

    def _type_by_hand(self) -> None:
        """Only over marks that the city already has, in tenths that no quarter-point mark of Moodle can have."""
        if (cell := self._some_sent_cell()) is not None:
            value = f"{self.random.randint(0, 9)}.{self.random.choice([1, 2, 4, 6, 7, 9])}"
            self._edit(cell, value)

    def agree(self) -> None:
        """The same new mark, typed by hand in the city and given in Moodle: nothing to send, but to adopt."""
        if (cell := self._some_sent_cell()) is not None:
            self._edit(cell, "7.5")
            self._set(cell, 0.75)

    def erase(self) -> None:
        """A mark goes on both sides."""
        if (cell := self._some_sent_cell()) is not None:
            self._edit(cell, None)
            self._set(cell, None)

    def _some_sent_cell(self) -> Cell | None:
        rows = self.get(f"{self.city}/sandbox/scores?term=HK1")
        book = [row for row in rows if row["live"] and row["source"] == "AI"]
        if not book:
            return None
        row = self.random.choice(book)
        return Cell(row["pupil"], row["subject"], row["column"])

    def _edit(self, cell: Cell, value: str | None) -> None:
        edit = {"term": "HK1", **cell._asdict(), "value": value}
        answer = requests.post(f"{self.city}/sandbox/edits", json=edit, timeout=30)
        assert answer.ok, (edit, answer.text)
        self.by_hand[cell] = value

    def _set(self, cell: Cell, share: float | None) -> None:
        """In every course that has the cell, a mark of this share of the maximum."""
        for course, body in zip(self.courses, self.gradebooks(), strict=True):
            users = [row["user"] for row in body["enrolments"] if row.get("idnumber", "").strip() == cell.pupil]
            items = [item for item in body["items"] if item.get("idnumber") == f"HK1.{cell.column}"]
            if course.subject == cell.subject and users and items:
                raw = None if share is None else share * items[0].get("max", 10)
                change = {"course": course.id, "item": items[0]["id"], "user": users[0], "raw": raw}
                self._change({"op": "set_score", **change})

    def _change(self, change: dict[str, Any]) -> None:
        requests.post(f"{self.lms}/sandbox/changes", json=change, timeout=30).raise_for_status()


@contextmanager
def small_world(folder: Path, seed: int) -> Iterator[World]:
    """Three courses of two classes, mapped; TX1 goes by itself, TX2 after confirmation."""
    with made_world(folder, seed, CONFIG) as world:
        assert world.order(setup=world.mappings()) == 0
        yield world


@contextmanager
def made_world(folder: Path, seed: int, config: str) -> Iterator[World]:
    """The stand-ins and the zygote, with a bridge of these settings that is not set up yet."""
    files = {name: folder / f"{name}.json" for name in ("city", "site", "truth")}
    made = [word for name, file in files.items() for word in (f"--{name}", str(file))]
    subprocess.run([sys.executable, "-m", "sandbox.school", "--seed", str(seed), "--pupils", "300", *made], check=True)
    with ExitStack() as stack:
        state = str(folder / "city.sqlite3")
        city = stack.enter_context(
            _process("sandbox.city", "--port", "0", "--state", state, "--world", str(files["city"]))
        )
        lms = stack.enter_context(_process("sandbox.lms", "--port", "0", "--site", str(files["site"])))
        said = {name: json.loads(process.stdout.readline()) for name, process in (("city", city), ("lms", lms))}
        (folder / "bridge.toml").write_text(config.format(lms=said["lms"]["url"], soap=said["city"]["soap"]), "utf-8")
        secrets = {"BRIDGE_MOODLE__TOKEN": said["lms"]["token"]}
        secrets |= {"BRIDGE_CITY__PASSWORD": "sandbox"} if "{soap}" in config else {}
        zygote = stack.enter_context(_process("tests.crash.zygote", more=secrets))
        courses = _courses(json.loads(files["truth"].read_text("utf-8")))
        yield World(folder, said["city"]["url"], said["lms"]["url"], zygote, courses, Random(seed))


def _courses(truth: dict[str, Any]) -> list[Course]:
    """Of classes without the special pupils, for whom the rules have tests of their own."""
    wanted = [("10A2", "TOAN"), ("10A2", "NGUVAN"), ("10A3", "TOAN")]
    rows = {
        (row["class"], row["subject"]): row for row in truth["courses"] if row["year"] == YEAR and row["term"] is None
    }
    return [Course(rows[key]["course"], *key) for key in wanted]


@contextmanager
def _process(module: str, *words: str, more: dict[str, str] | None = None) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-m", module, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(more or {})},
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
