"""PHP's reading of a form (`a[0][b]=c`, cut off at max_input_vars) and Moodle's cleaning of the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.lms.errors import MoodleError, invalid_parameter

_KEY = re.compile(r"\[([^\]]*)\]")
_WORDS = {
    "int": re.compile(r"\s*[+-]?\d+(\.0*)?\s*"),
    "alpha": re.compile(r"[a-zA-Z]*"),
    "alphanum": re.compile(r"[a-zA-Z0-9]*"),
    "alphanumext": re.compile(r"[a-zA-Z0-9_-]*"),
    "raw": re.compile(r".*", re.DOTALL),
    "bool": re.compile(r"[01]?"),
}
REQUIRED = object()
OPTIONAL = object()


@dataclass(frozen=True)
class Scalar:
    """One value. `default` REQUIRED or OPTIONAL, else the value that stands in when it is left out."""

    kind: str
    default: Any = REQUIRED


@dataclass(frozen=True)
class Listing:
    of: Scalar | Single
    default: Any = REQUIRED


@dataclass(frozen=True)
class Single:
    keys: dict[str, Scalar | Listing | Single]
    default: Any = REQUIRED


def read_form(pairs: Iterable[tuple[str, str]], *, max_input_vars: int) -> dict[str, Any]:
    """PHP's $_POST: nested arrays as dicts; pairs beyond `max_input_vars` are dropped without a word."""
    read: dict[str, Any] = {}
    for number, (name, value) in enumerate(pairs):
        if number >= max_input_vars:
            break
        head, bracket, _ = name.partition("[")
        _put(read, [head, *_KEY.findall(name[len(head) :])] if bracket else [name], value)
    return read


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for key in path[:-1]:
        deeper = into.setdefault(key or str(len(into)), {})
        if not isinstance(deeper, dict):
            deeper = into[key] = {}
        into = deeper
    into[path[-1] or str(len(into))] = value


def clean(spec: Scalar | Listing | Single, value: Any) -> Any:
    """The value with Moodle's types, or `invalidparameter`."""
    if isinstance(spec, Scalar):
        return _clean_scalar(spec, value)
    if not isinstance(value, dict):
        raise invalid_parameter(f"Only arrays accepted. The bad value is: '{value}'")
    if isinstance(spec, Listing):
        return [_within(key, spec.of, part) for key, part in value.items()]
    return _clean_single(spec, value)


def _clean_single(spec: Single, value: dict[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {}
    for key, part in spec.keys.items():
        if key in value:
            cleaned[key] = _within(key, part, value[key])
        elif part.default is REQUIRED:
            raise invalid_parameter(f"Missing required key in single structure: {key}")
        elif part.default is not OPTIONAL:
            cleaned[key] = part.default
    if unexpected := [key for key in value if key not in spec.keys]:
        raise invalid_parameter(f"Unexpected keys ({', '.join(unexpected)}) detected in parameter array.")
    return cleaned


def _within(key: str, spec: Scalar | Listing | Single, value: Any) -> Any:
    try:
        return clean(spec, value)
    except MoodleError as error:
        inner = f"{error.message} ({error.debuginfo})"
        raise invalid_parameter(f"{key} => {inner}: {error.debuginfo}") from error


def _clean_scalar(spec: Scalar, value: Any) -> Any:
    if isinstance(value, dict):
        raise invalid_parameter("Scalar type expected, array or object received.")
    if not _WORDS[spec.kind].fullmatch(value):
        raise invalid_parameter(
            f'Invalid external api parameter: the value is "{value}", the server was expecting "{spec.kind}" type'
        )
    if spec.kind == "int":
        return int(float(value))
    return value == "1" if spec.kind == "bool" else value
