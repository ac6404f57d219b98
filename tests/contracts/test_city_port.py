"""What every city must keep, whatever it is made of: SOAP over the sandbox city, workbooks in a folder, a memory city.

`lab` is any of them; `comparing` are those that compare and set, and so have versions; `carried` are those that have
none: there a number stands for the value (docs/adr/0027-workbook-city.md).
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any, Protocol
from uuid import UUID

import pytest

from bridge.domain.errors import Refused
from bridge.domain.plans import CityCell, Op
from bridge.domain.records import record_id
from bridge.domain.school import Assignment, CityPupil, ClassKind, SchoolClass, SchoolInfo, TermDates, Unit
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Column, Score, Term, Verdict, mark
from bridge.ports.city import (
    Answer,
    City,
    CityScore,
    ColumnLock,
    Current,
    Outcome,
    OutRow,
    Progress,
    Receipt,
    Receipts,
    Refusal,
    Submission,
)
from sandbox.city.made_up import make_world
from tests.csdl.served import Served
from tests.csdl.workbook.lab import WorkbookLab
from tests.fakes_city import Book, Cell, MemoryCity

WORLD = make_world(1)
SCHOOL = WORLD["school"]["code"]
UNIT = Unit(SCHOOL, 2026, "10A1", "TOAN", Term.HK1)
COMMENTED = UNIT._replace(subject="GDTC")
PUPIL, SECOND, THIRD = (f"HS0100{n:02}" for n in (1, 2, 3))
AT = datetime(2026, 10, 1, 8, 0, tzinfo=timezone(timedelta(hours=7)))


class Lab(Protocol):
    """A city, and a hand inside it."""

    city: City
    unit: Unit

    def finish(self, submission: str) -> None:
        """The city's own part, where a submission is not done at once."""
        ...

    def edit(self, pupil: str, column: Column, score: Score | None) -> None:
        """Somebody in the city changes a mark of the unit; None clears it."""
        ...

    def lock(self, column: Column, *, locked: bool = True) -> None: ...

    def told(self, expected: Book) -> Book:
        """As much of a school as this city can tell."""
        ...


class MemoryLab:
    def __init__(self, receipts: Receipts) -> None:
        self._memory = MemoryCity(book_of(WORLD), receipts)
        self.city: City = self._memory
        self.unit = UNIT

    def finish(self, submission: str) -> None:
        self._memory.enter(submission)

    def edit(self, pupil: str, column: Column, score: Score | None) -> None:
        self._memory.edit(Cell(UNIT.year, UNIT.term, UNIT.subject, pupil, column), score)

    def lock(self, column: Column, *, locked: bool = True) -> None:
        since = self._memory.now if locked else None
        self._memory.book.locks.append(
            ColumnLock(UNIT.term, locked, "10A1" if not locked else None, "TOAN", column, since)
        )

    def told(self, expected: Book) -> Book:
        return expected


