"""`python -m bot schedule …`: a clinic's timetable from a sheet, and to one.

What is about the clinic's sheet is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import argparse
import asyncio
from datetime import date
from pathlib import Path

from aiogram.utils.i18n import I18n

from bot.app import Services
from bot.dates import read_date
from bot.documents import sheets, timetable
from bot.terminal import Agree, CannotDo, Say, agreed, read_file, write_new_file
from bot.views import timetables as views
from bot.views.refusals import words_of
from bot.words import speaking
from services.model import Clinic, Language
from services.ports import Clock
from services.refusals import DateUnclear, NoSuchClinic, NoSuchDay, Refusal

_SUFFIXES = (".xlsx", ".csv")


def add_arguments(parser: argparse.ArgumentParser, named: str) -> None:
    """What the command of this name is told."""
    if named != "template":
        parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")
    if named == "import":
        parser.add_argument(
            "--from",
            dest="since",
            type=_day,
            metavar="DATE",
            help="the first day on which the sheet counts, such as 2026-12-01; today by default",
        )
        parser.add_argument("--yes", action="store_true", help="change it without asking")
        parser.add_argument("file", type=Path, metavar="FILE", help="an .xlsx or .csv sheet")
    else:
        parser.add_argument(
            "file", type=_new_sheet, metavar="FILE", help=".xlsx or .csv, a new one"
        )


def _day(text: str) -> date:
    try:
        return read_date(text)
    except (DateUnclear, NoSuchDay):
        raise argparse.ArgumentTypeError(f"{text!r} is not a date such as 2026-12-01") from None


def _new_sheet(text: str) -> Path:
    if not text.lower().endswith(_SUFFIXES):
        raise argparse.ArgumentTypeError(f"{text!r} ends neither in .xlsx nor in .csv")
    return Path(text)


def write_template(file: Path, i18n: I18n, language: Language) -> None:
    """Put an empty timetable, explained, into a new file."""
    make = timetable.template_csv if _is_csv(file) else timetable.template_workbook
    with speaking(i18n, language):
        write_new_file(file, make(views.sheet_words()))


async def export(services: Services, code: str, file: Path, i18n: I18n, language: Language) -> int:
    """Put a clinic's timetable into a new file; of how many doctors it is."""
    clinic = await _clinic(services, code)
    found = await services.timetables.of_clinic(clinic.id)
    make = timetable.write_csv if _is_csv(file) else timetable.write_workbook
    with speaking(i18n, language):
        write_new_file(file, make(found, views.sheet_words()))
    return len(found)


async def take_over(
    services: Services,
    options: argparse.Namespace,
    clock: Clock,
    i18n: I18n,
    language: Language,
    say: Say,
    agree: Agree,
) -> None:
    """Show what a sheet would do to a clinic's schedule, ask, and do it as a whole."""
    clinic = await _clinic(services, options.clinic)
    today = clock().astimezone(clinic.zone).date()
    since = options.since or today
    if since < today:
        raise CannotDo(f"--from: {since} is over; the past stays as it was.")
    data = await asyncio.to_thread(read_file, options.file, sheets.MOST_BYTES)
    with speaking(i18n, language):
        try:
            reading = await asyncio.to_thread(timetable.read, data, since)
            planned = await services.timetables.preview(clinic.id, reading.timetables)
            say("\n".join(views.planned(planned, reading, since, today)))
            if not options.yes and not agreed(agree, views.ask()):
                say(views.unchanged())
                return
            outcome = await services.timetables.replace(clinic.id, reading.timetables)
        except sheets.BadFile as bad:
            raise CannotDo(_nothing_done([views.file_trouble(bad)])) from None
        except timetable.BadTimetable as bad:
            raise CannotDo(_nothing_done([views.problem(each) for each in bad.problems])) from None
        except Refusal as refusal:
            raise CannotDo(_nothing_done([words_of(refusal)])) from None
        say("\n".join(views.done(outcome)))


def _nothing_done(reasons: list[str]) -> str:
    return "\n".join([*reasons, views.unchanged()])


async def _clinic(services: Services, code: str) -> Clinic:
    try:
        return await services.timetables.clinic(code)
    except NoSuchClinic:
        raise CannotDo(f"--clinic: there is no clinic with the code {code}.") from None


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"
