"""A clinic: its phones, the way there, and what to do today."""

from bot.flows.clinic.card import taps
from bot.flows.common.no_shows import limits
from bot.flows.common.parts import go_home, home_call, urgent
from bot.telegram.screen import Button, Screen, Venue
from bot.words import Markup, _, say
from services.families.onboarding import ClinicPage
from services.model.clinic import Clinic


def card(found: ClinicPage) -> Screen:
    clinic = found.clinic
    lines = [
        say("<b>{name}</b>\n{address}", name=clinic.name, address=clinic.address),
        *([say("🚶 {directions}", directions=clinic.directions)] if clinic.directions else []),
        _phones(found),
        *urgent(clinic),
        Markup("\n").join(limits(clinic)),
    ]
    on_map = [Button(_("On the map"), taps.Map(clinic_id=clinic.id))] if clinic.position else []
    others = [Button(_("Another clinic"), taps.Clinics())] if found.has_others else []
    return Screen(Markup("\n\n").join(lines), [on_map, others, [go_home(clinic.id)]])


def on_map(clinic: Clinic) -> Venue | None:
    """The clinic as a place; None where it gave no position."""
    if clinic.position is None:
        return None
    return Venue(clinic.position.latitude, clinic.position.longitude, clinic.name, clinic.address)


def needed_today(found: ClinicPage) -> Screen:
    """Nothing is free, and the child needs a doctor today."""
    clinic = found.clinic
    lines = [
        say(_("<b>Needed today</b>")),
        *([say("🩺 {duty}", duty=clinic.duty)] if clinic.duty else []),
        _phones(found),
        *urgent(clinic),
        say(_("❗ Danger to life: 103 or 112")),
    ]
    return Screen(Markup("\n\n").join(lines), [[go_home(clinic.id)]])


def _phones(found: ClinicPage) -> Markup:
    registry = say(_("☎️ Registry:\n{phone}"), phone=found.clinic.phone)
    calls = home_call(found.clinic, found.now)
    return say("{registry}\n\n{home_call}", registry=registry, home_call=calls)
