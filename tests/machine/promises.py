"""What must be true after every step, whatever happened: docs/rooms.md's promises, held against journal and store.

An intent is judged in the moment in which it is committed, by everything as it stands then; what the city applies is
then held against the intents.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.crash.oracle import check_trail
from tests.machine.model import GATES, City, Look, Place, column_hold, is_value, label, table, unit_hold
from tests.machine.weather import Change
from tests.machine.world import PLAYED, School, cell_of


class Word(NamedTuple):
    """A person's yes, and how long the journal was then."""

    place: Place
    gate: str
    op: str
    score: str
    at: int


class Verdict(NamedTuple):
    """What a person chose over a held cell, bound to both sides as the person saw them."""

    place: Place
    choice: str
    lms: str
    city: str | None
    version: int


class Intent(NamedTuple):
    place: Place
    op: str
    score: str
    version: int
    base: int
    record_id: str


@dataclass
class Context:
    """What a person asked the bridge for, and so what it may do."""

    kind: str = "run"
    images: Mapping[Place, str | None] = field(default_factory=dict)  # of a revert: what was there before
    planned: frozenset[tuple[Place, str, int]] = frozenset()  # of a saved plan: cell, `<op> <score>`, base version
    disturbed: bool = False  # somebody acted on the other side in the middle of it


