"""What is kept of a doctor's day, with a button each to open it."""

from itertools import groupby

from bot.flows.common.parts import doctor_and_room, in_rows, to_desk
from bot.flows.common.reserved import until_then
from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.reserved import taps
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, capital, clock, long_day, say, shorten
from services.desk.kept.times import KeptOfDay
from services.model.reserved.times import Reservation
from services.model.slots import Slot

MOST_TIMES = 40
"""That one screen shows."""


def kept(found: KeptOfDay) -> Screen:
    """For whom and until when; a tap on a time opens it to everybody."""
    lines = [
        say(
            _("🔒 <b>{doctor}</b>\n{day}"),
            doctor=doctor_and_room(found.doctor, briefly=True),
            day=capital(long_day(found.day)),
        ),
        *(_group(reservation, slots, found) for reservation, slots in _by_whom(found)),
        *([] if found.kept else [say(_("Nothing is kept any more."))]),
        *(
            say(_("🔓 {time}: opened by {who}"), time=clock(slot.local_start), who=shorten(who, 30))
            for slot in found.open[:MOST_TIMES]
            if (who := found.opened.get(slot.id))
        ),
        *([say(_("Tap a time to open it to everybody now."))] if found.kept else []),
    ]
    buttons = [
        Button(
            f"🔓 {clock(slot.local_start)}",
            taps.Release(post_id=found.post.id, slot_id=slot.id),
        )
        for slot in found.kept[:MOST_TIMES]
    ]
    back = day_taps.DayList(
        post_id=found.post.id, doctor_id=found.doctor.id, day=found.day.toordinal()
    )
    return Screen(
        Markup("\n\n").join(lines),
        [*in_rows(buttons, 3), [Button(_("Back"), back), to_desk(found.post.id)]],
    )


def _by_whom(found: KeptOfDay) -> list[tuple[Reservation, list[Slot]]]:
    """Those that open together, the first to open first."""
    kept = [(slot.reservation, slot) for slot in found.kept[:MOST_TIMES] if slot.reservation]
    kept.sort(key=lambda each: (each[0].until, each[0].whom))  # and else as they were: by the start
    return [
        (reservation, [slot for _reservation, slot in some])
        for reservation, some in groupby(kept, key=lambda each: each[0])
    ]


def _group(reservation: Reservation, slots: list[Slot], found: KeptOfDay) -> Markup:
    return say(
        "<b>{times}</b>\n{words}",
        times=", ".join(clock(slot.local_start) for slot in slots),
        words=until_then(reservation, found.post.clinic.wall(found.now)),
    )
