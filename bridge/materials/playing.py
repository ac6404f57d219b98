"""Playing: which attempt a learner goes on with, what a commit changes, which score counts.

An attempt has sittings: one opening of the player each. A newer sitting takes the attempt over; the older one's commits
are refused from then on and its page says so, so that a forgotten tab never writes over what was done elsewhere. Within
a sitting commits are numbered: what was seen is not applied again, and what comes late is not applied at all. A browser
sends what has changed since the last commit that it knows to be taken, so a commit that is dropped loses nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from bridge.domain.attempts import AttemptState, Elements, Outcome, check
from bridge.domain.errors import NotAllowed
from bridge.materials import changes
from bridge.materials.beginning import begins_with, identity, rules_of
from bridge.materials.changes import Changed, Commit, Over, nothing_over
from bridge.materials.order import demand_open, order_in, shared_objectives
from bridge.materials.passes import COMMITS_LIVE, Pass, Player
from bridge.materials.results import report, used
from bridge.materials.showing import activities_of, part_of, version_of
from bridge.ports.materials import Material, Standard, Version
from bridge.ports.playing import Attempt, Link


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
    """A new sitting of a part of a SCORM package. As `seated`; `NotAllowed(lack="PART_SHUT")`."""
    if given.is_preview:
        return _look(player, given)
    before, link, version = _place_of(player, given)
    demand_open(player.library, version, before.elements, given.part)
    part, standard = part_of(player.library, version, given.part), version.standard
    assert standard is not None, "it was opened"
    rules = rules_of(standard, part, pass_mark=link.terms.pass_mark)
    attempt = seated(player, given, rules).attempt
    shared = shared_objectives(player.library, version, attempt.elements, given.part)
    elements = begins_with(attempt, standard, number=given.part, shared=shared)
    scored = part.silent and given.parts > 1 and _look_at(player, given, standard)
    return Begun(attempt.sitting, elements, scored=scored)


def _look(player: Player, given: Pass) -> Begun:
    """What a preview finds: as a first attempt would, by the package's own rules."""
    _check_age(player, given)
    version = version_of(player.library, given.package)
    part, standard = part_of(player.library, version, given.part), version.standard
    assert standard is not None, "it was opened"
    rules = rules_of(standard, part, pass_mark=None)
    return Begun(0, {**identity(standard, "preview", entry="ab-initio", seconds=0), **rules}, scored=False)


def seated(player: Player, given: Pass, rules: Elements | None = None) -> Seat:
    """A new sitting. `NotAllowed`: TOKEN_OLD, ATTEMPT_CLOSED; `NotFound`."""
    now = _check_age(player, given)
    attempt = player.attempts.change(
        player.school, given.attempt, lambda before: changes.seated(before, given, now, rules or {})
    )
    _, link, version = _place_of(player, given)
    return Seat(attempt, link, version)


def _place_of(player: Player, given: Pass) -> Seat:
    attempt = player.attempts.find(player.school, given.attempt)
    link = player.attempts.link(player.school, attempt.link)
    version = player.library.materials.find(player.school, link.material).begun_with(attempt.version)
    return Seat(attempt, link, version)


def _check_age(player: Player, given: Pass) -> datetime:
    now = player.now()
    if now > given.until:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN_OLD")
    return now


def still(player: Player, given: Pass, sitting: int) -> Attempt:
    """A sitting says that it is there. `NotAllowed(lack="OTHER_SITTING")` when a newer one has taken over."""
    now = player.now()

    def seen(before: Attempt) -> Changed:
        if before.sitting != sitting:
            raise NotAllowed(actor="", action="COMMIT", lack="OTHER_SITTING")
        if before.ended:
            return before, ()  # nobody learns any more in a page that was left open
        return replace(before, seen=now, seconds=before.seconds + changes.active(before, now)), ()

    return player.attempts.change(player.school, given.attempt, seen)


def heard(player: Player, attempt: str, found: Mapping[int, Outcome], *, parts: int, final: bool) -> Attempt:
    """What an LRS was told of some parts of an attempt so far comes to this, of `parts` in all; asking again is
    harmless. `final`: it said goodbye.

    After the end nothing moves any more.
    """
    now = player.now()
    return _changed(player, attempt, lambda before: changes.heard(before, found, parts=parts, final=final, now=now))


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
    over = _over(player, given)
    return _changed(player, given.attempt, lambda before: changes.committed(before, sent, given, now, over))


def _changed(player: Player, attempt: str, change: Callable[[Attempt], Changed]) -> Attempt:
    """The attempt after a change. A score that it has moved is handed on: its revision is above the reported one."""
    after = player.attempts.change(player.school, attempt, change)
    if after.revision > after.reported:
        report(player, after)
    return after


def _over(player: Player, given: Pass) -> Over:
    """What the package passes over as an attempt stands; asked within the change, so read before it."""
    if given.parts == 1:
        return nothing_over
    activities = activities_of(player.library, version_of(player.library, given.package))
    return lambda elements: order_in(activities, elements, given.parts).over


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


def _look_at(player: Player, given: Pass, standard: Standard) -> bool:
    """A part that says nothing, an asset of SCORM, is done once it was opened: nobody else will say so."""
    now = player.now()
    word = "cmi.core.lesson_status" if standard is Standard.SCORM_12 else "cmi.completion_status"
    said, over = {word: "completed"}, _over(player, given)
    after = _changed(player, given.attempt, lambda before: changes.added(before, said, given, now, over))
    return after.revision > after.reported
