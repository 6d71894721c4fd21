"""Buttons. The clinic's hours and times taken from a sheet and put into one."""

from bot.flows.common.taps import Tap
from bot.flows.desk.day.taps import AtWork
from bot.flows.schedule.hours.taps import ClinicHours, OfDraft


class TakeTimes(OfDraft, prefix="take-times"):
    """Let the times agree with the sheet that was looked at."""


class Sheets(AtWork, prefix="sheets"):
    """How timetables come from a sheet, and go to one."""

    def fallback(self) -> Tap:
        return ClinicHours(post_id=self.post_id)


class SheetTemplate(Sheets, prefix="template"):
    """An empty sheet, explained, as a file."""


class SheetExport(Sheets, prefix="export"):
    """The timetables as they stand, as a file."""
