"""What the rules say of every cell, told a second time, in plain strings: from docs/rooms.md, not from the code.

It looks at the LMS, at the city, and at the store's file as raw rows. A label is one of `SEND <op> <score>`,
`WAIT <gate> <op> <score>`, `HOLD <problem>`, `SKIP <reason>`.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from tests.machine.world import CLASSES, COLUMNS, COMMENT, COURSES, GROUPS, PLAYED, School, item_id

HIDDEN, EXCLUDED, NEEDS_UPDATE, FLAGS_MISSING = 1, 2, 16, 32
WORDS = {"Đạt": "PASSED", "Đ": "PASSED", "Chưa đạt": "NOT_PASSED", "CĐ": "NOT_PASSED"}
STATES = ("EXEMPT", "ABSENT")
LOUD = ("ADOPT", "CLOSE")
GATES = {"auto": (), "confirm": ("CONFIRM",), "release": ("CONFIRM", "RELEASE")}


def convert(item: Any, cell: Any, *, comment: bool) -> str:
    """A score as text, `BLANK`, or `?` and what it is that can't be read. Rounded once, half up, exactly."""
    if cell.flags & (FLAGS_MISSING | NEEDS_UPDATE):
        return "?unseen" if cell.flags & FLAGS_MISSING else "?stale"
    if cell.raw is None:
        return "?withheld" if cell.flags & HIDDEN else f"?text {cell.word}" if cell.word else "BLANK"
    if item.words or comment:
        return WORDS.get(cell.word, f"?word {cell.word}") if item.words and comment else f"?kind {cell.raw}{cell.word}"
    raw, low, high = Fraction(cell.raw), Fraction(item.low), Fraction(item.high)
    if not low <= raw <= high or low >= high:
        return f"?range {cell.raw}"
    tenths = (100 * (raw - low) / (high - low) + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}"


def is_value(score: str | None) -> bool:
    return score is not None and score != "BLANK" and score not in STATES and not score.startswith("?")


class Lms(NamedTuple):
    score: str
    course: int
    flags: int


class City(NamedTuple):
    """`score` None: no live record is shown."""

    score: str | None
    version: int


class Place(NamedTuple):
    pupil: str  # the city's code
    subject: str
    column: str


