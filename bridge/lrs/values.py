"""Single values of xAPI: IRIs, times, durations, languages (Data §4), and the shape of objects that hold them.

A check takes a value and where it stands, and says nothing when all is well; `Malformed` otherwise.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from bridge.lrs.problems import Malformed, Where

Check = Callable[[Any, Where], None]
Json = dict[str, Any]

DEEPEST = 64  # lists and objects within each other in an extension: more is nobody's lesson

# RFC 3987 §2.2: no blanks, no control characters, none of these signs
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f\x7f-\x9f<>\"{}|\\^`]+")
_MAILTO = re.compile(r"mailto:[^\s\x00-\x1f\x7f-\x9f@]+@[^\s\x00-\x1f\x7f-\x9f@]+")
_SHA1 = re.compile(r"[0-9a-fA-F]{40}")
_SHA2 = re.compile(r"[0-9a-fA-F]{56}(?:[0-9a-fA-F]{8}(?:[0-9a-fA-F]{32}(?:[0-9a-fA-F]{32})?)?)?")  # SHA-224 … 512
# Data §2.4.1: every version of variant 2; RFC 9562, which took the place of RFC 4122, counts to 8
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}")
_TIMESTAMP = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)(Z|z|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)
_NUMBER = r"\d+(?:[.,]\d+)?"
_DURATION = re.compile(
    rf"P(?:{_NUMBER}W|(?=.)(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=\d)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
# RFC 5646 §2.1: language, script, region, variants, extensions, private use
_LANGUAGE = re.compile(
    r"(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[xX](?:-[A-Za-z0-9]{1,8})+)?|[xX](?:-[A-Za-z0-9]{1,8})+|i-[A-Za-z]+",
    re.ASCII,
)
_VERSION = re.compile(r"1\.0(?:\.\d+)?", re.ASCII)
_NESTS = (dict, list)


def text(value: Any, where: Where) -> None:
    if type(value) is not str:
        raise Malformed(where, "is no text")


def flag(value: Any, where: Where) -> None:
    if type(value) is not bool:
        raise Malformed(where, "is neither true nor false")


def number(value: Any, where: Where) -> None:
    if type(value) is not int and type(value) is not float:
        raise Malformed(where, "is no number")


def whole(value: Any, where: Where) -> None:
    """A count: an integer that is not negative."""
    if type(value) is not int or value < 0:
        raise Malformed(where, "is no whole number from 0 on")


def _pattern(pattern: re.Pattern[str], why: str) -> Check:
    matches = pattern.fullmatch

    def check(value: Any, where: Where) -> None:
        if type(value) is not str or matches(value) is None:
            raise Malformed(where, why)

    return check


iri = _pattern(_IRI, "is no IRI with a scheme")
mailto = _pattern(_MAILTO, "is no mailto IRI")
sha1 = _pattern(_SHA1, "is no SHA-1 in hexadecimal")
sha2 = _pattern(_SHA2, "is no SHA-2 in hexadecimal")
uuid = _pattern(_UUID, "is no UUID")
duration = _pattern(_DURATION, "is no ISO 8601 duration")
language = _pattern(_LANGUAGE, "is no RFC 5646 language tag")
version = _pattern(_VERSION, "is no version 1.0.x")


def timestamp(value: Any, where: Where) -> None:
    moment(value, where)


def moment(value: Any, where: Where) -> datetime:
    """The moment that an ISO 8601 timestamp names (Data §4.5); without a zone it is taken for UTC.

    An offset of minus zero is refused: RFC 3339 §4.3 uses it to say that the zone is not known.
    """
    found = _TIMESTAMP.fullmatch(value) if type(value) is str else None
    if found is None or (found[3] or "").replace(":", "") in ("-00", "-0000"):
        raise Malformed(where, "is no ISO 8601 timestamp")
    zone = (found[3] or "Z").upper()
    try:
        read = datetime.fromisoformat(f"{found[1]}T{_microseconds(found[2])}{'+00:00' if zone == 'Z' else zone}")
        return read.astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise Malformed(where, "names no moment that there is") from err


def _microseconds(clock: str) -> str:
    whole_part, dot, fraction = clock.replace(",", ".").partition(".")
    return f"{whole_part}.{fraction[:6]:0<6}" if dot else whole_part


def language_map(value: Any, where: Where) -> None:
    """Data §4.2: texts by language."""
    for tag, said in an_object(value, where).items():
        language(tag, (where, tag))
        text(said, (where, tag))


def extensions(value: Any, where: Where) -> None:
    """Data §4.1: any JSON by IRI. How deep is bounded, so that whatever is stored can be read and written again."""
    for name, part in an_object(value, where).items():
        iri(name, (where, name))
        if type(part) in _NESTS and _too_deep(part, DEEPEST):
            raise Malformed((where, name), f"is nested more than {DEEPEST} times")


def _too_deep(value: Any, depth: int) -> bool:
    parts = value.values() if type(value) is dict else value
    return depth == 0 or any(type(part) in _NESTS and _too_deep(part, depth - 1) for part in parts)


def an_object(value: Any, where: Where) -> Json:
    if type(value) is not dict:
        raise Malformed(where, "is no object")
    return value


def a_list(value: Any, where: Where) -> list[Any]:
    if type(value) is not list:
        raise Malformed(where, "is no list")
    return value


def each(check: Check) -> Check:
    """Every member of a list."""

    def check_all(value: Any, where: Where) -> None:
        for place, member in enumerate(a_list(value, where)):
            check(member, (where, place))

    return check_all


def members(value: Any, where: Where, known: Mapping[str, Check], *, needed: Collection[str] = ()) -> Json:
    """An object with these properties and no other (Data §2.2: letters count); null stands for nothing."""
    if type(value) is not dict:
        raise Malformed(where, "is no object")
    for name, part in value.items():
        check = known.get(name)
        if check is None:
            raise Malformed((where, name), "is no property known here")
        check(part, (where, name))
    need(value, where, needed)
    return value


def need(value: Json, where: Where, names: Collection[str]) -> None:
    for name in names:
        if name not in value:
            raise Malformed((where, name), "is missing")


def shaped(known: Mapping[str, Check], *, needed: Collection[str] = ()) -> Check:
    """`members` as a check."""

    def check(value: Any, where: Where) -> None:
        members(value, where, known, needed=needed)

    return check


def word(expected: str) -> Check:
    def check(value: Any, where: Where) -> None:
        if value != expected:
            raise Malformed(where, f"is not {expected}")

    return check
