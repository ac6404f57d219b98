"""Course → class or group, subject, year and term; item → term and column. Pure: values in, ranked values out.

`match_course` never picks where a careful person would ask; `docs/matching.md` tells how it decides.
"""

from bridge.domain.matching.course import THRESHOLD, match_among, match_course, match_courses
from bridge.domain.matching.index import SchoolIndex, index_school
from bridge.domain.matching.items import ItemMatch, ItemSeen, ItemWhy, Status, match_items
from bridge.domain.matching.lexicon import Lexicon, load_lexicon
from bridge.domain.matching.seen import CourseSeen, SchoolKnown
from bridge.domain.matching.verdicts import Ambiguous, Candidate, Matched, Missing, Reason, Unmatched, Verdict, Why

__all__ = [
    "THRESHOLD",
    "Ambiguous",
    "Candidate",
    "CourseSeen",
    "ItemMatch",
    "ItemSeen",
    "ItemWhy",
    "Lexicon",
    "Matched",
    "Missing",
    "Reason",
    "SchoolIndex",
    "SchoolKnown",
    "Status",
    "Unmatched",
    "Verdict",
    "Why",
    "index_school",
    "load_lexicon",
    "match_among",
    "match_course",
    "match_courses",
    "match_items",
]
