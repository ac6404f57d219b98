"""Which parts of a SCORM 2004 package may be opened from where an attempt is, and which is next (SN 4th Ed. §4.5).

Followed: choice, flow, forwardOnly, choiceExit; precondition rules; limits of attempts. Kinder than the standard in
three things, for nobody here can begin a course anew when it has run into a wall: what was begun and is not done may
always be gone on with, unless a rule disables it; the way back, and the way out of a heading, close behind what is done
and not before; and where nothing that is left to do could be opened, though it waits for no result, the first of it is.
"""

from collections.abc import Iterator, Mapping
from itertools import takewhile

from bridge.domain.activities import Activity, Shut
from bridge.domain.objectives import Objectives
from bridge.domain.sequencing import Ask, Rule
from bridge.domain.tracking import Known, Track, Way

_SHORT_OF = "objectiveMeasureLessThan"
_OF_OBJECTIVES = frozenset(
    {"satisfied", "objectiveStatusKnown", "objectiveMeasureKnown", "objectiveMeasureGreaterThan"}
)
_NOTHING_TO_DO = frozenset({"ORDER", "CONDITION"})  # reasons that no result of the pupil's could take away
_NOWHERE = Activity("")
Path = tuple[Activity, ...]  # from the root down to the activity itself
Fired = tuple[Activity, Rule]


