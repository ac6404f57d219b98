"""Looking again at an attempt that is finished (cmi5 §10.2.2, `Review`): the package shows it, and nothing counts."""

from datetime import datetime

from bridge.domain.attempts import DONE
from bridge.domain.errors import NotAllowed
from bridge.materials import changes
from bridge.materials.passes import Pass, Player
from bridge.materials.playing import Seat
from bridge.ports.materials import Standard, Version
from bridge.ports.playing import Attempt, Event, Link


def may_look(link: Link, version: Version, attempt: Attempt, now: datetime) -> bool:
    """Where the link's terms allow it, of what cmi5 has finished and nobody has open."""
    finished = attempt.state in DONE and not changes.is_alive(attempt, now)
    return link.terms.review and version.standard is Standard.CMI5 and finished


def look(player: Player, given: Pass) -> Seat:
    """It stands in the attempt's timeline, and changes nothing else. `NotAllowed`: TOKEN_OLD, NO_REVIEW; `NotFound`."""
    now = player.now()
    if now > given.until:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN_OLD")
    attempt = player.attempts.find(player.school, given.attempt)
    link = player.attempts.link(player.school, attempt.link)
    version = player.library.materials.find(player.school, link.material).begun_with(attempt.version)
    demand_look(link, version, attempt, now)
    detail = f"{given.part}/{given.parts}" if given.parts > 1 else ""
    player.attempts.change(player.school, attempt.id, lambda before: (before, [Event(now, "reviewed", detail)]))
    return Seat(attempt, link, version)


def demand_look(link: Link, version: Version, attempt: Attempt, now: datetime) -> None:
    """`NotAllowed(lack="NO_REVIEW")`."""
    if not may_look(link, version, attempt, now):
        raise NotAllowed(actor="", action="PLAY", lack="NO_REVIEW")
