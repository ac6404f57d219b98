"""A memory LMS: sits the same contract suite as the adapters, and is changed by plain methods."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bridge.domain.errors import Garbled, Refused
from bridge.domain.scale import Flag
from bridge.ports.lms import Gradebook, LmsCell, LmsCourse, LmsFinding, LmsItem, LmsPupil

_EMPTY = LmsCell(None)


@dataclass
class MemoryCourse:
    course: LmsCourse
    pupils: dict[int, LmsPupil] = field(default_factory=dict)
    items: dict[int, LmsItem] = field(default_factory=dict)
    cells: dict[tuple[int, int], LmsCell] = field(default_factory=dict)  # (user, item)
    teachers: tuple[str, ...] = ()


class MemoryLms:
    """Implements `Lms`. `reads` counts the calls of each method, for tests of what a run asks for."""

    def __init__(self) -> None:
        self.held: dict[int, MemoryCourse] = {}
        self.findings: list[LmsFinding] = []
        self.reads: list[str] = []

    def add_course(self, course: LmsCourse, pupils: Collection[LmsPupil] = (), items: Collection[LmsItem] = ()) -> None:
        self.held[course.id] = MemoryCourse(
            course, {pupil.user_id: pupil for pupil in pupils}, {item.id: item for item in items}
        )

    def put_pupil(self, course: int, pupil: LmsPupil) -> None:
        self.held[course].pupils[pupil.user_id] = pupil

    def drop_pupil(self, course: int, user: int) -> None:
        del self.held[course].pupils[user]

    def put_item(self, course: int, item: LmsItem) -> None:
        self.held[course].items[item.id] = item

    def drop_item(self, course: int, item: int) -> None:
        del self.held[course].items[item]

    def put(self, course: int, user: int, item: int, raw: str | None, *, flags: int = 0, word: str = "") -> None:
        """The value in a cell. `raw` None empties it; its flags stay as given."""
        cell = LmsCell(None if raw is None else Decimal(raw), flags, word)
        self.held[course].cells[user, item] = cell

    def hide(self, course: int, user: int, item: int) -> None:
        cell = self._cell(course, user, item)
        self.held[course].cells[user, item] = cell._replace(flags=cell.flags | Flag.HIDDEN)

    def blind(self, course: int) -> None:
        """As for an account that may not see flags."""
        held = self.held[course]
        for user in held.pupils:
            for item in held.items:
                cell = self._cell(course, user, item)
                held.cells[user, item] = cell._replace(flags=cell.flags | Flag.FLAGS_MISSING)

    def courses(self) -> Sequence[LmsCourse]:
        self.reads.append("courses")
        return [held.course for held in self.held.values()]

    def catalogue(self) -> Sequence[LmsCourse]:
        return self.courses()

    def pupils(self, course: int) -> Sequence[LmsPupil]:
        self.reads.append("pupils")
        return list(self._held(course).pupils.values())

    def teachers(self, course: int) -> Sequence[str]:
        self.reads.append("teachers")
        return self._held(course).teachers

    def items(self, course: int) -> Sequence[LmsItem]:
        self.reads.append("items")
        return list(self._held(course).items.values())

    def gradebook(self, course: int, *, users: Collection[int], items: Collection[int] | None = None) -> Gradebook:
        self.reads.append("gradebook")
        held = self._held(course)
        missing = [user for user in users if user not in held.pupils or not held.pupils[user].active]
        if missing:
            raise Garbled(remote="lms", operation="gradebook", why="COUNT", not_active=missing)
        wanted = [item for item in held.items.values() if items is None or item.id in items]
        cells = {user: tuple(self._cell(course, user, item.id) for item in wanted) for user in users}
        return Gradebook(course, tuple(replace(item, category="") for item in wanted), cells)

    def examine(self) -> Sequence[LmsFinding]:
        return self.findings

    def _held(self, course: int) -> MemoryCourse:
        if course not in self.held:
            raise Refused(remote="lms", operation="course", reason="NOT_FOUND", theirs=str(course))
        return self.held[course]

    def _cell(self, course: int, user: int, item: int) -> LmsCell:
        return self.held[course].cells.get((user, item), _EMPTY)
