"""Scores as text, and back: as `str(score)` writes them; an unreadable cell also keeps what stood there."""

from functools import lru_cache

from bridge.domain.scores import Cause, Column, Score, ScoreKey, Term, Unreadable, score_of

COLUMNS = {column.value: column for column in Column}
TERMS = {term.value: term for term in Term}
_UNREADABLE = "UNREADABLE"


def write_score(score: Score) -> str:
    return f"{score}:{score.shown}" if isinstance(score, Unreadable) else str(score)


def write_optional(score: Score | None) -> str | None:
    return None if score is None else write_score(score)


@lru_cache(maxsize=4096)
def read_score(text: str) -> Score:
    """`ValueError` for what `write_score` never wrote."""
    if text.startswith(_UNREADABLE):
        _, cause, shown = text.split(":", 2)
        return Unreadable(Cause(cause), shown)
    return score_of(text)


def read_optional(text: str | None) -> Score | None:
    return None if text is None else read_score(text)


def key_values(key: ScoreKey) -> dict[str, object]:
    """A key as the values of its columns."""
    return {
        "school": key.school,
        "year": key.year,
        "subject": key.subject,
        "term": key.term.value,
        "pupil": key.pupil,
        "book_column": key.column.value,
    }


def key_name(key: ScoreKey) -> str:
    """A key as the trail names it."""
    return f"{key.year}/{key.subject}/{key.term}/{key.pupil}/{key.column}"
