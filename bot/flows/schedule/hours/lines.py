"""Hours, days and deviations as lines of text, as several screens say them."""

from collections.abc import Collection, Sequence
from datetime import date

from bot.documents.typed.hour_lines import Words, write_receptions, write_rules
from bot.flows.common.kinds import kind_name
from bot.flows.common.parts import doctor_and_room, with_initials
from bot.flows.common.reserved import every_kept, hours_kept
from bot.flows.schedule.hours import taps
from bot.telegram.screen import Button
from bot.words import Markup, _, dated, long_date, shorten, weekdays
from services.model.clinic import Doctor
from services.model.ids import DoctorId, PostId
from services.model.reserved.times import ReservedFor
from services.model.schedule import (
    Holiday,
    Leave,
    NewHours,
    OnLeave,
    OtherHours,
    Reception,
    ScheduleException,
    ScheduleRule,
    Undone,
)
from services.model.settings.visit_kinds import KindKey, VisitKind
from services.schedule.effects import Outcome
from services.schedule.overview import Ahead

LONGEST_NAME = 40
LONGEST_RULES = 1200
LONGEST_HOURS = 200
"""Of a day, where other days stand beside."""


def deviation_line(
    what: ScheduleException | Leave | Holiday, doctor_id: DoctorId | None, found: Ahead | Outcome
) -> str:
    days = days_in_words(what.first, what.last, found.today)
    if isinstance(what, Holiday) or doctor_id is None:
        return _("{days}: the clinic is closed").format(days=days)
    doctor = named(found.doctors[doctor_id])
    if isinstance(what, ScheduleException):
        hours = shorten(
            receptions_in_words(what.receptions, found.doctors[doctor_id].clinic.kinds),
            LONGEST_HOURS,
        )
        return _("{doctor}, {days}: {hours}").format(doctor=doctor, days=days, hours=hours)
    words = _("{doctor}: on leave {days}. {covering}")
    return words.format(doctor=doctor, days=days, covering=covering_words(what, found))


def covering_words(leave: Leave, found: Ahead | Outcome) -> str:
    if leave.substitute is None:
        return _("Nobody substitutes.")
    substitute = named(found.doctors[leave.substitute])
    if leave.in_their_hours:
        return _("{doctor} substitutes, in these hours too.").format(doctor=substitute)
    return _("{doctor} substitutes, in own hours.").format(doctor=substitute)


# Pieces


def line_words(kinds: Sequence[VisitKind] = ()) -> Words:
    return Words(
        weekdays=weekdays(),
        even=_("even"),
        odd=_("odd"),
        day_off=_("day off"),
        minutes=_("every {n} min"),
        kinds={kind.key: kind_name(kind).lower() for kind in kinds},
        kept=every_kept() if kinds else {},
    )


def week_in_words(rules: Sequence[ScheduleRule], since: date, kinds: Sequence[VisitKind]) -> str:
    """ "пн–пт 8:00–14:00 по 15 мин; с 1 января 2027: сб 9:00–12:00 по 20 мин (Консультация)"."""
    alike: dict[tuple[object, ...], list[ScheduleRule]] = {}
    for rule in rules:
        what = (rule.reception.reasons, rule.reception.kept_for)
        kind = (*what, rule.valid_from, rule.valid_until)
        alike.setdefault(kind, []).append(rule)
    said = [_rules_in_words(each, since, kinds) for each in alike.values()]
    return "; ".join(said) or line_words().day_off


def _rules_in_words(rules: Sequence[ScheduleRule], since: date, kinds: Sequence[VisitKind]) -> str:
    """Rules for the same, from and until the same day."""
    like, hours = rules[0], write_rules(rules, line_words())
    if purposes := _purposes([like.reception], kinds):
        hours = _("{hours} ({reasons})").format(hours=hours, reasons=purposes)
    if like.valid_until:
        hours = _("{hours}, until {day}").format(hours=hours, day=long_date(like.valid_until))
    if like.valid_from > since:
        hours = _("from {day}: {hours}").format(hours=hours, day=long_date(like.valid_from))
    return hours


def receptions_in_words(receptions: Sequence[Reception], kinds: Sequence[VisitKind]) -> str:
    """Hours of a day, with what they are for."""
    if not receptions:
        return _("no visits")
    hours = write_receptions(receptions, line_words())
    purposes = _purposes(receptions, kinds)
    return _("{hours} ({reasons})").format(hours=hours, reasons=purposes) if purposes else hours


def _purposes(receptions: Sequence[Reception], kinds: Sequence[VisitKind]) -> str:
    """What hours are for, and for whom they are kept."""
    keys = {each for reception in receptions for each in reception.reasons}
    kept = [
        hours_kept(whom) for whom in ReservedFor if whom in {each.kept_for for each in receptions}
    ]
    return ", ".join([*([kinds_in_words(keys, kinds)] if keys else []), *kept])


def kinds_in_words(keys: Collection[KindKey], kinds: Sequence[VisitKind]) -> str:
    """What hours are for, in the clinic's words and order."""
    return ", ".join(kind_name(kind) for kind in kinds if kind.key in keys)


def named(doctor: Doctor) -> str:
    return shorten(with_initials(doctor.name), LONGEST_NAME)


def with_room(doctor: Doctor) -> Markup:
    return doctor_and_room(doctor, briefly=True)


def weekday_and_number(on: date) -> str:
    """ "пн 23"."""
    return f"{weekdays()[on.weekday()]} {on.day}"


def days_in_words(first: date, last: date, today: date) -> str:
    """ "вт 1 декабря", or two of these."""
    if first == last:
        return dated(first, today)
    return f"{dated(first, today)} – {dated(last, today)}"


def whose(found: Outcome) -> int:
    """The doctor whose week it leads back to; 0 where there are several."""
    match found.change:
        case OtherHours(doctor_id) | NewHours(doctor_id) | OnLeave(doctor_id):
            return doctor_id
        case Undone() if found.undone:
            return found.undone.doctor_id or 0
    return 0


def back_to(post_id: PostId, doctor: Doctor | None) -> Button:
    if doctor is None:
        return Button(_("All doctors"), taps.ClinicHours(post_id=post_id))
    return Button(_("The week"), taps.WeekHours(post_id=post_id, doctor_id=doctor.id))