@dataclass
class Expected:
    """What the plan of one unit must say."""

    hold: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    cells: dict[tuple[str, str], str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    people: set[tuple[int, int, str]] = field(default_factory=set)


_TABLES = (
    *("ledger", "submissions", "submission_rows", "decisions", "confirmations", "policies"),
    *("fingerprints", "clearances", "reads", "members"),
)


def _version(row: Mapping[str, Any]) -> int:
    return int(row["version"])


def shrunk(before: int | None, now: int) -> bool:
    """Suddenly empty, or smaller by more than a fifth and by at least five."""
    return bool(before) and (now == 0 or (before - now >= 5 and (before - now) * 5 > before))  # type: ignore[operator]


class Look:
    """Everything as it stands at one moment. `but`: a submission that is to be looked past."""

    def __init__(self, school: School, keys: Mapping[str, str], *, but: str = "") -> None:
        self._school = school
        self.code_of = {key: code for code, key in keys.items()}
        tables = school.tables(*_TABLES)
        self.ledger = {self.place(row): row for row in tables["ledger"]}
        others = sorted((row for row in tables["submission_rows"] if row["submission"] != but), key=_version)
        self.open = {self.place(row) for row in others if row["outcome"] is None}
        self.last_rows = {self.place(row): row for row in others if row["outcome"] != "superseded"}
        self.submissions = {row["id"] for row in tables["submissions"]}
        self.decisions = {self.place(row): row for row in tables["decisions"]}
        said = [row for row in tables["confirmations"] if row["ended_by"] is None]
        self.words = {(self.place(row), row["gate"]): (row["op"], row["score"]) for row in said}
        self.policies = {row["book_column"]: row["policy"] for row in tables["policies"]}
        self.items = {
            (row["school_class"], row["subject"], row["book_column"]): row["fingerprint"]
            for row in tables["fingerprints"]
        }
        self.cleared = {
            (row["school_class"], row["subject"], row["problem"], row["fingerprint"]) for row in tables["clearances"]
        }
        self.reads = {row["source"]: row["size"] for row in tables["reads"]}
        self.members = [row for row in tables["members"] if row["studying"]]

    def place(self, row: Mapping[str, Any]) -> Place:
        return Place(self.code_of[row["pupil"]], row["subject"], row["book_column"])

    # --- the city

    def city(self, place: Place) -> City:
        cell = (2026, "HK1", place.subject, place.pupil, place.column)
        record = self._school.journal.get(cell)  # type: ignore[call-overload]
        return City(str(record.score), record.version) if record is not None and record.live else City(None, 0)

    def listed(self, school_class: str) -> list[str]:
        return [row.code for row in self._school.city.book.pupils[school_class]]

    def studying(self, school_class: str) -> list[str]:
        return [row.code for row in self._school.city.book.pupils[school_class] if row.studying]

    def locked(self, school_class: str, subject: str, column: str) -> bool:
        """The most specific row wins; on a tie, locked."""
        rows = [
            (sum(part is not None for part in (lock.school_class, lock.subject, lock.column)), lock.locked)
            for lock in self._school.city.book.locks
            if lock.school_class in (None, school_class)
            and lock.subject in (None, subject)
            and lock.column in (None, column)
        ]
        return max(rows)[1] if rows else False

    def homes(self) -> dict[str, set[str]]:
        """Where everybody studies; of a class whose list is not believed, by what was stored."""
        found: dict[str, set[str]] = {}
        for name in CLASSES:
            stored = [self.code_of[row["pupil"]] for row in self.members if row["school_class"] == name]
            for code in stored if self.class_hold(name) else self.studying(name):
                found.setdefault(code, set()).add(name)
        return found

    def class_hold(self, name: str) -> str:
        size = len(self.listed(name))
        waved = any(row[0] == name and row[2:] == ("ROSTER_SHRUNK", f"{name}:{size}") for row in self.cleared)
        if shrunk(self.reads.get(f"class:{name}"), size):
            return "" if waved else "ROSTER_SHRUNK"
        homes: dict[str, set[str]] = {}
        for row in self.members:
            homes.setdefault(self.code_of[row["pupil"]], set()).add(row["school_class"])
        known = [homes[code] for code in self.listed(name) if code in homes]
        elsewhere = len(known) >= 5 and sum(name in places for places in known) * 2 < len(known)
        return "WRONG_REPLY" if elsewhere and name not in GROUPS else ""

    # --- the LMS

    def identified(self, course: int) -> tuple[dict[int, str], set[tuple[int, int, str]]]:
        """Who is surely who, and who is held. User n is HSn and nobody else; accounts from 100 on are nobody."""
        active = [row for row in self._school.lms.held[course].pupils.values() if row.active]
        counts = Counter(row.idnumber.strip() for row in active)
        known, holds = {}, set()
        for row in active:
            idnumber = row.idnumber.strip()
            if idnumber and counts[idnumber] > 1:
                holds.add((course, row.user_id, "DOUBLED_IDNUMBER"))
            elif row.user_id < 100 and idnumber == f"HS{row.user_id}":
                known[row.user_id] = idnumber
            elif row.user_id < 100 or idnumber in self.code_of.values():
                holds.add((course, row.user_id, "IDENTITY_CHANGED"))
            else:
                holds.add((course, row.user_id, "UNKNOWN_PUPIL" if idnumber else "NO_IDNUMBER"))
        return known, holds

    def courses_of(self, school_class: str, subject: str) -> list[int]:
        return [number for number, row in COURSES.items() if row[:2] == (school_class, subject)]

    def marks(self, school_class: str, subject: str, column: str) -> tuple[dict[str, Lms], set[str]]:
        """What the courses of a unit say together, and whose marks are torn between two."""
        found: dict[str, Lms] = {}
        torn: set[str] = set()
        for course in self.courses_of(school_class, subject):
            held = self._school.lms.held[course]
            item = held.items.get(item_id(course, column)) if column in COURSES[course][2] else None
            if item is None:
                continue
            for user, code in self.identified(course)[0].items():
                cell = self._school.lms._cell(course, user, item.id)
                new = Lms(convert(item, cell, comment=subject == COMMENT), course, cell.flags)
                old = found.get(code)
                if old is not None and new.score == "BLANK":
                    continue
                if old is not None and old.score not in ("BLANK", new.score):
                    torn.add(code)
                found[code] = new
        return found, torn

    def fingerprint(self, school_class: str, subject: str, column: str) -> str:
        """The items that feed a column, with all that gives their values a meaning."""
        parts = []
        for course in self.courses_of(school_class, subject):
            item = self._school.lms.held[course].items.get(item_id(course, column))
            if item is not None and column in COURSES[course][2]:
                parts.append(f"{course}:{item.id}:{item.low}:{item.high}:{int(item.words)}")
        return "+".join(sorted(parts))


# --- the rules


def expect(look: Look, school_class: str, subject: str) -> Expected:
    """The plan of a unit."""
    expected = Expected(people=_people(look, school_class, subject), hold=unit_hold(look, school_class, subject))
    if not expected.hold:
        for column in COLUMNS:
            if any(column in COURSES[course][2] for course in look.courses_of(school_class, subject)):
                _expect_column(look, expected, school_class, subject, column)
    return expected


def unit_hold(look: Look, school_class: str, subject: str) -> str:
    if _ledger_behind(look, school_class, subject):
        return "LEDGER_BEHIND"
    if hold := look.class_hold(school_class):
        return hold
    for course in look.courses_of(school_class, subject):
        size = len(look.identified(course)[0])
        cleared = (school_class, subject, "GRADEBOOK_SHRUNK", f"{course}:{size}") in look.cleared
        if shrunk(look.reads.get(f"course:{course}"), size) and not cleared:
            return "GRADEBOOK_SHRUNK"
    return ""


def _ledger_behind(look: Look, school_class: str, subject: str) -> bool:
    """A version above all we know, that came through the interface in a submission which is none of ours."""
    listed = set(look.listed(school_class))
    for cell, record in look._school.journal.items():
        if not record.live or cell.subject != subject or cell.pupil not in listed or record.by_hand:
            continue
        known = look.ledger.get(Place(cell.pupil, subject, cell.column))
        if record.version > (known["version"] if known else 0) and record.submission not in look.submissions:
            return True
    return False


def _people(look: Look, school_class: str, subject: str) -> set[tuple[int, int, str]]:
    found = set()
    homes = look.homes()
    for course in look.courses_of(school_class, subject):
        known, holds = look.identified(course)
        found |= holds
        for user, code in known.items():
            mine = homes.get(code, set())
            if school_class not in mine and not any(look.courses_of(home, subject) for home in mine):
                found.add((course, user, "OTHER_CLASS" if mine else "UNKNOWN_PUPIL"))
    return found


def _expect_column(look: Look, expected: Expected, school_class: str, subject: str, column: str) -> None:
    hold = column_hold(look, school_class, subject, column)
    if hold:
        expected.columns[column] = hold
        return
    labels = {code: label(look, school_class, Place(code, subject, column)) for code in look.studying(school_class)}
    if _mass_change(look, school_class, subject, column, labels):
        expected.columns[column] = "MASS_CHANGE"
        return
    for code, said in labels.items():
        kind, _, reason = said.partition(" ")
        if kind == "SKIP" and reason not in LOUD:
            expected.skipped[reason] += 1
        else:
            expected.cells[code, column] = said


def column_hold(look: Look, school_class: str, subject: str, column: str) -> str:
    """What holds a whole column, but for a mass change."""
    now = look.fingerprint(school_class, subject, column)
    feeding = [course for course in look.courses_of(school_class, subject) if column in COURSES[course][2]]
    if len(now.split("+")) < len(feeding) or not now:
        return "ITEM_GONE"
    for course in feeding:
        known = look.identified(course)[0]
        cells = (look._school.lms._cell(course, user, item_id(course, column)) for user in known)
        if any(cell.flags & FLAGS_MISSING for cell in cells):
            return "FLAGS_MISSING"
    before = look.items.get((school_class, subject, column), now)
    waved = (school_class, subject, "ITEM_CHANGED", f"{column}:{now}") in look.cleared
    return "ITEM_CHANGED" if before != now and not waved else ""


def _mass_change(look: Look, school_class: str, subject: str, column: str, labels: dict[str, str]) -> bool:
    marks, _ = look.marks(school_class, subject, column)
    ours = {code: _accepted(look, Place(code, subject, column)) for code in labels}
    ours = {code: score for code, score in ours.items() if score is not None and score not in STATES}
    changed = [
        code
        for code, score in ours.items()
        if (not labels[code].startswith("SKIP") or labels[code][5:] in LOUD)
        and not marks[code].score.startswith("?")
        and marks[code].score != score
    ]
    if len(changed) < 5 or len(changed) * 100 <= 30 * len(ours):
        return False
    key_of = {code: key for key, code in look.code_of.items()}
    lines = sorted(f"{key_of[code]}={marks[code].score}" for code in changed)
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    return (school_class, subject, "MASS_CHANGE", f"{column}:{digest}") not in look.cleared


def _accepted(look: Look, place: Place) -> str | None:
    row = look.ledger.get(place)
    return row["score"] if row else None


def label(look: Look, school_class: str, place: Place, city: City | None = None) -> str:
    """What is to do with one cell, whatever holds its column or unit. `city`: as somebody saw it earlier."""
    marks, torn = look.marks(school_class, place.subject, place.column)
    lms = marks.get(place.pupil)
    known = look.ledger.get(place)
    moved = bool(known and known["score"] is not None and known["course"] is not None)
    moved = moved and known["course"] not in look.courses_of(school_class, place.subject)  # type: ignore[index]
    if lms is None:
        return "SKIP NOT_HERE"
    if place.pupil in torn:
        return "HOLD TWO_SOURCES"
    if lms.score == "BLANK" and moved:
        return "SKIP FROM_OTHER_CLASS"
    if lms.score.startswith("?"):
        return "HOLD UNREADABLE"
    if lms.flags & (HIDDEN | EXCLUDED):
        return "HOLD HIDDEN" if lms.flags & HIDDEN else "HOLD EXCLUDED"
    if place in look.open:
        return "SKIP IN_FLIGHT"
    return _ruled(look, school_class, place, lms, city or look.city(place), moved=moved)


def _ruled(look: Look, school_class: str, place: Place, lms: Lms, city: City, *, moved: bool) -> str:
    said = look.decisions.get(place)
    bound = said is not None and (said["lms"], said["city"], said["city_version"]) == (lms.score, *city)
    if bound and said is not None:
        ruling = {
            "KEEP_CITY": "SKIP SETTLED",
            "SEND_OURS": f"{'NEW' if city.score is None else 'UPDATE'} {lms.score}",
            "CANCEL": "SKIP SETTLED" if city.score is None else f"CANCEL {city.score}",
        }[said["choice"]]
    elif moved and lms.score not in ("BLANK", _accepted(look, place)):
        ruling = "HOLD TWO_SOURCES"
    else:
        ruling = table(lms.score, _accepted(look, place), city.score)
    if ruling.startswith(("HOLD", "SKIP")):
        return ruling
    return _gated(look, school_class, place, ruling, decided=bound)


def table(lms: str, ours: str | None, city: str | None) -> str:
    """docs/rooms.md, "The way of a mark": the table of a cell, row by row. Cancelled or never ours: no A."""
    if city in STATES:
        return "HOLD CITY_STATE"
    if ours is None:
        if lms == "BLANK":
            return "SKIP NO_SCORE" if city is None else "SKIP CITY_ONLY"
        if city is None:
            return f"NEW {lms}"
        return "SKIP ADOPT" if city == lms else "HOLD HAND_ENTERED"
    if lms == ours:
        return "SKIP SAME" if city == ours else "HOLD CITY_CHANGED"
    if city == ours:
        return "HOLD REMOVED" if lms == "BLANK" else f"UPDATE {lms}"
    if lms == "BLANK":
        return "SKIP CLOSE" if city is None else "HOLD BOTH_CHANGED"
    return "SKIP ADOPT" if city == lms else "HOLD BOTH_CHANGED"


def _gated(look: Look, school_class: str, place: Place, ruling: str, *, decided: bool) -> str:
    """What stands before a would-be send: `ruling` is `<op> <score>`."""
    last = look.last_rows.get(place)
    if last is not None and last["outcome"] == "refused" and last["refusal"] != "LOCKED":
        now = _base(look, place)
        if f"{last['op']} {last['score']}" == ruling and last["base_version"] == now:
            return "HOLD REFUSED"
    if look.locked(school_class, place.subject, place.column):
        return "HOLD LOCKED"
    policy = look.policies[place.column]
    played = any((course, place.column) in PLAYED for course in look.courses_of(school_class, place.subject))
    if policy == "off":
        return "SKIP OFF"
    for gate in GATES["confirm" if policy == "auto" and played else policy]:
        said = " ".join(look.words.get((place, gate), ()))
        if said != ruling and not (decided and gate == "CONFIRM"):
            return f"WAIT {gate} {ruling}"
    return f"SEND {ruling}"


def _base(look: Look, place: Place) -> int:
    """The city's version that we have seen: of a record that is not live, the one that it last had."""
    city = look.city(place)
    known = look.ledger.get(place)
    return city.version if city.score is not None else (known["city_version"] if known else 0)
