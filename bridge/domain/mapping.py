"""Which course feeds which class × subject, which item which column, and what may be sent without asking."""

from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.scores import Column, Term


@dataclass(frozen=True, slots=True)
class CourseMap:
    """A course of the LMS feeds a class (or group) × subject of one year. `term` None: its items say the term."""

    course: int
    school_class: str
    subject: str
    year: int
    term: Term | None = None
    origin: str = "person"  # person | auto: taken by itself above the school's threshold | import

    @property
    def terms(self) -> tuple[Term, ...]:
        """Those that it may feed."""
        return (self.term,) if self.term else tuple(Term)


@dataclass(frozen=True, slots=True)
class ItemMap:
    """An item of a mapped course feeds one column. `computed` items (totals) only by a person's explicit choice."""

    course: int
    item: int
    term: Term
    column: Column
    origin: str = "tag"  # tag: from the idnumber `HK1.TX1` | person | import


class Policy(StrEnum):
    AUTO = "auto"  # sent without asking
    CONFIRM = "confirm"  # after the teacher's confirmation
    RELEASE = "release"  # after the teacher's confirmation and an admin's or leader's release
    OFF = "off"


DEFAULT_POLICIES: dict[Column, Policy] = {
    column: Policy.CONFIRM if column.is_regular else Policy.OFF for column in Column
}
"""Regular marks wait for the teacher; periodic ones are held on site by the school's plan, so they are off."""
