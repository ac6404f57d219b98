"""What can be asked for, ready to be queued: who may run beside whom, and how patient it is.

Whoever asks has been judged by then (`domain/rights`); the job judges again when it runs, for a right may have ended.
"""

import hashlib

from bridge.domain.actors import Actor, Identity
from bridge.domain.school import Unit
from bridge.domain.scores import Term
from bridge.ports.jobs import Ask, Facts, JobKind
from bridge.sync.context import Scope

SCHEDULE = "schedule"  # the clock's own name in jobs and in the trail
PATIENT = 8  # attempts: some five hours of a remote that is away


def pull_roster(school: str, *, actor: str) -> Ask:
    return Ask(school, JobKind.PULL_ROSTER, actor, lock=f"roster:{school}", attempts=PATIENT)


def sync_marks(school: str, scope: Scope, *, actor: str) -> Ask:
    """Read, plan, and send all that needs no more asking, in this scope. A school sends one thing at a time."""
    whole = scope == Scope()
    return Ask(
        school,
        JobKind.SYNC,
        actor,
        key="" if whole else str(scope),
        arguments={} if whole else write_scope(scope),
        lock=_sends(school),
        attempts=PATIENT,
    )


def apply_plan(school: str, plan: str, *, actor: str) -> Ask:
    """Send one saved plan (its whole id), once."""
    return Ask(
        school,
        JobKind.APPLY,
        actor,
        key=plan,
        arguments={"plan": plan},
        lock=_sends(school),
        once=True,
        attempts=PATIENT,
    )


def revert_run(school: str, run: str, *, actor: str) -> Ask:
    """Take a run back (its whole id). Why, stands in the trail before this is asked."""
    return Ask(school, JobKind.REVERT, actor, key=run, arguments={"run": run}, lock=_sends(school), attempts=2)


def check_part(school: str, part: str, *, actor: str) -> Ask:
    """One part of `bridge check`: moodle, city, idnumbers, store. Somebody waits for it."""
    return Ask(
        school, JobKind.CHECK, actor, key=part, arguments={"part": part}, lock=f"check:{school}:{part}", attempts=1
    )


def self_test(school: str, registration: str, *, course: int, user: int, actor: str) -> Ask:
    """The platform's numbers of a course and of a test pupil in it. One at a time: its column has one name."""
    arguments: Facts = {"registration": registration, "course": course, "user": user}
    key = f"{registration}|{course}|{user}"
    return Ask(school, JobKind.SELF_TEST, actor, key=key, arguments=arguments, lock=f"selftest:{school}", attempts=1)


def suggest_courses(school: str, *, actor: str) -> Ask:
    return Ask(school, JobKind.SUGGEST, actor, lock=f"suggest:{school}", attempts=2)


def take_courses(school: str, rows: str, *, actor: str) -> Ask:
    """Map these courses (`mapping/bulk.write_rows`). The same press twice is one job."""
    key = hashlib.sha256(rows.encode()).hexdigest()[:16]
    return Ask(school, JobKind.TAKE_COURSES, actor, key=key, arguments={"rows": rows}, lock=f"map:{school}", attempts=3)


def read_unit(unit: Unit, *, actor: str) -> Ask:
    """Read one unit for its page."""
    return _of_unit(JobKind.READ_UNIT, unit, actor, lock=f"read:{unit.school}:{_key(unit)}")


def send_unit(unit: Unit, *, actor: str) -> Ask:
    """Send what may go out of one unit, and read it again. A school sends one thing at a time."""
    return _of_unit(JobKind.SEND_UNIT, unit, actor, lock=_sends(unit.school))


def _of_unit(kind: JobKind, unit: Unit, actor: str, *, lock: str) -> Ask:
    """Somebody waits at the page: told soon that a remote is away, rather than tried for hours."""
    arguments = {"school_class": unit.school_class, "subject": unit.subject, "term": str(unit.term)}
    return Ask(unit.school, kind, actor, key=_key(unit), arguments=arguments, lock=lock, attempts=2)


def _key(unit: Unit) -> str:
    return "|".join((unit.school_class, unit.subject, unit.term))


def ask_of(school: str, kind: JobKind, *, actor: str = SCHEDULE) -> Ask:
    """What the clock asks for, or somebody in its stead: a kind for the whole school."""
    match kind:
        case JobKind.PULL_ROSTER:
            return pull_roster(school, actor=actor)
        case JobKind.SYNC:
            return sync_marks(school, Scope(), actor=actor)
        case _:
            return Ask(school, kind, actor, lock=f"{kind.lower()}:{school}")


def actor_of(name: str) -> Actor:
    """Who a job acts for, as rights know him."""
    return Actor(SCHEDULE, Identity.SCHEDULE) if name == SCHEDULE else Actor(name)


def write_scope(scope: Scope) -> Facts:
    """A scope as a job's arguments: codes and ids, no more."""
    parts = {
        "terms": ",".join(scope.terms),
        "classes": ",".join(sorted(scope.classes)),
        "subjects": ",".join(sorted(scope.subjects)),
        "courses": ",".join(map(str, sorted(scope.courses))),
        "units": ";".join(sorted("|".join([unit.school_class, unit.subject, unit.term]) for unit in scope.units)),
    }
    return {name: text for name, text in parts.items() if text}


def read_scope(arguments: Facts, *, school: str, year: int) -> Scope:
    """`write_scope` backwards; no arguments stand for the whole school."""

    def listed(name: str, sign: str = ",") -> list[str]:
        text = str(arguments.get(name, ""))
        return text.split(sign) if text else []

    if not arguments:
        return Scope()
    rows = [row.split("|") for row in listed("units", ";")]
    return Scope(
        terms=tuple(Term(term) for term in listed("terms")),
        classes=frozenset(listed("classes")),
        subjects=frozenset(listed("subjects")),
        courses=frozenset(map(int, listed("courses"))),
        units=frozenset(Unit(school, year, row[0], row[1], Term(row[2])) for row in rows),
    )


def _sends(school: str) -> str:
    return f"send:{school}"
