"""What a family that waits can say more exactly: which weekdays, which doctors, how soon before."""

from bot.flows.common.pages import page_of, turning
from bot.flows.common.parts import LONGEST_BUTTON, in_list, with_initials
from bot.flows.visits.waiting import taps
from bot.flows.visits.waiting.views import about
from bot.telegram.screen import Button, Screen
from bot.words import Markup, _, capital, say, shorten, weekdays
from services.model.clinic import Doctor
from services.model.waitlist.waits import EVERY_WEEKDAY, Wait
from services.waitlist.refining import WaitDetails

HOURS = (1, 3, 12, 24)
"""How long before a time a family may have to know of it."""
MOST_DOCTORS = 8
"""On a page."""


def details(found: WaitDetails, page: int = 0) -> Screen:
    """What is chosen has a mark; each button changes one thing, at once."""
    wait = found.waiting.wait
    lines = [
        say(_("🔔 <b>What would do?</b>")),
        about(found.waiting),
        say(_("Tap weekdays and doctors that would do, and how long before you must know of it.")),
    ]
    part = page_of(found.doctors, page, MOST_DOCTORS)
    doctors = [[_doctor(wait, each, part.number)] for each in part.shown]
    if len(found.doctors) == 1:
        doctors = []
    return Screen(
        Markup("\n\n").join(lines),
        [
            _weekdays(wait),
            _notices(wait),
            *doctors,
            *turning(part, lambda to: taps.Details(wait_id=wait.id, page=to)),
            [Button(_("Done"), taps.OneWait(wait_id=wait.id))],
        ],
    )


def _weekdays(wait: Wait) -> list[Button]:
    """The last one that would do cannot be taken away: all would do again."""
    chosen = wait.wish.weekdays
    return [
        Button(
            capital(name) if chosen >> number & 1 else f"–{name}",
            taps.ForDays(wait_id=wait.id, weekdays=chosen ^ (1 << number) or EVERY_WEEKDAY),
        )
        for number, name in enumerate(weekdays())
    ]


def _notices(wait: Wait) -> list[Button]:
    return [
        Button(
            ("✓ " if hours * 3600 == wait.wish.notice.total_seconds() else "")
            + _("{n} h").format(n=hours),
            taps.ForNotice(wait_id=wait.id, hours=hours),
        )
        for hours in HOURS
    ]


def _doctor(wait: Wait, doctor: Doctor, page: int) -> Button:
    is_chosen = doctor.id in wait.wish.doctors
    label = f"{'☑️' if is_chosen else '▫️'} {in_list(with_initials(doctor.name))}"
    tap = taps.ForDoctor(wait_id=wait.id, doctor_id=doctor.id, on=not is_chosen, page=page)
    return Button(shorten(label, LONGEST_BUTTON), tap)
