"""What the rules of SCORM 2004 ask about, answered from how an attempt stands: true, false, or not known.

An objective is known by what its own activity said, else by the shared one that it reads (SN §4.2.1.3); that of a
heading by all under it (the default rollup, SN §4.6.6). What is not known makes no condition true, nor its opposite
(UP.2.1).
"""

from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.activities import Activity
from bridge.domain.sequencing import Ask, Goal, Rule
from bridge.domain.tracking import Known, Track, Way

_UNKNOWN = Known()


class Objectives:
    """Of one tree in one attempt."""

    def __init__(self, root: Activity, way: Way) -> None:
        self._way = way
        self._all = list(root.walk())
        self._writers: dict[str, list[Activity]] = {}
        self._fired: dict[tuple[int, str], Rule | None] = {}
        self._shared: dict[str, Known] = {}
        for each in self._by_last_word():
            self._write(each)

    def fires(self, activity: Activity, action: str) -> Rule | None:
        """The first rule of this action that holds; asked once of each, for many ways lead by a heading."""
        key = id(activity), action
        if key not in self._fired:
            rules = (rule for rule in activity.sequencing.rules if rule.action == action)
            self._fired[key] = next((rule for rule in rules if self.holds(activity, rule)), None)
        return self._fired[key]

    def holds(self, activity: Activity, rule: Rule) -> bool:
        found = [self.answer(activity, ask) for ask in rule.asks]
        return bool(found) and (all(each is True for each in found) if rule.every else True in found)

    def answer(self, activity: Activity, ask: Ask) -> bool | None:
        found = self._plain(activity, ask)
        return found if found is None or not ask.negated else not found

    def track(self, activity: Activity) -> Track:
        return self._way.tracks[activity.part - 1] if activity.part else Track()

    def writers(self, activity: Activity, objective: str) -> Iterator[Activity]:
        """The other activities that what this one's objective reads is written by."""
        goal = _goal(activity, objective)
        targets = dict.fromkeys(link.target for link in goal.links) if goal is not None else {}
        yield from (each for target in targets for each in self._writers.get(target, ()) if each is not activity)

    def read(self, activity: Activity) -> Mapping[str, Known]:
        """By name, the objectives that this one knows from shared ones alone."""
        goals = [goal for goal in activity.sequencing.goals if goal.id]
        own = {goal.id: self._own(activity, goal, goal.id) for goal in goals}
        return {name: self._known(activity, name) for name, known in own.items() if known == _UNKNOWN}

    def _plain(self, activity: Activity, ask: Ask) -> bool | None:
        known = self._known(activity, ask.objective)
        answers = {
            "always": True,
            "satisfied": known.satisfied,
            "objectiveStatusKnown": known.satisfied is not None,
            "objectiveMeasureKnown": known.measure is not None,
            "objectiveMeasureGreaterThan": None if known.measure is None else known.measure > ask.threshold,
            "objectiveMeasureLessThan": None if known.measure is None else known.measure < ask.threshold,
            "completed": self._completed(activity),
            "activityProgressKnown": self._completed(activity) is not None,
            "attempted": any(self.track(each).attempted for each in activity.walk()),
            "attemptLimitExceeded": self.used_up(activity),
        }
        return answers.get(ask.what)

    def used_up(self, activity: Activity) -> bool:
        """Done as often as it may be. What is not done can be gone on with."""
        track, limit = self.track(activity), activity.sequencing.limit
        return bool(limit) and track.finished and track.tries >= limit

    def _completed(self, activity: Activity) -> bool | None:
        if activity.part:
            return self.track(activity).completed
        return _together([self._completed(child) for child in activity.children])

    def _known(self, activity: Activity, objective: str) -> Known:
        goal = _goal(activity, objective)
        own = self._own(activity, goal, objective)
        for link in goal.links if goal is not None else ():
            shared = self._shared.get(link.target, _UNKNOWN)
            if own.satisfied is None and link.reads_status:
                own = own._replace(satisfied=shared.satisfied)
            if own.measure is None and link.reads_measure:
                own = own._replace(measure=shared.measure)
        return own

    def _own(self, activity: Activity, goal: Goal | None, objective: str) -> Known:
        """What the activity itself has come to; content may speak of its primary objective by name as well."""
        if not activity.part:
            primary = goal is None or goal.primary
            below = [self._known(child, "").satisfied for child in activity.children]
            return Known(_together(below)) if primary else _UNKNOWN
        track = self.track(activity)
        if goal is None:
            return _UNKNOWN if objective else track.primary
        named = track.objectives.get(goal.id, _UNKNOWN) if goal.id else _UNKNOWN
        if not goal.primary:
            return named
        return Known(
            named.satisfied if track.primary.satisfied is None else track.primary.satisfied,
            named.measure if track.primary.measure is None else track.primary.measure,
        )

    def _write(self, activity: Activity) -> None:
        """To the shared objectives what this one has come to; of two who write one, who spoke last counts."""
        for goal in activity.sequencing.goals:
            own = self._own(activity, goal, goal.id)
            for link in goal.links:
                if link.writes_status:
                    self._writers.setdefault(link.target, []).append(activity)
                satisfied = own.satisfied if link.writes_status else None
                measure = own.measure if link.writes_measure else None
                before = self._shared.get(link.target, _UNKNOWN)
                self._shared[link.target] = Known(
                    before.satisfied if satisfied is None else satisfied,
                    before.measure if measure is None else measure,
                )

    def _by_last_word(self) -> Sequence[Activity]:
        """What opens something in the order of its last word, then the headings, the deepest first."""
        place = {part: number for number, part in enumerate(self._way.order, start=1)}
        leaves = sorted((each for each in self._all if each.part), key=lambda each: place.get(each.part, 0))
        return [*leaves, *(each for each in reversed(self._all) if not each.part)]


def _goal(activity: Activity, objective: str) -> Goal | None:
    """By its name; the primary one for none."""
    goals = activity.sequencing.goals
    return next((each for each in goals if (each.id == objective if objective else each.primary)), None)


def _together(found: Sequence[bool | None]) -> bool | None:
    """All, none of them, or nobody knows yet."""
    if found and all(each is True for each in found):
        return True
    return False if found and None not in found else None
