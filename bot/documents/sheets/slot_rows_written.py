"""A row for each time put into a sheet that can be read again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.documents.sheets import written
from bot.documents.sheets.tables import Column
from services.model.reserved.times import ReservedFor
from services.model.slot_sync import There
from services.schedule.listed_times import TimeThere

COLUMNS = (
    Column.DOCTOR,
    Column.DATE,
    Column.START,
    Column.END,
    Column.STATE,
    Column.ROOM,
    Column.REFERENCE,
    Column.REASONS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words(written.Words):
    """What is said of a time beside that."""

    states: Mapping[There, str]
    kept: Mapping[ReservedFor, str]
    """For whom it is kept."""


def lines(times: Iterable[TimeThere], words: Words) -> Iterator[written.Line]:
    """The rows of a sheet."""
    for each in times:
        yield {
            Column.DOCTOR: each.doctor.name,
            Column.DATE: each.starts_at.date(),
            Column.START: each.starts_at.time(),
            Column.END: each.ends_at.time(),
            Column.STATE: words.states[each.there],
            Column.ROOM: each.doctor.room,
            Column.REFERENCE: f"№ {each.visit}" if each.visit else each.reference,
            Column.REASONS: ", ".join(_purposes(each, words)),
        }


def _purposes(time: TimeThere, words: Words) -> Iterator[str]:
    yield from (words.reasons[reason] for reason in sorted(time.reasons))
    if time.named_for and time.named_for in words.kept:
        yield words.kept[time.named_for]
