"""`python -m bot clinic …`: a clinic entered, looked at and changed by a file, and its poster.

What is about the clinic's file is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import argparse
import asyncio
import re
from pathlib import Path

from aiogram.utils.i18n import I18n

from bot.app import Services
from bot.commands.terminal import Agree, CannotDo, Say, agreed, read_file, write_new_file
from bot.documents import clinic_file
from bot.documents.pictures import drawing
from bot.flows.clinic.profiles import views as profiles_views
from bot.flows.common.refusals import words_of
from bot.flows.schedule.sheets.timetables import unchanged
from bot.telegram.links import POSTER, link_to
from bot.words import speaking
from services.clinic.profiles import ClinicEntry
from services.model.people import Language
from services.model.refusals.base import Refusal
from services.model.refusals.clinic import NoSuchClinic

_KINDS = {".pdf": "pdf", ".png": "png"}
_USERNAME = re.compile(r"@?([A-Za-z0-9_]{5,32})")


def add_arguments(parser: argparse.ArgumentParser, named: str) -> None:
    """What the command of this name is told."""
    if named in ("show", "poster"):
        parser.add_argument("code", metavar="CODE", help="the clinic's code")
    if named in ("template", "enter", "check"):
        parser.add_argument("file", type=Path, metavar="FILE", help="a .toml file")
    if named == "enter":
        parser.add_argument("--yes", action="store_true", help="enter it without asking")
    if named == "poster":
        parser.add_argument("file", type=_poster_file, metavar="FILE", help=".pdf or .png, new")
        parser.add_argument(
            "--bot",
            type=_username,
            metavar="NAME",
            help="the bot's name; by default Telegram says it",
        )


def _poster_file(text: str) -> Path:
    if Path(text).suffix.lower() not in _KINDS:
        raise argparse.ArgumentTypeError(f"{text!r} ends neither in .pdf nor in .png")
    return Path(text)


def _username(text: str) -> str:
    if found := _USERNAME.fullmatch(text):
        return found[1]
    raise argparse.ArgumentTypeError(f"{text!r} is not the name of a bot")


def write_template(file: Path) -> None:
    """Put the file that a clinic fills in where there is none yet."""
    write_new_file(file, clinic_file.template().encode())


async def enter(
    services: Services,
    options: argparse.Namespace,
    i18n: I18n,
    language: Language,
    say: Say,
    agree: Agree,
) -> None:
    """Show what a file would do, ask, and do it as a whole."""
    entry = await read_entry(options.file, i18n, language)
    with speaking(i18n, language):
        try:
            change = await services.profiles.preview(entry)
            if change.is_nothing:
                say(profiles_views.nothing_to_do())
                return
            say("\n".join(profiles_views.planned(change)))
            if not options.yes and not agreed(agree, profiles_views.ask()):
                say(unchanged())
                return
            say(profiles_views.done(await services.profiles.enter(entry)))
        except Refusal as refusal:
            raise CannotDo(f"{words_of(refusal)}\n{unchanged()}") from None


async def read_entry(file: Path, i18n: I18n, language: Language) -> ClinicEntry:
    """The clinic in a file.

    Raises:
        CannotDo: it cannot be entered, with all that is wrong with it.
    """
    data = await asyncio.to_thread(read_file, file, clinic_file.MOST_BYTES)
    with speaking(i18n, language):
        try:
            return clinic_file.read(data)
        except clinic_file.BadClinicFile as bad:
            reasons = [profiles_views.problem(each) for each in bad.problems]
            raise CannotDo("\n".join([*reasons, unchanged()])) from None


async def check(
    services: Services, entry: ClinicEntry, i18n: I18n, language: Language
) -> list[str]:
    """What entering this would do, in lines; nothing is changed.

    Raises:
        CannotDo: it could not be entered.
    """
    with speaking(i18n, language):
        try:
            change = await services.profiles.preview(entry)
        except Refusal as refusal:
            raise CannotDo(f"{words_of(refusal)}\n{unchanged()}") from None
        if change.is_nothing:
            return [profiles_views.nothing_to_do()]
        return [*profiles_views.planned(change), profiles_views.acceptable()]


def acceptable(i18n: I18n, language: Language) -> str:
    """What is said of a good file where there is no database to compare it with."""
    with speaking(i18n, language):
        return profiles_views.acceptable()


async def show(services: Services, code: str) -> str:
    """The clinic's file as it would be entered."""
    try:
        return clinic_file.write(await services.profiles.entered(code))
    except NoSuchClinic:
        raise _no_clinic(code) from None


async def listed(services: Services) -> list[str]:
    """A line for each clinic: its code and its name."""
    return [f"{clinic.code}  {clinic.name}" for clinic in await services.profiles.all()]


async def draw_poster(
    services: Services, code: str, username: str, file: Path, i18n: I18n, language: Language
) -> str:
    """Put the clinic's poster into a new file; the link that it shows."""
    try:
        clinic = await services.profiles.clinic(code)
    except NoSuchClinic:
        raise _no_clinic(code) from None
    link = link_to(username, POSTER + clinic.code)
    with speaking(i18n, language):
        told = profiles_views.poster(clinic, link)
    drawn = await asyncio.to_thread(drawing.draw, told, _KINDS[file.suffix.lower()])
    write_new_file(file, drawn)
    return link


def _no_clinic(code: str) -> CannotDo:
    return CannotDo(f"There is no clinic with the code {code}: “clinic list” shows them.")
