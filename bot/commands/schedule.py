"""`python -m bot schedule …`: a clinic's timetable, or its times one by one, from and to a sheet.

What is about the clinic's sheet is said in the clinic's language; what is about the command, in the
operator's, which is English.
"""

import asyncio
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.app import Services
from bot.clock import now
from bot.commands.line import House, Line
from bot.commands.terminal import (
    CannotDo,
    ProgressLine,
    agreed,
    in_clinics_language,
    no_such_clinic,
    read_file,
    write_new_file,
)
from bot.documents.sheets import (
    grids,
    rows,
    schedule_sheets,
    slot_rows,
    slot_rows_written,
    timetable,
    timetable_written,
    written,
)
from bot.documents.typed.dates import read_date
from bot.flows.common.refusals import words_of
from bot.flows.schedule.sheets import sheet_words
from bot.flows.schedule.sheets import slot_row_words as slot_words
from bot.flows.schedule.sheets import timetable_words as week_words
from bot.settings import Settings
from bot.watch import logs
from services.model.clinic import Clinic
from services.model.refusals.base import Refusal
from services.model.refusals.clinic import NoSuchClinic
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.model.settings.visit_kinds import USUAL_KINDS
from services.schedule.imports import Imports
from services.schedule.timetables import Timetables

MOST_SECONDS = 60
"""In which a workbook has to be read: nobody else waits here."""
_SUFFIXES = (".xlsx", ".csv")


# What the commands are told


def add(line: Line) -> None:
    """`schedule template`, `import` and `export`."""
    schedule = line.family("schedule", "A clinic's timetable as a sheet.")
    empty = schedule.add("template", template)
    _add_slots(empty)
    _add_new_sheet(empty)
    _add_import(schedule.add("import", take_over))
    filled = schedule.add("export", export)
    _add_slots(filled)
    _add_clinic(filled)
    _add_new_sheet(filled)


def _add_import(parser: ArgumentParser) -> None:
    _add_clinic(parser)
    parser.add_argument(
        "--from",
        dest="since",
        type=_day,
        metavar="DATE",
        help="the first day on which the sheet counts, such as 2026-12-01; today by default",
    )
    parser.add_argument("--yes", action="store_true", help="change it without asking")
    parser.add_argument("file", type=Path, metavar="FILE", help="an .xlsx or .csv sheet")


def _add_slots(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--slots", action="store_true", help="a row for each time instead of a timetable"
    )


def _add_clinic(parser: ArgumentParser) -> None:
    parser.add_argument("--clinic", required=True, metavar="CODE", help="the clinic's code")


def _add_new_sheet(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=_new_sheet, metavar="FILE", help=".xlsx or .csv, a new one")


def _day(text: str) -> date:
    try:
        return read_date(text)
    except (DateUnclear, NoSuchDay):
        raise ArgumentTypeError(f"{text!r} is not a date such as 2026-12-01") from None


def _new_sheet(text: str) -> Path:
    if not text.lower().endswith(_SUFFIXES):
        raise ArgumentTypeError(f"{text!r} ends neither in .xlsx nor in .csv")
    return Path(text)


# From the clinic to a sheet


async def template(_house: House, settings: Settings, options: Namespace) -> None:
    """Make an empty sheet for a clinic's timetable or times, with examples and an explanation."""
    with in_clinics_language(settings):
        words = (slot_words if options.slots else week_words).sheet_words(USUAL_KINDS)
        write_new_file(options.file, written.template(words, csv=_is_csv(options.file)))
    print(f"The template is in {options.file}.")


async def export(house: House, settings: Settings, options: Namespace) -> None:
    """Put a clinic's timetable or times into a sheet that can be imported; the bot may go on."""
    logs.set_up(settings.log_level)
    write = _write_times if options.slots else _write_timetable
    async with house.looked_at(settings) as services:
        with in_clinics_language(settings):
            clinic = await _clinic(services, options.clinic)
            count = await write(services, clinic, options.file)
    if options.slots:
        print(f"The times are in {options.file}, without anybody's name. Rows: {count}.")
    else:
        print(f"The timetable is in {options.file}. Doctors: {count}.")


