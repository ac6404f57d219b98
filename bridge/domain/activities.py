"""The activities of a material as a tree, and which of its parts may be opened as an attempt stands.

What keeps a part shut is a `Shut`: a code that finds the sentence, and the titles that it names. Pure: everything
follows from the tree and from what the attempt's parts have come to, so that nothing of it is stored twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from bridge.domain.attempts import Outcome
from bridge.domain.sequencing import FREE, Sequencing

NOT_ATTEMPTED = "not attempted"
_DONE = frozenset({"passed", "completed"})


class Needs(Protocol):
    """What SCORM 1.2 calls prerequisites. States by activity: passed | completed | failed | incomplete | browsed; what
    is missing was not attempted."""

    def names(self) -> Sequence[str]:
        """The activities that are asked for."""
        ...

    def holds(self, states: Mapping[str, str]) -> bool: ...

    def lacking(self, states: Mapping[str, str]) -> Sequence[str]:
        """The activities that would have to be done, in order; none where something would have to be undone."""
        ...


@dataclass(frozen=True, slots=True)
class Activity:
    """A heading, or what opens the part of this number; the whole material is the root."""

    id: str
    title: str = ""
    part: int = 0  # from 1; 0 of a heading
    children: "tuple[Activity, ...]" = ()
    needs: Needs | None = None  # of SCORM 1.2
    sequencing: Sequencing = FREE  # of SCORM 2004

    def walk(self) -> "Iterator[Activity]":
        """This one and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Shut(NamedTuple):
    """Why a part can't be opened now: FINISH | PASS | ORDER | OVER | USED_UP | CONDITION."""

    code: str
    titles: tuple[str, ...] = ()


def shut(root: Activity, found: Sequence[Outcome]) -> Mapping[int, Shut]:
    """The parts that can't be opened, by number. `found`: what each part has come to."""
    states = dict(_states(root, found))
    titles = {each.id: each.title for each in root.walk()}
    return dict(_shut(root, states, titles, above=None))


def _shut(
    activity: Activity, states: Mapping[str, str], titles: Mapping[str, str], *, above: Shut | None
) -> Iterator[tuple[int, Shut]]:
    """What a heading asks for, everything under it asks for."""
    mine = above
    if mine is None and activity.needs is not None and not activity.needs.holds(states):
        named = tuple(titles.get(each, each) for each in activity.needs.lacking(states))
        mine = Shut("FINISH" if named else "CONDITION", named)
    if activity.part and mine is not None:
        yield activity.part, mine
    for child in activity.children:
        yield from _shut(child, states, titles, above=mine)


def _states(activity: Activity, found: Sequence[Outcome]) -> Iterator[tuple[str, str]]:
    below = [dict(_states(child, found)) for child in activity.children]
    yield from (pair for each in below for pair in each.items())
    inner = [each[child.id] for each, child in zip(below, activity.children, strict=True)]
    yield activity.id, _state(found[activity.part - 1]) if activity.part else _together(inner)


def _state(found: Outcome) -> str:
    """In the words of SCORM 1.2 (RTE §3.4.4)."""
    if found.finished:
        return "completed" if found.passed is None else "passed" if found.passed else "failed"
    if found.status in ("", NOT_ATTEMPTED):
        return NOT_ATTEMPTED
    return "browsed" if found.status == "browsed" else "incomplete"


def _together(states: Sequence[str]) -> str:
    """A heading is done when all under it is (AICC CMI001 §6.6.1)."""
    if set(states) <= {NOT_ATTEMPTED}:
        return NOT_ATTEMPTED
    if set(states) <= _DONE:
        return "passed" if set(states) == {"passed"} else "completed"
    return "failed" if set(states) <= _DONE | {"failed"} else "incomplete"
