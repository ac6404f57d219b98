"""What `bridge check` asks of a Moodle site: version, functions, rights, clock. Reads only.

| code | serious | facts |
|---|---|---|
| LMS_VERSION | no | release, tried: the one that was measured |
| FUNCTION_MISSING | yes | function |
| RIGHT_MISSING | yes | course, function, capabilities: one of them is missing; reason, theirs |
| FLAGS_UNSEEN | yes | course: hidden, locked and overridden come as null |
| ITEMS_WITHHELD | yes | course, items: columns that exist and are not shown to this account |
| COLUMNS_OFF | yes | course, columns: switched off in the course's user report |
| IDNUMBERS_HIDDEN | yes | course: not one pupil has an idnumber, so the site most likely does not show them |
| GRADEBOOK_BROKEN | no | course: Moodle cannot compute its totals; the other courses go on |
| FUNCTION_WRITES | no | functions: the token could change something |
| FUNCTION_SURPLUS | no | functions: the token could read what is not needed |
| RIGHT_SURPLUS | no | capabilities: the account itself could change something, whatever its token may call |
| ACCOUNT_IS_ADMIN | no | user |
| CLOCK_SKEW | no | seconds: theirs minus ours |
| IDNUMBER_LOCK_UNSEEN | no | no web service tells whether users may edit their own idnumber: a person must look |
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from email.utils import mktime_tz, parsedate_tz

from msgspec import UNSET

from bridge.domain.errors import Refused
from bridge.moodle_ws import wire
from bridge.moodle_ws.client import Client
from bridge.moodle_ws.replies import Reason, read_reply
from bridge.moodle_ws.report_wire import FUNCTION, FirstRow
from bridge.ports.lms import LmsFinding

TRIED = "4.5"
_SITE_INFO = "core_webservice_get_site_info"
_GRADABLE = "core_grades_get_gradable_users"
_ITEM_NAMES = "core_grades_get_gradeitems"
_GROUPS = "core_group_get_course_groups"

# What each needed function asks of the account, to be granted in one role at system level. Found on a Moodle 4.5.6 by
# taking one away at a time. Without `:view` of a kind of activity its columns are missing from every report.
CAPABILITIES: Mapping[str, tuple[str, ...]] = {
    _SITE_INFO: ("webservice/rest:use",),
    "core_course_get_categories": ("moodle/category:viewhiddencategories",),
    "core_course_get_courses": ("moodle/course:view", "moodle/course:viewhiddencourses"),
    _GRADABLE: ("moodle/course:viewparticipants", "moodle/course:viewsuspendedusers"),
    _ITEM_NAMES: ("moodle/course:view",),
    FUNCTION: (
        "gradereport/user:view",
        "moodle/grade:viewall",
        "moodle/grade:viewhidden",
        "moodle/course:viewhiddenactivities",
        "moodle/course:ignoreavailabilityrestrictions",
        "mod/assign:view",
        "mod/quiz:view",
        "mod/lti:view",
        "mod/h5pactivity:view",
        "moodle/site:accessallgroups",
    ),
}
# Used where the service and the account have them, and done without where not. Groups are shown, with their enrolment
# keys, to those who may change them; all they spare is calls in big courses (measured: docs/live.md). Who teaches a
# course is one more piece of evidence for what it is.
OPTIONAL = frozenset({_GROUPS, "core_group_get_group_members", "core_enrol_get_enrolled_users"})
_READING = frozenset({"get", "search", "list"})
_PROBES = 5
_TOLERATED_SKEW = 30  # seconds


class Examination:
    """`own_row` reads the account's own row of a course's report; rights are tried in a few courses, first to last."""

    def __init__(self, client: Client, own_row: Callable[[int], FirstRow], *, now: Callable[[], float]):
        self._client, self._own_row, self._now = client, own_row, now

    def findings(self) -> list[LmsFinding]:
        answer = self._client.answer(_SITE_INFO)
        info = read_reply(answer, wire.SITE_INFO, _SITE_INFO)
        functions = {function.name for function in info.functions}
        findings = [*_about_account(info), *_about_functions(functions), *_about_clock(answer.date, self._now())]
        findings.append(LmsFinding("IDNUMBER_LOCK_UNSEEN", serious=False, facts={}))
        if functions >= CAPABILITIES.keys():
            findings += self._about_rights()
        return findings

    def _about_rights(self) -> Iterator[LmsFinding]:
        try:
            courses = self._client.ask("core_course_get_courses", wire.COURSES)
        except Refused as error:
            yield _right_missing(error, course=None)
            return
        inside = [course for course in courses if not course.is_front_page]
        probes = _spread([course.id for course in inside])
        for course in probes:
            yield from self._about_course(course)
        surplus = []
        if any(self._sees_groups(course) for course in probes):
            surplus.append("moodle/course:managegroups")
        if any(course.idnumber is not None for course in inside):
            surplus.append("moodle/course:update")  # nobody else is shown idnumbers in the list
        if surplus:
            yield LmsFinding("RIGHT_SURPLUS", serious=False, facts={"capabilities": tuple(surplus)})

    def _sees_groups(self, course: int) -> bool:
        try:
            self._client.ask(_GROUPS, wire.GROUPS, courseid=course)
        except Refused:
            return False
        return True

    def _about_course(self, course: int) -> Iterator[LmsFinding]:
        try:
            row = self._own_row(course)
            pupils = self._client.ask(_GRADABLE, wire.GRADABLE, courseid=course).users
            names = self._client.ask(_ITEM_NAMES, wire.ITEM_NAMES, courseid=course)
        except Refused as error:
            if error.facts["reason"] is Reason.BROKEN_GRADEBOOK:
                yield LmsFinding("GRADEBOOK_BROKEN", serious=False, facts={"course": course})
            else:
                yield _right_missing(error, course=course)
            return
        if len(pupils) > 1 and not any(pupil.idnumber for pupil in pupils):
            yield LmsFinding("IDNUMBERS_HIDDEN", serious=True, facts={"course": course})
        yield from _about_row(course, row, names.categories().keys())


def _about_row(course: int, row: FirstRow, existing: Collection[int]) -> Iterator[LmsFinding]:
    cells = row.gradeitems
    off = sorted({name for name, key in _COLUMN_KEYS.items() for cell in cells if getattr(cell, key) is UNSET})
    if off:
        yield LmsFinding("COLUMNS_OFF", serious=True, facts={"course": course, "columns": tuple(off)})
    if any(cell.gradeislocked is None or cell.gradeisoverridden is None for cell in cells):
        yield LmsFinding("FLAGS_UNSEEN", serious=True, facts={"course": course})
    withheld = sorted(set(existing) - {cell.id for cell in cells})
    if withheld:
        yield LmsFinding("ITEMS_WITHHELD", serious=True, facts={"course": course, "items": tuple(withheld)})


# The weight column can't be judged here: it is empty for somebody without values. `report.py` watches it.
_COLUMN_KEYS = {"value": "graderaw", "range": "rangeformatted", "feedback": "feedback"}


def _about_account(info: wire.SiteInfo) -> Iterator[LmsFinding]:
    yield LmsFinding("LMS_VERSION", serious=False, facts={"release": info.release, "tried": TRIED})
    if info.userissiteadmin:
        yield LmsFinding("ACCOUNT_IS_ADMIN", serious=False, facts={"user": info.userid})


def _about_functions(functions: set[str]) -> Iterator[LmsFinding]:
    for missing in sorted(CAPABILITIES.keys() - functions):
        yield LmsFinding("FUNCTION_MISSING", serious=True, facts={"function": missing})
    surplus = functions - CAPABILITIES.keys() - OPTIONAL
    writing = {name for name in surplus if _READING.isdisjoint(name.split("_"))}
    for code, names in (("FUNCTION_WRITES", writing), ("FUNCTION_SURPLUS", surplus - writing)):
        if names:
            yield LmsFinding(code, serious=False, facts={"functions": tuple(sorted(names))})


def _about_clock(date: str | None, now: float) -> Iterator[LmsFinding]:
    """The header has whole seconds and was written before the answer came; minutes are what matters."""
    parsed = parsedate_tz(date) if date is not None else None
    if parsed is None:
        return
    skew = round(mktime_tz(parsed) - now)
    if abs(skew) > _TOLERATED_SKEW:
        yield LmsFinding("CLOCK_SKEW", serious=False, facts={"seconds": skew})


def _right_missing(error: Refused, *, course: int | None) -> LmsFinding:
    function = str(error.facts["operation"])
    facts = {
        "course": course,
        "function": function,
        "capabilities": CAPABILITIES[function],
        "reason": Reason(str(error.facts["reason"])),
        "theirs": error.facts["theirs"],
    }
    return LmsFinding("RIGHT_MISSING", serious=True, facts=facts)


def _spread(courses: Sequence[int]) -> Sequence[int]:
    """A few of them, evenly taken: rights may differ by category."""
    step = max(1, len(courses) // _PROBES)
    return courses[::step][:_PROBES]
