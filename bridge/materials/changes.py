"""What happens to an attempt, as changes of a value: a sitting begins, a commit comes, a record store was told more."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bridge.domain.attempts import DONE, OURS, AttemptState, Elements, Outcome, merged, resumed, session_seconds
from bridge.domain.errors import NotAllowed
from bridge.domain.parts import as_elements, of_part, outcomes, together, with_part
from bridge.domain.tracking import entered, spoken
from bridge.materials.passes import Pass
from bridge.ports.playing import Attempt, Event

ALIVE = timedelta(seconds=40)  # after so long without a word a sitting is taken for left
ENDED = frozenset({AttemptState.CLOSED, AttemptState.RESET})
GAP = 60  # seconds between two words of a sitting that still count as active
_ANSWERS = "cmi.interactions."

Changed = tuple[Attempt, Sequence[Event]]  # and what is to stand in its timeline
Over = Callable[[Elements], Collection[int]]


def nothing_over(elements: Elements) -> Collection[int]:  # noqa: ARG001
    return ()


class Commit(NamedTuple):
    """What a player's page sends. `elements` are those that have changed. `sequence` counts from 1 in a sitting."""

    sitting: int
    sequence: int
    elements: Mapping[str, str]
    final: bool


def is_alive(attempt: Attempt, now: datetime) -> bool:
    """Whether its sitting goes on somewhere."""
    return not attempt.ended and now - attempt.seen < ALIVE


def seated(attempt: Attempt, given: Pass, now: datetime, rules: Elements) -> Changed:
    """A new sitting, in a part that is judged by `rules` from now on. `NotAllowed(lack="ATTEMPT_CLOSED")`."""
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="PLAY", lack="ATTEMPT_CLOSED")
    kind = "taken_over" if attempt.sitting and is_alive(attempt, now) else "opened"
    made = replace(attempt, sitting=attempt.sitting + 1, sequence=0, sat=now, seen=now, ended=False)
    before = resumed(of_part(attempt.elements, given.part))
    own = {**rules, **{name: value for name, value in before.items() if name not in OURS}}
    detail = f"{given.part}/{given.parts}" if given.parts > 1 else ""
    elements = entered(attempt.elements, given.part) if rules and given.parts > 1 else attempt.elements
    return replace(made, elements=with_part(elements, given.part, own)), [Event(now, kind, detail)]


def committed(attempt: Attempt, sent: Commit, given: Pass, now: datetime, over: Over = nothing_over) -> Changed:
    """What was seen before, or overtaken, changes nothing. `over`: the parts that the package then passes over.

    `NotAllowed`: OTHER_SITTING, ATTEMPT_CLOSED.
    """
    if sent.sitting != attempt.sitting:
        return _late(attempt, sent, given, over)
    if sent.sequence <= attempt.sequence:
        return attempt, ()  # seen, or overtaken by one that holds all of it
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    seconds = attempt.seconds + active(attempt, now)
    alive = replace(attempt, sequence=sent.sequence, seen=now, ended=sent.final, seconds=seconds)
    made = _judged(alive, sent, given, now, over)
    return made, list(_events(attempt, made, sent, now))


def _late(attempt: Attempt, sent: Commit, given: Pass, over: Over) -> Changed:
    """The goodbye of a page that was reloaded may come after the new page's hello. While that one has said nothing it
    only adds; the new page sends what it changes, so it does not undo it."""
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    if not (sent.final and sent.sitting == attempt.sitting - 1 and attempt.sequence == 0):
        raise NotAllowed(actor="", action="COMMIT", lack="OTHER_SITTING")
    return _judged(attempt, sent._replace(final=False), given, attempt.sat, over), ()


def added(attempt: Attempt, elements: Elements, given: Pass, now: datetime, over: Over = nothing_over) -> Changed:
    """Elements that no page has sent."""
    made = _judged(attempt, Commit(attempt.sitting, attempt.sequence, elements, final=False), given, now, over)
    return made, list(_moved(attempt, made, final=False, now=now))


def heard(attempt: Attempt, found: Mapping[int, Outcome], *, parts: int, final: bool, now: datetime) -> Changed:
    """What a record store was told of some parts, of `parts` in all. After the end nothing moves any more."""
    if attempt.state in ENDED:
        return attempt, ()
    alive = replace(attempt, seen=now, ended=final, seconds=attempt.seconds + active(attempt, now))
    made = _with(*_told(alive, found, parts), final=final, now=now, answered=True)
    return made, list(_moved(attempt, made, final=final, now=now))


def _judged(attempt: Attempt, sent: Commit, given: Pass, now: datetime, over: Over) -> Attempt:
    """With the elements of a commit, and what all that there are come to."""
    own = merged(of_part(attempt.elements, given.part), sent.elements)
    elements = with_part(attempt.elements, given.part, own)
    after = replace(attempt, elements=spoken(elements, given.part) if given.parts > 1 else elements)
    answered = any(name.startswith(_ANSWERS) for name in sent.elements)
    done = attempt.finished is not None
    found = together(outcomes(after.elements, given.parts), done=done, over=over(after.elements))
    return _with(after, found, final=sent.final, now=now, answered=answered)


def _told(attempt: Attempt, found: Mapping[int, Outcome], parts: int) -> tuple[Attempt, Outcome]:
    """With what was heard of some parts, and what all come to. Of a single one nothing need be kept here."""
    if parts == 1:
        return attempt, found[1]
    elements = attempt.elements
    for part, each in found.items():
        elements = with_part(elements, part, as_elements(each))
    done = attempt.finished is not None
    return replace(attempt, elements=elements), together(outcomes(elements, parts), done=done)


def _with(attempt: Attempt, found: Outcome, *, final: bool, now: datetime, answered: bool) -> Attempt:
    """`answered`: perhaps something was, and where a question does not count, answers make the score."""
    finished = attempt.finished or (now if found.finished else None)
    ending = AttemptState.CLOSED if final else AttemptState.FINISHED
    made = replace(
        attempt,
        finished=finished,
        state=AttemptState.OPEN if finished is None else ending,
        score=found.score,
        passed=found.passed,
        progress=found.progress,
        status=found.status,
    )
    moved = value_of(made) != value_of(attempt) or (answered and made.state in DONE)
    return replace(made, revision=made.revision + 1) if moved else made


def value_of(attempt: Attempt) -> tuple[bool, Decimal | None]:
    """What of an attempt the score that counts is made of."""
    return (True, attempt.score) if attempt.state in DONE else (False, None)


def active(attempt: Attempt, now: datetime) -> int:
    """By our own clock: what a browser says of its time can be anything."""
    return min(max(int((now - attempt.seen).total_seconds()), 0), GAP)


def _moved(before: Attempt, after: Attempt, *, final: bool, now: datetime) -> Iterator[Event]:
    if after.status != before.status:
        yield Event(now, "status", after.status)
    if after.score != before.score:
        yield Event(now, "score", "" if after.score is None else f"{after.score.normalize():f}")
    if after.finished and not before.finished:
        yield Event(now, "finished")
    if final and not before.ended:
        yield Event(now, "ended")


def _events(before: Attempt, after: Attempt, sent: Commit, now: datetime) -> Iterator[Event]:
    answered = {name.split(".")[2] for name in sent.elements if name.startswith(_ANSWERS)}
    if answered:
        yield Event(now, "answered", ",".join(sorted(answered))[:200])
    claimed, real = session_seconds(sent.elements), Decimal(int((now - after.sat).total_seconds()))
    if claimed > real + GAP:
        yield Event(now, "odd_time", f"{claimed:f}>{real:f}")
    yield from _moved(before, after, final=sent.final, now=now)
