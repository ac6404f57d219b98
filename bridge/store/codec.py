"""Scores as text, and back: as `str(score)` writes them; an unreadable cell also keeps what stood there."""

from bridge.domain.scores import Column, Score, ScoreKey, Term
from bridge.domain.scores import read_score as read_score
from bridge.domain.scores import write_score as write_score

COLUMNS = {column.value: column for column in Column}
TERMS = {term.value: term for term in Term}


def write_optional(score: Score | None) -> str | None:
    return None if score is None else write_score(score)


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
