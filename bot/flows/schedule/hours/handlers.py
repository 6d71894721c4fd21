"""The clinic's hours: looked at, and changed after a preview."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.schedule.hours import asking, previews, taps, views
from bot.telegram.screen import show
from services.model.ids import DoctorId, PersonId
from services.model.schedule import About, HoursQuestion
from services.schedule.changes import OpeningHours
from services.schedule.overview import HoursOverview

# Looking


async def day(
    tap: CallbackQuery, callback_data: taps.ClinicHours, person: PersonId, overview: HoursOverview
) -> None:
    found = await overview.day(person, callback_data.post_id, callback_data.on)
    await show(tap, views.day(found, callback_data.page))


async def week(
    tap: CallbackQuery, callback_data: taps.WeekHours, person: PersonId, overview: HoursOverview
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    await show(tap, views.week(await overview.week(person, post_id, doctor_id, callback_data.on)))


async def ahead(
    tap: CallbackQuery, callback_data: taps.Ahead, person: PersonId, overview: HoursOverview
) -> None:
    doctor_id = _doctor(callback_data.doctor_id)
    found = await overview.ahead(person, callback_data.post_id, doctor_id)
    await show(tap, views.ahead(found, callback_data.page))


# Asking


async def ask_day(
    tap: CallbackQuery, callback_data: taps.AskDayHours, person: PersonId, hours: OpeningHours
) -> None:
    question = HoursQuestion(About.DAY, callback_data.doctor_id, callback_data.on)
    await show(tap, asking.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_rules(
    tap: CallbackQuery, callback_data: taps.AskRules, person: PersonId, hours: OpeningHours
) -> None:
    question = HoursQuestion(About.RULES, callback_data.doctor_id)
    await show(tap, asking.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_leave(
    tap: CallbackQuery, callback_data: taps.AskLeave, person: PersonId, hours: OpeningHours
) -> None:
    question = HoursQuestion(About.LEAVE, callback_data.doctor_id)
    await show(tap, asking.ask(await hours.ask(person, callback_data.post_id, question)))


async def ask_holiday(
    tap: CallbackQuery, callback_data: taps.AskHoliday, person: PersonId, hours: OpeningHours
) -> None:
    question = HoursQuestion(About.HOLIDAY)
    await show(tap, asking.ask(await hours.ask(person, callback_data.post_id, question)))


async def typed(message: Message, person: PersonId, hours: OpeningHours) -> None:
    await show(message, previews.answered(await hours.answer(person, message.text or "")))


# A change


async def close_day(
    tap: CallbackQuery, callback_data: taps.CloseDay, person: PersonId, hours: OpeningHours
) -> None:
    post_id, doctor_id = callback_data.post_id, callback_data.doctor_id
    found = await hours.close_day(person, post_id, doctor_id, callback_data.on)
    await show(tap, previews.preview(found))


async def undo(
    tap: CallbackQuery, callback_data: taps.Undo, person: PersonId, hours: OpeningHours
) -> None:
    post_id, kind = callback_data.post_id, callback_data.kind
    found = await hours.undo(person, post_id, kind, callback_data.deviation_id)
    await show(tap, previews.preview(found))


async def who_covers(
    tap: CallbackQuery, callback_data: taps.WhoCovers, person: PersonId, hours: OpeningHours
) -> None:
    found = await hours.who_covers(person, callback_data.post_id, callback_data.mark)
    await show(tap, previews.who_covers(found, callback_data.page))


async def cover(
    tap: CallbackQuery, callback_data: taps.Cover, person: PersonId, hours: OpeningHours
) -> None:
    post_id, mark = callback_data.post_id, callback_data.mark
    substitute = _doctor(callback_data.doctor_id)
    found = await hours.cover(person, post_id, mark, substitute, in_their_hours=callback_data.on)
    await show(tap, previews.preview(found))


async def apply(
    tap: CallbackQuery, callback_data: taps.Apply, person: PersonId, hours: OpeningHours
) -> None:
    found = await hours.apply(person, callback_data.post_id, callback_data.mark)
    await show(tap, previews.done(found))


async def discard(
    tap: CallbackQuery,
    callback_data: taps.Discard,
    person: PersonId,
    hours: OpeningHours,
    overview: HoursOverview,
) -> None:
    post_id, doctor_id = callback_data.post_id, _doctor(callback_data.doctor_id)
    await hours.discard(person, post_id)
    if doctor_id:
        await show(tap, views.week(await overview.week(person, post_id, doctor_id)))
    else:
        await show(tap, views.day(await overview.day(person, post_id)))


def _doctor(number: int) -> DoctorId | None:
    return DoctorId(number) if number else None


def build_router() -> Router:
    """Whoever has a post sees hours, the registry changes them; every tap checks it anew."""
    router = Router(name="schedule hours")
    router.callback_query.register(day, taps.ClinicHours.filter())
    router.callback_query.register(week, taps.WeekHours.filter())
    router.callback_query.register(ahead, taps.Ahead.filter())
    router.callback_query.register(ask_day, taps.AskDayHours.filter())
    router.callback_query.register(ask_rules, taps.AskRules.filter())
    router.callback_query.register(ask_leave, taps.AskLeave.filter())
    router.callback_query.register(ask_holiday, taps.AskHoliday.filter())
    router.callback_query.register(close_day, taps.CloseDay.filter())
    router.callback_query.register(undo, taps.Undo.filter())
    router.callback_query.register(who_covers, taps.WhoCovers.filter())
    router.callback_query.register(cover, taps.Cover.filter())
    router.callback_query.register(apply, taps.Apply.filter())
    router.callback_query.register(discard, taps.Discard.filter())
    return router
