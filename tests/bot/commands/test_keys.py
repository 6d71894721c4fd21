"""Keys as operators write them."""

import json
import stat
from argparse import Namespace
from base64 import b64encode, urlsafe_b64encode
from pathlib import Path
from typing import cast

import pytest

from bot.commands.keys import key_in, new_key, public
from bot.commands.line import House
from bot.settings import BadSetting, Settings, read_key, read_named_keys
from bot.systems.talking.signing import new_key as new_private_key

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


# What clinics' own systems know us by


def test_keys_of_systems_are_read_by_name() -> None:
    """A text, a private key as it is printed, or several of them while a key is being changed."""
    private = new_private_key()
    written = f'{{"romashka": "token, with a comma", "severyanka": [{private}, "old"]}}'

    settings = Settings(system_keys=written)

    romashka, severyanka = settings.keys_of_systems.values()
    assert romashka == ["token, with a comma"]
    assert severyanka[1] == "old"
    assert json.loads(severyanka[0]) == json.loads(private)
    assert "comma" not in repr(settings)


@pytest.mark.parametrize(
    "written", ["secret-nonsense", "[]", '{"secret": 1}', '{"secret": []}', '{"secret": ""}']
)
def test_what_are_no_keys_of_systems_is_not_quoted(written: str) -> None:
    """R34: neither in the complaint nor in what it came from."""
    with pytest.raises(ValueError, match="it has to be JSON") as complaint:
        read_named_keys(written)

    assert complaint.value.__context__ is None
    assert "secret" not in str(complaint.value)


async def test_a_system_is_given_the_public_half_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """Of each key that may be in use, with the name by which what it signs is told apart."""
    keys = f'{{"fhir": [{new_private_key()}, {new_private_key()}], "1c": "no private key"}}'
    settings = Settings(system_keys=keys)

    await public(cast("House", None), settings, Namespace(secret="fhir"))

    shown = json.loads(capsys.readouterr().out)["keys"]
    assert len({key["kid"] for key in shown}) == 2
    assert {key["alg"] for key in shown} == {"ES384"}
    assert all("d" not in key for key in shown)
    for name in ("1c", "gone"):
        with pytest.raises(BadSetting, match="SYSTEM_KEYS") as refused:
            await public(cast("House", None), settings, Namespace(secret=name))
        assert "no private key" not in str(refused.value)
