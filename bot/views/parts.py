"""Pieces of text that several screens share."""

from datetime import datetime

from bot.screen import Button
from bot.taps import Home
from bot.words import _, age, clock, day, long_day, short_day, shorten
from services.model import Child, Clinic, ClinicId, Slot
from services.rules import age_of

LONGEST_BUTTON = 25
"""Characters that a button shows on a narrow phone."""


def moment(slot: Slot) -> str:
    """ "чт, 26 ноября, 9:15" on the clinic's wall."""
    return f"{day(slot.local_start)}, {clock(slot.local_start)}"


def soon(slot: Slot, now: datetime) -> str:
    """The same with "сегодня" and "завтра" where they are true at the clinic."""
    today = now.astimezone(slot.doctor.clinic.zone)
    return f"{day(slot.local_start, today)}, {clock(slot.local_start)}"


def long_moment(slot: Slot) -> str:
    """ "четверг, 26 ноября, 9:15"."""
    return f"{long_day(slot.local_start)}, {clock(slot.local_start)}"


def child_with_age(child: Child, now: datetime, clinic: Clinic) -> str:
    """ "Миша, 2 года 8 месяцев"."""
    return f"{child.name}, {age(age_of(child, now, clinic))}"


def brief(name: str, slot: Slot, now: datetime) -> str:
    """ "Петрова · чт 26, 9:15": somebody and a time, in what fits on a button.

    A horizon is shorter than a month, so that the day's number is enough.
    """
    today = now.astimezone(slot.doctor.clinic.zone)
    when = f"{short_day(slot.local_start, today)}, {clock(slot.local_start)}"
    return f"{shorten(name, LONGEST_BUTTON - 3 - len(when))} · {when}"


def with_initials(name: str) -> str:
    """ "Петрова А. С." from "Петрова Анна Сергеевна"."""
    family, *given = name.split()
    return " ".join([family, *(f"{part[0]}." for part in given)])


def go_home(clinic_id: ClinicId) -> Button:
    """The way home."""
    return Button(_("Home"), Home(clinic_id=clinic_id))
