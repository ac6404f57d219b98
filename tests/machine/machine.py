"""Everything that may happen to a school in a few days, in any order; after every step the promises hold.

The rules are what teachers, pupils, clerks, the city and the weather do, and what people ask of the bridge. In the end
the weather clears, and the bridge must come to rest where the model says.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bridge.domain.errors import BadInput, Busy, LeaseLost, NotFound, PlanUnusable, RemoteError
from bridge.domain.mapping import Policy
from bridge.domain.plans import Choice, Gate, Hold, PlannedCell, Send, Skip, UnitPlan, Wait
from bridge.domain.scores import Mark
from bridge.people.pull import pull
from bridge.ports.city import Receipts
from bridge.sync import run as runs
from bridge.sync import words
from bridge.sync.rebuild import rebuild
from bridge.sync.revert import revert
from tests.machine import promises, world
from tests.machine.life import CELLS, EVENTS, MARKS, TYPED, UNITS, Life, pupils, some
from tests.machine.model import Look, Place, expect
from tests.machine.promises import Context, Promises
from tests.machine.world import ALL, LEASE, PUPILS, SCHOOL, YEAR, cell_of

TEACHER, CLERK = "GV1", "admin"
POINTS = (
    *("run begun", "superseded", "plan written", "pinned", "plan finished", "plan used", "adopted", "closed"),
    *("before prepare", "prepared", "marked sent", "reply lost", "answered", "recorded", "given up"),
    *("learned", "revert settled"),
)
ACTING = ("plan used", "before prepare", "prepared", "marked sent", "answered")
RECEIPTS = st.sampled_from([Receipts.NOW, Receipts.NOW, Receipts.BY_HAND])
COME_TO_NOTHING = (RemoteError, Busy, LeaseLost, PlanUnusable, NotFound, BadInput)

happenings = st.lists(EVENTS, max_size=8)
deaths = st.none() | st.none() | st.tuples(st.sampled_from(POINTS), st.integers(1, 2))


Events = Sequence[tuple[str, dict[str, Any]]]


class SchoolDays(RuleBasedStateMachine):
    """One school from its first plan on."""

    @initialize(
        receipts=RECEIPTS,
        marks=st.lists(st.sampled_from(MARKS), min_size=len(CELLS), max_size=len(CELLS)),
        days=st.integers(0, 2),
    )
    def open(self, receipts: Receipts, marks: list[str | None], days: int) -> None:
        memory = Path("/dev/shm")  # each commit is synced, and only a power cut would tell a disk from this
        self.folder = Path(tempfile.mkdtemp(prefix="bridge-machine-", dir=memory if memory.is_dir() else None))
        self.school = world.open_school(self.folder, receipts=receipts)
        self.life = Life(self.school)
        self.keys = dict(self.school.store.rosters.directory(SCHOOL).key_of)
        self.promises = Promises(self.school, self.keys, self.life.foreign)
        self.context = Context()
        self.plans: list[tuple[str, list[UnitPlan]]] = []
        self.backup: Path | None = None
        for (course, column, user), mark in zip(CELLS, marks, strict=True):
            self.life.mark(course, column, user, mark, 0)
        self.plan()
        for gate in list(Gate)[:days]:
            self.person_says_yes(0, gate, None)
            self.life.somebody_enters_by_hand(9)
            self.run(None)

    # --- life

    @rule(events=st.lists(EVENTS, min_size=1, max_size=8))
    def life_goes_on(self, events: Events) -> None:
        for name, facts in events:
            getattr(self.life, name)(**facts)

    # --- the bridge

    @rule(death=deaths, events=happenings)
    def run(self, death: tuple[str, int] | None, events: Events = ()) -> None:
        self.life_goes_on(events)
        with self._asked(Context("run"), death) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    @rule(death=deaths, events=happenings)
    def plan(self, death: tuple[str, int] | None = None, events: Events = ()) -> None:
        self.life_goes_on(events)
        with self._asked(Context("plan"), death) as watch:
            runs.plan(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    @rule(point=st.sampled_from(ACTING), which=some, score=st.sampled_from(TYPED), death=deaths, events=happenings)
    def run_while_somebody_types(
        self, point: str, which: int, score: Any, death: tuple[str, int] | None, events: Events = ()
    ) -> None:
        self.life_goes_on(events)
        with self._asked(Context("run", disturbed=True), death, {point: lambda: self._meddle(which, score)}) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    def _meddle(self, which: int, score: Any) -> None:
        pupil, (_, subject) = PUPILS[which % len(PUPILS)], UNITS[which % len(UNITS)]
        if which % 3 == 0 and isinstance(score, Mark) and subject != world.COMMENT:
            self.life.send_as_another(cell_of(pupil, subject, "TX1"), score)
        else:
            self.life.type(pupil, subject, "TX1", score)

    @rule(point=st.sampled_from(ACTING), stall=st.sampled_from([0.0, LEASE + 1, 600.0]), events=happenings)
    def two_run_at_once(self, point: str, stall: float, events: Events = ()) -> None:
        """The first stalls, the other takes over as soon as the lease lets it; then the first wakes up."""
        self.life_goes_on(events)
        with self._asked(Context("run", disturbed=True), None, {point: lambda: self._overtake(stall)}) as watch:
            runs.run(self.school.sync(), ALL, actor=TEACHER, watch=watch)

    def _overtake(self, stall: float) -> None:
        self.school.clock.pass_(stall)
        other = self.school.sync(at_point=self._judge_at, holder="there")
        try:
            runs.run(other, ALL, actor=TEACHER, watch=lambda _: None)
        except COME_TO_NOTHING:
            return

    @rule(
        which=some,
        gate=st.sampled_from([Gate.CONFIRM, Gate.CONFIRM, Gate.RELEASE]),
        only=st.none() | pupils,
        fresh=st.booleans(),
    )
    def person_says_yes(self, which: int, gate: Gate, only: str | None, fresh: bool = False) -> None:
        if fresh or not self.plans:
            self.plan()
        if not self.plans:
            return
        plan, units = self.plans[-1 if fresh else -1 - which % min(3, len(self.plans))]
        look = Look(self.school, self.keys)
        wanted = {
            (self._place(unit.unit.subject, cell), str(cell.action.send.op), str(cell.action.send.score))
            for unit in units
            for cell in unit.cells
            if self._waits_at(look, gate, unit.unit.subject, cell)
        }
        before = {row["id"] for row in self.school.tables("confirmations")["confirmations"]}
        with self._people():
            words.confirm(self.school.sync(), plan, gate, wanted=self._only(only), actor=TEACHER)
        self._heard({row for row in wanted if only in (None, row[0].pupil)}, before)

    @rule(which=some, mark=st.sampled_from(MARKS))
    def mark_changes_after_the_yes(self, which: int, mark: str | None) -> None:
        if self.promises.words:
            place = self.promises.words[-1 - which % len(self.promises.words)].place
            self.life.remark(*place, mark)
            self.run(None)

    def _waits_at(self, look: Look, gate: Gate, subject: str, cell: PlannedCell) -> bool:
        """Does the plan wait at this gate, or, for a release, for the confirmation that stands by now for just this?"""
        wait = cell.action
        if not isinstance(wait, Wait) or wait.gate is gate:
            return isinstance(wait, Wait)
        place = self._place(subject, cell)
        said = look.words.get((place, str(Gate.CONFIRM)))
        asks = look.policies[place.column] == str(Policy.RELEASE)
        return gate is Gate.RELEASE and asks and said == (str(wait.send.op), str(wait.send.score))

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

    @rule(which=some, death=deaths, events=happenings)
    def person_applies(self, which: int, death: tuple[str, int] | None, events: Events = ()) -> None:
        self.life_goes_on(events)
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

    @rule(which=some, among=some, choice=st.sampled_from(list(Choice)), fresh=st.booleans())
    def person_settles(self, which: int, among: int, choice: Choice, fresh: bool) -> None:
        if fresh:
            self.plan()
        held = [row for row in self._seen_cells(0 if fresh else which) if _may_settle(row[1])]
        if not held:
            return
        for unit, cell in (held[among % len(held) :] + held)[:4]:
            self._settle(unit, cell, choice)

    def _settle(self, unit: UnitPlan, cell: PlannedCell, choice: Choice) -> None:
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

    @rule(which=some, death=deaths, events=happenings)
    def person_reverts(self, which: int, death: tuple[str, int] | None, events: Events = ()) -> None:
        self.life_goes_on(events)
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

    @rule(death=deaths, events=happenings)
    def clerk_rebuilds(self, death: tuple[str, int] | None, events: Events = ()) -> None:
        self.life_goes_on(events)
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
        assert people == model.people, (unit.unit, people ^ model.people)
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


def _may_settle(cell: PlannedCell) -> bool:
    return isinstance(cell.action, Hold) and cell.action.problem in words.CHOICES


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
