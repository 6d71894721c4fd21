"""A sheet in the chat: what it would do, what it did, and why one cannot be read."""

from collections.abc import Sequence

from bot.flows.common.parts import to_desk
from bot.flows.schedule.hours.lines import back_to
from bot.flows.schedule.sheets import taps
from bot.telegram.screen import Button, Document, Screen
from bot.words import Markup, _, say, shorten
from services.schedule.overview import SheetDesk

MOST_LINES = 10
"""Problems that are told; what is left out is said by the last of them."""


def by_sheet(found: SheetDesk) -> Screen:
    """How timetables come in by a sheet, and go out."""
    post_id = found.post.id
    text = say(
        _(
            "📄 <b>Hours by a sheet</b>\n{clinic}\n\nSend me an .xlsx or .csv file here: the "
            "timetable, or the times of your own system, a row for each. I show first what it "
            "would change; nothing is done before you agree."
        ),
        clinic=found.post.clinic.name,
    )
    return Screen(
        text,
        [
            [
                Button(_("Template"), taps.SheetTemplate(post_id=post_id)),
                Button(_("Hours as a sheet"), taps.SheetExport(post_id=post_id)),
            ],
            [back_to(post_id, None), to_desk(post_id)],
        ],
    )


def unreadable(found: SheetDesk, problems: Sequence[str]) -> Screen:
    """What is wrong with a sheet; nothing was changed."""
    lines = [say("• {problem}", problem=shorten(each, 300)) for each in problems[:MOST_LINES]]
    text = Markup("\n").join(
        [
            say(_("⚠️ <b>The sheet cannot be taken over</b>\nNothing was changed.\n")),
            *lines,
            say(_("\nPlease mend it and send it again.")),
        ]
    )
    rows = [[Button(_("Template"), taps.SheetTemplate(post_id=found.post.id))]]
    return Screen(text, [*rows, [back_to(found.post.id, None), to_desk(found.post.id)]])


def template(content: bytes) -> Document:
    """An empty sheet to be filled in."""
    caption = say(_("Fill it in and send it back to me. How, is on its last page."))
    return Document("timetable-template.xlsx", content, caption)


def export(found: SheetDesk, content: bytes) -> Document:
    """The hours as they stand."""
    caption = say(_("The hours from today on. You can change the sheet and send it back to me."))
    return Document(f"timetable-{found.post.clinic.code}-{found.today}.xlsx", content, caption)
