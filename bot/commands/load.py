"""`python -m bot load`: how full a clinic is, in words, as a picture and as a sheet.

What is about the clinic is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

from aiogram.utils.i18n import I18n

from bot.app import Services
from bot.commands.terminal import CannotDo, write_new_file
from bot.documents.pictures.drawing import drawn
from bot.flows.desk.occupancy import views as occupancy_views
from bot.words import speaking
from services.desk.occupancy import Load
from services.model.people import Language
from services.model.refusals.clinic import NoSuchClinic

_MAKERS: dict[str, Callable[[Load], bytes]] = {
    ".xlsx": occupancy_views.workbook,
    ".csv": occupancy_views.table,
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command is told."""
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")
    parser.add_argument("--picture", type=_picture, metavar="FILE", help="a new .png")
    parser.add_argument("--sheet", type=_sheet, metavar="FILE", help="a new .xlsx or .csv")


def _picture(text: str) -> Path:
    if Path(text).suffix.lower() != ".png":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .png")
    return Path(text)


def _sheet(text: str) -> Path:
    if Path(text).suffix.lower() not in _MAKERS:
        raise argparse.ArgumentTypeError(f"{text!r} ends neither in .xlsx nor in .csv")
    return Path(text)


async def show(
    services: Services, options: argparse.Namespace, i18n: I18n, language: Language
) -> list[str]:
    """Make the files that are wanted; the load in words, and where the files are."""
    try:
        found = await services.loads.of_code(options.clinic)
    except NoSuchClinic:
        raise CannotDo(f"--clinic: there is no clinic with the code {options.clinic}.") from None
    with speaking(i18n, language):
        said = occupancy_views.in_words(found)
        if options.picture:
            write_new_file(options.picture, await drawn(occupancy_views.chart(found)))
            said.append(f"The picture is in {options.picture}.")
        if options.sheet:
            make = _MAKERS[options.sheet.suffix.lower()]
            write_new_file(options.sheet, await asyncio.to_thread(make, found))
            said.append(f"The sheet is in {options.sheet}.")
    return said
