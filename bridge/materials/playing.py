"""Playing: which attempt a learner goes on with, what a commit changes, which score counts.

An attempt has sittings: one opening of the player each. A newer sitting takes the attempt over; the older one's commits
are refused from then on and its page says so, so that a forgotten tab never writes over what was done elsewhere. Within
a sitting commits are numbered: what was seen is not applied again, and what comes late is not applied at all. A browser
sends what has changed since the last commit that it knows to be taken, so a commit that is dropped loses nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bridge.domain.attempts import DONE, AttemptState, Outcome, check, merged, outcome, resumed, session_seconds
from bridge.domain.errors import NotAllowed
from bridge.materials.passes import COMMITS_LIVE, Pass, Player
from bridge.materials.results import report, used
from bridge.ports.materials import Material, Standard, Version
from bridge.ports.playing import Attempt, Event, Link, Terms

ALIVE = timedelta(seconds=40)  # after so long without a word a sitting is taken for left
ENDED = frozenset({AttemptState.CLOSED, AttemptState.RESET})
_ANSWERS = "cmi.interactions."
GAP = 60  # seconds between two words of a sitting that still count as active


class Commit(NamedTuple):
    """What a player's page sends. `elements` are those that have changed. `sequence` counts from 1 in a sitting."""

    sitting: int
    sequence: int
    elements: Mapping[str, str]
    final: bool


class Seat(NamedTuple):
    """A sitting, and where it is."""

    attempt: Attempt
    link: Link
    version: Version


def place(player: Player, link: Link, *, history: Sequence[str]) -> tuple[Link, Material]:
    """The link as it is kept, and its material. `NotFound` for a material that there is not.

    A copied course brings its links along under new ids: at first sight one takes over the terms that its elder in a
    course of `history` has now, newest first, for those may have been changed since it was placed.
    """
    material = player.library.materials.find(player.school, link.material)
    if history:
        elders = player.attempts.links_of(player.school, link.material)
        elder = _elder([row for row in elders if row.registration == link.registration], link, history)
        link = replace(link, terms=elder.terms) if elder is not None else link
    return player.attempts.ensure_link(player.school, link), material


def _elder(elders: Sequence[Link], link: Link, history: Sequence[str]) -> Link | None:
    """In the nearest course that has any: the one of the same title, where a material stands there twice."""
    for course in history:
        there = [row for row in elders if row.course == course]
        if there:
            return next((row for row in there if row.title == link.title), there[0])
    return None


def current(player: Player, link: Link, learner: str) -> Attempt | None:
    """The attempt that is not finished yet, if any."""
    found = player.attempts.of_learner(player.school, link.id, learner)
    return found[-1] if found and found[-1].state is AttemptState.OPEN else None


def may_begin(link: Link, material: Material, attempts: Sequence[Attempt]) -> bool:
    """Whether a new attempt can be begun: something is in use, and not all attempts are used up."""
    return material.in_use is not None and (link.terms.attempts == 0 or used(attempts) < link.terms.attempts)


def is_alive(attempt: Attempt, now: datetime) -> bool:
    """Whether its sitting goes on somewhere."""
    return not attempt.ended and now - attempt.seen < ALIVE


def attempt_of(player: Player, link: Link, material: Material, learner: str) -> Attempt:
    """The attempt that is not finished, or a new one.

    `NotAllowed`: NO_ATTEMPT when all are used up, WITHDRAWN when nothing is in use.
    """
    found = player.attempts.of_learner(player.school, link.id, learner)
    if found and found[-1].state is AttemptState.OPEN:
        return found[-1]
    if material.in_use is None:
        raise NotAllowed(actor="", action="PLAY", lack="WITHDRAWN")
    if not may_begin(link, material, found):
        raise NotAllowed(actor="", action="PLAY", lack="NO_ATTEMPT")
    return _begin(player, link, material.in_use, learner, number=len(found) + 1)


def sit(player: Player, given: Pass) -> tuple[int, Mapping[str, str]]:
    """A new sitting of a SCORM package: its number, and what content finds. As `seat`."""
    if given.is_preview:
        _check_age(player, given)
        return 0, {}
    seat = seated(player, given)
    return seat.attempt.sitting, begins_with(seat.attempt, seat.version, seat.link.terms)


def seated(player: Player, given: Pass) -> Seat:
    """A new sitting. `NotAllowed`: TOKEN_OLD, ATTEMPT_CLOSED; `NotFound`."""
    now = _check_age(player, given)
    attempt = player.attempts.change(player.school, given.attempt, lambda before: _seated(before, now))
    link = player.attempts.link(player.school, attempt.link)
    version = player.library.materials.find(player.school, link.material).version(attempt.version)
    assert version is not None, "a version is never taken away"
    return Seat(attempt, link, version)


def _check_age(player: Player, given: Pass) -> datetime:
    now = player.now()
    if now > given.until:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN_OLD")
    return now


def still(player: Player, given: Pass, sitting: int) -> Attempt:
    """A sitting says that it is there. `NotAllowed(lack="OTHER_SITTING")` when a newer one has taken over."""
    now = player.now()

    def seen(before: Attempt) -> tuple[Attempt, Sequence[Event]]:
        if before.sitting != sitting:
            raise NotAllowed(actor="", action="COMMIT", lack="OTHER_SITTING")
        return replace(before, seen=now, seconds=before.seconds + _active(before, now)), ()

    return player.attempts.change(player.school, given.attempt, seen)


