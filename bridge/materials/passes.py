"""Tokens that stand in the paths of the content's host, which has no cookies: which attempt, which package, until when.

Signed, not stored: every picture of a page asks for one to be judged. A token opens one package on its own host, and
takes commits of one attempt; whoever finds it can do no more than the page that it stands in.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from bridge.domain.attempts import Answer
from bridge.domain.errors import NotAllowed
from bridge.materials.context import Library
from bridge.ports.passback import Place, Wanted
from bridge.ports.playing import Attempt, Attempts, Discounts

FILES_LIVE = timedelta(hours=4)
COMMITS_LIVE = timedelta(hours=8)  # longer: what was done in a page that stayed open over lunch is still taken
PREVIEW, FILES = "-", "."


@dataclass(frozen=True, slots=True)
class Player:
    """`seal` makes 32 bytes of a text that nobody else can make; `hand_on` wants a score in a gradebook.

    `alias` makes a random word of a learner's account, the same one each time. `spoken`: what a lesson of xAPI or cmi5
    was answered in an attempt.
    """

    library: Library
    attempts: Attempts
    seal: Callable[[str], bytes]
    hand_on: Callable[[Place, Wanted], None]
    alias: Callable[[str], str]
    discounts: Discounts
    spoken: Callable[[str], Sequence[Answer]]

    @property
    def school(self) -> str:
        return self.library.school

    def now(self) -> datetime:
        return self.library.now()


class Pass(NamedTuple):
    """What a token says. `until`: its files may be had until then, commits are taken for `COMMITS_LIVE` longer.

    `part`, from 1, of the package's `parts`. `review`: a finished attempt is looked at again, and nothing counts.
    """

    attempt: str
    package: str
    until: datetime
    part: int = 1
    parts: int = 1
    review: bool = False

    @property
    def is_preview(self) -> bool:
        return self.attempt == PREVIEW

    @property
    def files_only(self) -> bool:
        return self.attempt == FILES


def issue(
    player: Player, package: str, attempt: Attempt | None, *, part: int = 1, parts: int = 1, review: bool = False
) -> str:
    """A token for an attempt; for None one for a preview, whose commits are answered and forgotten."""
    whose = attempt.id if attempt is not None else PREVIEW
    return _issue(player, whose, f"{package}|{_until(player)}|{part}|{parts}" + ("|1" if review else ""))


def issue_files(player: Player, package: str) -> str:
    """A token for the files of a package alone. Of a lesson in a window of its own it stands in the bar, and whoever is
    handed that address learns as nobody."""
    return _issue(player, FILES, f"{package}|{_until(player)}")


def _issue(player: Player, whose: str, what: str) -> str:
    said = f"{whose}|{what}"
    return f"{_text(said.encode())}.{_text(player.seal(said)[:16])}"


def _until(player: Player) -> int:
    return int((player.now() + FILES_LIVE).timestamp())


def read(player: Player, token: str, *, host: str) -> Pass:
    """`NotAllowed(lack="TOKEN")` for a token that we did not give, or not for this host."""
    said, _, mark = token.partition(".")
    try:
        text, proof = _bytes(said).decode(), _bytes(mark)
        attempt, package, until, *numbers = text.split("|")
        part, parts, *review = map(int, numbers or (1, 1))  # tokens for files name no part
        given = Pass(attempt, package, datetime.fromtimestamp(int(until), UTC), part, parts, bool(review))
    except (ValueError, OverflowError) as err:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN") from err
    right = secrets.compare_digest(proof, player.seal(text)[:16])
    if not right or not secrets.compare_digest(host_of(package).encode(), host.encode()):
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN")
    return given


def sealed(player: Player, said: str) -> str:
    """A text that only we can have written, fit for a path. Told apart from tokens by its first letter."""
    return f"{_text(said.encode())}.{_text(player.seal(f'#{said}')[:16])}"


def unsealed(player: Player, text: str) -> str:
    """`NotAllowed(lack="TOKEN")` for a text that we did not write."""
    said, _, mark = text.partition(".")
    try:
        found, proof = _bytes(said).decode(), _bytes(mark)
    except ValueError as err:
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN") from err
    if not secrets.compare_digest(proof, player.seal(f"#{found}")[:16]):
        raise NotAllowed(actor="", action="PLAY", lack="TOKEN")
    return found


def host_of(package: str) -> str:
    """The first name of a package's own host (RFC 1035 §2.3.4: at most 63 letters)."""
    return f"m{package[:40]}"


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
