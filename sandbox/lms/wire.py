"""What leaves over HTTP, byte for byte as PHP writes it: json_encode's escapes, and the REST server's XML."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from sandbox.lms.errors import MoodleError

Number = float | int


class Encoded(str):
    """JSON text that was made earlier (a cached fragment) and is to be sent as it is."""

    __slots__ = ()


def php_number(value: Number) -> Number:
    """PHP prints a whole float without its fraction: 8.0 leaves as 8."""
    return int(value) if value == int(value) else value


def to_json(value: Any) -> str:
    """As PHP's json_encode: ASCII only, no blanks, `/` escaped."""
    if isinstance(value, Encoded):
        return str(value)
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def to_xml(value: Any) -> str:
    """As the REST server answers when `moodlewsrestformat` is not json."""
    plain = json.loads(value) if isinstance(value, Encoded) else value
    return '<?xml version="1.0" encoding="UTF-8" ?>\n<RESPONSE>\n' + _element(plain) + "</RESPONSE>\n"


def _element(value: Any) -> str:
    if isinstance(value, dict):
        keys = "".join(f'<KEY name="{escape(key)}">{_element(part)}</KEY>\n' for key, part in value.items())
        return f"<SINGLE>\n{keys}</SINGLE>\n"
    if isinstance(value, list):
        return "<MULTIPLE>\n" + "".join(map(_element, value)) + "</MULTIPLE>\n"
    if value is None:
        return '<VALUE null="null"/>\n'
    return f"<VALUE>{escape(_scalar(value))}</VALUE>\n"


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)


def error_json(error: MoodleError, *, debug: bool) -> str:
    return to_json(error.body(debug=debug))


def error_xml(error: MoodleError, *, debug: bool) -> str:
    rows = error.body(debug=debug)
    tags = "".join(
        f"<{key.upper()}>{escape(text)}</{key.upper()}>\n" for key, text in rows.items() if key != "exception"
    )
    head = f'<?xml version="1.0" encoding="UTF-8" ?>\n<EXCEPTION class="{escape(error.exception)}">\n'
    return f"{head}{tags}</EXCEPTION>\n"
