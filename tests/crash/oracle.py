"""What must be true after a last clean run, told from the outside. Imports nothing of the bridge.

It reads the city's book and its log of applied changes, the LMS's gradebooks, and the bridge's database as a file.
"""

import hashlib
import json
import sqlite3
from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple


class Cell(NamedTuple):
    pupil: str  # the city's code
    subject: str
    column: str


class Course(NamedTuple):
    id: int
    school_class: str
    subject: str


def expected(raw: float, low: float, high: float) -> str:
    """The one rounding of TT22/2021: scaled to ten exactly, then half up to one decimal."""
    share = (Fraction(str(raw)) - Fraction(str(low))) / (Fraction(str(high)) - Fraction(str(low)))
    tenths = (share * 100 + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"


def moodle_marks(courses: list[dict[str, Any]], mapped: list[Course], roster: dict[str, set[str]]) -> dict[Cell, str]:
    """Every mark that the rules let out of Moodle: HK1.TX1 and TX2 of pupils who are surely somebody of the class."""
    found = {}
    for course in mapped:
        body = next(row for row in courses if row["course"] == course.id)
        columns = {item["id"]: item for item in body["items"] if item.get("idnumber") in ("HK1.TX1", "HK1.TX2")}
        people = sound_people(body["enrolments"], roster[course.school_class])
        for cell in body["cells"]:
            item, pupil = columns.get(cell["item"]), people.get(cell["user"])
            if item is None or pupil is None or withheld(cell, item):
                continue
            column = item["idnumber"].removeprefix("HK1.")
            found[Cell(pupil, course.subject, column)] = expected(cell["raw"], item.get("min", 0), item.get("max", 10))
    return found


def withheld(cell: dict[str, Any], item: dict[str, Any]) -> bool:
    hidden = cell.get("hidden") or item.get("hidden")
    return cell.get("raw") is None or bool(hidden or cell.get("excluded") or item.get("needsupdate"))


def sound_people(enrolments: list[dict[str, Any]], roster: set[str]) -> dict[int, str]:
    """Active pupils whose trimmed idnumber is theirs alone and stands in the city's class list."""
    active = {
        row["user"]: (row.get("idnumber") or "").strip()
        for row in enrolments
        if row.get("status", "active") == "active" and row.get("role", "student") == "student"
    }
    counts: dict[str, int] = defaultdict(int)
    for idnumber in active.values():
        counts[idnumber] += 1
    return {user: code for user, code in active.items() if code in roster and counts[code] == 1}


def check_book(book: list[dict[str, Any]], marks: dict[Cell, str], by_hand: dict[Cell, str | None]) -> None:
    """The city's book equals what the rules say; a mark that somebody typed there by hand has stayed."""
    live = {
        Cell(row["pupil"], row["subject"], row["column"]): row for row in book if row["live"] and row["term"] == "HK1"
    }
    wrong = {}
    for cell, wanted in {**marks, **by_hand}.items():
        got = live.get(cell, {}).get("value")
        if (got is None) != (wanted is None) or (got and wanted and Fraction(got) != Fraction(wanted)):
            wrong[cell] = (wanted, got)
    assert not wrong, f"{len(wrong)} cells differ (wanted, in the city): {dict(list(wrong.items())[:5])}"
    strays = {cell for cell, row in live.items() if row["source"] == "AI" and cell not in marks}
    assert not strays, f"sent without a mark in Moodle: {sorted(strays)[:5]}"


def check_log(applied: list[dict[str, Any]]) -> None:
    """No row applied twice, versions only rise, nothing of ours over a hand edit that we had not seen."""
    versions: dict[str, int] = {}
    last: dict[str, dict[str, Any]] = {}
    for row in applied:
        record = row["record_id"]
        assert row["new_version"] > versions.get(record, 0), f"the version of {record} fell or stood at {row}"
        assert row["old_version"] == versions.get(record, row["old_version"])
        before = last.get(record)
        if row["source"] == "AI" and before is not None:
            assert before["source"] == "AI", f"a hand edit was overwritten: {row}"
            assert (before["event"], before["new_value"]) != (row["event"], row["new_value"]), f"applied twice: {row}"
        versions[record], last[record] = row["new_version"], row


def check_confirmations(database: Path, applied: list[dict[str, Any]]) -> None:
    """Every value in TX2 that the city took from us was confirmed, exactly so, or decided in a revert, by a person."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        rows = {(row["record_id"], row["version"]): row for row in db.execute("SELECT * FROM submission_rows")}
        words = {row["id"]: row for row in db.execute("SELECT * FROM confirmations")}
    ours = [row for row in applied if row["source"] == "AI"]
    assert ours, "nothing was sent: the test would prove nothing"
    for change in ours:
        row = rows.get((change["record_id"], change["new_version"]))
        assert row is not None, f"the city took a row that no intent was committed for: {change}"
        if change["event"] != "CANCEL":
            assert Fraction(row["score"]) == Fraction(change["new_value"])
        said = [words[word] for word in json.loads(row["confirmations"])]
        if change["column"] == "TX2" and not row["decided"]:
            assert any(word["score"] == row["score"] and word["actor"] for word in said), f"unconfirmed: {change}"


def check_nothing_open(database: Path) -> None:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        (left,) = db.execute("SELECT count(*) FROM submissions WHERE ended_at IS NULL").fetchone()
    assert left == 0, f"{left} submissions are still open after a clean run"


def check_trail(database: Path) -> None:
    """The chain of the audit trail, walked with code of our own: no line changed, gone or come unseen."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        db.row_factory = sqlite3.Row
        lines = db.execute("SELECT * FROM audit ORDER BY seq").fetchall()
        (head,) = db.execute("SELECT hash FROM audit_heads").fetchone()
    before = ""
    for seq, line in enumerate(lines, start=1):
        assert line["seq"] == seq
        at = datetime.fromisoformat(line["at"]).replace(tzinfo=UTC).isoformat(timespec="microseconds")
        texts = [line[name] for name in ("actor", "what", "subject", "old", "new", "reason_digest")]
        body = json.dumps([line["school"], seq, at, *texts, before], ensure_ascii=False, separators=(",", ":"))
        before = hashlib.sha256(body.encode()).hexdigest()
        assert before == line["hash"], f"line {seq} does not verify"
    assert before == head
