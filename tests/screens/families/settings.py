"""Samples: what a family agreed to, and how it is reminded."""

from dataclasses import replace
from datetime import timedelta

from bot.flows.families.settings import views
from services.families.consents import OPTIONAL, Agreement, Settings
from services.families.phones import PhonePage
from services.families.reminder_wishes import ReminderQuestion
from services.model.consents import Purpose
from services.model.people import Phone, PhoneNumber, ReminderWishes
from tests.conftest import MONDAY_7_AM
from tests.screens.values import CHILD, CLINIC, CONSENT_TO_NEWS, Samples

ALL_OFF = Settings(CLINIC, frozenset(OPTIONAL), frozenset(), ReminderWishes())
ALL_ON = replace(
    ALL_OFF,
    given=frozenset(Purpose),
    wishes=ReminderWishes(before=timedelta(minutes=90), discreet=True),
)
PHONE = Phone(PhoneNumber("+79161234545"), MONDAY_7_AM, MONDAY_7_AM)
ABROAD = replace(PHONE, number=PhoneNumber("+4915112345678"))
WITH_PHONE = replace(ALL_ON, asks_phone=True, phone=PHONE)
NEVER = replace(ALL_ON, wishes=ReminderWishes(evening=False, soon=False))

SAMPLES: Samples = {
    views.settings: [
        *((each,) for each in (ALL_OFF, ALL_ON, NEVER, WITH_PHONE)),
        (replace(WITH_PHONE, phone=None),),
        (replace(WITH_PHONE, phone=ABROAD),),
    ],
    views.agreement: [(Agreement(CLINIC, CONSENT_TO_NEWS),)],
    views.ask_reminders: [(ReminderQuestion(CLINIC, CONSENT_TO_NEWS, CHILD.id),)],
    views.about_reminders: [(ReminderQuestion(CLINIC, CONSENT_TO_NEWS, CHILD.id),)],
    views.reminders_on: [(ALL_ON,), (NEVER,)],
    views.reminders_off: [(ALL_OFF,)],
    views.no_news: [(ALL_ON,), (ALL_OFF,)],
    views.phone: [(PhonePage(CLINIC, PHONE),), (PhonePage(CLINIC, None),)],
    views.phone_removed: [(PhonePage(CLINIC, None),)],
    views.evening_hours: [(ALL_ON,)],
    views.hours_before: [(ALL_ON,)],
}
