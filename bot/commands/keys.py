"""Keys that phone numbers are encrypted with, as operators write them."""

import argparse
import os
from base64 import b64decode, b64encode
from pathlib import Path

KEY_BYTES = 32


def new_key() -> str:
    """A key that nobody has: 32 random bytes in base64."""
    return b64encode(os.urandom(KEY_BYTES)).decode()


def read_key(written: str) -> bytes:
    """The bytes of a key.

    Raises:
        ValueError: it is none; what was written is not quoted, not even as the cause.
    """
    plain = written.strip().replace("-", "+").replace("_", "/")
    try:
        key = b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError:  # its message may say what it found
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(
            f"each key is {KEY_BYTES} bytes in base64. "
            "Leave it empty, and `python -m bot keys new` makes one"
        )
    return key


def key_in(file: Path) -> str:
    """The key that a file holds; a new one is put there if there is none yet."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        half_done = file.with_name(f"{file.name}.new")
        half_done.touch(mode=0o600)
        half_done.write_text(new_key())
        half_done.replace(file)
    return file.read_text()


def add_arguments(parser: argparse.ArgumentParser, action: str) -> None:
    """What a command about keys has to be told."""
    if action == "forget-lost":
        parser.add_argument("--yes", action="store_true", help="do not ask")
