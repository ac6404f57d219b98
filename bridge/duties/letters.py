"""A digest as a letter: counts by class × subject and what to do next, in the person's own language."""

from collections.abc import Sequence
from datetime import date

from bridge.domain.errors import BadInput
from bridge.domain.timetable import SCHOOL_TIME
from bridge.notices.digest import Line
from bridge.ports.notices import Letter, Recipient
from bridge.wiring import App
from bridge.words import Words

FEW = 30  # lines of a letter; the rest is counted


def digest_letter(app: App, to: Recipient, lines: Sequence[Line]) -> Letter:
    words = Words(to.language)
    total = sum(line.waits for line in lines)
    text = "\n".join(
        [
            words.text("letter.begin", school=app.school, day=app.today),
            "",
            *(f"- {_said(app, words, line)}" for line in lines[:FEW]),
            *([words.text("letter.more", count=len(lines) - FEW)] if len(lines) > FEW else []),
            "",
            *_next_steps(words, lines),
            "",
            words.text("letter.where", url=app.settings.web.url),
            "",
            words.text("letter.stop", url=stop_link(app, to)),
        ]
    )
    subject = words.text("letter.subject", school=app.school, count=total)
    return Letter(to.address, subject, text, stop_link(app, to), _id(app, to))


def checked_address(address: str) -> str:
    """Of an e-mail, trimmed; `BadInput` NO_ADDRESS. No more than its form: whether it works, a letter tells."""
    name, _, host = address.strip().rpartition("@")
    if not name or "." not in host or any(sign.isspace() or sign in "<>,;" for sign in address.strip()):
        raise BadInput(where="address", value="", why="NO_ADDRESS")
    return address.strip()


def trial_letter(app: App, to: Recipient) -> Letter:
    words = Words(to.language)
    text = "\n\n".join([words.text("letter.test"), words.text("letter.stop", url=stop_link(app, to))])
    return Letter(
        to.address,
        words.text("letter.test_subject", school=app.school),
        text,
        stop_link(app, to),
        app.sync.world.new_id(),
    )


def stop_link(app: App, to: Recipient) -> str:
    """The page that ends the letters; its token is an HMAC, and tells nothing of whose it is."""
    return f"{app.settings.web.url}/letters/stop/{to.token}"


def _id(app: App, to: Recipient) -> str:
    """The same for a letter of the same day: a server that got it twice shows one."""
    at = app.sync.world.now().astimezone(SCHOOL_TIME).date()
    return f"{at.isoformat()}.{to.token}"


def _said(app: App, words: Words, line: Line) -> str:
    unit = line.unit
    subject = app.sync.subjects.by_code.get(unit.subject)
    counts = (
        ("letter.confirm", line.confirm),
        ("letter.release", line.release),
        ("letter.held", line.held),
        ("letter.refused", line.refused),
    )
    parts = [words.text(key, count=count) for key, count in counts if count]
    place = f"{unit.school_class} · {subject.name if subject else unit.subject} · {unit.term}"
    return f"{place}: {'; '.join(parts)}{_closes(words, line.closes)}"


def _closes(words: Words, day: date | None) -> str:
    return f" – {words.text('letter.closes', day=day)}" if day is not None else ""


def _next_steps(words: Words, lines: Sequence[Line]) -> list[str]:
    keys = (
        ("letter.next_confirm", any(line.confirm for line in lines)),
        ("letter.next_release", any(line.release for line in lines)),
        ("letter.next_held", any(line.held or line.refused for line in lines)),
    )
    return [words.text(key) for key, wanted in keys if wanted]
