"""`python -m bot load`: how full a clinic is, in words, as a picture and as a sheet.

What is about the clinic is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import asyncio
from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from bot.app import Services
from bot.commands.line import House, Line
from bot.commands.terminal import in_clinics_language, no_such_clinic, write_new_file
from bot.documents.pictures.drawing import drawn
from bot.flows.desk.occupancy import views as occupancy_views
from bot.settings import Settings
from bot.watch import logs
from services.desk.occupancy import Load
from services.model.refusals.clinic import NoSuchClinic

_MAKERS: dict[str, Callable[[Load], bytes]] = {
    ".xlsx": occupancy_views.workbook,
    ".csv": occupancy_views.table,
}


def add(line: Line) -> None:
    """`load`."""
    parser = line.add("load", load)
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")
    parser.add_argument("--picture", type=_picture, metavar="FILE", help="a new .png")
    parser.add_argument("--sheet", type=_sheet, metavar="FILE", help="a new .xlsx or .csv")


def _picture(text: str) -> Path:
    if Path(text).suffix.lower() != ".png":
        raise ArgumentTypeError(f"{text!r} does not end in .png")
    return Path(text)


def _sheet(text: str) -> Path:
    if Path(text).suffix.lower() not in _MAKERS:
        raise ArgumentTypeError(f"{text!r} ends neither in .xlsx nor in .csv")
    return Path(text)


async def load(house: House, settings: Settings, options: Namespace) -> None:
    """Print how full a clinic is, day by day, and what was asked for; the bot may go on."""
    logs.set_up(settings.log_level)
    async with house.looked_at(settings) as services:
        with in_clinics_language(settings):
            said = await _made(await _load(services, options.clinic), options)
    print(*said, sep="\n")


async def _load(services: Services, code: str) -> Load:
    try:
        return await services.loads.of_code(code)
    except NoSuchClinic:
        raise no_such_clinic(code) from None


async def _made(found: Load, options: Namespace) -> list[str]:
    """Make the files that are wanted; the load in words, and where the files are."""
    said = occupancy_views.in_words(found)
    if options.picture:
        write_new_file(options.picture, await drawn(occupancy_views.chart(found)))
        said.append(f"The picture is in {options.picture}.")
    if options.sheet:
        make = _MAKERS[options.sheet.suffix.lower()]
        write_new_file(options.sheet, await asyncio.to_thread(make, found))
        said.append(f"The sheet is in {options.sheet}.")
    return said
