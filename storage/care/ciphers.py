"""What is kept so that the database alone does not tell it: encrypted, and found by a blind index.

A value becomes a token, "1f0c27ab.…": the id of its key, a dot, and in base64 a random nonce with
what AES-256-GCM makes of the value. Where it stands ("phones/person/42") goes into the seal, so
that a token moved to another row does not open there. Of several keys the first seals; all open.
"""

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.database.urls import BadDatabase
from storage.tables.families import KEY_ID_LENGTH

KEY_BYTES = 32
_NONCE_BYTES = 12


class Sealed(BadDatabase):
    """None of the keys opens a value. The message has its place, and nothing of it."""


class _Key:
    """One key, and what is derived from it: each purpose has a key of its own."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self.id = _derived(secret, b"id", KEY_ID_LENGTH // 2).hex()
        self.cipher = AESGCM(_derived(secret, b"encryption", KEY_BYTES))
        self._index = _derived(secret, b"blind index", KEY_BYTES)

    def index(self, kind: str, value: str) -> str:
        return hmac.digest(self._index, f"{kind}/{value}".encode(), "sha256").hex()


def _derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    info = b"pediatrician-bot/" + purpose
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


class Ciphers:
    """All keys that are known. It shows none of them, whoever prints it."""

    def __init__(self, secrets: Sequence[bytes]) -> None:
        """With keys of 32 bytes each: the first one encrypts from now on."""
        self._keys = [_Key(secret) for secret in secrets]
        self._by_id = {key.id: key for key in self._keys}

    @property
    def current(self) -> str:
        """The id of the key that encrypts."""
        return self._keys[0].id

    @property
    def ids(self) -> frozenset[str]:
        """Of all keys."""
        return frozenset(self._by_id)

    def seal(self, value: str, place: str) -> str:
        """The token of a value, for one place: row and column."""
        key = self._keys[0]
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + key.cipher.encrypt(nonce, value.encode(), place.encode())
        return f"{key.id}.{urlsafe_b64encode(sealed).decode()}"

    def open(self, token: str, place: str) -> str:
        """The value in a token.

        Raises:
            Sealed: no key opens it here. It was changed, stands elsewhere than it was made for, or
                its key is not known.
        """
        key_id, _dot, sealed = token.partition(".")
        try:
            packed = urlsafe_b64decode(sealed)
            nonce, encrypted = packed[:_NONCE_BYTES], packed[_NONCE_BYTES:]
            return self._by_id[key_id].cipher.decrypt(nonce, encrypted, place.encode()).decode()
        except (KeyError, ValueError, InvalidTag):
            # Not `from error`: what could not be opened is nobody's to see in a log.
            raise Sealed(f"has a value at {place} that no key of ENCRYPTION_KEYS opens") from None

    def index(self, kind: str, value: str) -> str:
        """What a value is found by: equal for equal values of a kind, and nothing without a key."""
        return self._keys[0].index(kind, value)

    def indexes(self, kind: str, value: str) -> list[str]:
        """What a value may be found by, whichever of the keys it was kept with."""
        return [key.index(kind, value) for key in self._keys]
