"""The most specific row wins; on a tie, locked; no row means open."""

from datetime import timedelta

import pytest

from bridge.domain.scores import Column, Term
from bridge.ports.city import ColumnLock
from bridge.sync.locks import announced_locks, locked_columns
from tests.sync.cells import NOW, TX1, UNIT

DAY = timedelta(days=1)
HK1 = Term.HK1

CASES = [
    # rows                                                                                  TX1 locked
    ([], False),
    ([ColumnLock(HK1, True)], True),
    ([ColumnLock(Term.HK2, True)], False),
    ([ColumnLock(HK1, True, school_class="10A2")], False),
    ([ColumnLock(HK1, True, subject="NGUVAN")], False),
    ([ColumnLock(HK1, True, column=Column.TX2)], False),
    ([ColumnLock(HK1, True), ColumnLock(HK1, False, school_class="10A1")], False),
    ([ColumnLock(HK1, False), ColumnLock(HK1, True, school_class="10A1")], True),
    ([ColumnLock(HK1, False, school_class="10A1"), ColumnLock(HK1, True, subject="TOAN")], True),
    ([ColumnLock(HK1, True, column=TX1), ColumnLock(HK1, False, school_class="10A1", subject="TOAN")], False),
    ([ColumnLock(HK1, True, since=NOW - DAY, until=NOW + DAY)], True),
    ([ColumnLock(HK1, True, since=NOW)], True),
    ([ColumnLock(HK1, True, since=NOW + DAY)], False),
    ([ColumnLock(HK1, True, until=NOW)], False),
    ([ColumnLock(HK1, True), ColumnLock(HK1, False, column=TX1, until=NOW)], True),
]


@pytest.mark.parametrize(("rows", "locked"), CASES)
def test_whether_a_column_is_locked(rows: list[ColumnLock], locked: bool) -> None:
    assert (TX1 in locked_columns(rows, UNIT, NOW)) == locked


def test_the_citys_reason_is_told() -> None:
    rows = [ColumnLock(HK1, True, reason="Khoá sổ HK1")]
    assert locked_columns(rows, UNIT, NOW) == dict.fromkeys(Column, "Khoá sổ HK1")


COMING = [
    # rows                                                                                  TX1 will be locked
    ([], None),
    ([ColumnLock(HK1, True)], None),  # locked already: no news
    ([ColumnLock(HK1, True, since=NOW + DAY)], NOW + DAY),
    ([ColumnLock(HK1, True, since=NOW + 2 * DAY), ColumnLock(HK1, True, since=NOW + DAY)], NOW + DAY),
    (
        [ColumnLock(HK1, True, since=NOW + DAY), ColumnLock(HK1, False, school_class="10A1")],
        None,
    ),  # open for this class
    ([ColumnLock(HK1, False), ColumnLock(HK1, True, column=TX1, since=NOW + DAY)], NOW + DAY),
    ([ColumnLock(HK1, False, since=NOW + DAY)], None),
    ([ColumnLock(Term.HK2, True, since=NOW + DAY)], None),
    ([ColumnLock(HK1, True, since=NOW + DAY, until=NOW + 2 * DAY)], NOW + DAY),
]


@pytest.mark.parametrize(("rows", "moment"), COMING)
def test_when_a_column_that_is_open_will_be_locked(rows: list[ColumnLock], moment: object) -> None:
    assert announced_locks(rows, UNIT, NOW).get(TX1) == moment
