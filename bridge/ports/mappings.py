"""What a store keeps of courses and items and where they go, and of policies. Contract as in `ports/marks.py`."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bridge.domain.mapping import CourseMap, ItemMap, Policy
from bridge.domain.scores import Column


class Mappings(Protocol):
    """Course and item mappings and policies of one school."""

    def together(self) -> AbstractContextManager[None]:
        """What this thread changes within is one transaction: all of it or nothing."""
        ...

    def courses(self, school: str, year: int) -> Sequence[CourseMap]: ...

    def items(self, school: str, year: int) -> Sequence[ItemMap]: ...

    def set_course(
        self,
        school: str,
        course: CourseMap,
        *,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        """Beside the other classes that the course feeds, if any; what it said of this class is replaced.

        `seen`: all that the course fed when somebody looked; `Overtaken` when it is something else by now.
        """
        ...

    def drop_course(
        self,
        school: str,
        course: int,
        *,
        school_class: str | None = None,
        actor: str,
        now: datetime,
        seen: Collection[CourseMap] | None = None,
    ) -> None:
        """Of one class or of all. With the last one its items go. `seen` as in `set_course`."""
        ...

    def set_item(self, school: str, item: ItemMap, *, actor: str, now: datetime) -> None:
        """One item of a course per (term, column): the older one of that column is replaced."""
        ...

    def drop_item(self, school: str, course: int, item: int, *, actor: str, now: datetime) -> None: ...

    def policies(self, school: str) -> Mapping[Column, Policy]:
        """One for each column; the defaults where the school set none."""
        ...

    def set_policy(
        self, school: str, column: Column, policy: Policy, *, actor: str, now: datetime, seen: Policy | None = None
    ) -> None:
        """`Overtaken` when it is not what somebody saw."""
        ...
