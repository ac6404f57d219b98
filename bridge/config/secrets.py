"""Secrets: from the environment or from files of their own, never from `bridge.toml`."""

import stat
from pathlib import Path

from pydantic import SecretStr

from bridge.config import CitySettings, Settings
from bridge.domain.errors import ConfigProblem

SECRETS = frozenset({"token", "password"})


_OTHERS = stat.S_IROTH | stat.S_IWOTH


def secret(value: SecretStr | None, file: Path | None, *, where: str) -> str:
    """The secret itself, from the environment or its file, trimmed; `ConfigProblem` when there is none."""
    if value is not None:
        return value.get_secret_value()
    variable = f"BRIDGE_{where.upper().replace('.', '__')}"
    if file is None:
        raise ConfigProblem(file=where, problems=[(where, f"set {variable} or {where}_file")])
    try:
        return file.read_text("utf-8").strip()
    except OSError as err:
        raise ConfigProblem(file=str(file), problems=[(f"{where}_file", err.strerror or "cannot be read")]) from err


def exposed(settings: Settings) -> list[Path]:
    """Files of secrets that any account of this machine may read or write. A group of its own may be meant (0640)."""
    city = settings.city.password_file if isinstance(settings.city, CitySettings) else None
    named = [settings.moodle.token_file, city]
    files = [*named, settings.mail.password_file if settings.mail else None]
    return [file for file in files if file is not None and file.exists() and file.stat().st_mode & _OTHERS]
