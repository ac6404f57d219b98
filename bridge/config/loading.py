"""Settings read from `bridge.toml` and `BRIDGE_*`; every problem is reported, not only the first."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError

from bridge.config import CITY_FOLDER, DATABASE, KEYS, LAYOUTS, QUEUE, SHELF, Settings
from bridge.config.secrets import SECRETS
from bridge.domain.errors import ConfigProblem


def load_settings(path: Path) -> Settings:
    """Read `path` and the environment. `ConfigProblem` with all problems as (where, what), secrets never among them."""
    table = _read(path)
    problems = list(_secrets_in(table))
    settings: Settings | None = None
    try:
        settings = Settings(**_resolved(table, path.parent))
    except ValidationError as error:
        problems += _parts_in_one() or _problems(error)
    except SettingsError:
        problems += _parts_in_one()
    if problems or settings is None:
        raise ConfigProblem(file=str(path), problems=problems)
    return settings


P = TypeVar("P", bound=BaseModel)


def checked(kind: type[P], values: Mapping[str, str], *, part: str) -> P:
    """One part of the settings from single answers; `ConfigProblem` as `load_settings` raises it."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise ConfigProblem(file="bridge.toml", problems=_problems(error, part)) from None  # may quote a secret


def _problems(error: ValidationError, *above: str) -> list[tuple[str, str]]:
    return [(_place([*above, *map(str, row["loc"])]) or "bridge.toml", row["msg"]) for row in error.errors()]


def _place(path: list[str]) -> str:
    """`city.url`: which kind of city it is stands in the path too, and says nothing to a reader."""
    return ".".join(path[:1] + path[2:] if path[:1] == ["city"] and path[1:2] in (["soap"], ["workbook"]) else path)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, "there is no such file: run `bridge init`")]) from err
    except OSError as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, err.strerror or "cannot be read")]) from err
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as err:
        raise ConfigProblem(file=str(path), problems=[(path.name, f"is no TOML: {err}")]) from err


def _parts_in_one() -> list[tuple[str, str]]:
    """`BRIDGE_CITY=…` stands for a whole part, as JSON; somebody who writes it means one setting of it."""
    examples = {
        "SCHOOL": "CODE",
        "MOODLE": "URL",
        "CITY": "URL",
        "STORE": "URL",
        "SYNC": "PARALLEL_READS",
        "WEB": "URL",
        "JOBS": "THREADS",
        "MATERIALS": "LARGEST_MIB",
        "MAIL": "HOST",
    }
    return [
        (f"BRIDGE_{part}", f"set its settings one by one, as in BRIDGE_{part}__{example}")
        for part, example in examples.items()
        if f"BRIDGE_{part}" in os.environ
    ]


def _secrets_in(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (f"{name}.{key}", f"secrets do not belong in this file: use {name}.{key}_file or the environment")
        for name, part in table.items()
        if isinstance(part, dict)
        for key in part
        if key in SECRETS
    ]


def _resolved(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Files named in the configuration, or there by default, lie beside it and not where somebody happens to stand."""
    resolved = {name: dict(part) if isinstance(part, dict) else part for name, part in table.items()}
    store = resolved.setdefault("store", {})
    if isinstance(store, dict):
        resolved["store"] = {"url": DATABASE, "keys_file": KEYS, **store}
    city = resolved.get("city")
    if isinstance(city, dict) and city.get("kind") == "workbook":
        resolved["city"] = {"folder": CITY_FOLDER, "layouts_folder": LAYOUTS, **city}
    jobs = resolved.setdefault("jobs", {})
    if isinstance(jobs, dict):
        resolved["jobs"] = {"queue_file": QUEUE, **jobs}
    materials = resolved.setdefault("materials", {})
    if isinstance(materials, dict):
        resolved["materials"] = {"shelf_folder": SHELF, **materials}
    for part in resolved.values():
        if isinstance(part, dict):
            for key in [key for key in part if key.endswith("_file") and isinstance(part[key], str)]:
                part[key] = folder / part[key]
            for key in [key for key in part if key.endswith("folder") and isinstance(part[key], str)]:
                part[key] = folder / part[key]
            if str(part.get("url", "")).startswith("sqlite:///"):
                part["url"] = f"sqlite:///{folder / part['url'].removeprefix('sqlite:///')}"
    return resolved
