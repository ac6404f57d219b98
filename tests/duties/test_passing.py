"""Signing keys change by themselves, and not too often."""

from datetime import timedelta
from pathlib import Path

import pytest

from bridge.duties.asks import ask_of
from bridge.duties.engine import DEFAULTS, works
from bridge.duties.passing import KEY_LASTS
from bridge.jobs.worker import Worker
from bridge.ports.jobs import Job, JobKind, JobState
from bridge.wiring import App
from tests.sync.harness import SCHOOL, School, open_school
from tests.web.world import SETTINGS


@pytest.fixture
def school(tmp_path: Path):
    found = open_school(tmp_path)
    yield found
    found.store.close()


def work(school: School, kind: JobKind) -> Job:
    app = App(SETTINGS, school.store, school.sync())
    job = school.store.jobs.enqueue(ask_of(SCHOOL, kind), now=school.clock())
    Worker(school.store.jobs, works(app), school=SCHOOL, clock=school.clock, holder="here").look(job.id)
    return school.store.jobs.find(job.id, school=SCHOOL)


def test_a_key_is_made_changed_after_ninety_days_and_the_old_one_stays_published(school: School):
    assert dict(work(school, JobKind.ROTATE_KEYS).result) == {"rotated": 1}
    assert dict(work(school, JobKind.ROTATE_KEYS).result) == {"rotated": 0}
    school.clock.at += KEY_LASTS + timedelta(seconds=1)
    assert dict(work(school, JobKind.ROTATE_KEYS).result) == {"rotated": 1}
    newest, before = school.store.lti_keys.all(SCHOOL)
    assert newest.retired_at is None
    assert before.retired_at is not None


def test_an_empty_outbox_is_no_trouble_and_both_start_by_themselves(school: School):
    job = work(school, JobKind.PASSBACK)
    assert (job.state, dict(job.result)) == (JobState.DONE, {})
    assert {JobKind.PASSBACK, JobKind.ROTATE_KEYS} <= DEFAULTS.keys()
