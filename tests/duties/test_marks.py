"""Jobs of the main job over a small school: what they do, whose right they need, and being cut off anywhere."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.actors import Grant, Role
from bridge.domain.errors import PlanUnusable
from bridge.domain.mapping import Policy
from bridge.domain.school import Unit
from bridge.domain.scores import Term, mark
from bridge.duties import asks, marks, upkeep
from bridge.duties.engine import works
from bridge.jobs.worker import Worker
from bridge.ports.jobs import Ask, Job, JobKind, JobState, Stopping
from bridge.ports.platforms import Case, Pending, Step
from bridge.sync.context import Scope
from bridge.wiring import App
from tests.sync.harness import SCHOOL, TEACHER, UNIT, YEAR, School, open_school
from tests.web.world import SETTINGS

ADMIN = "QT01"


@pytest.fixture
def school(tmp_path: Path):
    found = open_school(tmp_path)
    found.store.grants.grant(SCHOOL, Grant(ADMIN, Role.ADMIN), by=ADMIN, now=found.clock())
    for code in ("HS11", "HS12", "HS21"):
        found.put(code, "8.5")
    yield found
    found.store.close()


def app_of(school: School) -> App:
    return App(SETTINGS, school.store, school.sync())


def work(school: School, ask: Ask) -> Job:
    """As an engine does it, once."""
    app = app_of(school)
    job = school.store.jobs.enqueue(ask, now=school.clock())
    Worker(school.store.jobs, works(app), school=SCHOOL, clock=school.clock, holder="here").look(job.id)
    return school.store.jobs.find(job.id, school=SCHOOL)


def sent_once(school: School) -> bool:
    """Each mark went out in one submission; the same bytes under the same id count as one."""
    ids = {row.pupil: {sub.id for sub in school.road.sent for each in sub.rows if each.pupil == row.pupil}
           for sub in school.road.sent for row in sub.rows}  # fmt: skip
    return set(ids) == {"HS11", "HS12", "HS21"} and all(len(found) == 1 for found in ids.values())


class StoppedAt:
    """A handle that says "leave off" the n-th time it is told something."""

    def __init__(self, job: Job, n: int) -> None:
        self.job = job
        self.left = n

    def progress(self, done: int, total: int = 0, *, label: str = "") -> None:
        self.left -= 1
        if self.left == 0:
            raise Stopping


def test_a_sync_sends_and_tells_what_came_of_it(school: School) -> None:
    job = work(school, asks.sync_marks(SCHOOL, Scope(), actor=ADMIN))
    assert job.state is JobState.DONE
    assert {name: job.result[name] for name in ("accepted", "refused", "open", "held")} == {
        "accepted": 3, "refused": 0, "open": 0, "held": 0,
    }  # fmt: skip
    assert school.store.runs.head(str(job.result["run"]), school=SCHOOL).actor == ADMIN
    assert [school.book(code) for code in ("HS11", "HS12", "HS21")] == [mark(85)] * 3


def test_a_teacher_syncs_the_own_unit_and_nothing_beside(school: School) -> None:
    scope = Scope(units=frozenset({UNIT}))
    job = work(school, asks.sync_marks(SCHOOL, scope, actor=TEACHER))
    assert (job.state, job.result["accepted"], job.progress.done) == (JobState.DONE, 2, 1)
    assert school.book("HS21") is None
    refused = work(school, asks.sync_marks(SCHOOL, Scope(), actor=TEACHER))
    assert (refused.state, refused.error) == (JobState.FAILED, "NOT_ALLOWED")


def test_the_clock_may_sync_and_pull(school: School) -> None:
    assert work(school, asks.ask_of(SCHOOL, JobKind.SYNC)).state is JobState.DONE
    job = work(school, asks.ask_of(SCHOOL, JobKind.PULL_ROSTER))
    assert (job.state, job.result["classes"], job.result["held"]) == (JobState.DONE, 2, 0)


def test_a_right_that_ended_while_the_job_waited_stops_it(school: School) -> None:
    ask = asks.sync_marks(SCHOOL, Scope(), actor=ADMIN)
    school.store.jobs.enqueue(ask, now=school.clock())
    school.store.grants.revoke(SCHOOL, ADMIN, Role.ADMIN, by=ADMIN, now=school.clock())
    job = work(school, ask)
    assert (job.state, job.error) == (JobState.FAILED, "NOT_ALLOWED")
    assert school.road.sent == []


@pytest.mark.parametrize(("trouble", "error"), [("unreachable", "UNREACHABLE"), ("lost after", "UNCLEAR")])
def test_a_city_that_goes_away_in_the_middle_is_tried_again(school: School, trouble: str, error: str) -> None:
    school.road.troubles = [trouble]
    school.road.ask_troubles = ["unreachable"] * 9
    job = work(school, asks.sync_marks(SCHOOL, Scope(), actor=ADMIN))
    assert job.state is JobState.RETRY
    assert job.error in (error, "UNREACHABLE")
    school.road.ask_troubles = []
    school.clock.at = job.not_before
    again = work(school, asks.sync_marks(SCHOOL, Scope(), actor=ADMIN))
    assert (again.id, again.state) == (job.id, JobState.DONE)
    assert sent_once(school)


def test_a_saved_plan_is_sent_once_however_often_it_is_asked_for(school: School) -> None:
    plan = school.plan() and school.store.plans.head("last", school=SCHOOL)
    ask = asks.apply_plan(SCHOOL, plan.id, actor=ADMIN)
    first, second = work(school, ask), work(school, ask)
    assert (first.id, first.state) == (second.id, JobState.DONE)
    assert first.result["accepted"] == 3
    assert len(school.road.sent) == 2  # one for each class


def test_a_plan_that_somebody_else_applied_is_not_applied_again(school: School) -> None:
    plan = school.plan() and school.store.plans.head("last", school=SCHOOL)
    school.apply()
    job = work(school, asks.apply_plan(SCHOOL, plan.id, actor=ADMIN))
    assert (job.state, job.error) == (JobState.FAILED, PlanUnusable.code)


@pytest.mark.parametrize("n", range(1, 40))
def test_a_sync_that_leaves_off_anywhere_is_completed_by_the_next(tmp_path: Path, n: int) -> None:
    school = open_school(tmp_path)
    school.store.grants.grant(SCHOOL, Grant(ADMIN, Role.ADMIN), by=ADMIN, now=school.clock())
    for code in ("HS11", "HS12", "HS21"):
        school.put(code, "8.5")
    job = school.store.jobs.enqueue(asks.sync_marks(SCHOOL, Scope(), actor=ADMIN), now=school.clock())
    try:
        marks.sync_marks(app_of(school), StoppedAt(job, n))
    except Stopping:
        assert n < 35
    done = work(school, asks.sync_marks(SCHOOL, Scope(), actor=ADMIN))
    assert (done.state, done.error) == (JobState.DONE, "")
    assert sent_once(school)
    school.store.close()


@pytest.mark.parametrize("n", range(1, 30, 2))
def test_a_plan_that_was_cut_off_anywhere_is_completed(tmp_path: Path, n: int) -> None:
    school = open_school(tmp_path, policy=Policy.CONFIRM)
    for code in ("HS11", "HS12", "HS21"):
        school.put(code, "8.5")
    school.plan()
    school.confirm()
    plan = school.store.plans.head("last", school=SCHOOL)
    job = school.store.jobs.enqueue(asks.apply_plan(SCHOOL, plan.id, actor=TEACHER), now=school.clock())
    claim = school.store.jobs.claim(job.id, school=SCHOOL, holder="dead", seconds=1, now=school.clock())
    assert claim is not None
    try:
        marks.apply_plan(app_of(school), StoppedAt(claim.job, n))
    except Stopping:
        school.store.jobs.give_back(claim, now=school.clock())
    else:
        school.store.jobs.done(claim, {}, now=school.clock())
    done = work(school, asks.apply_plan(SCHOOL, plan.id, actor=TEACHER))
    assert (done.state, done.error) == (JobState.DONE, "")
    assert sent_once(school)
    school.store.close()


CODES = st.text("ABC123-", min_size=1, max_size=6)
UNITS = st.builds(Unit, st.just(SCHOOL), st.just(YEAR), CODES, CODES, st.sampled_from(Term))
SCOPES = st.builds(
    Scope,
    terms=st.sampled_from([(Term.HK1,), (Term.HK2,), (Term.HK1, Term.HK2)]),
    classes=st.frozensets(CODES, max_size=3),
    subjects=st.frozensets(CODES, max_size=3),
    courses=st.frozensets(st.integers(1, 999), max_size=3),
    units=st.frozensets(UNITS, max_size=3),
)


@given(SCOPES)
def test_a_scope_comes_back_from_a_jobs_arguments(scope: Scope) -> None:
    ask = asks.sync_marks(SCHOOL, scope, actor=ADMIN)
    assert asks.read_scope(ask.arguments, school=SCHOOL, year=YEAR) == scope
    assert (ask.key == "") == (scope == Scope())


def test_old_plans_lose_their_bodies_and_the_newest_keeps_its(school: School) -> None:
    school.plan()
    old = school.store.plans.head("last", school=SCHOOL)
    school.clock.sleep(60)
    school.plan()
    newest = school.store.plans.head("last", school=SCHOOL)
    school.clock.sleep(32 * 24 * 3600)
    job = work(school, asks.ask_of(SCHOOL, JobKind.TIDY))
    assert (job.state, job.result["plans"]) == (JobState.DONE, 3)
    assert list(school.store.plans.units(old.id)) == []
    assert len(list(school.store.plans.units(newest.id))) == 3
    assert school.store.plans.head(old.id, school=SCHOOL) == old
    assert upkeep.KEEP_PLANS.days == 30


def test_logins_that_never_came_back_and_old_cases_are_dropped(school: School) -> None:
    now = school.clock()
    school.store.logins.keep("s", Pending("r1", "n", "t", "b", now + timedelta(minutes=10)))
    school.store.cases.note(SCHOOL, Case("ABCDEF", now, Step.STATE, "STATE"))
    school.clock.sleep(32 * 24 * 3600)
    school.store.cases.note(SCHOOL, Case("GHJKMN", school.clock(), Step.STATE, "STATE"))
    job = work(school, asks.ask_of(SCHOOL, JobKind.TIDY))
    assert (job.result["logins"], job.result["cases"]) == (1, 1)
    assert [case.code for case in school.store.cases.list(SCHOOL, limit=9)] == ["GHJKMN"]


def test_a_process_that_lives_into_august_works_in_the_new_year(school: School) -> None:
    settings = SETTINGS.model_copy(update={"school": SETTINGS.school.model_copy(update={"year": None})})
    app = App(settings, school.store, school.sync())
    assert app.current() is app
    school.clock.sleep(270 * 24 * 3600)
    later = app.current()
    assert (later.year, later.sync.year) == (YEAR + 1, YEAR + 1)
    assert app_of(school).current().year == YEAR  # where the settings name the year, it stays
