"""JSON in and out as xAPI has it (Data §2.2): UTF-8, each property once, no number that is none, nothing half a letter.

What `decode` lets in can be written again by `encode`: nobody stores what can't be given out.
"""

import json
import math
import re
from typing import Any, NamedTuple, NoReturn

from bridge.lrs.problems import Malformed

_BLANKS = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # escaped halves of a letter, which mostly come in pairs


class Piece(NamedTuple):
    """A JSON value, and the text that it was read from."""

    value: Any
    text: str


def decode(raw: bytes | str, where: str) -> Any:
    """`Malformed` for anything but one JSON value in UTF-8 (Communication §1.4)."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value = _decoder.decode(text)
        _check_letters(text, value)
    except (ValueError, RecursionError) as err:
        raise Malformed(where, "is no JSON") from err
    return value


def pieces(raw: bytes, where: str) -> list[Piece]:
    """The members of a list, or the one value that there is. Errors as `decode`."""
    try:
        text = raw.decode("utf-8")
        found = _members(text)
        _check_letters(text, [one.value for one in found])
    except (ValueError, RecursionError) as err:
        raise Malformed(where, "is no JSON") from err
    return found


def _members(text: str) -> list[Piece]:
    start = _blank(text, 0)
    if not text.startswith("[", start):
        return [Piece(_decoder.decode(text), text.strip(" \t\r\n"))]
    found: list[Piece] = []
    at = _blank(text, start + 1)
    if text.startswith("]", at):
        return _ended(text, at, found)
    while True:
        value, end = _decoder.raw_decode(text, at)
        found.append(Piece(value, text[at:end]))
        at = _blank(text, end)
        if not text.startswith(",", at):
            return _ended(text, at, found)
        at = _blank(text, at + 1)


def _ended(text: str, at: int, found: list[Piece]) -> list[Piece]:
    if not text.startswith("]", at) or _blank(text, at + 1) != len(text):
        raise ValueError("a list does not end here")
    return found


def _blank(text: str, at: int) -> int:
    """Where the next thing begins."""
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _check_letters(text: str, value: Any) -> None:
    if _SURROGATE.search(text):
        encode(value).encode()  # a half without the other is no letter of UTF-8


def encode(value: Any) -> str:
    """`Malformed` for what is nested deeper than it can be written."""
    try:
        return _encoder.encode(value)
    except RecursionError as err:
        raise Malformed("content", "is nested too deeply") from err


def canonical(value: Any) -> bytes:
    """The same for the same value, however its properties are ordered."""
    try:
        return _sorting.encode(value).encode()
    except RecursionError as err:
        raise Malformed("content", "is nested too deeply") from err


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Data §2.2: each property no more than one time. A second one would silently take the place of the first."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a property stands twice")
    return found


def _finite(text: str) -> float:
    """`1e400` is JSON, but no number of ours: it would be given out as one that JSON has not."""
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"{text[:20]} is out of range")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


_decoder = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite)
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_sorting = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
