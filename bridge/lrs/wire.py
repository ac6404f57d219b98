"""JSON in and out as xAPI has it (Data §2.2): UTF-8, each property once, no number that is none, nothing half a letter.

What `decode` lets in can be written again by `encode`: nobody stores what can't be given out.
"""

import json
import re
from typing import Any

import msgspec

from bridge.lrs.problems import Malformed

BLANKS = b" \t\r\n"  # around a JSON text (RFC 8259 §2)
_NESTS = (dict, list)
_COLON = re.compile(rb"\\u003a", re.IGNORECASE)  # written as an escape within a text


def decode(raw: bytes | str, where: str) -> Any:
    """`Malformed` for anything but one JSON value in UTF-8 (Communication §1.4)."""
    try:
        text = raw.encode() if isinstance(raw, str) else raw
        value = msgspec.json.decode(text)
        if type(value) in _NESTS:
            _check_names(text, value)
    except (ValueError, RecursionError) as err:
        raise Malformed(where, "is no JSON") from err
    return value


def _check_names(text: bytes, value: Any) -> None:
    """Data §2.2: each property no more than one time. Of two the first is lost, and the colon behind its name too."""
    if text.count(b":") != msgspec.json.encode(value).count(b":") or _COLON.search(text):
        _strict.decode(text.decode())


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a property stands twice")
    return found


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


_strict = json.JSONDecoder(object_pairs_hook=_once)
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_sorting = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
