"""A family with two clinics reads by whose clocks a time is."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiogram.utils.i18n import I18n

from bot.flows.visits.mine import views
from bot.words import speaking
from services.model.ids import AppointmentId
from services.model.people import Language
from services.model.visits import Appointment
from services.visits.mine import Visits
from tests.conftest import MONDAY_7_AM
from tests.values import a_clinic, a_doctor, a_slot, a_visit


def visit_in(zone: str, number: int) -> Appointment:
    clinic = replace(a_clinic(), zone=ZoneInfo(zone))
    at = MONDAY_7_AM + timedelta(days=1, hours=number)
    return replace(a_visit(a_slot(at, doctor=a_doctor(number, clinic))), id=AppointmentId(number))


def said(i18n: I18n, *zones: str) -> tuple[str, str]:
    every = [visit_in(zone, number) for number, zone in enumerate(zones, 1)]
    with speaking(i18n, Language.RUSSIAN):
        ahead = views.visits(Visits(every, MONDAY_7_AM))
        past = views.past(Visits(every, MONDAY_7_AM + timedelta(days=9)))
    return ahead.text.replace("\u00a0", " "), past.text.replace("\u00a0", " ")


def test_times_of_two_zones_name_their_cities(i18n: I18n) -> None:
    """R14: nine o'clock in Moscow is no nine o'clock in Yekaterinburg."""
    for text in said(i18n, "Europe/Moscow", "Asia/Yekaterinburg"):
        assert "8:00 (Москва)" in text
        assert "11:00 (Екатеринбург)" in text


def test_one_clock_is_not_named(i18n: I18n) -> None:
    """R14: nor where two zones have the same one, nor where a zone changes between two visits."""
    for text in (
        *said(i18n, "Europe/Moscow", "Europe/Moscow"),
        *said(i18n, "Europe/Moscow", "Europe/Kirov"),
    ):
        assert "(" not in text
