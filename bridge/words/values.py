"""How single values are written in a sentence: numbers, dates, lists, scores' own signs."""

from collections.abc import Collection
from datetime import UTC, date, datetime

from bridge.domain.timetable import SCHOOL_TIME


def written(value: object, language: str) -> str:
    """A fact as a person reads it. Enums are not for here: they have labels."""
    match value:
        case None:
            return "–"
        case datetime():
            return _moment(value, language)
        case date():
            return _day(value, language)
        case float():
            return decimal(f"{value:g}", language)
        case _:
            return str(value)  # whole numbers are ids, years and small counts: never grouped


def decimal(digits: str, language: str) -> str:
    """`8.5` with the sign of the language: schools here write `8,5`."""
    return digits.replace(".", ",") if language == "vi" else digits


def grouped(number: int, language: str) -> str:
    """12.345 in Vietnamese, 12,345 in English."""
    return f"{number:,}".replace(",", "." if language == "vi" else ",")


def is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes) and not hasattr(value, "_fields")


def _moment(value: datetime, language: str) -> str:
    """To the minute, in the school's own time; a moment without zone is taken as UTC."""
    local = (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone(SCHOOL_TIME)
    clock, day = f"{local:%H:%M}", _day(local.date(), language)
    return f"{clock} ngày {day}" if language == "vi" else f"{day} {clock}"


def _day(value: date, language: str) -> str:
    return f"{value:%d/%m/%Y}" if language == "vi" else value.isoformat()
