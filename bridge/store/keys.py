"""The vault's keys: a small JSON file that only its owner may read. Whoever loses it loses the names, not the marks."""

import base64
import binascii
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import StoreProblem
from bridge.store.chain import Random

SIZE = 32  # bytes: AES-256, and as long a key for HMAC-SHA-256


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """`current` names the key that seals; the others still open what they sealed. `lookup` is the key of look-ups."""

    current: str
    keys: Mapping[str, bytes]
    lookup: bytes


def new_keyring(random: Random = os.urandom) -> Keyring:
    return Keyring(current="k1", keys={"k1": random(SIZE)}, lookup=random(SIZE))


def with_new_key(keyring: Keyring, random: Random = os.urandom) -> Keyring:
    """A ring that seals with a fresh key. Save it, restart, then `rekey`: after that old keys may be dropped."""
    fresh = f"k{max(int(name[1:]) for name in keyring.keys) + 1}"
    return Keyring(current=fresh, keys={**keyring.keys, fresh: random(SIZE)}, lookup=keyring.lookup)


def save_keys(path: Path, keyring: Keyring) -> None:
    """Write the file, mode 0600, whole or not at all. `StoreProblem(why="KEYS_FILE")`."""
    draft = path.with_name(path.name + ".new")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(dump_keys(keyring))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as err:
        raise StoreProblem(why="KEYS_FILE", detail=err.strerror) from err


def load_keys(path: Path) -> Keyring:
    """`StoreProblem`: KEYS_FILE (missing or unreadable), KEYS_EXPOSED (others may read it), KEYS_BROKEN."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(64 * 1024)
    except OSError as err:
        raise StoreProblem(why="KEYS_FILE", detail=err.strerror) from err
    if mode & 0o077:
        raise StoreProblem(why="KEYS_EXPOSED", detail=oct(mode & 0o777))
    return parse_keys(text)


def dump_keys(keyring: Keyring) -> str:
    keys = {name: base64.b64encode(key).decode() for name, key in keyring.keys.items()}
    lookup = base64.b64encode(keyring.lookup).decode()
    return json.dumps({"current": keyring.current, "keys": keys, "lookup": lookup}, indent=2) + "\n"


def parse_keys(text: bytes) -> Keyring:
    """`StoreProblem(why="KEYS_BROKEN")` for anything that is not what `dump_keys` wrote."""
    try:
        raw = json.loads(text)
        keys = {name: base64.b64decode(key, validate=True) for name, key in raw["keys"].items()}
        keyring = Keyring(raw["current"], keys, base64.b64decode(raw["lookup"], validate=True))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as err:
        raise StoreProblem(why="KEYS_BROKEN", detail=type(err).__name__) from err
    if keyring.current not in keys or any(len(key) != SIZE for key in (*keys.values(), keyring.lookup)):
        raise StoreProblem(why="KEYS_BROKEN", detail="a key is missing or has not 32 bytes")
    return keyring
