"""Keys as operators write them."""

import stat
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path

import pytest

from bot.commands.keys import key_in, new_key
from bot.settings import read_key

BYTES = bytes(range(224, 256))
"""In base64 they have each of the two characters that have two spellings."""


@pytest.mark.parametrize(
    "written",
    [
        b64encode(BYTES).decode(),
        urlsafe_b64encode(BYTES).decode(),
        b64encode(BYTES).decode().rstrip("="),
        f"  {b64encode(BYTES).decode()}\n",
    ],
)
def test_a_key_is_read_in_each_spelling_of_base64(written: str) -> None:
    """As `keys new` prints it, as `openssl rand -base64 32` does, and as Python's secrets do."""
    assert read_key(written) == BYTES


@pytest.mark.parametrize(
    "written", ["", "secret-nonsense", "ключ", b64encode(BYTES[:31]).decode(), "A" * 44, "%" * 44]
)
def test_what_is_no_key_is_not_quoted(written: str) -> None:
    """R34: neither in the complaint nor in what it came from."""
    with pytest.raises(ValueError, match="32 bytes in base64") as complaint:
        read_key(written)

    assert complaint.value.__cause__ is None
    assert complaint.value.__context__ is None
    assert not written or written not in str(complaint.value)


def test_the_demo_makes_its_key_once(tmp_path: Path) -> None:
    """It is for its user alone, and the same at the next start; another folder has another."""
    file = tmp_path / "demo" / "key"
    first = key_in(file)

    assert len(read_key(first)) == 32
    assert key_in(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert key_in(tmp_path / "other") != first
    assert new_key() != new_key()