async def _write_times(services: Services, clinic: Clinic, file: Path) -> int:
    """Put a clinic's times ahead into a new file, without anybody's name; how many there are."""
    found = await services.imports.times(clinic.id)
    words = slot_words.sheet_words(clinic.kinds)
    lines = slot_rows_written.lines(found, words)
    made = await asyncio.to_thread(written.write, lines, words, csv=_is_csv(file))
    write_new_file(file, made)
    return len(found)


async def _write_timetable(services: Services, clinic: Clinic, file: Path) -> int:
    """Put a clinic's timetable into a new file; of how many doctors it is."""
    found = await services.timetables.of_clinic(clinic.id)
    words = week_words.sheet_words(clinic.kinds)
    lines = timetable_written.lines(found, words)
    write_new_file(file, written.write(lines, words, csv=_is_csv(file)))
    return len(found)


# From a sheet to the clinic


async def take_over(house: House, settings: Settings, options: Namespace) -> None:
    """Take over a clinic's timetable or times from a sheet: say what it would do, ask, do all."""
    logs.set_up(settings.log_level)
    with in_clinics_language(settings):
        async with house.opened(settings, options.name) as services:
            try:
                await _take_over(services, options)
            except grids.BadFile as bad:
                raise _nothing_done([sheet_words.file_trouble(bad)]) from None
            except rows.BadSheet as bad:
                raise _nothing_done(sheet_words.problems(bad.problems)) from None
            except Refusal as refusal:
                raise _nothing_done([words_of(refusal)]) from None


async def _take_over(services: Services, options: Namespace) -> None:
    """Show what a sheet of either kind would do to a clinic's schedule, ask, and do all of it."""
    way = await _way(services, options)
    print(*await way.planned(), sep="\n")
    if not options.yes and not agreed(sheet_words.ask()):
        print(sheet_words.unchanged())
        return
    print(*await way.done(), sep="\n")


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
        return week_words.planned(found, self.reading, self.since, self.today)

    async def done(self) -> list[str]:
        return week_words.done(
            await self.timetables.replace(self.clinic.id, self.reading.timetables)
        )


@dataclass(frozen=True, slots=True)
class _Times:
    """A row for each time."""

    imports: Imports
    clinic: Clinic
    reading: slot_rows.Reading

    async def planned(self) -> list[str]:
        line = ProgressLine(slot_words.progress, sys.stderr)
        found = await self.imports.preview(self.clinic.id, self.reading.doctors, line)
        return slot_words.planned(found, self.reading)

    async def done(self) -> list[str]:
        line = ProgressLine(slot_words.progress, sys.stderr)
        return slot_words.done(await self.imports.apply(self.clinic.id, self.reading.doctors, line))


async def _way(services: Services, options: Namespace) -> _Way:
    """What the sheet says, as something that can be done."""
    clinic = await _clinic(services, options.clinic)
    today = clinic.today(now())
    since = options.since or today
    if since < today:
        raise CannotDo(f"--from: {since} is over; the past stays as it was.")
    data = await asyncio.to_thread(read_file, options.file, grids.MOST_BYTES)
    reading = await asyncio.to_thread(schedule_sheets.read, data, since, MOST_SECONDS, clinic.kinds)
    if isinstance(reading, slot_rows.Reading):
        return _Times(services.imports, clinic, reading)
    return _Week(services.timetables, clinic, reading, since, today)


def _nothing_done(reasons: list[str]) -> CannotDo:
    return CannotDo("\n".join([*reasons, sheet_words.unchanged()]))


async def _clinic(services: Services, code: str) -> Clinic:
    try:
        return await services.timetables.clinic(code)
    except NoSuchClinic:
        raise no_such_clinic(code) from None


def _is_csv(file: Path) -> bool:
    return file.suffix.lower() == ".csv"