def heard(player: Player, attempt: str, found: Outcome, *, final: bool) -> Attempt:
    """What an LRS was told of an attempt so far comes to this; asking again is harmless. `final`: it said goodbye.

    After the end nothing moves any more.
    """
    now = player.now()

    def judged(before: Attempt) -> tuple[Attempt, Sequence[Event]]:
        if before.state in ENDED:
            return before, ()
        alive = replace(before, seen=now, ended=final, seconds=before.seconds + _active(before, now))
        made = _with(alive, found, final=final, now=now, answered=True)
        return made, list(_moved(before, made, final=final, now=now))

    after = player.attempts.change(player.school, attempt, judged)
    if after.revision > after.reported:
        report(player, after)
    return after


def commit(player: Player, given: Pass, sent: Commit) -> Attempt | None:
    """Take a commit; None for a preview's.

    `BadInput`: COMMIT, VALUE; `NotAllowed`: TOKEN_OLD, OTHER_SITTING, ATTEMPT_CLOSED; `NotFound`.
    """
    now = player.now()
    if now > given.until + COMMITS_LIVE:
        raise NotAllowed(actor="", action="COMMIT", lack="TOKEN_OLD")
    check(sent.elements)
    if given.is_preview:
        return None
    attempt = player.attempts.change(player.school, given.attempt, lambda before: _committed(before, sent, now=now))
    if attempt.revision > attempt.reported:
        report(player, attempt)
    return attempt


def begins_with(attempt: Attempt, version: Version, terms: Terms) -> Mapping[str, str]:
    """What content finds at its first look. Nobody is named to it: who learns is a random word of the attempt."""
    mark = terms.pass_mark if terms.pass_mark is not None else version.pass_mark
    entry, seconds = "resume" if attempt.elements else "ab-initio", attempt.seconds
    found: dict[str, str]
    if version.standard is Standard.SCORM_12:
        found = {
            "cmi.core.student_id": attempt.id,
            "cmi.core.credit": "credit",
            "cmi.core.entry": entry,
            "cmi.core.lesson_mode": "normal",
            "cmi.core.total_time": f"{seconds // 3600:04}:{seconds // 60 % 60:02}:{seconds % 60:02}",
            "cmi.core.lesson_status": "not attempted",
        }
        rule = "" if mark is None else f"{mark:f}"
        return {**found, **({"cmi.student_data.mastery_score": rule} if rule else {}), **resumed(attempt.elements)}
    found = {
        "cmi.learner_id": attempt.id,
        "cmi.credit": "credit",
        "cmi.entry": entry,
        "cmi.mode": "normal",
        "cmi.total_time": f"PT{seconds}S",
    }
    rule = "" if mark is None else f"{mark / 100:f}"
    return {**found, **({"cmi.scaled_passing_score": rule} if rule else {}), **resumed(attempt.elements)}


def _begin(player: Player, link: Link, version: Version, learner: str, *, number: int) -> Attempt:
    now = player.now()
    attempt = Attempt(
        id=player.library.new_id(),
        link=link.id,
        learner=learner,
        number=number,
        version=version.number,
        state=AttemptState.OPEN,
        sitting=0,
        sequence=0,
        started=now,
        sat=now,
        seen=now,
        ended=True,
    )
    return player.attempts.begin(player.school, attempt)


def _seated(attempt: Attempt, now: datetime) -> tuple[Attempt, Sequence[Event]]:
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="PLAY", lack="ATTEMPT_CLOSED")
    kind = "taken_over" if attempt.sitting and is_alive(attempt, now) else "opened"
    made = replace(attempt, sitting=attempt.sitting + 1, sequence=0, sat=now, seen=now, ended=False)
    return replace(made, elements=resumed(attempt.elements)), [Event(now, kind)]


def _committed(attempt: Attempt, sent: Commit, *, now: datetime) -> tuple[Attempt, Sequence[Event]]:
    if sent.sitting != attempt.sitting:
        return _late(attempt, sent)
    if sent.sequence <= attempt.sequence:
        return attempt, ()  # seen, or overtaken by one that holds all of it
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    seconds = attempt.seconds + _active(attempt, now)
    made = _judged(replace(attempt, sequence=sent.sequence, seen=now, ended=sent.final, seconds=seconds), sent, now)
    return made, list(_events(attempt, made, sent, now))


def _late(attempt: Attempt, sent: Commit) -> tuple[Attempt, Sequence[Event]]:
    """The goodbye of a page that was reloaded may come after the new page's hello. While that one has said nothing it
    only adds; the new page sends what it changes, so it does not undo it."""
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    if not (sent.final and sent.sitting == attempt.sitting - 1 and attempt.sequence == 0):
        raise NotAllowed(actor="", action="COMMIT", lack="OTHER_SITTING")
    return _judged(attempt, sent._replace(final=False), attempt.sat), ()


def _judged(attempt: Attempt, sent: Commit, now: datetime) -> Attempt:
    """With the elements of a commit, and what they come to."""
    elements = merged(attempt.elements, sent.elements)
    answered = any(name.startswith(_ANSWERS) for name in sent.elements)
    after = replace(attempt, elements=elements)
    return _with(after, outcome(elements), final=sent.final, now=now, answered=answered)


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


def _active(attempt: Attempt, now: datetime) -> int:
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