class Ordering:
    """Of one tree in one attempt. `next` and `before`: the parts that *continue* and *previous* lead to, 0 of none."""

    def __init__(self, root: Activity, way: Way) -> None:
        self._objectives = Objectives(root, way)
        self._paths = {path[-1].part: path for path in _paths(root, ()) if path[-1].part}
        self._at = way.at if way.at in self._paths else 0
        self._places = {id(each): place for one in root.walk() for place, each in enumerate(one.children)}
        self._stops: dict[int, int] = {}
        self._here = self._paths[self._at] if self._at else (root, _NOWHERE)
        parts = list(self._paths)
        place = parts.index(self._at) if self._at else -1
        self.next = self._flow(parts[place + 1 :], back=False)
        self.before = self._flow(parts[:place][::-1], back=True) if self._at else 0

    def shut(self) -> Mapping[int, Shut]:
        """The parts that can't be opened now, by number."""
        shut = {part: why for part in self._paths if (why := self._why(part)) is not None}
        over = self.passed_over()
        left = [part for part in self._paths if not self._track(part).finished and part not in over]
        if all(part in shut for part in left):
            beyond = next((part for part in left if shut[part].code in _NOTHING_TO_DO), 0)
            shut.pop(beyond, None)
        return shut if len(shut) < len(self._paths) else {}

    def passed_over(self) -> frozenset[int]:
        """Parts that were not begun and need not be: a rule skips or disables them for what is there already."""
        return frozenset(part for part, path in self._paths.items() if self._is_over(part, path))

    def read(self, part: int) -> Mapping[str, Known]:
        """What a part's own objectives are known to be by what other parts have said (RTE §4.2.17.1)."""
        return self._objectives.read(self._paths[part][-1])

    def _is_over(self, part: int, path: Path) -> bool:
        fired = [*self._fired(path, "skip"), *self._fired(path, "disabled")]
        return bool(fired) and not self._track(part).attempted and not any(self._waiting(*each) for each in fired)

    def _flow(self, ahead: list[int], *, back: bool) -> int:
        for part in ahead:
            path = self._paths[part]
            deep = _common(self._here, path)
            if any(True for _ in self._fired(path[deep:], "skip")):
                continue
            leads = all(
                each.sequencing.flow and not (back and each.sequencing.forward_only) for each in path[deep - 1 : -1]
            )
            stopped = not back and self._stopping(path) is not None
            return part if leads and not stopped and self._disabled(path) is None else 0
        return 0

    def _why(self, part: int) -> Shut | None:
        path, track = self._paths[part], self._track(part)
        disabled = self._disabled(path)
        if disabled is not None:
            return disabled
        if part in (self._at, self.next, self.before) or (track.attempted and not track.finished):
            return None
        return self._unchoosable(path)

    def _disabled(self, path: Path) -> Shut | None:
        fired = next(self._fired(path, "disabled"), None)
        if fired is not None:
            return self._reason(*fired)
        return Shut("USED_UP") if any(self._objectives.used_up(each) for each in path) else None

    def _unchoosable(self, path: Path) -> Shut | None:
        """As the standard judges a choice (SB.2.9)."""
        hidden = next(self._fired(path, "hiddenFromChoice"), None) or (
            self._stopping(path) if self._is_ahead(path) else None
        )
        if hidden is not None:
            return self._in_order(self._reason(*hidden))
        choosable = path[-2].sequencing.choice and self._may_leave(path) and not self._is_behind(path)
        return None if choosable else self._in_order(Shut("CONDITION"))

    def _may_leave(self, path: Path) -> bool:
        """`choiceExit` keeps whoever is in an activity there until it is done."""
        leaving = self._here[_common(self._here, path) :] if self._at else ()
        return all(each.sequencing.choice_exit or self._is_done(each) for each in leaving)

    def _is_behind(self, path: Path) -> bool:
        """There is no way back to what is done where the way leads forward only."""
        shared = path[_common(self._here, path) - 1]
        return shared.sequencing.forward_only and not self._is_ahead(path) and self._track(path[-1].part).finished

    def _is_ahead(self, path: Path) -> bool:
        deep = _common(self._here, path)
        return not self._at or self._places[id(self._here[deep])] < self._places[id(path[deep])]

    def _stopping(self, path: Path) -> Fired | None:
        """What, from where we are, stops the way forward to this: what is left behind, and what lies between."""
        deep = _common(self._here, path)
        stop = self._first_stop(path[deep - 1])
        if stop < self._places[id(path[deep])]:
            return next(self._fired(path[deep - 1].children[stop:], "stopForwardTraversal"))
        return next(self._fired(self._here[deep + 1 :], "stopForwardTraversal"), None)

    def _first_stop(self, heading: Activity) -> int:
        """Among what is in a heading, from where we are in it; looked for once, for many parts ask."""
        if id(heading) not in self._stops:
            here = {id(each) for each in self._here}
            start = next((self._places[id(each)] for each in heading.children if id(each) in here), 0)
            ahead = enumerate(heading.children[start:], start=start)
            stops = (place for place, each in ahead if any(self._fired((each,), "stopForwardTraversal")))
            self._stops[id(heading)] = next(stops, len(heading.children))
        return self._stops[id(heading)]

    def _fired(self, activities: Path, action: str) -> Iterator[Fired]:
        for each in activities:
            rule = self._objectives.fires(each, action)
            if rule is not None:
                yield each, rule

    def _waiting(self, activity: Activity, rule: Rule) -> list[Ask]:
        """The asks of a rule that holds for what is not there yet."""
        asks = (ask for ask in rule.asks if ask.negated != (ask.what == _SHORT_OF))
        return [ask for ask in asks if self._objectives.answer(activity, ask)]

    def _reason(self, activity: Activity, rule: Rule) -> Shut:
        waiting = self._waiting(activity, rule)
        names = dict.fromkeys(name for ask in waiting for name in self._named(activity, ask, rule))
        if names:
            return Shut("PASS" if waiting[0].what in _OF_OBJECTIVES else "FINISH", tuple(names))
        return Shut("CONDITION" if waiting else "OVER")

    def _named(self, activity: Activity, ask: Ask, rule: Rule) -> Iterator[str]:
        """Whose result is waited for. A rule that stops at an activity waits for that one itself."""
        if rule.action == "stopForwardTraversal" and not ask.objective:
            yield activity.title
        yield from (each.title for each in self._objectives.writers(activity, ask.objective))

    def _in_order(self, why: Shut) -> Shut:
        """Where nothing better is known, what comes first."""
        ahead = self.next or self._at
        return why if why.titles or not ahead else Shut("ORDER", (self._paths[ahead][-1].title,))

    def _is_done(self, activity: Activity) -> bool:
        return all(self._track(each.part).finished for each in activity.walk() if each.part)

    def _track(self, part: int) -> Track:
        return self._objectives.track(self._paths[part][-1])


def _paths(activity: Activity, above: Path) -> Iterator[Path]:
    path = (*above, activity)
    yield path
    for child in activity.children:
        yield from _paths(child, path)


def _common(one: Path, other: Path) -> int:
    """How many headings both stand in."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], zip(one[:-1], other[:-1], strict=False)))
