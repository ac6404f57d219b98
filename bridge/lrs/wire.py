"""JSON in and out as xAPI has it (Data §2.2): UTF-8, each property once, no number that is none, nothing half a letter.

What `decode` lets in can be written again by `encode`: nobody stores what can't be given out.
"""

import json
import math
import re
from typing import Any, NoReturn

from bridge.lrs.problems import Malformed

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # escaped halves of a letter, which mostly come in pairs


def decode(raw: bytes | str, where: str) -> Any:
    """`Malformed` for anything but one JSON value in UTF-8 (Communication §1.4)."""
    try:
        text = raw if isinstance(raw, str) else raw.decode("utf-8")
        value = _decoder.decode(text)
        if _SURROGATE.search(text):
            encode(value).encode()  # a half without the other is no letter of UTF-8
    except (ValueError, RecursionError) as err:
        raise Malformed(where, "is no JSON") from err
    return value


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
