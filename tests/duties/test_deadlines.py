"""The day that a letter and a page tell: the city's announcement and the school's own deadline, together."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bridge.domain.scores import Column, Term
from bridge.domain.timetable import SCHOOL_TIME
from bridge.duties.deadlines import closing
from bridge.ports.city import ColumnLock
from bridge.ports.notices import Deadline
from bridge.wiring import App
from tests.sync.harness import SCHOOL, UNIT, YEAR, School, open_school
from tests.web.world import SETTINGS

MIDNIGHT = datetime(2026, 12, 20, tzinfo=SCHOOL_TIME)


@pytest.fixture
def school(tmp_path: Path):
    found = open_school(tmp_path)
    yield found
    found.store.close()


def days(school: School) -> dict[Column, date]:
    return dict(closing(App(SETTINGS, school.store, school.sync()))(UNIT))


@pytest.mark.parametrize(
    ("since", "last"),
    [(MIDNIGHT, date(2026, 12, 19)), (MIDNIGHT + timedelta(hours=12), date(2026, 12, 20))],
)
def test_a_lock_at_midnight_leaves_the_day_before_as_the_last(school: School, since: datetime, last: date) -> None:
    school.city.book.locks.append(ColumnLock(Term.HK1, True, since=since))
    assert days(school)[Column.TX1] == last


def test_the_earlier_of_both_is_told(school: School) -> None:
    school.city.book.locks.append(ColumnLock(Term.HK1, True, column=Column.TX1, since=MIDNIGHT))
    told = Deadline(Term.HK1, None, date(2027, 1, 15))
    school.store.deadlines.set_deadline(SCHOOL, YEAR, told, actor="QT01", now=school.clock())
    found = days(school)
    assert (found[Column.TX1], found[Column.TX2]) == (date(2026, 12, 19), date(2027, 1, 15))
