"""What happens to a school by itself: teachers mark, pupils move, clerks type in the city, lines break, time passes."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from bridge.domain.mapping import Policy
from bridge.domain.scores import Mark, Standing, Verdict
from bridge.ports.city import ColumnLock
from bridge.ports.lms import LmsPupil
from tests.machine import world
from tests.machine.weather import ASKS, READS, SUBMITS, write_as_another
from tests.machine.world import CLASSES, COLUMNS, COURSES, HK1, LEASE, PUPILS, School, cell_of, item_id

MARKS = ("0", "4", "7.2475", "7.25", "8.05", "8.5", "9.95", "10", "12.5", None)  # of ten; half of them round somehow
WORDS = (("2", "Đạt"), ("1", "Chưa đạt"), ("2", "Đ"), ("1", "Kém"), (None, ""))
FLAGS = (0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 16, 32)
TYPED = (*map(Mark, (0, 40, 72, 73, 81, 85, 100)), None, Standing.EXEMPT)
UNITS = sorted({row[:2] for row in COURSES.values()})
CELLS = [
    (course, column, user)
    for course, row in COURSES.items()
    if course != 5
    for column in row[2]
    for user in CLASSES[row[0]]
]

courses = st.sampled_from(sorted(COURSES))
pupils = st.sampled_from(PUPILS)
columns = st.sampled_from(COLUMNS)
some = st.integers(0, 50)


@dataclass
class Life:
    """One method an event. `foreign`: the submissions of another installation."""

    school: School
    foreign: set[str] = field(default_factory=set)

    # --- the LMS

    def teacher_marks(self, course: int, column: str, who: int, mark: str | None, flags: int) -> None:
        self.mark(course, column, self._user(course, who), mark, flags)

    def teacher_marks_everybody(self, course: int, column: str, mark: str | None) -> None:
        for user in self.school.lms.held[course].pupils:
            self.mark(course, column, user, mark, 0)

    def mark(self, course: int, column: str, user: int, mark: str | None, flags: int) -> None:
        if column not in COURSES[course][2]:
            return
        raw, word = mark, ""
        if COURSES[course][1] == world.COMMENT:
            raw, word = WORDS[MARKS.index(mark) % len(WORDS)]
        self.school.lms.put(course, user, item_id(course, column), raw, flags=flags, word=word)

    def _user(self, course: int, who: int) -> int:
        users = sorted(self.school.lms.held[course].pupils)
        return users[who % len(users)] if users else 1

    def maximum_changes(self, course: int, column: str, high: str) -> None:
        item = self.school.lms.held[course].items.get(item_id(course, column))
        if item is not None and not item.words:
            self.school.lms.put_item(course, replace(item, high=Decimal(high)))

    def item_goes_or_comes_back(self, course: int, column: str) -> None:
        items = self.school.lms.held[course].items
        if items.pop(item_id(course, column), None) is None and column in COURSES[course][2]:
            items[item_id(course, column)] = world.new_item(course, column)

    def idnumber_changes(self, course: int, who: int, other: str, how: str) -> None:
        user = self._user(course, who)
        text = {"empty": "", "unknown": "HS99", "other": other, "blanks": f" HS{user} "}[how]
        self._rename(user, text)

    def idnumbers_swap(self, course: int, one: int, other: int) -> None:
        first, second = self._user(course, one), self._user(course, other)
        self._rename(first, f"HS{second}")
        self._rename(second, f"HS{first}")

    def clerk_mends_the_lms(self) -> None:
        """Items are back, flags are off, every account has its own idnumber."""
        for number, held in self.school.lms.held.items():
            for user in [user for user in held.pupils if user < 100]:
                self._rename(user, f"HS{user}")
            for user in [user for user in held.pupils if user >= 100]:
                del held.pupils[user]
            for column in COURSES[number][2]:
                held.items.setdefault(item_id(number, column), world.new_item(number, column))
            held.cells.update({key: cell._replace(flags=0) for key, cell in held.cells.items()})

    def _rename(self, user: int, idnumber: str) -> None:
        """An idnumber is the account's own: the same in every course."""
        for held in self.school.lms.held.values():
            if user in held.pupils:
                held.pupils[user] = replace(held.pupils[user], idnumber=idnumber)

    def second_account_comes_or_goes(self, course: int, pupil: str, mark: str | None) -> None:
        user = 100 + int(pupil[2:])
        if self.school.lms.held[course].pupils.pop(user, None) is None:
            self.school.lms.put_pupil(course, LmsPupil(user, pupil, True))
            self.mark(course, COURSES[course][2][0], user, mark, 0)

    def enrolment_changes(self, course: int, pupil: str, active: bool) -> None:
        user = int(pupil[2:])
        known = next((held.pupils[user] for held in self.school.lms.held.values() if user in held.pupils), None)
        idnumber = known.idnumber if known else pupil
        self.school.lms.put_pupil(course, LmsPupil(user, idnumber, active))

    # --- the city

    def somebody_types_in_the_city(self, pupil: str, unit: tuple[str, str], column: str, score: Any) -> None:
        self.type(pupil, unit[1], column, score)

    def somebody_types_over_a_mark(self, which: int, score: Any) -> None:
        cells = sorted(self.school.journal)
        if cells:
            cell = cells[which % len(cells)]
            self.type(cell.pupil, cell.subject, cell.column, score)

    def both_sides_change(self, which: int, mark: str | None, score: Any) -> None:
        """Of a cell that the city has: re-marked in the LMS, and perhaps typed over in the city as well."""
        cells = sorted(self.school.journal)
        if cells:
            cell = cells[which % len(cells)]
            self.remark(cell.pupil, cell.subject, cell.column, mark)
            if which % 2:
                self.type(cell.pupil, cell.subject, cell.column, score)

    def remark(self, pupil: str, subject: str, column: str, mark: str | None) -> None:
        """In the first course that feeds this cell."""
        user = int(pupil[2:])
        for course, row in COURSES.items():
            if row[1] == subject and column in row[2] and user in self.school.lms.held[course].pupils:
                self.mark(course, column, user, mark, 0)
                return

    def type(self, pupil: str, subject: str, column: str, score: Any) -> None:
        if subject == world.COMMENT and isinstance(score, Mark):
            score = Verdict.PASSED if score.tenths >= 50 else Verdict.NOT_PASSED
        self.school.city.edit(cell_of(pupil, subject, column), score)

    def another_installation_sends(self, pupil: str, unit: tuple[str, str], column: str, score: Mark) -> None:
        if unit[1] != world.COMMENT:
            self.send_as_another(cell_of(pupil, unit[1], column), score)

    def send_as_another(self, cell: Any, score: Mark) -> None:
        old = self.school.journal.get(cell)
        if old is None or not old.live or not isinstance(old.score, Standing):
            id = f"other-{len(self.foreign)}"
            self.foreign.add(id)
            write_as_another(self.school.city, cell, score, id=id)

    def lock_changes(self, unit: tuple[str, str], column: Any, locked: bool, wide: int) -> None:
        where = {0: (unit[0], unit[1], column), 1: (unit[0], None, None), 2: (None, None, column)}[wide]
        locks = self.school.city.book.locks
        locks[:] = [row for row in locks if (row.school_class, row.subject, row.column) != where]
        locks.append(ColumnLock(HK1, locked, *where))

    def all_locks_go(self) -> None:
        self.school.city.book.locks.clear()

    def pupil_moves_in_the_city(self, pupil: str, to: str) -> None:
        world.seat(self.school.city, pupil, to if to in CLASSES else None, left=to == "left")

    def pupil_moves_in_the_lms(self, pupil: str, to: int, stays: bool) -> None:
        user, home = int(pupil[2:]), 3 - to
        self.enrolment_changes(to, pupil, True)
        old = self.school.lms.held[home].pupils.get(user)
        if old is not None:
            self.school.lms.put_pupil(home, replace(old, active=stays))

    def somebody_enters_by_hand(self, count: int) -> None:
        waiting = [id for id in self.school.city._taken if id not in self.school.city._answers]
        for id in waiting[:count]:
            self.school.city.enter(id)

    # --- weather and time

    def trouble_reading_the_city(self, operation: str, trouble: str) -> None:
        self.school.road.troubles[operation].append(trouble)

    def trouble_sending(self, troubles: list[str]) -> None:
        self.school.road.troubles["submit"] += troubles

    def trouble_asking(self, troubles: list[str]) -> None:
        self.school.road.troubles["receipts"] += troubles

    def trouble_reading_the_lms(self, operation: str, trouble: str) -> None:
        self.school.wire.troubles[operation].append(trouble)

    def time_passes(self, seconds: float) -> None:
        self.school.clock.pass_(seconds)

    def policy_changes(self, column: Any, policy: Policy) -> None:
        self.school.policy(column, policy)


