"""Class lists for a run: read live, guarded, and noted in the store when they are sound and say something new."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.errors import Garbled, Refused
from bridge.domain.guards import shrunk
from bridge.domain.plans import Hold, Problem
from bridge.domain.school import CityPupil, ClassKind, SchoolClass
from bridge.ports.people import Directory, Member
from bridge.sync.context import Sync
from bridge.sync.gather import gather
from bridge.sync.standing import StandingIndex
from bridge.sync.submit import hopeless


@dataclass(frozen=True, slots=True)
class Lists:
    """Who studies where. `holds` are classes whose list can't be believed; their units wait for a person."""

    rosters: Mapping[str, tuple[str, ...]]  # class → keys of its pupils who study
    homes: Mapping[str, frozenset[str]]  # pupil → classes and groups
    sizes: Mapping[str, int]  # of the live lists that were believed
    holds: Mapping[str, Hold]
    directory: Directory


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs left: sizes of the last good reads, and what a person waved through."""

    sizes: Mapping[str, int]
    standing: StandingIndex

    def size(self, code: str, pulled: Sequence[Member]) -> int | None:
        """Of the last good read; where no run has read the list yet, of the list that was pulled."""
        return self.sizes.get(f"class:{code}", len(pulled) or None)


def read_lists(sync: Sync, classes: Mapping[str, SchoolClass], wanted: Sequence[str], before: Before) -> Lists:
    """The live lists of the wanted classes. Raises the city's error when it can't be asked at all."""
    lists, unread = _fetch(sync, wanted)
    directory = sync.stores.rosters.directory(sync.school)
    members = sync.stores.rosters.members(sync.school, sync.year)
    homes = _homes(members)
    judged = _Judge(directory, homes, sync.choices.shrink_percent)
    holds = unread | {
        code: hold
        for code, pupils in lists.items()
        if (hold := judged.hold(classes[code], pupils, before.size(code, members.get(code, ()))))
        and not before.standing.waved(code, hold.problem, hold.fingerprint)
    }
    news = {
        code: pupils
        for code, pupils in lists.items()
        if code not in holds and _differs(pupils, members.get(code, ()), directory)
    }
    if news:
        sync.stores.rosters.save_members(sync.school, sync.year, news, now=sync.world.now())
        directory = sync.stores.rosters.directory(sync.school)
        members = sync.stores.rosters.members(sync.school, sync.year)
    rosters = {code: tuple(row.pupil for row in members.get(code, ()) if row.studying) for code in wanted}
    sizes = {code: len(pupils) for code, pupils in lists.items() if code not in holds}
    return Lists(rosters, _homes(members), sizes, holds, directory)


def _fetch(sync: Sync, wanted: Sequence[str]) -> tuple[dict[str, Sequence[CityPupil]], dict[str, Hold]]:
    """The lists, and a hold where the city would not give one; `Unreachable` and a closed door end the run."""

    def read(code: str) -> Sequence[CityPupil] | Hold:
        try:
            return sync.city.pupils(sync.year, code)
        except (Refused, Garbled) as error:
            if hopeless(error):
                raise
            return Hold(Problem.UNREAD, str(error))

    answers = dict(zip(wanted, gather(read, wanted, workers=sync.choices.parallel_reads), strict=True))
    lists = {code: answer for code, answer in answers.items() if not isinstance(answer, Hold)}
    return lists, {code: answer for code, answer in answers.items() if isinstance(answer, Hold)}


@dataclass(frozen=True, slots=True)
class _Judge:
    """Whether a list is a plausible list of its class."""

    directory: Directory
    homes: Mapping[str, frozenset[str]]
    percent: int

    def hold(self, school_class: SchoolClass, pupils: Sequence[CityPupil], last: int | None) -> Hold | None:
        """A clearance is bound to the size that was refused."""
        code, size = school_class.code, len(pupils)
        if shrunk(last, size, percent=self.percent):
            return Hold(Problem.ROSTER_SHRUNK, f"{code}: {last} → {size}", f"{code}:{size}")
        if school_class.kind is ClassKind.CLASS and self._of_another_class(code, pupils):
            return Hold(Problem.WRONG_REPLY, code)
        return None

    def _of_another_class(self, code: str, pupils: Sequence[CityPupil]) -> bool:
        """Whether most pupils we know in this list sit, by all we know, in other classes: a mixed-up answer."""
        keys = (self.directory.key_of.get(pupil.code, "") for pupil in pupils)
        known = [self.homes[key] for key in keys if key in self.homes]
        return len(known) >= 5 and sum(code in places for places in known) * 2 < len(known)


def _differs(pupils: Sequence[CityPupil], stored: Sequence[Member], directory: Directory) -> bool:
    live = {(directory.key_of.get(pupil.code), pupil.studying) for pupil in pupils}
    return live != set(stored)


def _homes(members: Mapping[str, Sequence[Member]]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for code, rows in members.items():
        for row in rows:
            if row.studying:
                found[row.pupil].add(code)
    return {pupil: frozenset(codes) for pupil, codes in found.items()}
