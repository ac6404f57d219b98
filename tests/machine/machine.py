"""Everything that may happen to a school in a few days, in any order; after every step the promises hold.

The rules are what teachers, pupils, clerks, the city and the weather do, and what people ask of the bridge. In the end
the weather clears, and the bridge must come to rest where the model says.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.domain.errors import BadInput, Busy, LeaseLost, NotFound, PlanUnusable, RemoteError
from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Gate, Hold, PlannedCell, Send, Skip, UnitPlan, Wait
from bridge.domain.scores import Mark, Standing, Verdict
from bridge.people.pull import pull
from bridge.ports.city import ColumnLock, Receipts
from bridge.ports.lms import LmsPupil
from bridge.sync import run as runs
from bridge.sync import words
from bridge.sync.rebuild import rebuild
from bridge.sync.revert import revert
from bridge.sync.words import key_of
from tests.machine import promises, world
from tests.machine.model import Look, Place, expect
from tests.machine.promises import Context, Promises
from tests.machine.weather import ASKS, READS, SUBMITS, write_as_another
from tests.machine.world import ALL, CLASSES, COLUMNS, COURSES, HK1, LEASE, PUPILS, SCHOOL, YEAR, cell_of, item_id

TEACHER, CLERK = "GV1", "admin"
MARKS = ("0", "4", "7.2475", "7.25", "8.05", "8.5", "9.95", "10", "12.5", None)  # of ten; half of them round somehow
WORDS = (("2", "Đạt"), ("1", "Chưa đạt"), ("2", "Đ"), ("1", "Kém"), (None, ""))
FLAGS = (0, 0, 0, 0, 0, 1, 2, 3, 4, 16, 32)
TYPED = (*map(Mark, (0, 40, 72, 73, 81, 85, 100)), None, Standing.EXEMPT)
POINTS = (
    *("run begun", "superseded", "plan written", "pinned", "plan finished", "plan used", "adopted", "closed"),
    *("before prepare", "prepared", "marked sent", "reply lost", "answered", "recorded", "given up"),
    *("learned", "revert settled"),
)
ACTING = ("plan used", "before prepare", "prepared", "marked sent", "answered")
UNITS = sorted({row[:2] for row in COURSES.values()})
COME_TO_NOTHING = (RemoteError, Busy, LeaseLost, PlanUnusable, NotFound, BadInput)

courses = st.sampled_from(sorted(COURSES))
pupils = st.sampled_from(PUPILS)
columns = st.sampled_from(COLUMNS)
deaths = st.none() | st.none() | st.tuples(st.sampled_from(POINTS), st.integers(1, 2))
some = st.integers(0, 50)


class SchoolDays(RuleBasedStateMachine):
    """One school from its first plan on."""

    @initialize(receipts=st.sampled_from([Receipts.NOW, Receipts.NOW, Receipts.BY_HAND]))
    def open(self, receipts: Receipts) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bridge-machine-"))
        self.school = world.open_school(self.folder, receipts=receipts)
        self.keys = dict(self.school.store.rosters.directory(SCHOOL).key_of)
        self.promises = Promises(self.school, self.keys)
        self.context = Context()
        self.plans: list[tuple[str, list[UnitPlan]]] = []
        self.backup: Path | None = None
        self.others = 0
        self.plan()

    # --- the LMS

    @rule(course=courses, column=columns, who=some, mark=st.sampled_from(MARKS), flags=st.sampled_from(FLAGS))
    def teacher_marks(self, course: int, column: str, who: int, mark: str | None, flags: int) -> None:
        self._mark(course, column, self._user(course, who), mark, flags)

    @rule(course=courses, column=columns, mark=st.sampled_from(MARKS))
    def teacher_marks_everybody(self, course: int, column: str, mark: str | None) -> None:
        for user in self.school.lms.held[course].pupils:
            self._mark(course, column, user, mark, 0)

    def _mark(self, course: int, column: str, user: int, mark: str | None, flags: int) -> None:
        if column not in COURSES[course][2]:
            return
        raw, word = mark, ""
        if COURSES[course][1] == world.COMMENT:
            raw, word = WORDS[MARKS.index(mark) % len(WORDS)]
        self.school.lms.put(course, user, item_id(course, column), raw, flags=flags, word=word)

    def _user(self, course: int, who: int) -> int:
        users = sorted(self.school.lms.held[course].pupils)
        return users[who % len(users)] if users else 1

    @rule(course=courses, column=columns, high=st.sampled_from(["10", "10", "20", "8"]))
    def maximum_changes(self, course: int, column: str, high: str) -> None:
        item = self.school.lms.held[course].items.get(item_id(course, column))
        if item is not None and not item.words:
            self.school.lms.put_item(course, replace(item, high=Decimal(high)))

    @rule(course=courses, column=columns)
    def item_goes_or_comes_back(self, course: int, column: str) -> None:
        items = self.school.lms.held[course].items
        if items.pop(item_id(course, column), None) is None and column in COURSES[course][2]:
            items[item_id(course, column)] = world.new_item(course, column)

    @rule(course=courses, who=some, other=pupils, how=st.sampled_from(["empty", "unknown", "other", "blanks"]))
    def idnumber_changes(self, course: int, who: int, other: str, how: str) -> None:
        user = self._user(course, who)
        text = {"empty": "", "unknown": "HS99", "other": other, "blanks": f" HS{user} "}[how]
        self._rename(user, text)

    @rule(course=courses, one=some, other=some)
    def idnumbers_swap(self, course: int, one: int, other: int) -> None:
        first, second = self._user(course, one), self._user(course, other)
        self._rename(first, f"HS{second}")
        self._rename(second, f"HS{first}")

    @rule()
    def idnumbers_are_mended(self) -> None:
        for held in self.school.lms.held.values():
            for user in [user for user in held.pupils if user < 100]:
                self._rename(user, f"HS{user}")

    def _rename(self, user: int, idnumber: str) -> None:
        """An idnumber is the account's own: the same in every course."""
        for held in self.school.lms.held.values():
            if user in held.pupils:
                held.pupils[user] = replace(held.pupils[user], idnumber=idnumber)

    @rule(course=courses, pupil=pupils, mark=st.sampled_from(MARKS))
    def second_account_comes_or_goes(self, course: int, pupil: str, mark: str | None) -> None:
        user = 100 + int(pupil[2:])
        if self.school.lms.held[course].pupils.pop(user, None) is None:
            self.school.lms.put_pupil(course, LmsPupil(user, pupil, True))
            self._mark(course, COURSES[course][2][0], user, mark, 0)

    @rule(course=courses, pupil=pupils, active=st.booleans())
    def enrolment_changes(self, course: int, pupil: str, active: bool) -> None:
        user = int(pupil[2:])
        known = next((held.pupils[user] for held in self.school.lms.held.values() if user in held.pupils), None)
        idnumber = known.idnumber if known else pupil
        self.school.lms.put_pupil(course, LmsPupil(user, idnumber, active))

    # --- the city

    @rule(pupil=pupils, unit=st.sampled_from(UNITS), column=columns, score=st.sampled_from(TYPED))
    def somebody_types_in_the_city(self, pupil: str, unit: tuple[str, str], column: str, score: Any) -> None:
        self._type(pupil, unit[1], column, score)

    @rule(which=some, score=st.sampled_from(TYPED))
    def somebody_types_over_a_mark(self, which: int, score: Any) -> None:
        cells = sorted(self.school.journal)
        if cells:
            cell = cells[which % len(cells)]
            self._type(cell.pupil, cell.subject, cell.column, score)

    def _type(self, pupil: str, subject: str, column: str, score: Any) -> None:
        if subject == world.COMMENT and isinstance(score, Mark):
            score = Verdict.PASSED if score.tenths >= 50 else Verdict.NOT_PASSED
        self.school.city.edit(cell_of(pupil, subject, column), score)

    @rule(pupil=pupils, unit=st.sampled_from(UNITS), column=columns, score=st.sampled_from(TYPED[:7]))
    def another_installation_sends(self, pupil: str, unit: tuple[str, str], column: str, score: Mark) -> None:
        if unit[1] != world.COMMENT:
            self._send_as_another(cell_of(pupil, unit[1], column), score)

    def _send_as_another(self, cell: Any, score: Mark) -> None:
        old = self.school.journal.get(cell)
        if old is None or not old.live or not isinstance(old.score, Standing):
            self.others += 1
            id = f"other-{self.others}"
            self.promises.foreign.add(id)
            write_as_another(self.school.city, cell, score, id=id)

    @rule(unit=st.sampled_from(UNITS), column=columns, locked=st.booleans(), wide=st.integers(0, 2))
    def lock_changes(self, unit: tuple[str, str], column: Any, locked: bool, wide: int) -> None:
        where = {0: (unit[0], unit[1], column), 1: (unit[0], None, None), 2: (None, None, column)}[wide]
        locks = self.school.city.book.locks
        locks[:] = [row for row in locks if (row.school_class, row.subject, row.column) != where]
        locks.append(ColumnLock(HK1, locked, *where))

    @rule()
    def all_locks_go(self) -> None:
        self.school.city.book.locks.clear()

    @rule(pupil=pupils, to=st.sampled_from(["10A1", "10A2", "gone", "left"]))
    def pupil_moves_in_the_city(self, pupil: str, to: str) -> None:
        world.seat(self.school.city, pupil, to if to in CLASSES else None, left=to == "left")

    @rule(pupil=pupils, to=st.sampled_from([1, 2]), stays=st.booleans())
    def pupil_moves_in_the_lms(self, pupil: str, to: int, stays: bool) -> None:
        user, home = int(pupil[2:]), 3 - to
        self.enrolment_changes(to, pupil, True)
        old = self.school.lms.held[home].pupils.get(user)
        if old is not None:
            self.school.lms.put_pupil(home, replace(old, active=stays))

    @rule(count=st.integers(1, 3))
    def somebody_enters_by_hand(self, count: int) -> None:
        waiting = [id for id in self.school.city._taken if id not in self.school.city._answers]
        for id in waiting[:count]:
            self.school.city.enter(id)

    # --- weather and time

    @rule(operation=st.sampled_from(["locks", "pupils", "scores"]), trouble=st.sampled_from(READS))
    def trouble_reading_the_city(self, operation: str, trouble: str) -> None:
        self.school.road.troubles[operation].append(trouble)

    @rule(troubles=st.lists(st.sampled_from(SUBMITS), min_size=1, max_size=3))
    def trouble_sending(self, troubles: list[str]) -> None:
        self.school.road.troubles["submit"] += troubles

    @rule(troubles=st.lists(st.sampled_from(ASKS), min_size=1, max_size=2))
    def trouble_asking(self, troubles: list[str]) -> None:
        self.school.road.troubles["receipts"] += troubles

    @rule(operation=st.sampled_from(["courses", "people", "gradebook"]), trouble=st.sampled_from(READS))
    def trouble_reading_the_lms(self, operation: str, trouble: str) -> None:
        self.school.wire.troubles[operation].append(trouble)

    @rule(seconds=st.sampled_from([LEASE / 2, LEASE + 1, 3600.0, 90000.0]))
    def time_passes(self, seconds: float) -> None:
        self.school.clock.pass_(seconds)

    # --- the bridge

    @rule(column=columns, policy=st.sampled_from(list(Policy)))
    def policy_changes(self, column: Any, policy: Policy) -> None:
        self.school.policy(column, policy)

    @rule(death=deaths)
    def run(self, death: tuple[str, int] | None) -> None:
        with self._asked(Context("run"), death) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    @rule(death=deaths)
    def plan(self, death: tuple[str, int] | None = None) -> None:
        with self._asked(Context("plan"), death) as watch:
            runs.plan(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    @rule(point=st.sampled_from(ACTING), which=some, score=st.sampled_from(TYPED), death=deaths)
    def run_while_somebody_types(self, point: str, which: int, score: Any, death: tuple[str, int] | None) -> None:
        with self._asked(Context("run", disturbed=True), death, {point: lambda: self._meddle(which, score)}) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    def _meddle(self, which: int, score: Any) -> None:
        pupil, (_, subject) = PUPILS[which % len(PUPILS)], UNITS[which % len(UNITS)]
        if which % 3 == 0 and isinstance(score, Mark) and subject != world.COMMENT:
            self._send_as_another(cell_of(pupil, subject, "TX1"), score)
        else:
            self._type(pupil, subject, "TX1", score)

    @rule(point=st.sampled_from(ACTING), stall=st.sampled_from([0.0, LEASE + 1, 600.0]))
    def two_run_at_once(self, point: str, stall: float) -> None:
        """The first stalls, the other takes over as soon as the lease lets it; then the first wakes up."""
        with self._asked(Context("run", disturbed=True), None, {point: lambda: self._overtake(stall)}) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    def _overtake(self, stall: float) -> None:
        self.school.clock.pass_(stall)
        other = self.school.sync(at_point=self._judge_at, holder="there")
        try:
            runs.run(other, ALL, actor=TEACHER, watch=lambda _: None)
        except COME_TO_NOTHING:
            return

    @rule(which=some, gate=st.sampled_from([Gate.CONFIRM, Gate.CONFIRM, Gate.RELEASE]), only=st.none() | pupils)
    def person_says_yes(self, which: int, gate: Gate, only: str | None) -> None:
        if not self.plans:
            return
        plan, units = self.plans[-1 - which % min(3, len(self.plans))]
        wanted = {
            (self._place(unit.unit.subject, cell), str(cell.action.send.op), str(cell.action.send.score))
            for unit in units
            for cell in unit.cells
            if isinstance(cell.action, Wait) and cell.action.gate is gate
        }
        before = {row["id"] for row in self.school.tables("confirmations")["confirmations"]}
        with self._people():
            words.confirm(self.school.sync(), plan, gate, wanted=self._only(only), actor=TEACHER)
        self._heard({row for row in wanted if only in (None, row[0].pupil)}, before)

    def _only(self, only: str | None) -> Callable[[Any, PlannedCell], bool]:
        return lambda _, cell: only is None or cell.place.pupil == self.keys[only]

    def _heard(self, wanted: set[tuple[Place, str, str]], before: set[str]) -> None:
        """What is stored as said must have been shown, exactly so."""
        look = Look(self.school, self.keys)
        for row in self.school.tables("confirmations")["confirmations"]:
            if row["id"] not in before:
                place = look.place(row)
                assert (place, row["op"], row["score"]) in wanted, f"a yes to what nobody was shown: {row}"
                at = len(self.school.journal.changes)
                self.promises.words.append(promises.Word(place, row["gate"], row["op"], row["score"], at))

    @rule(which=some, death=deaths)
    def person_applies(self, which: int, death: tuple[str, int] | None) -> None:
        if self.plans:
            plan, units = self.plans[-1 - which % min(3, len(self.plans))]
            sends = [
                (self._place(unit.unit.subject, cell), action)
                for unit in units
                for cell in unit.cells
                if (action := cell.action.send if isinstance(cell.action, Wait) else cell.action)
            ]
            planned = frozenset(
                (place, f"{send.op} {send.score}", send.base_version) for place, send in sends if isinstance(send, Send)
            )
            with self._asked(Context("apply", planned=planned), death) as watch:
                runs.apply(self.school.sync(), plan, actor=TEACHER, watch=watch)

    @rule(which=some, among=some, choice=st.sampled_from(list(Choice)))
    def person_settles(self, which: int, among: int, choice: Choice) -> None:
        held = [(unit, cell) for unit, cell in self._seen_cells(which) if isinstance(cell.action, Hold)]
        if not held:
            return
        unit, cell = held[among % len(held)]
        city = (str(cell.city.score), cell.city.version) if cell.city else (None, 0)
        lms = str(cell.lms.score) if cell.lms else "BLANK"
        with self._people():
            words.settle(self.school.sync(), unit.unit, cell, choice, actor=TEACHER, why="thử")
            verdict = promises.Verdict(self._place(unit.unit.subject, cell), choice.value, lms, *city)
            self.promises.verdicts.add(verdict)

    def _seen_cells(self, which: int) -> list[tuple[UnitPlan, PlannedCell]]:
        plans = self.plans[-1 - which % min(3, len(self.plans))][1] if self.plans else []
        return [(unit, cell) for unit in plans for cell in unit.cells]

    @rule(which=some)
    def person_waves_through(self, which: int) -> None:
        units = self.plans[-1][1] if self.plans else []
        broad = [
            (unit, hold) for unit in units for hold in [unit.hold, *(hold for _, hold in unit.column_holds)] if hold
        ]
        if broad:
            unit, hold = broad[which % len(broad)]
            with self._people():
                words.wave_through(self.school.sync(), unit, hold.problem, actor=CLERK, why="thử")

    @rule(which=some, death=deaths)
    def person_reverts(self, which: int, death: tuple[str, int] | None) -> None:
        sent = [head.id for head in self.school.store.runs.list(SCHOOL, limit=1000) if self._rows(head.id)]
        if sent:
            run = sent[which % min(5, len(sent))]
            context = Context("revert", images=self._images(run), disturbed=True)
            with self._asked(context, death) as watch:
                revert(self.school.sync(), run, actor=TEACHER, why="thử", watch=watch)

    def _rows(self, run: str) -> list[dict[str, Any]]:
        tables = self.school.tables("submissions", "submission_rows")
        heads = sorted((row for row in tables["submissions"] if row["run"] == run), key=_moment)
        order = {row["id"]: index for index, row in enumerate(heads)}
        mine = [row for row in tables["submission_rows"] if row["submission"] in order]
        return sorted(mine, key=lambda row: order[row["submission"]])

    def _images(self, run: str) -> dict[Place, str | None]:
        """What the city had where the run wrote, before it first did."""
        look, images = Look(self.school, self.keys), dict[Place, str | None]()
        for row in self._rows(run):
            images.setdefault(look.place(row), row["before"])
        return images

    @rule()
    def clerk_pulls_the_roster(self) -> None:
        with self._people():
            pull(self.school.road, self.school.store.rosters, school=SCHOOL, year=YEAR, now=self.school.clock())  # type: ignore[arg-type]

    @rule()
    def clerk_backs_up(self) -> None:
        self.backup = self.school.back_up()

    @precondition(lambda self: self.backup is not None)
    @rule(then_rebuild=st.booleans())
    def clerk_restores(self, then_rebuild: bool) -> None:
        assert self.backup is not None
        self.school.restore(self.backup)
        self.promises.restored()
        self.plans.clear()
        if then_rebuild:
            self.clerk_rebuilds(None)

    @rule(death=deaths)
    def clerk_rebuilds(self, death: tuple[str, int] | None) -> None:
        with self._asked(Context("rebuild"), death) as watch:
            rebuild(self.school.sync(), ALL, actor=CLERK, watch=watch)

    # --- how the bridge is called

    @contextmanager
    def _people(self) -> Iterator[None]:
        """What people say may be refused."""
        try:
            yield
        except COME_TO_NOTHING:
            return

    @contextmanager
    def _asked(
        self,
        context: Context,
        death: tuple[str, int] | None,
        meanwhile: dict[str, Callable[[], None]] | None = None,
    ) -> Iterator[Callable[[UnitPlan], None]]:
        """One call of the bridge: judged at every point, perhaps killed at one, perhaps disturbed at another."""
        seen: list[UnitPlan] = []
        passed: Counter[str] = Counter()
        acts = dict(meanwhile or {})

        def at_point(point: str) -> None:
            self._judge_at(point)
            passed[point] += 1
            act = acts.pop(point, None)
            if act is not None:
                act()
            if death == (point, passed[point]):
                self.school.kill(point)

        self.context, self.school.at_point = context, at_point
        try:
            with self.school.mortal():
                yield seen.append
        except COME_TO_NOTHING:
            return
        finally:
            self.school.at_point = self._judge_at
            self.context = Context()
            if passed["plan finished"]:
                self.plans.append((self.school.store.plans.head("last", school=SCHOOL).id, seen))

    def _judge_at(self, point: str) -> None:
        if point == "prepared":
            self.promises.judge(self.context)

    def _place(self, subject: str, cell: PlannedCell) -> Place:
        code = next(code for code, key in self.keys.items() if key == cell.place.pupil)
        return Place(code, subject, cell.place.column.value)

    # --- always

    @invariant()
    def the_promises_hold(self) -> None:
        self.promises.check_journal()
        self.promises.check_bytes()
        self.promises.check_store()

    @rule()
    def the_weather_clears(self) -> None:
        """Two runs bring it to rest; another sends nothing; every cell is where the rules say."""
        school = self.school
        school.road.clear()
        school.wire.clear()
        school.clock.pass_(LEASE + 1)
        for _ in range(2):
            self._all_enter()
            runs.run(school.sync(), ALL, actor=TEACHER, watch=lambda _: None)
        self._all_enter()
        runs.resume_open(school.sync(), actor=TEACHER)
        still = [row["id"] for row in school.tables("submissions")["submissions"] if row["ended_at"] is None]
        assert not still, f"still in flight: {still}"
        before = len(school.journal.changes), len(self.promises.intents)
        self._compare_plan()
        assert before == (len(school.journal.changes), len(self.promises.intents)), "the third run sent something"

    def _all_enter(self) -> None:
        for id in list(self.school.city._taken):
            self.school.city.enter(id)

    def _compare_plan(self) -> None:
        look = Look(self.school, self.keys)
        expected = {unit: expect(look, *unit) for unit in UNITS}
        seen: list[UnitPlan] = []
        runs.run(self.school.sync(), ALL, actor=TEACHER, watch=seen.append)
        assert len(seen) == len(expected)
        for unit in seen:
            self._compare(unit, expected[unit.unit.school_class, unit.unit.subject])

    def _compare(self, unit: UnitPlan, model: Any) -> None:
        subject = unit.unit.subject
        assert (unit.hold.problem.value if unit.hold else "") == model.hold, (unit.unit, unit.hold, model.hold)
        cells = {(self._place(subject, cell).pupil, cell.place.column.value): _label(cell) for cell in unit.cells}
        assert cells == {(code, str(column)): said for (code, column), said in model.cells.items()}, unit.unit
        held = {column.value: hold.problem.value for column, hold in unit.column_holds}
        assert held == {str(column): problem for column, problem in model.columns.items()}, unit.unit
        assert {reason.value: count for reason, count in unit.skipped} == dict(model.skipped), unit.unit
        people = {(row.course, row.user_id, row.problem.value) for row in unit.people}
        assert people == model.people, unit.unit
        moving = [said for said in cells.values() if said.startswith("SEND") or said in ("SKIP ADOPT", "SKIP CLOSE")]
        assert not moving, f"{unit.unit} has not come to rest: {moving}"

    def teardown(self) -> None:
        if not hasattr(self, "school"):
            return
        try:
            self.the_weather_clears()
            self.the_promises_hold()
        finally:
            self.school.store.close()
            shutil.rmtree(self.folder)


def _label(cell: PlannedCell) -> str:
    match cell.action:
        case Send(op=op, score=score):
            return f"SEND {op} {score}"
        case Wait(gate=gate, send=send):
            return f"WAIT {gate} {send.op} {send.score}"
        case Hold(problem=problem):
            return f"HOLD {problem}"
        case Skip(reason=reason):
            return f"SKIP {reason}"
    raise AssertionError(cell.action)


def _moment(row: dict[str, Any]) -> tuple[str, str]:
    return str(row["prepared_at"]), str(row["id"])

