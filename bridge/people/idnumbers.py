"""Whether idnumbers, by which pupils and courses are known, can be relied on. Judged over what was read anyway.

| code | serious | facts |
|---|---|---|
| IDNUMBER_MISSING | no | users, or courses |
| IDNUMBER_UNTRIMMED | no | users, or courses: blanks before or after it |
| IDNUMBER_DOUBLED | no | users: several accounts with one idnumber |
| IDNUMBER_UNKNOWN | no | users: the city knows no such pupil |

None forbids syncing: each such pupil is held by itself when the course is planned, and a course without an idnumber is
mapped by name. That two users share one is allowed by Moodle; that two courses do is not.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from bridge.ports.lms import LmsCourse, LmsFinding, LmsPupil


def pupil_findings(pupils: Collection[LmsPupil], known: Collection[str] | None = None) -> list[LmsFinding]:
    """About the active pupils of any number of courses. `known`: the city's codes, None when they were not read."""
    idnumbers = {pupil.user_id: pupil.idnumber for pupil in pupils if pupil.active}
    users_of: dict[str, list[int]] = defaultdict(list)
    for user, idnumber in idnumbers.items():
        users_of[idnumber.strip()].append(user)
    doubled = [user for idnumber, users in users_of.items() if idnumber and len(users) > 1 for user in users]
    codes = None if known is None else {"", *known}
    unknown = [user for user, idnumber in idnumbers.items() if codes is not None and idnumber.strip() not in codes]
    return [
        *_finding("IDNUMBER_MISSING", "users", [user for user, idnumber in idnumbers.items() if not idnumber.strip()]),
        *_finding("IDNUMBER_UNTRIMMED", "users", [user for user, text in idnumbers.items() if _is_untrimmed(text)]),
        *_finding("IDNUMBER_DOUBLED", "users", doubled),
        *_finding("IDNUMBER_UNKNOWN", "users", unknown),
    ]


def course_findings(courses: Collection[LmsCourse]) -> list[LmsFinding]:
    return [
        *_finding("IDNUMBER_MISSING", "courses", [course.id for course in courses if not course.idnumber.strip()]),
        *_finding("IDNUMBER_UNTRIMMED", "courses", [course.id for course in courses if _is_untrimmed(course.idnumber)]),
    ]


def _is_untrimmed(idnumber: str) -> bool:
    return bool(idnumber.strip()) and idnumber != idnumber.strip()


def _finding(code: str, of: str, ids: Sequence[int]) -> Iterator[LmsFinding]:
    if ids:
        yield LmsFinding(code, serious=False, facts={of: tuple(sorted(ids))})
