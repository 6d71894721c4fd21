"""`python -m bot system`: clinics' own systems are connected, looked at, and let go."""

import tomllib
from argparse import Namespace
from pathlib import Path
from typing import Any

from bot.commands.line import House, Line
from bot.commands.terminal import CannotDo, Unwell
from bot.settings import Settings
from bot.watch import logs
from services.model.refusals.base import NotFound
from services.model.systems.values import (
    Authorisation,
    PatientRule,
    Refused,
    SentPart,
    SystemKind,
    SystemSettings,
)
from services.systems.operating import Checked

REMEDIES = {
    Refused.UNAUTHORISED: "look at authorisation, client and secret in its settings",
    Refused.AWAY: "look at url, and whether this machine reaches it",
    Refused.THROTTLED: "raise poll_seconds, or ask for more requests",
    Refused.UNKNOWN: "look at kind and dialect; the bot's log says what was answered",
}
_CHOICES: dict[str, Any] = {
    "kind": SystemKind,
    "authorisation": Authorisation,
    "patients": PatientRule,
}


def add(line: Line) -> None:
    """`system connect`, `system check`, `system moved`, `system disconnect`."""
    family = line.family("system", "Clinics' own systems, whose times are booked through the bot.")
    connecting = family.add("connect", connect)
    connecting.add_argument("--clinic", required=True, metavar="CODE")
    connecting.add_argument("file", type=Path, help="its settings, TOML: docs/clinic-systems.md")
    checking = family.add("check", check)
    checking.add_argument("--clinic", required=True, metavar="CODE")
    moving = family.add("moved", moved)
    moving.add_argument("--clinic", required=True, metavar="CODE")
    moving.add_argument("url", help="where the same system is now")
    letting_go = family.add("disconnect", disconnect)
    letting_go.add_argument("--clinic", required=True, metavar="CODE")


async def connect(house: House, settings: Settings, options: Namespace) -> None:
    """Let a clinic's times be those of its own system from now on."""
    logs.set_up(settings.log_level)
    own = read(options.file)
    async with house.opened(settings, "system connect") as services:
        try:
            unknown = await services.own_systems.connect(options.clinic, own)
        except NotFound:
            raise CannotDo(f"There is no clinic {options.clinic}.") from None
        except ValueError as wrong:
            raise CannotDo(f"{options.file}: {wrong}") from None
    for name in unknown:
        print(f"not one doctor here, so its times are left out: {name}")
    print(f"connected; now: python -m bot system check --clinic {options.clinic}")


async def check(house: House, settings: Settings, options: Namespace) -> None:
    """Ask a clinic's system all that is read of it, and say how long each step took."""
    logs.set_up("CRITICAL")
    async with house.looked_at(settings) as services:
        try:
            steps = await services.own_systems.check(options.clinic)
        except NotFound:
            raise CannotDo(f"There is no clinic {options.clinic} with its own system.") from None
    print(*(_line(step) for step in steps), sep="\n")
    if any(step.trouble for step in steps):
        raise Unwell


async def moved(house: House, settings: Settings, options: Namespace) -> None:
    """The same system is at another address: what it named goes on by its new name."""
    logs.set_up(settings.log_level)
    async with house.opened(settings, "system moved") as services:
        try:
            await services.own_systems.moved(options.clinic, options.url)
        except NotFound:
            raise CannotDo(f"There is no clinic {options.clinic} with its own system.") from None
        except ValueError as wrong:
            raise CannotDo(str(wrong)) from None
    print(f"moved; now: python -m bot system check --clinic {options.clinic}")


async def disconnect(house: House, settings: Settings, options: Namespace) -> None:
    """Let a clinic's times be its own again; visits ahead stay."""
    logs.set_up(settings.log_level)
    async with house.opened(settings, "system disconnect") as services:
        try:
            await services.own_systems.disconnect(options.clinic)
        except NotFound:
            raise CannotDo(f"There is no clinic {options.clinic}.") from None
    print("disconnected: its doctors need hours here, see `python -m bot schedule`")


def read(file: Path) -> SystemSettings:
    """Settings as TOML. Raises `CannotDo`."""
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        for name, choices in _CHOICES.items():
            if name in said:
                said[name] = choices(said[name])
        if "sends" in said:
            said["sends"] = frozenset(SentPart(part) for part in said["sends"])
        return SystemSettings(**said)
    except (OSError, UnicodeDecodeError, ValueError, TypeError) as trouble:
        raise CannotDo(f"{file}: {trouble}") from None


def _line(step: Checked) -> str:
    took = f"{step.step:<14}{step.seconds * 1000:>7.0f} ms  "
    if not step.trouble:
        return took + ("ok" if step.found is None else f"ok, {step.found}")
    known = {why.value: remedy for why, remedy in REMEDIES.items()}
    return f"{took}{step.trouble}\n{'':<14}-> {known.get(step.trouble, 'mend its settings')}"
