"""A school's store founded, backed up, put back."""

from pathlib import Path

from bridge.config import Settings
from bridge.store.backup import backup
from bridge.store.engine import make_engine
from bridge.store.keys import new_keyring, save_keys
from bridge.store.restore import Onto, restore
from bridge.store.schema import migrate
from bridge.wiring.process import now


def found_store(settings: Settings) -> None:
    """Make keys where there are none, and bring the database to this version. Harmless when repeated."""
    if not settings.store.keys_file.exists():
        save_keys(settings.store.keys_file, new_keyring())
    migrate(make_engine(settings.store.url))


def back_up(settings: Settings, target: Path) -> None:
    """Database and keys as one verified file."""
    backup(settings.store.url, settings.store.keys_file, target, now=now())


def put_back(settings: Settings, source: Path, *, overwrite: bool) -> None:
    """Verify a backup, then put it in the place of what the settings name."""
    onto = Onto.ANYTHING if overwrite else Onto.EMPTY
    restore(source, settings.store.url, settings.store.keys_file, onto=onto)
