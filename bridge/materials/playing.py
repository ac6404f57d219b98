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

from bridge.domain.attempts import DONE, AttemptState, Outcome, check, merged, resumed, session_seconds
from bridge.domain.errors import NotAllowed
from bridge.domain.parts import as_elements, of_part, outcomes, together, with_part
from bridge.materials.beginning import begins_with
from bridge.materials.passes import COMMITS_LIVE, Pass, Player
from bridge.materials.results import report, used
from bridge.materials.showing import part_of
from bridge.ports.materials import Material, Standard, Version
from bridge.ports.playing import Attempt, Event, Link

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


class Begun(NamedTuple):
    """A sitting of SCORM: what content finds. `scored`: that it was opened has changed the score that counts."""

    sitting: int
    elements: Mapping[str, str]
    scored: bool


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


def sit(player: Player, given: Pass) -> Begun:
    """A new sitting of a part of a SCORM package. As `seated`."""
    if given.is_preview:
        _check_age(player, given)
        return Begun(0, {}, scored=False)
    seat = seated(player, given)
    part, standard = part_of(player.library, seat.version, given.part), seat.version.standard
    assert standard is not None, "it was opened"
    elements = begins_with(seat.attempt, standard, seat.link.terms, number=given.part, part=part)
    scored = part.silent and given.parts > 1 and _look_at(player, given, standard)
    return Begun(seat.attempt.sitting, elements, scored=scored)


def seated(player: Player, given: Pass) -> Seat:
    """A new sitting. `NotAllowed`: TOKEN_OLD, ATTEMPT_CLOSED; `NotFound`."""
    now = _check_age(player, given)
    attempt = player.attempts.change(player.school, given.attempt, lambda before: _seated(before, given, now))
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


def heard(player: Player, attempt: str, found: Mapping[int, Outcome], *, parts: int, final: bool) -> Attempt:
    """What an LRS was told of some parts of an attempt so far comes to this, of `parts` in all; asking again is
    harmless. `final`: it said goodbye.

    After the end nothing moves any more.
    """
    now = player.now()

    def judged(before: Attempt) -> tuple[Attempt, Sequence[Event]]:
        if before.state in ENDED:
            return before, ()
        alive = replace(before, seen=now, ended=final, seconds=before.seconds + _active(before, now))
        made = _with(*_told(alive, found, parts), final=final, now=now, answered=True)
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
    attempt = player.attempts.change(
        player.school, given.attempt, lambda before: _committed(before, sent, given, now=now)
    )
    if attempt.revision > attempt.reported:
        report(player, attempt)
    return attempt


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


def _seated(attempt: Attempt, given: Pass, now: datetime) -> tuple[Attempt, Sequence[Event]]:
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="PLAY", lack="ATTEMPT_CLOSED")
    kind = "taken_over" if attempt.sitting and is_alive(attempt, now) else "opened"
    made = replace(attempt, sitting=attempt.sitting + 1, sequence=0, sat=now, seen=now, ended=False)
    own = resumed(of_part(attempt.elements, given.part))
    detail = f"{given.part}/{given.parts}" if given.parts > 1 else ""
    return replace(made, elements=with_part(attempt.elements, given.part, own)), [Event(now, kind, detail)]


def _committed(attempt: Attempt, sent: Commit, given: Pass, *, now: datetime) -> tuple[Attempt, Sequence[Event]]:
    if sent.sitting != attempt.sitting:
        return _late(attempt, sent, given)
    if sent.sequence <= attempt.sequence:
        return attempt, ()  # seen, or overtaken by one that holds all of it
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    seconds = attempt.seconds + _active(attempt, now)
    alive = replace(attempt, sequence=sent.sequence, seen=now, ended=sent.final, seconds=seconds)
    made = _judged(alive, sent, given, now)
    return made, list(_events(attempt, made, sent, now))


def _late(attempt: Attempt, sent: Commit, given: Pass) -> tuple[Attempt, Sequence[Event]]:
    """The goodbye of a page that was reloaded may come after the new page's hello. While that one has said nothing it
    only adds; the new page sends what it changes, so it does not undo it."""
    if attempt.state in ENDED:
        raise NotAllowed(actor="", action="COMMIT", lack="ATTEMPT_CLOSED")
    if not (sent.final and sent.sitting == attempt.sitting - 1 and attempt.sequence == 0):
        raise NotAllowed(actor="", action="COMMIT", lack="OTHER_SITTING")
    return _judged(attempt, sent._replace(final=False), given, attempt.sat), ()


def _look_at(player: Player, given: Pass, standard: Standard) -> bool:
    """A part that says nothing, an asset of SCORM, is done once it was opened: nobody else will say so."""
    now = player.now()
    word = "cmi.core.lesson_status" if standard is Standard.SCORM_12 else "cmi.completion_status"

    def looked(before: Attempt) -> tuple[Attempt, Sequence[Event]]:
        opened = Commit(before.sitting, before.sequence, {word: "completed"}, final=False)
        made = _judged(before, opened, given, now)
        return made, list(_moved(before, made, final=False, now=now))

    after = player.attempts.change(player.school, given.attempt, looked)
    if after.revision > after.reported:
        report(player, after)
    return after.revision > after.reported


def _judged(attempt: Attempt, sent: Commit, given: Pass, now: datetime) -> Attempt:
    """With the elements of a commit, and what all that there are come to."""
    own = merged(of_part(attempt.elements, given.part), sent.elements)
    after = replace(attempt, elements=with_part(attempt.elements, given.part, own))
    answered = any(name.startswith(_ANSWERS) for name in sent.elements)
    found = together(outcomes(after.elements, given.parts), done=attempt.finished is not None)
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
