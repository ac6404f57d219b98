"""What speaks for and against scores that a browser reported: how long, how often, when, and what is odd about it.

Such a score can be forged (SCORM keeps no secret from the page that it runs in), so a person looks before it goes to
the city. Everything here is by our own clock, never by what a package says. A pattern is a hint to ask the pupil, not
a verdict: whoever knew it all is fast too. What the content does with everybody is no pattern: a package that reports
all answers at its end, or none at all, says nothing of one pupil.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from statistics import median

FEWEST = 5  # finished learners before one is compared with the others
FASTER = 4  # times as fast as half of the others
SHORT = 60  # seconds: where half of the others need no longer, nobody is too fast
SEVERAL = 3  # answers before their coming all at once says anything


class Oddity(StrEnum):
    NO_ATTEMPT = "NO_ATTEMPT"  # the LMS has a score, and nothing was finished here
    FAST = "FAST"  # finished far faster than the others
    AT_ONCE = "AT_ONCE"  # all answers at one moment, where the others' came one after another
    NO_ANSWER = "NO_ANSWER"  # a score without any answer, where the others answered
    CLOCK = "CLOCK"  # more time reported than passed
    REOPENED = "REOPENED"  # let on by a teacher


@dataclass(frozen=True, slots=True)
class Work:
    """What one learner did in a link, over the attempts that are not set aside.

    `bursts`: how many answers came with each report that had any; None where answers do not come this way.
    """

    attempts: int
    seconds: int  # active, by our own clock
    last: datetime  # the last word of it
    finished: bool
    scored: bool
    bursts: tuple[int, ...] | None = None
    odd_clock: bool = False
    reopened: bool = False


def oddities(works: Mapping[str, Work], marked: Sequence[str]) -> Mapping[str, tuple[Oddity, ...]]:
    """By learner, in the order of `Oddity`. `marked`: who has a score in the LMS's column."""
    found = {who: _own(work) for who, work in works.items()}
    for who in marked:
        if who not in works or not works[who].finished:
            found.setdefault(who, set()).add(Oddity.NO_ATTEMPT)
    done = {who: work for who, work in works.items() if work.finished}
    if len(done) >= FEWEST:
        for who, work in done.items():
            found[who] |= _beside(work, [other for name, other in done.items() if name != who])
    return {who: tuple(each for each in Oddity if each in odd) for who, odd in found.items()}


def _own(work: Work) -> set[Oddity]:
    return {each for each, so in ((Oddity.CLOCK, work.odd_clock), (Oddity.REOPENED, work.reopened)) if so}


def _beside(work: Work, others: Sequence[Work]) -> set[Oddity]:
    usual = median(other.seconds for other in others)
    rules = {
        Oddity.FAST: usual > SHORT and work.seconds * FASTER < usual,
        Oddity.AT_ONCE: _at_once(work) and _most(not _at_once(other) and bool(other.bursts) for other in others),
        Oddity.NO_ANSWER: work.scored and work.bursts == () and _most(bool(other.bursts) for other in others),
    }
    return {each for each, so in rules.items() if so}


def _at_once(work: Work) -> bool:
    return work.bursts is not None and len(work.bursts) == 1 and work.bursts[0] >= SEVERAL


def _most(signs: Iterable[bool]) -> bool:
    """More than half."""
    known = list(signs)
    return 2 * sum(known) > len(known)
