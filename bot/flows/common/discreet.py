"""What a discreet notice says of a visit: when it is, where to come, and the way to the rest.

Whoever sees the screen of a phone learns neither who is treated nor by whom, for what, in which
clinic (decision 71). All notices about visits are discreet by these parts alone.
"""

from bot.flows.visits.mine import taps as mine_taps
from bot.telegram.screen import Button
from bot.words import Markup, _, say
from services.model.clinic import Doctor
from services.model.visits import Appointment


def where(visit: Appointment) -> Markup:
    """The address alone: a clinic's name may say what is treated there."""
    return say("📍 {address}", address=visit.slot.doctor.clinic.address)


def phone(visit: Appointment) -> Markup:
    """Whom to call, where the family may have to."""
    return say(_("Registry: {phone}"), phone=visit.slot.doctor.clinic.phone)


def show_visit(visit: Appointment) -> list[Button]:
    """All that is left unsaid, by one tap."""
    return [Button(_("Show the visit"), mine_taps.Visit(appointment_id=visit.id))]


def unnamed(_doctor: Doctor) -> str:
    """What a time is called on a button."""
    return _("Visit")
