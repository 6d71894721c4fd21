"""A sheet with a row for each time, sent to the bot: what it would do, and what it did."""

from collections.abc import Sequence

from bot.documents.sheets.slot_rows import Reading
from bot.flows.desk.day import taps as day_taps
from bot.flows.schedule.hours import taps as hours_taps
from bot.flows.schedule.sheets import slot_row_words, taps
from bot.flows.schedule.sheets.slot_row_words import Room
from bot.telegram.screen import Button, Screen, Style
from bot.words import Markup, _, say, shorten
from services.model.ids import PostId
from services.schedule.listed_times import SheetPreview, SheetTaken

IN_THE_CHAT = Room(doctors=6, conflicts=6, remarks=3, hours=5, left_open=4)
LONGEST_LINE = 130


def reading() -> str:
    """While nothing is counted yet."""
    return _("Reading the sheet…")


def preview(found: SheetPreview, reading: Reading) -> Screen:
    """What the sheet would do, before anybody agreed to it."""
    post_id, imported = found.post.id, found.imported
    text = say(
        "{nothing}\n{lines}",
        nothing=say(_("<b>Nothing is changed yet</b>")),
        lines=_lines(slot_row_words.planned(imported, reading, IN_THE_CHAT)),
    )
    if not imported.changes_anything:
        return Screen(text, [_ways_back(post_id)])
    apply = taps.TakeTimes(post_id=post_id, mark=found.mark)
    return Screen(
        text,
        [
            [Button(_("Apply"), apply, Style.PRIMARY)],
            [Button(_("Do not change"), hours_taps.Discard(post_id=post_id))],
        ],
    )


def done(found: SheetTaken) -> Screen:
    """What the sheet did; a message of its own."""
    lines = _lines(slot_row_words.done(found.imported, IN_THE_CHAT))
    return Screen(say("✅ {lines}", lines=lines), [_ways_back(found.post.id)], stays=True)


def _lines(lines: Sequence[str]) -> Markup:
    """What a terminal shows indented stands behind a dot here."""
    return Markup("\n").join(
        say("• {line}", line=shorten(each.strip(), LONGEST_LINE))
        if each.startswith("  ")
        else say("{line}", line=shorten(each, LONGEST_LINE))
        for each in lines
    )


def _ways_back(post_id: PostId) -> list[Button]:
    return [
        Button(_("All doctors"), hours_taps.ClinicHours(post_id=post_id)),
        Button(_("Desk"), day_taps.Desk(post_id=post_id)),
    ]