class SandboxLab:
    """A school of its own in a sandbox city that runs as its own process."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._soap = served.new_city(WORLD)
        self.city: City = self._soap
        self.unit = UNIT._replace(school=served.school)

    def finish(self, submission: str) -> None:
        self._served.post("tickets/finish", None)

    def edit(self, pupil: str, column: Column, score: Score | None) -> None:
        words = {None: None, EXEMPT: "MIEN", ABSENT: "VANG"}
        value = words[score] if score in words else str(score)  # type: ignore[index]
        self._served.post("edits", self._where | {"pupil": pupil, "column": column, "value": value})

    def lock(self, column: Column, *, locked: bool = True) -> None:
        scope = self._where | {"column": column} | ({} if locked else {"class": UNIT.school_class})
        self._served.post("locks", {**scope, "locked": locked})

    def told(self, expected: Book) -> Book:
        return replace(expected, info=replace(expected.info, code=self.unit.school))

    def close(self) -> None:
        self._soap.close()

    @property
    def _where(self) -> dict[str, object]:
        return {"school": self.unit.school, "year": UNIT.year, "term": UNIT.term, "subject": UNIT.subject}


@pytest.fixture(scope="module")
def prompt_city() -> Iterator[Served]:
    served = Served(receipts="now")
    yield served
    served.stop()


@pytest.fixture(scope="module")
def slow_city() -> Iterator[Served]:
    """Receipts on request only, and lists in pages of three rows."""
    served = Served(receipts="later", polls=1000, page_rows=3)
    yield served
    served.stop()


COMPARING = ["memory_now", "memory_by_hand", "soap_now", "soap_later"]
CARRIED = ["workbook"]


@pytest.fixture(params=[*COMPARING, *CARRIED])
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    yield from labs(request)


@pytest.fixture(params=COMPARING)
def comparing(request: pytest.FixtureRequest) -> Iterator[Lab]:
    yield from labs(request)


@pytest.fixture(params=CARRIED)
def carried(request: pytest.FixtureRequest) -> Iterator[Lab]:
    yield from labs(request)


def labs(request: pytest.FixtureRequest) -> Iterator[Lab]:
    if request.param.startswith("memory"):
        yield MemoryLab(Receipts.NOW if request.param == "memory_now" else Receipts.BY_HAND)
        return
    if request.param == "workbook":
        yield WorkbookLab(request.getfixturevalue("tmp_path"), WORLD, UNIT)
        return
    served: Served = request.getfixturevalue("prompt_city" if request.param == "soap_now" else "slow_city")
    with closing(SandboxLab(served)) as made:
        yield made


def book_of(world: dict[str, Any]) -> Book:
    classes = [
        SchoolClass(
            one["code"],
            one["name"],
            one["grade_level"],
            ClassKind.CLASS if one["kind"] == "LOP" else ClassKind.GROUP,
            one["parent"],
            one["homeroom"],
        )
        for one in world["classes"]
    ]
    names = {one["code"]: one["name"] for one in world["teachers"]}
    return Book(
        info=SchoolInfo(
            SCHOOL,
            world["school"]["name"],
            world["school"]["level"],
            tuple(TermDates(Term(one["code"]), _day(one["from"]), _day(one["to"])) for one in world["terms"]),
        ),
        classes=classes,
        pupils={
            one.code: [_pupil(row) for row in world["pupils"] if one.code in (row["class"], *row["groups"])]
            for one in classes
        },
        assignments=[
            Assignment(row["teacher"], row["class"], row["subject"], Term(row["term"]), names[row["teacher"]])
            for row in world["assignments"]
        ],
        comment_subjects={"GDTC"},
    )


def _pupil(row: dict[str, Any]) -> CityPupil:
    sex = {"1": "M", "2": "F"}[row["sex"]]
    return CityPupil(row["code"], row["moet"], row["name"], row["birth"], sex, studying=True, since=_day(row["from"]))


def _day(text: str) -> date:
    return date.fromisoformat(text)


def made(
    record: str, score: Score, version: int = 1, *, base: int | None = None, op: Op | None = None, **at: Any
) -> OutRow:
    """A row of PUPIL in TX1: NEW at version 1, else UPDATE, over the version before it."""
    operation = op or (Op.NEW if version == 1 else Op.UPDATE)
    place = {"pupil": PUPIL, "column": Column.TX1} | at
    return OutRow(record, operation, version, version - 1 if base is None else base, score=score, **place)


def submission(number: int, *rows: OutRow, unit: Unit = UNIT) -> Submission:
    return Submission(str(UUID(int=number)), unit, AT, rows)


def carry(lab: Lab, number: int, *rows: OutRow, unit: Unit = UNIT) -> tuple[Receipt, ...]:
    """Sends, lets the city do its part, and asks for the receipts."""
    unit = unit._replace(school=lab.unit.school)
    sent = submission(number, *rows, unit=unit)
    lab.city.submit(sent)
    lab.finish(sent.id)
    answer = lab.city.receipts(unit, sent.id)
    assert answer.progress is Progress.DONE
    assert [receipt.record_id for receipt in answer.receipts] == [row.record_id for row in rows]
    return answer.receipts


def outcome(receipt: Receipt) -> tuple[Outcome, Refusal | None]:
    return receipt.outcome, receipt.refusal


ACCEPTED = (Outcome.ACCEPTED, None)


def refused(why: Refusal) -> tuple[Outcome, Refusal]:
    return (Outcome.REFUSED, why)


def book(lab: Lab, unit: Unit = UNIT) -> dict[tuple[str, Column], tuple[Score, int]]:
    here = unit._replace(school=lab.unit.school)
    return {(one.pupil, one.column): (one.cell.score, one.cell.version) for one in lab.city.scores([here])[here]}


def values(lab: Lab, unit: Unit = UNIT) -> dict[tuple[str, Column], Score]:
    return {place: score for place, (score, _) in book(lab, unit).items()}


def seen(lab: Lab, pupil: str = PUPIL, column: Column = Column.TX1) -> int:
    """The version under which the city shows this mark: what a plan would be based on."""
    return book(lab).get((pupil, column), (BLANK, 0))[1]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_cities_tell_the_same_school(lab: Lab) -> None:
    expected = lab.told(book_of(WORLD))
    assert lab.city.school(2026) == expected.info
    assert set(lab.city.classes(2026)) == set(expected.classes)
    assert set(lab.city.assignments(2026)) == set(expected.assignments)
    for school_class, roster in expected.pupils.items():
        assert list(lab.city.pupils(2026, school_class)) == roster


def test_an_unknown_class_is_refused_and_not_empty(lab: Lab) -> None:
    with pytest.raises(Refused) as caught:
        lab.city.pupils(2026, "99Z9")
    assert caught.value.facts["reason"] == "UNKNOWN_CLASS"


def test_an_empty_book_is_empty(lab: Lab) -> None:
    assert (list(lab.city.scores([lab.unit])[lab.unit]), list(lab.city.locks(2026))) == ([], [])


def test_a_healthy_city_is_no_production_and_compares(comparing: Lab) -> None:
    can = comparing.city.capabilities()
    assert (can.compare_and_set, can.cancel, can.locks, can.production) == (True, True, True, False)
    assert can.rows_per_submission == 500


# ── Submitting ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_mark_is_recorded_and_read_back(comparing: Lab) -> None:
    [receipt] = carry(comparing, 1, made("r1", mark(85)))
    assert outcome(receipt) == ACCEPTED
    assert receipt.current == Current(1, mark(85), "r1", by_hand=False)
    [score] = comparing.city.scores([comparing.unit])[comparing.unit]
    there = CityCell(mark(85), 1, "r1", by_hand=False, submission=str(UUID(int=1)))
    assert score == CityScore(PUPIL, Column.TX1, there)


def test_units_asked_for_together_come_apart(lab: Lab) -> None:
    carry(lab, 1, made("r1", mark(85)))
    carry(lab, 2, made("r2", Verdict.PASSED, pupil=SECOND), unit=COMMENTED)
    math, sport, other = (
        unit._replace(school=lab.unit.school) for unit in (UNIT, COMMENTED, UNIT._replace(term=Term.HK2))
    )
    found = lab.city.scores([math, sport, other])
    assert {unit: [(one.pupil, one.cell.score) for one in scores] for unit, scores in found.items()} == {
        math: [(PUPIL, mark(85))],
        sport: [(SECOND, Verdict.PASSED)],
        other: [],
    }


def test_what_is_answered_at_once_is_what_receipts_answer(lab: Lab) -> None:
    sent = submission(1, made("r1", mark(85)), unit=lab.unit)
    at_once = lab.city.submit(sent)
    expected = Progress.DONE if lab.city.capabilities().receipts is Receipts.NOW else Progress.PROCESSING
    assert at_once.progress is expected
    if expected is Progress.DONE:
        assert lab.city.receipts(lab.unit, sent.id) == at_once
    else:
        assert at_once.receipts == ()
        assert lab.city.receipts(lab.unit, sent.id).progress is Progress.PROCESSING
        assert book(lab) == {}


def test_receipts_of_an_unknown_id_are_unknown_and_change_nothing(lab: Lab) -> None:
    assert lab.city.receipts(lab.unit, str(UUID(int=9))) == Answer(Progress.UNKNOWN)
    assert book(lab) == {}


def test_the_same_submission_twice_is_one_submission(lab: Lab) -> None:
    first = carry(lab, 1, made("r1", mark(85)))
    again = carry(lab, 1, made("r1", mark(85)))
    assert again == first
    assert values(lab) == {(PUPIL, Column.TX1): mark(85)}


def test_the_same_id_with_other_content_is_refused(lab: Lab) -> None:
    carry(lab, 1, made("r1", mark(85)))
    with pytest.raises(Refused) as caught:
        lab.city.submit(submission(1, made("r1", mark(90)), unit=lab.unit))
    assert caught.value.facts["reason"] == "SUBMISSION_REUSED"
    assert values(lab) == {(PUPIL, Column.TX1): mark(85)}


def test_the_same_row_in_another_submission_is_recorded_before_and_accepted(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    [receipt] = carry(comparing, 2, made("r1", mark(85)))
    assert outcome(receipt) == ACCEPTED
    assert book(comparing) == {(PUPIL, Column.TX1): (mark(85), 1)}
    [score] = comparing.city.scores([comparing.unit])[comparing.unit]
    assert score.cell.submission == str(UUID(int=1))


def test_an_update_over_the_version_seen_is_recorded(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    [receipt] = carry(comparing, 2, made("r1", mark(90), 2))
    assert (outcome(receipt), receipt.current) == (ACCEPTED, Current(2, mark(90), "r1", by_hand=False))


def test_versions_may_leave_gaps_and_only_rise(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    carry(comparing, 2, made("r1", mark(90), 7, base=1))
    [receipt] = carry(comparing, 3, made("r1", mark(95), 5, base=7))
    assert outcome(receipt) == refused(Refusal.OLDER)
    assert book(comparing) == {(PUPIL, Column.TX1): (mark(90), 7)}


def test_the_same_version_with_other_content_is_a_conflict(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85), 3, base=0, op=Op.NEW))
    [receipt] = carry(comparing, 2, made("r1", mark(90), 3, base=3))
    assert outcome(receipt) == refused(Refusal.CONFLICT)


def test_a_mark_that_moved_since_it_was_read_is_not_overwritten(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    comparing.edit(PUPIL, Column.TX1, mark(70))
    [receipt] = carry(comparing, 2, made("r1", mark(90), 3, base=1))
    assert outcome(receipt) == refused(Refusal.MOVED)
    assert receipt.current == Current(2, mark(70), "r1", by_hand=True)
    [score] = comparing.city.scores([comparing.unit])[comparing.unit]
    assert score.cell == CityCell(mark(70), 2, "r1", by_hand=True)


def test_a_hand_edit_to_our_version_is_no_acceptance(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    comparing.edit(PUPIL, Column.TX1, mark(70))
    [receipt] = carry(comparing, 2, made("r1", mark(90), 2))
    assert outcome(receipt) == refused(Refusal.MOVED)


def test_a_mark_that_was_cleared_by_hand_is_gone_and_its_version_is_kept(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    comparing.edit(PUPIL, Column.TX1, None)
    assert book(comparing) == {}
    [receipt] = carry(comparing, 2, made("r1", mark(90), 2))
    assert (outcome(receipt), receipt.current) == (refused(Refusal.MOVED), Current(2, None, "r1", by_hand=False))


def test_a_live_mark_has_one_record_id(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    [receipt] = carry(comparing, 2, made("other", mark(85)))
    assert outcome(receipt) == refused(Refusal.OTHER_RECORD)
    assert receipt.current == Current(1, mark(85), "r1", by_hand=False)


def test_a_record_id_stands_for_one_mark(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    [receipt] = carry(comparing, 2, made("r1", mark(85), pupil=SECOND))
    assert outcome(receipt) == refused(Refusal.CONFLICT)


def test_a_mark_is_taken_back_and_revived(comparing: Lab) -> None:
    carry(comparing, 1, made("r1", mark(85)))
    [receipt] = carry(comparing, 2, made("r1", mark(85), 2, op=Op.CANCEL))
    assert (outcome(receipt), receipt.current) == (ACCEPTED, Current(2, None, "r1", by_hand=False))
    assert book(comparing) == {}
    [late] = carry(comparing, 3, made("r1", mark(85)))
    assert outcome(late) == refused(Refusal.MOVED)
    [receipt] = carry(comparing, 4, made("r1", mark(90), 3, op=Op.NEW))
    assert outcome(receipt) == ACCEPTED
    assert book(comparing) == {(PUPIL, Column.TX1): (mark(90), 3)}


def test_nothing_cannot_be_taken_back(comparing: Lab) -> None:
    [receipt] = carry(comparing, 1, made("r1", mark(85), op=Op.CANCEL))
    assert (outcome(receipt), receipt.current) == (refused(Refusal.MOVED), Current(0, None))


def test_a_locked_column_takes_nothing_and_others_do(comparing: Lab) -> None:
    comparing.lock(Column.TX1)
    [lock] = comparing.city.locks(2026)
    assert (lock.term, lock.locked, lock.subject, lock.column) == (Term.HK1, True, "TOAN", Column.TX1)
    first, second = carry(comparing, 1, made("r1", mark(85)), made("r2", mark(70), column=Column.TX2))
    assert (outcome(first), outcome(second)) == (refused(Refusal.LOCKED), ACCEPTED)
    assert first.locked_since is not None
    assert second.locked_since is None


def test_the_more_specific_lock_row_wins(comparing: Lab) -> None:
    comparing.lock(Column.TX1)
    comparing.lock(Column.TX1, locked=False)
    assert {(one.locked, one.school_class) for one in comparing.city.locks(2026)} == {(True, None), (False, "10A1")}
    [receipt] = carry(comparing, 1, made("r1", mark(85)))
    assert outcome(receipt) == ACCEPTED


@pytest.mark.parametrize("standing", [EXEMPT, ABSENT])
def test_exempt_and_absent_are_read_and_never_overwritten(lab: Lab, standing: Score) -> None:
    lab.edit(PUPIL, Column.TX1, standing)
    [(_, _, cell)] = lab.city.scores([lab.unit])[lab.unit]
    assert (cell.score, cell.by_hand) == (standing, True)
    [receipt] = carry(lab, 1, made(cell.record_id, mark(85), cell.version + 1))
    assert outcome(receipt) == refused(Refusal.NOT_ALLOWED)
    assert receipt.current == Current(cell.version, standing, cell.record_id, by_hand=True)


@pytest.mark.parametrize(
    ("row", "unit", "why"),
    [
        (made("r1", mark(85), pupil="HS999999"), UNIT, Refusal.UNKNOWN_PUPIL),
        (made("r1", mark(85), pupil="HS010009"), UNIT, Refusal.NOT_IN_CLASS),
        (made("r1", Verdict.PASSED), UNIT, Refusal.WRONG_KIND),
        (made("r1", mark(85)), COMMENTED, Refusal.WRONG_KIND),
    ],
)
def test_a_row_that_breaks_a_rule_is_refused_with_its_reason(lab: Lab, row: OutRow, unit: Unit, why: Refusal) -> None:
    [receipt] = carry(lab, 1, row, unit=unit)
    assert outcome(receipt) == refused(why)
    assert book(lab, unit) == {}


def test_a_unit_that_is_not_taught_is_refused_row_by_row(comparing: Lab) -> None:
    [receipt] = carry(comparing, 1, made("r1", mark(85)), unit=UNIT._replace(subject="VATLI"))
    assert outcome(receipt) == refused(Refusal.NOT_ALLOWED)


def test_a_comment_subject_takes_verdicts(lab: Lab) -> None:
    rows = (made("r1", Verdict.PASSED), made("r2", Verdict.NOT_PASSED, pupil=SECOND))
    assert [outcome(one) for one in carry(lab, 1, *rows, unit=COMMENTED)] == [ACCEPTED] * 2
    assert [score for score, _ in book(lab, COMMENTED).values()] == [Verdict.PASSED, Verdict.NOT_PASSED]


def test_one_bad_row_stops_no_other_and_the_order_is_kept(lab: Lab) -> None:
    rows = (
        made("r3", mark(100), pupil=THIRD),
        made("r0", mark(10), pupil="HS999999"),
        made("r1", mark(0)),
    )
    receipts = carry(lab, 1, *rows)
    assert [outcome(one) for one in receipts] == [ACCEPTED, refused(Refusal.UNKNOWN_PUPIL), ACCEPTED]
    assert values(lab) == {(THIRD, Column.TX1): mark(100), (PUPIL, Column.TX1): mark(0)}


def test_a_full_class_of_all_columns_is_read_to_the_end(lab: Lab) -> None:
    rows = [
        made(f"{pupil}-{column}", mark(n % 101), pupil=pupil, column=column)
        for n, (pupil, column) in enumerate((f"HS01{p:04}", c) for p in range(1, 9) for c in Column)
    ]
    assert {outcome(one) for one in carry(lab, 1, *rows)} == {ACCEPTED}
    assert values(lab) == {(row.pupil, row.column): row.score for row in rows}


@pytest.mark.parametrize(
    "spoilt",
    [
        submission(1),
        submission(1, *[made(f"r{n}", mark(1)) for n in range(501)]),
        submission(1, made("r1", mark(1)), made("r1", mark(1), pupil=SECOND)),
        submission(1, made("r1", EXEMPT)),
        submission(1, made("r1", BLANK)),
    ],
)
def test_what_no_city_takes_is_refused_before_it_is_sent(lab: Lab, spoilt: Submission) -> None:
    with pytest.raises(Refused):
        lab.city.submit(replace(spoilt, unit=lab.unit))
    assert lab.city.receipts(lab.unit, spoilt.id) == Answer(Progress.UNKNOWN)


def test_a_healthy_city_has_nothing_serious_to_say(lab: Lab) -> None:
    assert [one for one in lab.city.examine() if one.serious] == []


def test_the_time_of_change_is_no_content(lab: Lab) -> None:
    carry(lab, 1, made("r1", mark(85)))
    later = replace(submission(2, made("r1", mark(85)), unit=lab.unit), prepared_at=AT + timedelta(days=1))
    lab.city.submit(later)
    lab.finish(later.id)
    [receipt] = lab.city.receipts(lab.unit, later.id).receipts
    assert outcome(receipt) == ACCEPTED


# ── Cities whose rows a person carries, and that have no versions ───────────────────────────────────────────────────


def test_a_carried_city_says_what_it_can_not_do(carried: Lab) -> None:
    can = carried.city.capabilities()
    assert (can.compare_and_set, can.locks, can.receipts) == (False, False, Receipts.BY_HAND)
    assert list(carried.city.locks(2026)) == []


def test_a_carried_mark_is_read_back_as_a_value_without_a_sender(carried: Lab) -> None:
    [receipt] = carry(carried, 1, made("r1", mark(85)))
    assert outcome(receipt) == ACCEPTED
    [(pupil, column, cell)] = carried.city.scores([carried.unit])[carried.unit]
    assert (pupil, column, cell.score) == (PUPIL, Column.TX1, mark(85))
    assert (cell.by_hand, cell.submission) == (True, None)
    assert cell.record_id == record_id(carried.unit, PUPIL, Column.TX1)
    assert receipt.current is not None
    assert (receipt.current.version, receipt.current.score) == (cell.version, mark(85))


def test_equal_values_have_equal_numbers_and_others_have_others(carried: Lab) -> None:
    numbers = []
    for score in (mark(0), mark(85), EXEMPT, mark(85), mark(100)):
        carried.edit(PUPIL, Column.TX1, score)
        numbers.append(seen(carried))
    assert numbers[1] == numbers[3]
    assert len(set(numbers)) == 4
    assert 0 not in numbers


def test_a_carried_mark_is_changed_over_the_value_seen_and_over_no_other(carried: Lab) -> None:
    carry(carried, 1, made("r1", mark(85)))
    before = seen(carried)
    [receipt] = carry(carried, 2, made("r1", mark(90), before + 1))
    assert outcome(receipt) == ACCEPTED
    [receipt] = carry(carried, 3, made("r1", mark(95), before + 2, base=before))
    assert outcome(receipt) == refused(Refusal.MOVED)
    assert receipt.current is not None
    assert (receipt.current.score, receipt.current.by_hand) == (mark(90), True)
    assert values(carried) == {(PUPIL, Column.TX1): mark(90)}


def test_what_somebody_typed_or_cleared_there_meanwhile_is_never_overwritten(carried: Lab) -> None:
    carried.edit(PUPIL, Column.TX1, mark(70))
    [receipt] = carry(carried, 1, made("r1", mark(85)))
    assert outcome(receipt) == refused(Refusal.MOVED)
    before = seen(carried)
    carried.edit(PUPIL, Column.TX1, None)
    [receipt] = carry(carried, 2, made("r1", mark(85), before + 1, base=before))
    assert outcome(receipt) == refused(Refusal.MOVED)
    assert values(carried) == {}


def test_a_change_between_sending_and_filling_is_found_too(carried: Lab) -> None:
    sent = submission(1, made("r1", mark(85)), unit=carried.unit)
    carried.city.submit(sent)
    carried.edit(PUPIL, Column.TX1, mark(70))
    carried.finish(sent.id)
    [receipt] = carried.city.receipts(carried.unit, sent.id).receipts
    assert outcome(receipt) == refused(Refusal.MOVED)
    assert values(carried) == {(PUPIL, Column.TX1): mark(70)}


def test_the_same_mark_again_is_accepted_and_written_once(carried: Lab) -> None:
    carry(carried, 1, made("r1", mark(85)))
    [receipt] = carry(carried, 2, made("r1", mark(85)))
    assert outcome(receipt) == ACCEPTED
    assert values(carried) == {(PUPIL, Column.TX1): mark(85)}


def test_a_carried_mark_is_taken_back_where_an_empty_cell_does_that(carried: Lab) -> None:
    carry(carried, 1, made("r1", mark(85)))
    before = seen(carried)
    [receipt] = carry(carried, 2, made("r1", mark(85), before + 1, base=before, op=Op.CANCEL))
    assert (outcome(receipt), values(carried)) == (ACCEPTED, {})
    assert receipt.current == Current(0, None, "r1")
    [receipt] = carry(carried, 3, made("r1", mark(90), before + 2, base=0, op=Op.NEW))
    assert (outcome(receipt), values(carried)) == (ACCEPTED, {(PUPIL, Column.TX1): mark(90)})


def test_what_the_site_refuses_comes_back_as_refused(carried: Lab) -> None:
    carried.lock(Column.TX1)
    first, second = carry(carried, 1, made("r1", mark(85)), made("r2", mark(70), column=Column.TX2))
    assert (outcome(first), outcome(second)) == (refused(Refusal.LOCKED), ACCEPTED)
    assert values(carried) == {(PUPIL, Column.TX2): mark(70)}


def test_a_unit_without_a_workbook_is_refused_before_anything_leaves(carried: Lab) -> None:
    with pytest.raises(Refused) as caught:
        carried.city.submit(submission(1, made("r1", mark(85)), unit=carried.unit._replace(subject="VATLI")))
    assert caught.value.facts["reason"] == "NO_WORKBOOK"
