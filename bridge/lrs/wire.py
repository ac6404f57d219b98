"""JSON in and out as xAPI has it (Data §2.2): UTF-8, no number that is none."""

import json
from typing import Any, NoReturn

from bridge.lrs.problems import Malformed


def decode(raw: bytes | str, where: str) -> Any:
    """`Malformed` for anything but one JSON value."""
    try:
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as err:
        raise Malformed(where, "is no JSON") from err


def encode(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """The same for the same value, however its properties are ordered."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode("utf-8", "surrogatepass")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")
