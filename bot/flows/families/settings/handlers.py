"""Settings: consents of each purpose, when to be reminded, how much is said."""

from datetime import time, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.documents.typed.phones import read_contact
from bot.flows.common import taps as common_taps
from bot.flows.families.settings import taps, views
from bot.telegram.screen import discard, put_away, request, show
from services.families.consents import Consents
from services.families.onboarding import Families
from services.families.phones import Phones
from services.families.reminder_wishes import ReminderQuestion, Wishes
from services.model.consents import Purpose
from services.model.ids import ChildId, PersonId


async def command(
    message: Message, person: PersonId, families: Families, consents: Consents
) -> None:
    await families.leave_question(person)
    await show(message, views.settings(await consents.settings(person)))


async def settings(
    tap: CallbackQuery, callback_data: taps.Settings, person: PersonId, consents: Consents
) -> None:
    await show(tap, views.settings(await consents.settings(person, callback_data.clinic_id)))


async def ask(
    tap: CallbackQuery, callback_data: taps.AskToAgree, person: PersonId, consents: Consents
) -> None:
    found = await consents.text(person, callback_data.clinic_id, callback_data.purpose)
    await show(tap, views.agreement(found))


async def agree(
    tap: CallbackQuery, callback_data: taps.Agree, person: PersonId, consents: Consents
) -> None:
    child_id = ChildId(callback_data.child_id) if callback_data.child_id else None
    found = await consents.agree(
        person, callback_data.clinic_id, callback_data.purpose, callback_data.version, child_id
    )
    await show(tap, views.reminders_on(found) if child_id else views.settings(found))


async def about_reminders(
    tap: CallbackQuery, callback_data: taps.AboutReminders, person: PersonId, consents: Consents
) -> None:
    found = await consents.text(person, callback_data.clinic_id, Purpose.REMINDERS)
    question = ReminderQuestion(found.clinic, found.text, callback_data.child_id)
    await show(tap, views.about_reminders(question))


async def decline(
    tap: CallbackQuery, callback_data: taps.Decline, person: PersonId, consents: Consents
) -> None:
    found = await consents.decline(person, callback_data.clinic_id, callback_data.purpose)
    given = callback_data.purpose in found.given
    await show(tap, views.settings(found) if given else views.reminders_off(found))


async def withdraw(
    tap: CallbackQuery, callback_data: taps.Withdraw, person: PersonId, consents: Consents
) -> None:
    found = await consents.withdraw(person, callback_data.clinic_id, callback_data.purpose)
    await show(tap, views.settings(found))


async def evening_hours(
    tap: CallbackQuery, callback_data: taps.EveningHours, person: PersonId, consents: Consents
) -> None:
    found = await consents.settings(person, callback_data.clinic_id)
    await show(tap, views.evening_hours(found))


async def remind_in_the_evening(
    tap: CallbackQuery,
    callback_data: taps.RemindInTheEvening,
    person: PersonId,
    wishes: Wishes,
) -> None:
    at = None if callback_data.hour == common_taps.NEVER else time(callback_data.hour)
    found = await wishes.remind_in_the_evening(person, callback_data.clinic_id, at)
    await show(tap, views.settings(found))


async def hours_before(
    tap: CallbackQuery, callback_data: taps.HoursBefore, person: PersonId, consents: Consents
) -> None:
    found = await consents.settings(person, callback_data.clinic_id)
    await show(tap, views.hours_before(found))


async def remind_before(
    tap: CallbackQuery, callback_data: taps.RemindBefore, person: PersonId, wishes: Wishes
) -> None:
    hours = callback_data.hours
    before = None if hours == common_taps.NEVER else timedelta(hours=hours)
    found = await wishes.remind_before(person, callback_data.clinic_id, before)
    await show(tap, views.settings(found))


async def discreet(
    tap: CallbackQuery, callback_data: taps.Discreet, person: PersonId, wishes: Wishes
) -> None:
    found = await wishes.be_discreet(person, callback_data.clinic_id, callback_data.on)
    await show(tap, views.settings(found))


async def phone(
    tap: CallbackQuery, callback_data: taps.Phone, person: PersonId, phones: Phones
) -> None:
    found = await phones.page(person, callback_data.clinic_id)
    await show(tap, views.phone(found))
    if found.phone is None:
        await request(tap, views.ask_phone())


async def no_phone(
    tap: CallbackQuery, callback_data: taps.NoPhone, person: PersonId, consents: Consents
) -> None:
    found = await consents.settings(person, callback_data.clinic_id)
    await put_away(tap, views.no_phone_given(), views.settings(found))


async def remove_phone(
    tap: CallbackQuery, callback_data: taps.RemovePhone, person: PersonId, phones: Phones
) -> None:
    await show(tap, views.phone_removed(await phones.remove(person, callback_data.clinic_id)))


async def is_contact(message: Message) -> bool:
    return message.contact is not None


async def contact(message: Message, person: PersonId, phones: Phones) -> None:
    await discard(message)
    number, own = read_contact(message)
    found = await phones.give(person, number, own=own)
    await put_away(message, views.phone_given(), views.phone(found))


def build_router() -> Router:
    """What is agreed to, and how people are reminded."""
    router = Router(name="families settings")
    router.message.register(command, Command("settings"))
    router.message.register(contact, is_contact)
    router.callback_query.register(settings, taps.Settings.filter())
    router.callback_query.register(ask, taps.AskToAgree.filter())
    router.callback_query.register(agree, taps.Agree.filter())
    router.callback_query.register(about_reminders, taps.AboutReminders.filter())
    router.callback_query.register(decline, taps.Decline.filter())
    router.callback_query.register(withdraw, taps.Withdraw.filter())
    router.callback_query.register(evening_hours, taps.EveningHours.filter())
    router.callback_query.register(remind_in_the_evening, taps.RemindInTheEvening.filter())
    router.callback_query.register(hours_before, taps.HoursBefore.filter())
    router.callback_query.register(remind_before, taps.RemindBefore.filter())
    router.callback_query.register(discreet, taps.Discreet.filter())
    router.callback_query.register(phone, taps.Phone.filter())
    router.callback_query.register(no_phone, taps.NoPhone.filter())
    router.callback_query.register(remove_phone, taps.RemovePhone.filter())
    return router
