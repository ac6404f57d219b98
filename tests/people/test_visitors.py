"""Who came by a launch: pinned at first sight, contested when it changes (design §9)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.actors import Identity
from bridge.ports.launches import Launch
from bridge.ports.platforms import Sight
from tests.sync.harness import School, open_school
from tests.web.fakes import PLATFORM, SCHOOL, launch, registration
from tests.web.world import SETTINGS

from bridge.wiring import App  # isort: skip

TEACHER, PUPIL = "GV1", "HS11"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    opened = open_school(tmp_path)
    opened.store.platforms.add(registration(), actor="QT01", now=opened.clock())
    yield opened
    opened.store.close()


def recognise(school: School, found: Launch) -> tuple[str, Identity]:
    actor = App(SETTINGS, school.store, school.sync()).visitors().recognise(found)
    assert actor.launch is not None and actor.launch.course == 12
    return actor.id, actor.identity


def test_a_teacher_and_a_pupil_are_known_by_the_citys_codes(school: School):
    assert recognise(school, launch("3", TEACHER)) == (TEACHER, Identity.KNOWN)
    assert recognise(school, launch("11", PUPIL, teaching=False)) == (PUPIL, Identity.KNOWN)
    assert recognise(school, launch("3", TEACHER)) == (TEACHER, Identity.KNOWN)


@pytest.mark.parametrize("idnumber", ["", "NOBODY"])
def test_who_has_no_code_that_the_city_knows_is_unknown(school: School, idnumber: str):
    assert recognise(school, launch("4", idnumber)) == ("", Identity.UNKNOWN)


@pytest.mark.parametrize("later", ["HS12", "", TEACHER])
def test_an_identifier_that_changes_or_goes_is_contested(school: School, later: str):
    recognise(school, launch("11", PUPIL))
    assert recognise(school, launch("11", later))[1] is Identity.CONTESTED


def test_a_second_account_with_the_same_identifier_is_contested(school: School):
    recognise(school, launch("11", PUPIL))
    assert recognise(school, launch("99", PUPIL))[1] is Identity.CONTESTED
    assert recognise(school, launch("11", PUPIL))[1] is Identity.KNOWN


def test_an_admins_word_settles_it(school: School):
    recognise(school, launch("11", PUPIL))
    faces = school.store.faces
    faces.settle(SCHOOL, PLATFORM, "99", PUPIL, actor="QT01", now=school.clock())
    assert recognise(school, launch("99", PUPIL))[1] is Identity.KNOWN
    assert faces.see(SCHOOL, PLATFORM, "11", PUPIL, now=school.clock()) is Sight.DOUBLED


def test_what_the_main_job_has_pinned_counts_here_too(school: School):
    """The same account of the same Moodle is one person to both."""
    own = replace(registration(), id="r2", issuer=SETTINGS.moodle.url, client_id="c2")
    school.store.platforms.add(own, actor="QT01", now=school.clock())
    key = school.store.rosters.directory(SCHOOL).key_of["HS12"]
    school.store.pins.pin(SCHOOL, SETTINGS.moodle.url, {11: key}, now=school.clock())
    assert recognise(school, launch("11", PUPIL, registration="r2"))[1] is Identity.CONTESTED
    assert recognise(school, launch("11", "HS12", registration="r2"))[1] is Identity.KNOWN
