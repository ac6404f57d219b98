"""Moodle behind the port `Lms`: which functions answer which question, in as few calls as it takes.

| question | functions |
|---|---|
| courses | core_course_get_categories, core_course_get_courses |
| catalogue | the same, and one report for each course whose idnumber is hidden there |
| pupils | core_grades_get_gradable_users, active only |
| teachers | core_enrol_get_enrolled_users, where the account may |
| columns | gradereport_user_get_grade_items for the account itself, core_grades_get_gradeitems |
| gradebook | gradereport_user_get_grade_items, as often as `pieces.cut` says; of a big course also its groups |
| health | core_webservice_get_site_info and a few of the above |
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from bridge.domain.errors import Refused
from bridge.moodle_ws import wire
from bridge.moodle_ws.client import Client
from bridge.moodle_ws.forms import Param, Scalar
from bridge.moodle_ws.health import Examination
from bridge.moodle_ws.pieces import LIKELY_WIDTH, Piece, Roster, cut, needs_parts
from bridge.moodle_ws.replies import Reason, Why, garbled
from bridge.moodle_ws.report import to_gradebook, to_items
from bridge.moodle_ws.report_wire import FUNCTION, REPORT, FirstRow, UserRow
from bridge.ports.lms import Gradebook, LmsCourse, LmsFinding, LmsItem, LmsPupil

_GRADABLE = "core_grades_get_gradable_users"
_ENROLLED = "core_enrol_get_enrolled_users"
_MOST_GROUPS = 500  # in one call; see forms.MOST_PAIRS
_WITHHELD = (Reason.NO_RIGHT, Reason.NOT_IN_SERVICE)


class _Told(NamedTuple):
    """What one call told: the first row, which tells of the columns, and the rows that were wanted."""

    first: FirstRow
    rows: list[UserRow]


class Moodle:
    """Implements `Lms` over one site's web services. Thread-safe: calls queue at the client's door.

    `most_cells` bounds one call: 4,000 cells are about 7 seconds of Moodle's time.
    """

    def __init__(self, client: Client, *, most_cells: int = 4000, now: Callable[[], float] = time.time):
        self._client = client
        self._most_cells = most_cells
        self._now = now
        self._active: dict[int, frozenset[int]] = {}  # by course, as `pupils` last saw them

    def courses(self) -> Sequence[LmsCourse]:
        return self._listed(lambda course: course.idnumber or "")

    def catalogue(self) -> Sequence[LmsCourse]:
        return self._listed(self._idnumber)

    def _listed(self, idnumber: Callable[[wire.Course], str]) -> Sequence[LmsCourse]:
        paths = wire.category_paths(self._client.ask("core_course_get_categories", wire.CATEGORIES))
        found = self._client.ask("core_course_get_courses", wire.COURSES)
        return [course.to_domain(paths, idnumber(course)) for course in found if not course.is_front_page]

    def pupils(self, course: int) -> Sequence[LmsPupil]:
        users = self._gradable(course)
        active = frozenset(user.id for user in users)
        if len(active) < len(users):
            raise garbled(Why.COUNT, _GRADABLE, course=course, all=len(users), different=len(active))
        self._active[course] = active
        return [user.to_domain() for user in users]

    def teachers(self, course: int) -> Sequence[str]:
        """One call that leaves names and addresses in Moodle: only idnumbers and roles are asked for."""
        wanted: dict[str, Scalar] = {"onlyactive": 1, "userfields": "id,idnumber,roles"}
        options: list[Param] = [{"name": name, "value": value} for name, value in wanted.items()]
        try:
            people = self._client.ask(_ENROLLED, wire.ENROLLED, courseid=course, options=options)
        except Refused:
            return ()  # the service or the account has not this function: the other evidence must do
        return tuple(person.idnumber for person in people if person.teaches and person.idnumber)

    def items(self, course: int) -> Sequence[LmsItem]:
        """From the account's own row, which Moodle gives to whoever asks: so no pupil's marks leave it for this."""
        names = self._client.ask("core_grades_get_gradeitems", wire.ITEM_NAMES, courseid=course)
        return to_items(course, self._own_row(course), names.categories())

    def gradebook(self, course: int, *, users: Collection[int], items: Collection[int] | None = None) -> Gradebook:
        wanted = frozenset(users)
        if not wanted:
            found = to_items(course, self._own_row(course), {})
            return Gradebook(course, tuple(item for item in found if items is None or item.id in items), {})
        active = self._active_in(course, wanted)
        if not wanted <= active:
            raise garbled(Why.COUNT, FUNCTION, course=course, not_active=sorted(wanted - active))
        return to_gradebook(course, *self._rows(course, wanted, active), items=items)

    def examine(self) -> Sequence[LmsFinding]:
        return Examination(self._client, self._own_row, now=self._now).findings()

    def _gradable(self, course: int) -> list[wire.User]:
        """With one attempt to heal: after a change of settings Moodle lists nobody until its totals are computed anew,
        which any report of one user makes it do."""
        try:
            return self._ask_gradable(course)
        except Refused as error:
            if error.facts["reason"] is not Reason.BROKEN_GRADEBOOK:
                raise
        self._own_row(course)
        return self._ask_gradable(course)

    def _ask_gradable(self, course: int) -> list[wire.User]:
        return self._client.ask(_GRADABLE, wire.GRADABLE, courseid=course, onlyactive=1).users

    def _idnumber(self, course: wire.Course) -> str:
        """The list of courses shows idnumbers to those who may change courses; a report shows its own to any reader.

        A course whose report is refused has none: it stays in the list, and reading it says why.
        """
        if course.idnumber is not None:
            return course.idnumber
        try:
            return self._own_row(course.id).courseidnumber or ""
        except Refused:
            return ""

    def _active_in(self, course: int, wanted: frozenset[int]) -> frozenset[int]:
        """Moodle reports on anybody who is asked for, with stale values: so only who is known as active is asked."""
        if not wanted <= self._active.get(course, frozenset()):
            self.pupils(course)
        return self._active[course]

    def _rows(self, course: int, wanted: frozenset[int], active: frozenset[int]) -> tuple[FirstRow, list[UserRow]]:
        """A course that may be big shows the number of its columns by one pupil first."""
        pieces: list[_Told] = []
        width = LIKELY_WIDTH
        if len(active) * width > self._most_cells:
            one = min(wanted)
            pieces = [self._piece(course, Piece(frozenset([one]), user=one))]
            width, wanted = max(1, len(pieces[0].first.gradeitems)), wanted - {one}
        big = needs_parts(wanted, active, width=width, most_cells=self._most_cells)
        roster = Roster(active, self._groups(course) if big else {})
        pieces += [
            self._piece(course, piece) for piece in cut(wanted, roster, width=width, most_cells=self._most_cells)
        ]
        return pieces[0].first, [row for told in pieces for row in told.rows]

    def _piece(self, course: int, piece: Piece) -> _Told:
        reply = self._client.ask(FUNCTION, REPORT, courseid=course, userid=piece.user, groupid=piece.group)
        rows = [row for row in reply.rows if row.userid in piece.users]
        if reply.first is None or {row.userid for row in rows} != piece.users:
            raise garbled(Why.COUNT, FUNCTION, course=course, asked=len(piece.users), got=len(rows))
        return _Told(reply.first, rows)

    def _own_row(self, course: int) -> FirstRow:
        return self._piece(course, Piece(frozenset([self._account]), user=self._account)).first

    @cached_property
    def _account(self) -> int:
        return self._client.ask("core_webservice_get_site_info", wire.SITE_INFO).userid

    def _groups(self, course: int) -> dict[int, frozenset[int]]:
        """Members by group; none for an account that may not see them.

        Moodle shows groups to nobody but those who may change them, together with their enrolment keys. A reader does
        better without: a big course is then read pupil by pupil, which takes longer and loses nothing.
        """
        try:
            return self._members(course, self._known_groups(course))
        except Refused as error:
            if error.facts["reason"] not in _WITHHELD:
                raise
        return {}

    def _known_groups(self, course: int) -> list[wire.Group]:
        function = "core_group_get_course_groups"
        groups = self._client.ask(function, wire.GROUPS, courseid=course)
        if any(group.courseid != course for group in groups):
            raise garbled(Why.OTHER_COURSE, function, course=course)
        return groups

    def _members(self, course: int, groups: Sequence[wire.Group]) -> dict[int, frozenset[int]]:
        function = "core_group_get_group_members"
        members: dict[int, frozenset[int]] = {}
        for ids in _slices([group.id for group in groups], _MOST_GROUPS):
            found = self._client.ask(function, wire.MEMBERS, groupids=ids)
            members |= {group.groupid: frozenset(group.userids) for group in found}
        if members.keys() != {group.id for group in groups}:
            raise garbled(Why.COUNT, function, course=course, asked=len(groups), got=len(members))
        return members


def _slices(ids: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
