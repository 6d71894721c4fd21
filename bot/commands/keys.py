"""`python -m bot keys …`: what phone numbers are encrypted with, and what clinics' systems know."""

import os
from argparse import Namespace
from base64 import b64encode
from pathlib import Path

from bot.commands.line import House, Line
from bot.commands.terminal import agreed
from bot.settings import KEY_BYTES, BadSetting, Settings
from bot.watch import logs


def add(line: Line) -> None:
    """`keys new`, `rotate`, `forget-lost`; `new-system` and `public` for clinics' own systems."""
    keys = line.family("keys", "What phone numbers are encrypted with, and systems know us by.")
    keys.add("new", new)
    keys.add("rotate", rotate)
    keys.add("forget-lost", forget_lost).add_argument(
        "--yes", action="store_true", help="do not ask"
    )

    keys.add("new-system", new_system)
    keys.add("public", public).add_argument("secret", metavar="NAME", help="as in SYSTEM_KEYS")


async def new_system(_house: House, _settings: Settings, _options: Namespace) -> None:
    """Print a new private key for SYSTEM_KEYS, to sign with where a clinic's system asks for it."""
    from bot.systems.talking.signing import new_key as new_private_key  # few need its library

    print(new_private_key())


async def public(_house: House, settings: Settings, options: Namespace) -> None:
    """Print what a clinic's system is given of the private keys of a name: no secret is in it."""
    from bot.systems.talking.signing import public_set

    if not (keys := settings.keys_of_systems.get(options.secret)):
        raise BadSetting(f"SYSTEM_KEYS: there is no key called {options.secret}.")
    try:
        print(public_set(keys))
    except ValueError as error:
        raise BadSetting(f"SYSTEM_KEYS: {options.secret}: {error}.") from None


async def new(_house: House, _settings: Settings, _options: Namespace) -> None:
    """Print a new key for ENCRYPTION_KEYS, which nobody else has."""
    print(new_key())


async def rotate(house: House, settings: Settings, options: Namespace) -> None:
    """Encrypt with the first key what older ones encrypted; whenever it ends, again goes on."""
    logs.set_up(settings.log_level)
    if not settings.encryption_keys:
        raise BadSetting("ENCRYPTION_KEYS: there is no key. `python -m bot keys new` makes one.")
    async with house.opened(settings, options.name) as services:
        count = await services.phones.encrypt_anew()
    print(f"Phone numbers encrypted anew: {count}. All are under the first key now.")


async def forget_lost(house: House, settings: Settings, options: Namespace) -> None:
    """Drop the phone numbers that none of the keys opens: when their key is lost for good."""
    logs.set_up(settings.log_level)
    async with house.opened(settings, options.name, unlocked=False) as services:
        if not (lost := await services.phones.locked()):
            print("The keys open every phone number: there is nothing to drop.")
        elif options.yes or agreed(f"Drop {lost} phone numbers for good? [y/N]"):
            print(f"Phone numbers dropped: {await services.phones.forget_locked()}.")
        else:
            print("Nothing was changed.")


def new_key() -> str:
    """A key that nobody has: 32 random bytes in base64."""
    return b64encode(os.urandom(KEY_BYTES)).decode()


def key_in(file: Path) -> str:
    """The key that a file holds; a new one is put there if there is none yet."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        half_done = file.with_name(f"{file.name}.new")
        half_done.touch(mode=0o600)
        half_done.write_text(new_key())
        half_done.replace(file)
    return file.read_text()
