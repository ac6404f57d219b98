"""Time as the contract writes it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_VIETNAM = timezone(timedelta(hours=7))


def stamp(epoch: float) -> str:
    """Seconds since 1970 → `2026-11-20T08:30:00+07:00`; fractions are dropped, as writers should."""
    return datetime.fromtimestamp(int(epoch), _VIETNAM).isoformat()


def epoch_of(text: str) -> float:
    """Any zone is accepted; instants are compared. ValueError without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return moment.timestamp()
