"""`python -m bot clinic …`: a clinic entered, looked at and changed by a file, and its poster.

What is about the clinic's file is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import asyncio
import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from bot.app import Services
from bot.commands.line import House, Line
from bot.commands.terminal import (
    CannotDo,
    agreed,
    in_clinics_language,
    no_such_clinic,
    read_file,
    username_of,
    write_new_file,
)
from bot.documents import clinic_file, clinic_writing
from bot.documents.pictures import drawing
from bot.flows.clinic.profiles import views as profiles_views
from bot.flows.common.refusals import words_of
from bot.flows.schedule.sheets.sheet_words import unchanged
from bot.settings import Settings
from bot.telegram.links import POSTER, link_to
from bot.watch import logs
from services.clinic.profiles import ClinicEntry
from services.model.refusals.base import Refusal
from services.model.refusals.clinic import NoSuchClinic

_KINDS = {".pdf": "pdf", ".png": "png"}
_USERNAME = re.compile(r"@?([A-Za-z0-9_]{5,32})")


# What the commands are told


def add(line: Line) -> None:
    """`clinic template`, `check`, `enter`, `show`, `list` and `poster`."""
    clinic = line.family("clinic", "A clinic as a file.")
    _add_file(clinic.add("template", template))
    _add_file(clinic.add("check", check))
    entered = clinic.add("enter", enter)
    _add_file(entered)
    entered.add_argument("--yes", action="store_true", help="enter it without asking")
    entered.add_argument(
        "--spelling",
        action="store_true",
        help="addresses and rooms are only written otherwise: families are not told",
    )
    _add_code(clinic.add("show", show))
    clinic.add("list", list_all)
    drawn = clinic.add("poster", poster)
    _add_code(drawn)
    drawn.add_argument("file", type=_poster_file, metavar="FILE", help=".pdf or .png, new")
    drawn.add_argument(
        "--bot", type=_username, metavar="NAME", help="the bot's name; by default Telegram says it"
    )


def _add_file(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="a .toml file")


def _add_code(parser: ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="the clinic's code")


def _poster_file(text: str) -> Path:
    if Path(text).suffix.lower() not in _KINDS:
        raise ArgumentTypeError(f"{text!r} ends neither in .pdf nor in .png")
    return Path(text)


def _username(text: str) -> str:
    if found := _USERNAME.fullmatch(text):
        return found[1]
    raise ArgumentTypeError(f"{text!r} is not the name of a bot")


# A clinic's file


async def template(_house: House, _settings: Settings, options: Namespace) -> None:
    """Make a file, explained, into which a clinic writes all that the bot has to know of it."""
    write_new_file(options.file, clinic_writing.template().encode())
    print(f"The template is in {options.file}.")


async def check(house: House, settings: Settings, options: Namespace) -> None:
    """Say whether a clinic's file could be entered, and what that would do; change nothing."""
    logs.set_up(settings.log_level)
    with in_clinics_language(settings):
        entry = await _read_entry(options.file)
        if not await house.is_there(settings):  # nothing to compare it with
            print(profiles_views.acceptable())
            return
        async with house.looked_at(settings) as services:
            print(*await _foreseen(services, entry), sep="\n")


async def _foreseen(services: Services, entry: ClinicEntry) -> list[str]:
    """What entering this would do, in lines.

    Raises:
        CannotDo: it could not be entered.
    """
    try:
        change = await services.profiles.preview(entry)
    except Refusal as refusal:
        raise _refused(refusal) from None
    if change.is_nothing:
        return [profiles_views.nothing_to_do()]
    return [*profiles_views.planned(change), profiles_views.acceptable()]


async def enter(house: House, settings: Settings, options: Namespace) -> None:
    """Enter a clinic, or change it, by its file: say what it would do, ask, do all of it."""
    logs.set_up(settings.log_level)
    with in_clinics_language(settings):
        async with house.opened(settings, options.name) as services:
            try:
                await _enter(services, await _read_entry(options.file), options)
            except Refusal as refusal:
                raise _refused(refusal) from None


async def _enter(services: Services, entry: ClinicEntry, options: Namespace) -> None:
    change = await services.profiles.preview(entry, spelling=options.spelling)
    if change.is_nothing:
        print(profiles_views.nothing_to_do())
        return
    print(*profiles_views.planned(change), sep="\n")
    if not options.yes and not agreed(profiles_views.ask()):
        print(unchanged())
        return
    done = await services.profiles.enter(entry, spelling=options.spelling)
    await services.clinics.follow()
    print(profiles_views.done(done))


async def _read_entry(file: Path) -> ClinicEntry:
    """The clinic in a file.

    Raises:
        CannotDo: it cannot be entered, with all that is wrong with it.
    """
    data = await asyncio.to_thread(read_file, file, clinic_file.MOST_BYTES)
    try:
        return clinic_file.read(data)
    except clinic_file.BadClinicFile as bad:
        reasons = [profiles_views.problem(each) for each in bad.problems]
        raise CannotDo("\n".join([*reasons, unchanged()])) from None


def _refused(refusal: Refusal) -> CannotDo:
    return CannotDo(f"{words_of(refusal)}\n{unchanged()}")


# A clinic that is there


async def show(house: House, settings: Settings, options: Namespace) -> None:
    """Print a clinic as a file that can be changed and entered; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    async with house.looked_at(settings) as services:
        try:
            print(clinic_writing.write(await services.profiles.entered(options.code)), end="")
        except NoSuchClinic:
            raise no_such_clinic(options.code) from None


async def list_all(house: House, settings: Settings, _options: Namespace) -> None:
    """Print each clinic's code and name; the bot may go on meanwhile."""
    logs.set_up(settings.log_level)
    async with house.looked_at(settings) as services:
        clinics = await services.profiles.all()
    print(*(f"{clinic.code}  {clinic.name}" for clinic in clinics), sep="\n")


async def poster(house: House, settings: Settings, options: Namespace) -> None:
    """Make a poster with the QR code that opens the bot at a clinic; the bot may go on."""
    logs.set_up(settings.log_level)
    username = options.bot or await username_of(settings)
    async with house.looked_at(settings) as services:
        with in_clinics_language(settings):
            link = await _draw_poster(services, options, username)
    print(f"The poster is in {options.file}. It opens {link}")


async def _draw_poster(services: Services, options: Namespace, username: str) -> str:
    """Put the clinic's poster into a new file; the link that it shows."""
    try:
        clinic = await services.profiles.clinic(options.code)
    except NoSuchClinic:
        raise no_such_clinic(options.code) from None
    link = link_to(username, POSTER + clinic.code)
    told = profiles_views.poster(clinic, link)
    kind = _KINDS[options.file.suffix.lower()]
    write_new_file(options.file, await asyncio.to_thread(drawing.draw, told, kind))
    return link
