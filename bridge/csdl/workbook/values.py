"""Cells and scores: what a cell of a mark column says, and how a score is written into one.

`8,5`, `8.5`, `8.50`, `08` and the number 8.5 are one mark; `85` and `8,25` are none and are reported, for nobody can
know what was meant (the city's book has tenths: TT22/2021 Art. 5.3b). What a layout calls exempt or absent is a state.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from bridge.csdl.workbook.texts import clean, spelling_key
from bridge.domain.scores import ABSENT, BLANK, EXEMPT, Cause, Mark, Score, Standing, Unreadable, Verdict, mark

Cell = object  # what calamine gives: str, float, int, bool, date, datetime, time, timedelta

_NUMBER = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,9})?")
_DAY = re.compile(r"([0-9]{1,4})[/.\-]([0-9]{1,4})(?:[/.\-]([0-9]{1,4}))?")
_FLOAT_NOISE = Decimal("0.000000001")  # 8.3 out of a formula is 8.300000000000001
_EPOCH = date(1899, 12, 30)  # Excel's day 0, its false 29 February 1900 included
_YEARS = range(1920, 2101)
_SERIALS = range(1, 80_000)  # 1900 to 2119
_QUOTES = "'’‘`\u00b4"
_SHOWN = 40

_NUMBERS: dict[Score, int] = {mark(tenths): tenths + 1 for tenths in range(101)}
_NUMBERS |= {Verdict.PASSED: 102, Verdict.NOT_PASSED: 103, EXEMPT: 104, ABSENT: 105}
_SCORES = {number: score for score, number in _NUMBERS.items()}


def number_of(score: Score | None) -> int:
    """The version of a cell with this score: equal values, equal numbers; 0 for blank (ADR 0027)."""
    return _NUMBERS.get(score, 0) if score is not None else 0


def score_of_number(number: int) -> Score | None:
    """The score that `number_of` numbered; None for 0 and for what is no such number."""
    return _SCORES.get(number)


def text_of(cell: Cell) -> str:
    """A cell as text: whole numbers without a decimal point, days as ISO, one space between words."""
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            return str(int(cell)) if cell.is_integer() else repr(cell)
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case None:
            return ""
        case _:
            return clean(str(cell))


def read_score(cell: Cell, words: Mapping[str, Score], *, verdicts: bool) -> Score:
    """What a mark cell says. `words` by `spelling_key`; `verdicts`: the column holds Đạt / Chưa đạt, no numbers."""
    text = text_of(cell).strip(_QUOTES).strip()
    if not text:
        return BLANK
    known = words.get(spelling_key(text) or text)
    if known is not None:
        return known if isinstance(known, Standing) or verdicts else Unreadable(Cause.WRONG_KIND, text[:_SHOWN])
    if isinstance(cell, date | datetime | bool):
        return Unreadable(Cause.NOT_A_VALUE, text[:_SHOWN])
    number = _mark(text)
    if verdicts and isinstance(number, Mark):
        return Unreadable(Cause.WRONG_KIND, text[:_SHOWN])
    return number


def _mark(text: str) -> Score:
    if not _NUMBER.fullmatch(text) and not _is_float_noise(text):
        return Unreadable(Cause.NOT_A_VALUE, text[:_SHOWN])
    tenths = Decimal(text.replace(",", ".")) * 10
    whole = round(tenths)
    if abs(tenths - whole) > _FLOAT_NOISE * 10:
        return Unreadable(Cause.NOT_A_VALUE, text[:_SHOWN])
    return mark(whole) if 0 <= whole <= 100 else Unreadable(Cause.OUT_OF_RANGE, text[:_SHOWN])


def _is_float_noise(text: str) -> bool:
    try:
        return "." in text and 0 <= Decimal(text) <= 10
    except InvalidOperation:
        return False


def write_text(score: Score | None, *, comma: bool, passed: str, not_passed: str) -> str:
    """A score as a text cell: `8,5`, `8`, `Đ`; empty for None (a mark that is taken back)."""
    match score:
        case Mark(tenths=tenths):
            whole, tenth = divmod(tenths, 10)
            return f"{whole}{',' if comma else '.'}{tenth}" if tenth else str(whole)
        case Verdict.PASSED:
            return passed
        case Verdict.NOT_PASSED:
            return not_passed
        case _:
            return ""


def read_birth(cell: Cell) -> str | None:
    """A birth date, its precision kept: `2011-03-05`, `2011-03`, `2011`; None for blank.

    Day first, as every Vietnamese file has it; Excel's day number too. `ValueError` for anything else.
    """
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = text_of(cell).strip(_QUOTES)
    if not text:
        return None
    if text.isdecimal() and text.isascii():
        return _by_number(int(text))
    found = _DAY.fullmatch(text)
    if found is None:
        raise ValueError("no day")
    return _from_parts([int(part) for part in found.groups() if part])


def _by_number(number: int) -> str:
    if number in _YEARS:
        return str(number)
    if number in _SERIALS:
        return (_EPOCH + timedelta(days=number)).isoformat()
    raise ValueError("no day")


def _from_parts(parts: list[int]) -> str:
    """Day first or year first; a year of two digits may be of either century, and is none."""
    year_last = parts[-1] > 31
    *rest, year = parts if year_last else reversed(parts)
    if year not in _YEARS:
        raise ValueError("no year")
    if len(rest) == 1:
        return date(year, rest[0], 1).isoformat()[:7]
    return date(year, rest[1], rest[0]).isoformat()