def event(name: str, **facts: Any) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(name), st.fixed_dictionaries(facts))


EVENTS = st.one_of(
    event(
        "teacher_marks",
        course=courses,
        column=columns,
        who=some,
        mark=st.sampled_from(MARKS),
        flags=st.sampled_from(FLAGS),
    ),
    event("both_sides_change", which=some, mark=st.sampled_from(MARKS), score=st.sampled_from(TYPED)),
    event("both_sides_change", which=some, mark=st.sampled_from(MARKS), score=st.sampled_from(TYPED)),
    event("teacher_marks_everybody", course=st.just(1), column=columns, mark=st.sampled_from(MARKS)),
    event("teacher_marks_everybody", course=courses, column=columns, mark=st.sampled_from(MARKS)),
    event("maximum_changes", course=courses, column=columns, high=st.sampled_from(["10", "10", "20", "8"])),
    event("item_goes_or_comes_back", course=courses, column=columns),
    event(
        "idnumber_changes",
        course=courses,
        who=some,
        other=pupils,
        how=st.sampled_from(["empty", "unknown", "other", "blanks"]),
    ),
    event("idnumbers_swap", course=courses, one=some, other=some),
    event("clerk_mends_the_lms"),
    event("second_account_comes_or_goes", course=courses, pupil=pupils, mark=st.sampled_from(MARKS)),
    event("enrolment_changes", course=courses, pupil=pupils, active=st.booleans()),
    event(
        "somebody_types_in_the_city",
        pupil=pupils,
        unit=st.sampled_from(UNITS),
        column=columns,
        score=st.sampled_from(TYPED),
    ),
    event("somebody_types_over_a_mark", which=some, score=st.sampled_from(TYPED)),
    event(
        "another_installation_sends",
        pupil=pupils,
        unit=st.sampled_from(UNITS),
        column=columns,
        score=st.sampled_from(TYPED[:7]),
    ),
    event("lock_changes", unit=st.sampled_from(UNITS), column=columns, locked=st.booleans(), wide=st.integers(0, 2)),
    event("all_locks_go"),
    event("pupil_moves_in_the_city", pupil=pupils, to=st.sampled_from(["10A1", "10A2", "gone", "left"])),
    event("pupil_moves_in_the_lms", pupil=pupils, to=st.sampled_from([1, 2]), stays=st.booleans()),
    event("somebody_enters_by_hand", count=st.integers(1, 3)),
    event(
        "trouble_reading_the_city",
        operation=st.sampled_from(["locks", "pupils", "scores"]),
        trouble=st.sampled_from(READS),
    ),
    event("trouble_sending", troubles=st.lists(st.sampled_from(SUBMITS), min_size=1, max_size=3)),
    event("trouble_asking", troubles=st.lists(st.sampled_from(ASKS), min_size=1, max_size=2)),
    event(
        "trouble_reading_the_lms",
        operation=st.sampled_from(["courses", "people", "gradebook"]),
        trouble=st.sampled_from(READS),
    ),
    event("time_passes", seconds=st.sampled_from([LEASE / 2, LEASE + 1, 3600.0, 90000.0])),
    event("policy_changes", column=columns, policy=st.sampled_from(list(Policy))),
)
