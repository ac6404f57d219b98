"""`bridge check`: both connections, the rights, the idnumbers, and our own store."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import click

from bridge.cli.findings import Finding, finding_value, show_findings, weight
from bridge.cli.frame import DONE, NO, WAITING, Frame, pass_frame
from bridge.cli.permits import Permits
from bridge.config.secrets import exposed
from bridge.domain.errors import AuditBroken, Garbled, Refused, RemoteError
from bridge.domain.rights import Action
from bridge.people.idnumbers import course_findings, pupil_findings
from bridge.ports.lms import LmsFinding, LmsPupil

Examine = Callable[[], Sequence[Finding]]


@click.command()
@pass_frame
def check(frame: Frame, /) -> int:
    """Kiểm tra mọi kết nối, quyền, mã định danh và nhật ký · Check connections, rights, idnumbers and the trail."""
    Permits(frame).demand(Action.SEE_STATUS)
    app = frame.app
    parts: dict[str, Examine] = {
        "moodle": app.sync.lms.examine,
        "city": app.sync.city.examine,
        "idnumbers": lambda: list(_idnumbers(frame)),
        "store": lambda: list(_store(frame)),
    }
    found: dict[str, Sequence[Finding]] = {}
    with frame.progress("progress.checking") as watch:
        for part, examine in parts.items():
            found[part] = _asked(examine, frame)
            watch(part)
    rows = _once(finding for findings in found.values() for finding in findings)
    value = {part: [finding_value(finding) for finding in findings] for part, findings in found.items()}
    frame.tell(value, lambda: show_findings(frame, rows))
    if any(finding.serious for finding in rows):
        return NO
    return WAITING if any(weight(finding) == "notable" for finding in rows) else DONE


def _asked(examine: Examine, frame: Frame) -> Sequence[Finding]:
    """A remote that can't be asked is a finding too: the others are still looked at."""
    try:
        return examine()
    except RemoteError as error:
        facts = {"remote": error.facts.get("remote", ""), "said": str(frame.words.error(error))}
        return [LmsFinding("REMOTE_FAILED", True, facts)]


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """A site that can't be reached fails every part alike, and is said once."""
    rows: list[Finding] = []
    for finding in findings:
        if finding not in rows:
            rows.append(finding)
    return rows


def _idnumbers(frame: Frame) -> Iterator[LmsFinding]:
    """Of every mapped course's pupils, against the codes that the city knows. A course that can't be read is said."""
    app = frame.app
    mapped = {row.course for row in app.store.mappings.courses(app.school, app.year)}
    courses = [course for course in app.sync.lms.catalogue() if course.id in mapped]
    pupils: list[LmsPupil] = []
    for course in courses:
        try:
            pupils += app.sync.lms.pupils(course.id)
        except (Refused, Garbled) as error:
            yield LmsFinding("COURSE_UNREAD", False, {"course": course.id, "said": frame.words.error(error).what})
    yield from course_findings(courses)
    yield from pupil_findings(pupils, app.store.rosters.directory(app.school).key_of.keys())


def _store(frame: Frame) -> Iterator[LmsFinding]:
    """Who may read our secrets, whether the trail is whole, up to every head that a run has printed, and what a first
    plan still lacks."""
    app = frame.app
    for file in exposed(app.settings):
        yield LmsFinding("SECRET_EXPOSED", False, {"file": str(file)})
    try:
        app.store.audit.verify(app.school)
    except AuditBroken as error:
        yield LmsFinding("AUDIT_BROKEN", True, {"said": frame.words.error(error).what})
    if not app.store.rosters.classes(app.school, app.year):
        yield LmsFinding("NO_ROSTER", False, {"year": app.year})
    elif not app.store.mappings.courses(app.school, app.year):
        yield LmsFinding("NO_MAPPING", False, {"year": app.year})
