"""What happened to each freed time, as a sheet: numbers, days and times that can be sorted."""

from datetime import timedelta

from bot.documents.sheets.grids import Written
from bot.flows.common.parts import with_initials
from bot.flows.desk.waiting.history import days_of, state_words, sums, why_words
from bot.telegram.screen import Document
from bot.words import _, say
from services.desk.waiting.history import FreedTimes
from services.model.waitlist.history import FreedStory

A_MINUTE = timedelta(minutes=1)


def document(found: FreedTimes, workbook: bytes) -> Document:
    """The file, and below it which days it is about."""
    name = f"waitlist-{found.post.clinic.code}-{found.now:%Y-%m-%d}.xlsx"
    return Document(name, workbook, say(_("Freed times, {days}"), days=days_of(found)))


def workbook(found: FreedTimes) -> bytes:
    """A line for each time, the latest first, and on a second sheet what all of it comes to."""
    from bot.documents.sheets import workbooks  # their library takes its time to be loaded

    results: list[list[Written]] = [[line] for line in [days_of(found), *sums(found)]]
    return workbooks.make(
        {
            _("Freed times"): workbooks.Page(_rows(found), [12, 8, 28, 12, 8, 30, 10, 24, 12]),
            _("In sum"): workbooks.Page(results, [60], heading=False),
        }
    )


def _rows(found: FreedTimes) -> list[list[Written]]:
    heading: list[Written] = [
        _("Day"),
        _("Time"),
        _("Doctor"),
        _("Free since, day"),
        _("Free since"),
        _("Why"),
        _("Offers"),
        _("What came of it"),
        _("Minutes until taken"),
    ]
    return [heading, *(_row(each) for each in found.shown)]


def _row(each: FreedStory) -> list[Written]:
    begins = each.slot.local_start
    freed = each.slot.doctor.clinic.wall(each.freed_at)
    return [
        begins.date(),
        begins.time(),
        with_initials(each.slot.doctor.name),
        freed.date(),
        freed.time().replace(second=0, microsecond=0),
        why_words(each.why),
        each.offers,
        state_words(each.state),
        "" if each.took is None else each.took // A_MINUTE,
    ]
