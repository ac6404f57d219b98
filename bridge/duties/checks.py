"""The parts of `bridge check`, for the command line and, as a job, for the page of connections.

What went wrong with one finding's part stands in it as `failed`, the error's code, beside its facts: sentences are made
at the entries (`Words.finding`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from bridge.domain.errors import AuditBroken, BridgeError, Garbled, NotFound, Refused, RemoteError
from bridge.domain.rights import Action
from bridge.duties.asks import actor_of
from bridge.people.idnumbers import course_findings, pupil_findings
from bridge.ports.city import CityFinding
from bridge.ports.jobs import Facts, Handle
from bridge.ports.lms import LmsFinding, LmsPupil
from bridge.wiring import App

Finding = LmsFinding | CityFinding

NOTES = frozenset({"LMS_VERSION", "IDNUMBER_LOCK_UNSEEN", "CONTRACT_ADDED"})  # said each time; nothing waits for them
PARTS = ("moodle", "city", "idnumbers", "store")


def weight(finding: Finding) -> str:
    return "serious" if finding.serious else "note" if finding.code in NOTES else "notable"


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: ("serious", "notable", "note").index(weight(each)))


def examine(app: App, part: str) -> Sequence[Finding]:
    """One of `PARTS`. A remote that can't be asked is a finding too: the other parts are still looked at."""
    parts: Mapping[str, Callable[[], Iterable[Finding]]] = {
        "moodle": app.sync.lms.examine,
        "city": app.sync.city.examine,
        "idnumbers": lambda: _idnumbers(app),
        "store": lambda: _store(app),
    }
    if part not in parts:
        raise NotFound(kind="job", name=part, nearest=list(PARTS))
    try:
        return list(parts[part]())
    except RemoteError as error:
        return [LmsFinding("REMOTE_FAILED", True, _failed(error))]


def check_part(app: App, handle: Handle) -> Facts:
    """The same as a job; what was found is its result."""
    app.permits(actor_of(handle.job.actor)).demand(Action.SEE_STATUS)
    handle.progress(0, 0, label="progress.checking")
    return {"findings": write_findings(examine(app, str(handle.job.arguments["part"])))}


def write_findings(findings: Iterable[Finding]) -> str:
    rows = [[each.code, each.serious, dict(each.facts)] for each in findings]
    return json.dumps(rows, ensure_ascii=False, default=str)


def read_findings(text: str) -> list[Finding]:
    return [LmsFinding(code, serious, facts) for code, serious, facts in json.loads(text or "[]")]


def _failed(error: BridgeError, **facts: object) -> dict[str, object]:
    told = {name: value for name, value in error.facts.items() if name != "operation"}  # one cause is said once
    return {**told, **facts, "failed": error.code}


def _idnumbers(app: App) -> Iterator[Finding]:
    """Of every mapped course's pupils, against the codes that the city knows. A course that can't be read is said."""
    mapped = {row.course for row in app.store.mappings.courses(app.school, app.year)}
    courses = [course for course in app.sync.lms.catalogue() if course.id in mapped]
    pupils: list[LmsPupil] = []
    for course in courses:
        try:
            pupils += app.sync.lms.pupils(course.id)
        except (Refused, Garbled) as error:
            yield LmsFinding("COURSE_UNREAD", False, _failed(error, course=course.id))
    yield from course_findings(courses)
    yield from pupil_findings(pupils, app.store.rosters.directory(app.school).key_of.keys())


def _store(app: App) -> Iterator[Finding]:
    """Who may read our secrets, whether the trail is whole, up to every head that a run has printed, and what a first
    plan still lacks."""
    for file in app.exposed:
        yield LmsFinding("SECRET_EXPOSED", False, {"file": str(file)})
    try:
        app.store.audit.verify(app.school)
    except AuditBroken as error:
        yield LmsFinding("AUDIT_BROKEN", True, _failed(error))
    if not app.store.rosters.classes(app.school, app.year):
        yield LmsFinding("NO_ROSTER", False, {"year": app.year})
    elif not app.store.mappings.courses(app.school, app.year):
        yield LmsFinding("NO_MAPPING", False, {"year": app.year})