@dataclass
class Promises:
    school: School
    keys: Mapping[str, str]
    foreign: set[str]  # submissions of another installation
    words: list[Word] = field(default_factory=list)
    verdicts: set[Verdict] = field(default_factory=set)
    intents: dict[str, dict[tuple[str, str], Intent]] = field(default_factory=dict)  # by submission, then cell
    issued: set[tuple[str, int]] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)  # submissions that a restored backup does not know
    checked: int = 0  # changes of the journal that were judged
    restored_at: int = 0
    ledger: dict[Place, dict[str, Any]] = field(default_factory=dict)

    # --- intents

    def judge(self, context: Context) -> None:
        """Judge what was committed since the last look; nothing of it has left yet."""
        tables = self.school.tables("submissions", "submission_rows")
        for head in tables["submissions"]:
            if head["id"] not in self.intents:
                rows = [row for row in tables["submission_rows"] if row["submission"] == head["id"]]
                self._judge(head, rows, context)

    def _judge(self, head: Mapping[str, Any], rows: list[dict[str, Any]], context: Context) -> None:
        look = Look(self.school, self.keys, but=head["id"])
        assert context.kind in ("run", "apply", "revert"), f"{context.kind} must send nothing new"
        if not context.disturbed:
            assert not unit_hold(look, head["school_class"], head["subject"])
        mine = self.intents[head["id"]] = {}
        for row in rows:
            place = look.place(row)
            intent = Intent(place, row["op"], row["score"], row["version"], row["base_version"], row["record_id"])
            mine[place.pupil, place.column] = intent
            assert (intent.record_id, intent.version) not in self.issued, f"version used before: {intent}"
            assert intent.version > intent.base
            self.issued.add((intent.record_id, intent.version))
            self._judge_row(look, head["school_class"], intent, context)
        self._judge_mass(look, head, rows)

    def _judge_row(self, look: Look, school_class: str, intent: Intent, context: Context) -> None:
        city = self._seen(intent)
        if intent.op == "NEW" and not context.disturbed:
            assert look.city(intent.place).score is None, f"{intent}, where the city has a mark"
        ruling = f"{intent.op} {intent.score}"
        assert is_value(intent.score), intent
        if context.kind == "revert":
            self._judge_reverted(look, school_class, intent, city=city, image=context.images[intent.place])
            return
        if context.kind == "apply":
            assert (intent.place, ruling, intent.base) in context.planned, f"not in the saved plan: {intent}"
        said = label(look, school_class, intent.place, city)
        assert said == f"SEND {ruling}", f"{intent} was sent, where the rules say {said}"
        assert not column_hold(look, school_class, *intent.place[1:])
        self._judge_words(look, school_class, intent, city)

    def _seen(self, intent: Intent) -> City:
        """The city's record as the plan saw it, by its version.

        Of one that is not live the city shows none: NEW is based on the last version that we know of it, and the city
        refuses it where it has moved on.
        """
        if not intent.base:
            return City(None, 0)
        changes = self.school.journal.of(cell_of(*intent.place))
        seen = [change for change in changes if change.version == intent.base]
        assert seen, f"the city never had the version that this was based on: {intent}"
        return City(None, 0) if intent.op == "NEW" else City(seen[0].value, seen[0].version)

    def _judge_reverted(self, look: Look, school_class: str, intent: Intent, *, city: City, image: str | None) -> None:
        """Back to the image, and only over what the run itself had left there."""
        row = look.ledger.get(intent.place)
        ruling = table(image or "BLANK", row["score"] if row else None, city.score)
        wanted = f"CANCEL {city.score}" if ruling == "HOLD REMOVED" else ruling
        assert f"{intent.op} {intent.score}" == wanted, f"{intent} does not take back to {image}: {wanted}"
        assert not look.locked(school_class, *intent.place[1:])

    def _judge_words(self, look: Look, school_class: str, intent: Intent, city: City) -> None:
        """Every yes that the store counted was really given, for this, and not used up."""
        place = intent.place
        decision = look.decisions.get(place)
        said = Verdict(place, decision["choice"], decision["lms"], *city) if decision else None
        decided = said is not None and said.choice != "KEEP_CITY" and _lms_of(look, school_class, place) == said.lms
        decided = decided and (decision["city"], decision["city_version"]) == city  # type: ignore[index]
        if decided:
            assert said in self.verdicts, f"nobody decided {said}"
        policy = look.policies[place.column]
        played = any((course, place.column) in PLAYED for course in look.courses_of(school_class, place.subject))
        for gate in GATES["confirm" if policy == "auto" and played else policy]:
            if not (decided and gate == "CONFIRM"):
                self._judge_word(intent, gate)

    def _judge_word(self, intent: Intent, gate: str) -> None:
        wanted = (intent.place, gate, intent.op, intent.score)
        given = [word.at for word in self.words if word[:4] == wanted]
        assert given, f"nobody said {gate} to {intent}"
        if given[-1] < self.restored_at:
            return  # what it led to may be forgotten with the days that the backup does not know
        since = self.school.journal.changes[given[-1] :]
        used = [change for change in since if change.cell == cell_of(*intent.place) and self._ours(change)]
        assert not used, f"{gate} of {intent} had led to {used} already"

    def _judge_mass(self, look: Look, head: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
        """So many updates at once are never sent unless somebody waved them through."""
        counts = Counter(row["book_column"] for row in rows if row["op"] == "UPDATE" and not row["decided"])
        for column, count in counts.items():
            waved = [row for row in look.cleared if row[2] == "MASS_CHANGE" and row[3].startswith(column)]
            assert count < 5 or waved, f"{count} cells of {head['school_class']} {column} changed at once"

    # --- what the city applied

    def check_journal(self) -> None:
        changes = self.school.journal.changes
        for index in range(self.checked, len(changes)):
            self._check_change(changes[index], [old for old in changes[:index] if old.cell == changes[index].cell])
        self.checked = len(changes)

    def _check_change(self, change: Change, before: list[Change]) -> None:
        last = before[-1] if before else None
        assert change.version > (last.version if last else 0), f"a version fell or stood: {change}"
        if not self._ours(change):
            assert change.by_hand or change.submission in self.foreign, f"no intent was ever committed for {change}"
            return
        intent = self.intents[str(change.submission)][change.cell.pupil, change.cell.column]
        assert (intent.version, intent.record_id) == (change.version, change.record_id)
        assert change.value == (None if intent.op == "CANCEL" else intent.score)
        assert intent.base == (last.version if last else 0), f"{change} went over something that nobody saw"
        assert last is None or not self._ours(last) or last.value != change.value, f"applied twice: {change}"

    def _ours(self, change: Change) -> bool:
        return change.submission in self.intents and not change.by_hand

    def check_bytes(self) -> None:
        """What came by at the wire is what was committed."""
        for id, submission in self.school.road.seen.items():
            rows = [(r.pupil, r.op, str(r.score), r.version, r.base_version, r.record_id) for r in submission.rows]
            kept = [(i.place.pupil, *i[1:]) for i in self.intents[id].values()]
            assert rows == kept

    # --- what the store knows

    def check_store(self) -> None:
        tables = self.school.tables("ledger", "submission_rows")
        look = {key: code for code, key in self.keys.items()}
        ledger = {Place(look[row["pupil"]], row["subject"], row["book_column"]): row for row in tables["ledger"]}
        rows = {(row["submission"], look[row["pupil"]], row["book_column"]): row for row in tables["submission_rows"]}
        still = Counter(
            (row["pupil"], row["subject"], row["book_column"])
            for row in tables["submission_rows"]
            if row["outcome"] is None
        )
        assert all(count == 1 for count in still.values()), "two open submissions for one cell"
        for place, row in ledger.items():
            self._check_row(place, row)
        for cell in self.school.journal:
            self._check_remembered(self.school.journal.of(cell)[-1], ledger, rows)
        self.ledger = ledger
        check_trail(self.school.path)

    def _check_row(self, place: Place, row: Mapping[str, Any]) -> None:
        before = self.ledger.get(place)
        if before is not None:
            assert row["version"] >= before["version"], f"the ledger's version of {place} fell"
            assert row["city_version"] >= before["city_version"], f"the city's version of {place} fell"
        if row["score"] is not None:
            values = {change.value for change in self.school.journal.of(cell_of(*place))}
            assert row["score"] in values, f"{place}: the city never had what the ledger says"

    def _check_remembered(
        self,
        last: Change,
        ledger: Mapping[Place, Mapping[str, Any]],
        rows: Mapping[tuple[str, str, str], Mapping[str, Any]],
    ) -> None:
        """What the city took from us, and nobody has touched since, stands so in the ledger."""
        if not self._ours(last) or last.submission in self.lost:
            return
        row = rows.get((str(last.submission), last.cell.pupil, last.cell.column))
        assert row is not None, f"forgotten: {last}"
        if row["outcome"] is None:
            return
        known = ledger[Place(last.cell.pupil, last.cell.subject, last.cell.column)]
        assert row["outcome"] == "accepted", f"the city took {last}, the store says {row['outcome']}"
        assert known["score"] == last.value, f"the city took {last}, the ledger has {known['score']}"
        assert known["version"] >= last.version

    def restored(self) -> None:
        """A backup was put back: what it does not know is lost, until somebody rebuilds."""
        tables = self.school.tables("submissions", "submission_rows")
        self.lost |= set(self.intents) - {row["id"] for row in tables["submissions"]}
        self.issued = {(row["record_id"], row["version"]) for row in tables["submission_rows"]}
        self.restored_at = len(self.school.journal.changes)
        self.ledger = {}


def _lms_of(look: Look, school_class: str, place: Place) -> str:
    return look.marks(school_class, place.subject, place.column)[0][place.pupil].score
