"""Person data at rest: sealed with AES-GCM, bound to its row and column, under a ring of keys that can be rotated.

The ring is a JSON file, or the environment's text: {"index": KEY, "keys": {"2026-11": KEY, ...}}, each key 32 bytes in
base64. The last key seals; every key opens, so that a new one can be added while all runs and old text be sealed anew.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import Unavailable

_NONCE = 12
_KEY = 32


class KeysUnusable(Unavailable):
    """The keys for person data cannot be used."""


class SealBroken(Unavailable):
    """What is stored here cannot be read with the keys that are known."""


@dataclass(frozen=True)
class Ring:
    """The keys. `index` makes the blinds that sealed text is looked up by, and is never rotated."""

    keys: Mapping[str, bytes]
    index: bytes

    @property
    def newest(self) -> str:
        """The name of the key that seals."""
        return list(self.keys)[-1]

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {name: AESGCM(key) for name, key in self.keys.items()}

    def seal(self, text: str, *, row: UUID, column: str) -> bytes:
        """The text, readable only with the ring, and only where it was written: in that column of that row."""
        name, nonce = self.newest.encode(), secrets.token_bytes(_NONCE)
        return (
            bytes([len(name)])
            + name
            + nonce
            + self._ciphers[self.newest].encrypt(nonce, text.encode(), _where(row, column))
        )

    def open(self, sealed: bytes, *, row: UUID, column: str) -> str:
        """The text again.

        Raises:
            SealBroken: its key is not in the ring, or it was sealed elsewhere, or changed.
        """
        name, nonce, rest = _parts(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealBroken(f"The key {name!r} is not in the ring. Add it, or restore what it sealed from a backup.")
        try:
            return cipher.decrypt(nonce, rest, _where(row, column)).decode()
        except InvalidTag as error:
            raise SealBroken("It was sealed for another row or column, or has been changed since.") from error

    def is_old(self, sealed: bytes) -> bool:
        """Whether a newer key should seal it."""
        return _parts(sealed)[0] != self.newest

    def blind(self, text: str) -> bytes:
        """What equal text is found by, without showing it: case and outer space do not count. 32 bytes."""
        return hmac.digest(self.index, text.strip().casefold().encode(), hashlib.sha256)

    def written(self) -> str:
        """The ring as its file holds it."""
        said = {"index": _text(self.index), "keys": {name: _text(key) for name, key in self.keys.items()}}
        return json.dumps(said, indent=1) + "\n"

    def with_key(self, name: str) -> "Ring":
        """The same ring with a new key, which seals from now on."""
        if name in self.keys:
            raise KeysUnusable(f"There is a key {name!r} already. Give the new one another name.")
        return Ring({**self.keys, name: secrets.token_bytes(_KEY)}, self.index)


def new_ring(name: str) -> Ring:
    """A ring with one key, drawn now."""
    return Ring({name: secrets.token_bytes(_KEY)}, secrets.token_bytes(_KEY))


def read(text: str) -> Ring:
    """The ring that a file or the environment holds.

    Raises:
        KeysUnusable: it is not one; says what is wrong, and never the keys.
    """
    try:
        said = json.loads(text)
        ring = Ring({str(name): _key(key) for name, key in said["keys"].items()}, _key(said["index"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeysUnusable(
            'The key ring is not of the form {"index": KEY, "keys": {NAME: KEY}} with keys of 32 bytes in base64.'
        ) from error
    if not ring.keys:
        raise KeysUnusable("The key ring holds no key. `doorlight keys add` draws one.")
    return ring


class Keys:
    """The ring of this process; read again when its file changes, so that a rotation needs no restart."""

    def __init__(self, *, path: Path | None = None, text: str | None = None) -> None:
        self._path = path
        self._ring = None if text is None else read(text)
        self._stamp: tuple[int, int] | None = None

    @property
    def ring(self) -> Ring:
        """The keys as they are now.

        Raises:
            KeysUnusable: there is no file, or it cannot be read.
        """
        if self._path is not None:
            try:
                found = self._path.stat()
                stamp = (found.st_mtime_ns, found.st_size)
                if stamp != self._stamp:
                    self._ring, self._stamp = read(self._path.read_text()), stamp
            except OSError as error:
                raise KeysUnusable(f"The key ring {self._path.name} cannot be read: {error.strerror}.") from error
        if self._ring is None:
            raise KeysUnusable("No key ring is set: DOORLIGHT_KEYS_FILE names one, or DOORLIGHT_KEYS holds it.")
        return self._ring


def keys_from(*, file: Path | None, text: str | None, home: Path) -> Keys:
    """The keys that are set, by text or else by file; of a home of its own where nothing is."""
    return Keys(text=text) if text is not None else Keys(path=file or home / "keys.json")


def make_file(path: Path, name: str) -> None:
    """Write a new ring that only its owner can read; leaves one that is there alone."""
    if not path.exists():
        replace_file(path, new_ring(name))


def replace_file(path: Path, ring: Ring) -> None:
    """Write the ring in one step: whoever reads meanwhile has the old one or the new."""
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(ring.written())
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _where(row: UUID, column: str) -> bytes:
    return row.bytes + column.encode()


def _parts(sealed: bytes) -> tuple[str, bytes, bytes]:
    end = 1 + (sealed[0] if sealed else 0)
    if len(sealed) < end + _NONCE:
        raise SealBroken("It is too short to be sealed text.")
    return sealed[1:end].decode("ascii", "replace"), sealed[end : end + _NONCE], sealed[end + _NONCE :]


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError from error
    if len(key) != _KEY:
        raise ValueError
    return key


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
