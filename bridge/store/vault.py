"""Sealing: how a name or an identifier looks in the database, and how one is found without opening any.

A field is sealed with AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce each time, bound to its place in the
database: a value copied to another row does not open. It is found by an HMAC-SHA-256 with a key of its own.
Sealed bytes: the key's id, a zero byte, 12 bytes nonce, ciphertext with tag.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.domain.errors import StoreProblem
from bridge.store.chain import Random
from bridge.store.keys import Keyring
from bridge.store.tables.people import vault_keys

_NONCE = 12
LOOKUP = "lookup"  # the id of the key of look-ups
_PROOF = b"this is the right key"


class Vault:
    """Seals, opens, looks up. `StoreProblem`: WRONG_KEY (does not open it), MISSING_KEY (its key is not here)."""

    def __init__(self, keyring: Keyring, random: Random) -> None:
        self._keyring = keyring
        self._random = random
        self._ciphers = {name: AESGCM(key) for name, key in keyring.keys.items()}
        self._prefix = keyring.current.encode() + b"\0"

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self._keyring.current

    def seal(self, text: str, place: str) -> bytes:
        nonce = self._random(_NONCE)
        return self._prefix + nonce + self._ciphers[self._keyring.current].encrypt(nonce, text.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        name, _, rest = sealed.partition(b"\0")
        cipher = self._ciphers.get(name.decode("ascii", "replace"))
        if cipher is None:
            raise StoreProblem(why="MISSING_KEY", detail=name.decode("ascii", "replace"))
        try:
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], place.encode()).decode()
        except InvalidTag as err:
            raise StoreProblem(why="WRONG_KEY", detail=place) from err

    def is_current(self, sealed: bytes) -> bool:
        return sealed.startswith(self._prefix)

    def lookup(self, school: str, kind: str, value: str) -> bytes:
        """32 bytes, the same for the same value of a school and kind. Outer blanks and Unicode's form don't matter."""
        message = "\0".join((school, kind, unicodedata.normalize("NFC", value.strip())))
        return hmac.digest(self._keyring.lookup, message.encode(), hashlib.sha256)

    def prove(self, connection: sa.Connection) -> list[dict[str, object]]:
        """Compare our keys with those that this database knows. Returns what it should know and does not yet."""
        known = {row.id: row.proof for row in connection.execute(sa.select(vault_keys))}
        check_proofs(self._keyring, known)
        proofs = _proofs(self._keyring)
        return [{"id": name, "proof": proofs[name]} for name in (self.current, LOOKUP) if name not in known]


def check_proofs(keyring: Keyring, known: Mapping[str, bytes]) -> None:
    """`StoreProblem`: MISSING_KEY, WRONG_KEY, unless these are the keys that made the proofs."""
    proofs = _proofs(keyring)
    if missing := known.keys() - proofs.keys():
        raise StoreProblem(why="MISSING_KEY", detail=",".join(sorted(missing)))
    if wrong := [name for name, proof in known.items() if not hmac.compare_digest(proof, proofs[name])]:
        raise StoreProblem(why="WRONG_KEY", detail=",".join(sorted(wrong)))


def _proofs(keyring: Keyring) -> dict[str, bytes]:
    keys = {**keyring.keys, LOOKUP: keyring.lookup}
    return {name: hmac.digest(key, _PROOF, hashlib.sha256) for name, key in keys.items()}
