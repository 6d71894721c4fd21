"""A month in which a day of the staff's is chosen."""

from datetime import date, timedelta

from bot.flows.common.months import BLANK, weeks_of
from bot.flows.common.parts import to_desk
from bot.flows.common.taps import number_of
from bot.flows.desk.day import taps
from bot.telegram.screen import Button, Screen, Style
from bot.words import _, capital, month, say, weekdays
from services.desk.day import WorkMonth


def month_of(found: WorkMonth) -> Screen:
    """Every day leads to what is on it, those that are over, too."""
    text = say(
        _("📅 <b>{month}</b>\n\nWhich day? ‹ › are the months beside."),
        month=capital(month(found.first)),
    )
    here = _month(found, found.first)
    labels = [Button(name, here) for name in weekdays()]
    grid = [[_cell(found, day) for day in week] for week in weeks_of(found.first)]
    return Screen(text, [labels, *grid, _beside(found), [to_desk(found.post.id)]])


def _cell(found: WorkMonth, day: date) -> Button:
    if day.month != found.first.month:
        return Button(BLANK, _month(found, found.first))
    style = Style.PRIMARY if day == found.today else None
    return Button(str(day.day), _to_day(found, day), style)


def _to_day(found: WorkMonth, day: date) -> taps.AtWork:
    ids = {"post_id": found.post.id, "day": day.toordinal()}
    if found.doctor_id:
        return taps.DayList(**ids, doctor_id=found.doctor_id)
    return taps.Day(**ids)


def _beside(found: WorkMonth) -> list[Button]:
    before = (found.first - timedelta(days=1)).replace(day=1)
    after = (found.first + timedelta(days=31)).replace(day=1)
    return [
        *(
            [Button(f"‹ {month(before)}", _month(found, before))]
            if before >= found.earliest
            else []
        ),
        *([Button(f"{month(after)} ›", _month(found, after))] if after <= found.latest else []),
    ]


def _month(found: WorkMonth, first: date) -> taps.WorkMonth:
    return taps.WorkMonth(
        post_id=found.post.id,
        doctor_id=found.doctor_id or 0,
        month=number_of(first),
    )
