"""Keys that SMART Backend Services signs with: RS384 or ES384."""

import json
from collections.abc import Sequence
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

SMALLEST_RSA = 2048
"""Bits."""

SigningKey: TypeAlias = RSAKey | ECKey

_WANTED = (
    "secret: a private key is needed, as a JWK or in PEM: RSA of 2048 bits or more, "
    "or of the curve P-384"
)


def signing_key(written: str) -> SigningKey:
    """A private key as a JWK or in PEM.

    Raises:
        ValueError: it is none that SMART signs with; it is not quoted.
    """
    try:
        key = _read(written.strip())
    except (JoseError, ValueError, TypeError, KeyError):
        raise ValueError(_WANTED) from None
    if not key.is_private or not _is_allowed(key):
        raise ValueError(_WANTED)
    key.ensure_kid()
    return key


def _read(written: str) -> SigningKey:
    if written.startswith("{"):
        key = import_key(json.loads(written))
        if isinstance(key, RSAKey | ECKey):
            return key
        raise ValueError(_WANTED)
    try:
        return RSAKey.import_key(written)
    except (JoseError, ValueError):
        return ECKey.import_key(written)


def _is_allowed(key: SigningKey) -> bool:
    if isinstance(key, ECKey):
        return key.curve_name == "P-384"
    raw = key.raw_value
    return isinstance(raw, RSAPrivateKey) and raw.key_size >= SMALLEST_RSA


def algorithm_of(key: SigningKey) -> str:
    """What SMART wants signed with such a key."""
    return "ES384" if isinstance(key, ECKey) else "RS384"


def new_key() -> str:
    """A private key that nobody has, as a JWK on one line."""
    key = ECKey.generate_key("P-384", {"use": "sig", "alg": "ES384"})
    key.ensure_kid()
    return json.dumps(key.as_dict(private=True), separators=(",", ":"))


def public_set(keys: Sequence[str]) -> str:
    """What the clinic's system is given of our keys: a JWK Set without any secret."""
    shown = []
    for key in map(signing_key, keys):
        public = key.as_dict(private=False)
        shown.append({**public, "use": "sig", "alg": algorithm_of(key)})
    return json.dumps({"keys": shown}, indent=2)
