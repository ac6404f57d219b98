"""Rules for single values: vocabularies, numbers, durations, identifiers, IRIs."""

import re
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from content_packager.checks.shapes import Value

_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})")
_NCNAME = re.compile(r"[^\W\d][\w.\-·]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*")
_IRI_REFUSES = re.compile(r"[\s<>\"{}|\\^`\x00-\x20]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_LEFTOVER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_TIMESPAN_12 = re.compile(r"\d{2,4}:\d{2}:\d{2}(?:\.\d{1,2})?")
_DURATION = re.compile(r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,2})?S)?)?")


def decimal(text: str) -> Decimal | None:
    """The number that xs:decimal reads; None for anything else (exponents and NaN too)."""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def is_ncname(text: str) -> bool:
    """xs:ID. `\\w` is a little wider than the production in a few scripts: never a false alarm."""
    return bool(_NCNAME.fullmatch(text))


def is_iri(text: str) -> bool:
    """An absolute IRI: a scheme and something after it, none of the characters that an IRI may not hold."""
    scheme, colon, rest = text.partition(":")
    return bool(colon and rest and _SCHEME.fullmatch(scheme) and not _IRI_REFUSES.search(text) and splits(text))


def is_iri_reference(text: str) -> bool:
    return not _IRI_REFUSES.search(text) and splits(text)


def splits(url: str) -> bool:
    """Whether the URL can be taken apart at all (`http://[` cannot)."""
    try:
        urlsplit(url)
    except ValueError:
        return False
    return True


def is_language(text: str) -> bool:
    """xs:language, the shape of BCP 47."""
    return bool(_LANGUAGE.fullmatch(text))


def is_leftover(name: str) -> bool:
    """Whether a file is one that macOS or Windows leaves behind, not the author's."""
    return bool(_LEFTOVER.search(name))


def between(least: str, most: str, code: str = "structure.value") -> Value:
    low, high = Decimal(least), Decimal(most)

    def holds(text: str) -> bool:
        number = decimal(text)
        return number is not None and low <= number <= high

    return Value(holds, f"{least} … {most}", code)


def words(*allowed: str, code: str = "structure.value") -> Value:
    return Value(frozenset(allowed).__contains__, " | ".join(allowed), code)


def or_empty(rule: Value) -> Value:
    """Many tools write the elements of which they have nothing to say."""
    return rule._replace(holds=lambda text: not text or rule.holds(text))


def at_most(length: int, code: str) -> Value:
    return Value(lambda text: len(text) <= length, f"≤ {length}", code)


BOOLEAN = words("true", "false", "1", "0")
WHOLE = Value(lambda text: text.isascii() and text.isdigit(), "0, 1, 2 …")
TIMESPAN_12 = Value(lambda text: bool(_TIMESPAN_12.fullmatch(text)), "HHHH:MM:SS.SS")
DURATION = Value(lambda text: bool(_DURATION.fullmatch(text)), "P…T… (ISO 8601)")
IDENTIFIER = Value(is_ncname, "xs:ID", "manifest.identifier-form")
