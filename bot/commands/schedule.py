"""`python -m bot schedule …`: a clinic's timetable, or its times one by one, from and to a sheet.

What is about the clinic's sheet is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import argparse
import asyncio
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from aiogram.utils.i18n import I18n

from bot.app import Services
from bot.commands.terminal import (
    Agree,
    CannotDo,
    ProgressLine,
    Say,
    agreed,
    read_file,
    write_new_file,
)
from bot.documents.sheets import grids, schedule_sheets, slot_rows, timetable
from bot.documents.typed.dates import read_date
from bot.flows.common.refusals import words_of
from bot.flows.schedule.sheets import slot_rows as slot_views
from bot.flows.schedule.sheets import timetables as views
from bot.words import speaking
from services.model.clinic import Clinic
from services.model.people import Language
from services.model.refusals.base import Refusal
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.ports.readers import Clock
from services.schedule.imports import Imports
from services.schedule.timetables import Timetables

_SUFFIXES = (".xlsx", ".csv")


def add_arguments(parser: argparse.ArgumentParser, named: str) -> None:
    """What the command of this name is told."""
    if named != "import":
        parser.add_argument(
            "--slots", action="store_true", help="a row for each time instead of a timetable"
        )
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


def write_template(file: Path, i18n: I18n, language: Language, *, slots: bool = False) -> None:
    """Put an empty timetable, or an empty sheet of times, explained, into a new file."""
    with speaking(i18n, language):
        if slots:
            make_rows = slot_rows.template_csv if _is_csv(file) else slot_rows.template_workbook
            write_new_file(file, make_rows(slot_views.sheet_words()))
        else:
            make = timetable.template_csv if _is_csv(file) else timetable.template_workbook
            write_new_file(file, make(views.sheet_words()))


async def export_slots(
    services: Services, code: str, file: Path, i18n: I18n, language: Language
) -> int:
    """Put a clinic's times ahead into a new file, without anybody's name; how many there are."""
    clinic = await _clinic(services, code)
    found = await services.imports.times(clinic.id)
    make = slot_rows.write_csv if _is_csv(file) else slot_rows.write_workbook
    with speaking(i18n, language):
        made = await asyncio.to_thread(make, found, slot_views.sheet_words())
        write_new_file(file, made)
    return len(found)


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
    """Show what a sheet of either kind would do to a clinic's schedule, ask, and do all of it."""
    clinic = await _clinic(services, options.clinic)
    today = clock().astimezone(clinic.zone).date()
    since = options.since or today
    if since < today:
        raise CannotDo(f"--from: {since} is over; the past stays as it was.")
    data = await asyncio.to_thread(read_file, options.file, grids.MOST_BYTES)
    with speaking(i18n, language):
        try:
            reading = await asyncio.to_thread(schedule_sheets.read, data, since)
            if isinstance(reading, slot_rows.Reading):
                way: _Way = _Times(services.imports, clinic, reading)
            else:
                way = _Week(services.timetables, clinic, reading, since, today)
            say("\n".join(await way.planned()))
            if not options.yes and not agreed(agree, views.ask()):
                say(views.unchanged())
                return
            done = await way.done()
        except grids.BadFile as bad:
            raise CannotDo(_nothing_done([views.file_trouble(bad)])) from None
        except timetable.BadTimetable as bad:
            raise CannotDo(_nothing_done([views.problem(each) for each in bad.problems])) from None
        except slot_rows.BadSlotRows as bad:
            raise CannotDo(_nothing_done(slot_views.problems(bad.problems))) from None
        except Refusal as refusal:
            raise CannotDo(_nothing_done([words_of(refusal)])) from None
        say("\n".join(done))


class _Way(Protocol):
    """How a sheet of some kind is taken over."""

    async def planned(self) -> list[str]:
        """What it would do."""
        ...

    async def done(self) -> list[str]:
        """Do it, and say what was done."""
        ...


@dataclass(frozen=True, slots=True)
class _Week:
    """A timetable."""

    timetables: Timetables
    clinic: Clinic
    reading: timetable.Reading
    since: date
    today: date

    async def planned(self) -> list[str]:
        found = await self.timetables.preview(self.clinic.id, self.reading.timetables)
        return views.planned(found, self.reading, self.since, self.today)

    async def done(self) -> list[str]:
        return views.done(await self.timetables.replace(self.clinic.id, self.reading.timetables))


@dataclass(frozen=True, slots=True)
class _Times:
    """A row for each time."""

    imports: Imports
    clinic: Clinic
    reading: slot_rows.Reading

    async def planned(self) -> list[str]:
        line = ProgressLine(slot_views.progress, sys.stderr)
        found = await self.imports.preview(self.clinic.id, self.reading.doctors, line)
        return slot_views.planned(found, self.reading)

    async def done(self) -> list[str]:
        line = ProgressLine(slot_views.progress, sys.stderr)
        return slot_views.done(await self.imports.apply(self.clinic.id, self.reading.doctors, line))


def _nothing_done(reasons: list[str]) -> str:
    return "\n".join([*reasons, views.unchanged()])


async def _clinic(services: Services, code: str) -> Clinic:
    try:
        return await services.timetables.clinic(code)
    except NoSuchClinic:
        raise CannotDo(f"--clinic: there is no clinic with the code {code}.") from None


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"
