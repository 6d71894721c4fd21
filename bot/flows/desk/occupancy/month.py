"""The owner's month: a picture, and the same in words below it."""

from bot.documents.pictures.values import Bar, Bars
from bot.flows.common.taps import number_of
from bot.flows.desk.occupancy import taps
from bot.telegram.screen import Button, Picture
from bot.words import Markup, _, capital, days_between, month, say
from services.desk.month import Month
from services.model.ids import PostId


def month_picture(found: Month, post_id: PostId, drawn: bytes) -> Picture:
    """The picture, and below it in words what stands on it."""
    counted = found.counted
    lines = [
        say(_("🗓 <b>Month, {days}</b>"), days=days_between(found.first, found.last)),
        say("☎️ {line}", line=_spared(found)),
        *(say("• {line}", line=row.words) for row in _rows(found)),
        say(
            _("Of these: booked {booked}, moved {moved}, cancelled {off}, “We will come” {yes}."),
            booked=counted.by_bot,
            moved=counted.moved_by_family,
            off=counted.cancelled_by_family,
            yes=counted.coming,
        ),
        say(_("Counted over the visits of these days, whenever they were booked.")),
    ]
    rows = [
        [
            Button(
                f"‹ {month(found.before)}",
                taps.Month(post_id=post_id, month=number_of(found.before)),
            )
        ],
        [Button(_("Load"), taps.Load(post_id=post_id))],
    ]
    name = f"month-{found.clinic.code}-{found.first:%Y-%m}.png"
    return Picture(name, drawn, Markup("\n").join(lines), rows)


def bars(found: Month) -> Bars:
    """What is to be drawn."""
    return Bars(
        found.clinic.name,
        capital(month(found.first)),
        str(found.counted.spared),
        _("calls to the registry were not needed"),
        _rows(found),
    )


def _spared(found: Month) -> str:
    return _("Calls that were not needed: {n}.").format(n=found.counted.spared)


def _rows(found: Month) -> list[Bar]:
    counted = found.counted
    return [
        Bar(
            _("Booked: by the bot {bot}, by the desk {desk}").format(
                bot=counted.by_bot, desk=counted.by_desk
            ),
            [counted.by_bot, counted.by_desk],
            counted.by_bot + counted.by_desk,
        ),
        Bar(
            _("Filled: {taken} of {open} times, {percent} %").format(
                taken=found.taken,
                open=found.open,
                percent=100 * found.taken // found.open if found.open else 0,
            ),
            [found.taken],
            found.open,
        ),
        Bar(
            _("Did not come: {missed}; came: {came}").format(
                missed=counted.missed, came=counted.came
            ),
            [counted.missed],
            counted.missed + counted.came,
        ),
        Bar(
            _("Moved: by families {family}, by the clinic {clinic}").format(
                family=counted.moved_by_family, clinic=counted.moved_by_clinic
            ),
            [counted.moved_by_family, counted.moved_by_clinic],
            max(counted.by_bot + counted.by_desk, 1),
        ),
    ]
