"""A clinic changed by its administrators, and its poster."""

import asyncio

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.documents.pictures import drawing
from bot.flows.clinic.editing import taps, views
from bot.flows.clinic.profiles import views as profiles_views
from bot.telegram.links import POSTER, link_into
from bot.telegram.screen import give, show
from services.clinic.editing import ClinicDesk
from services.clinic.settings import FACTS
from services.desk.typing import Typing
from services.model.conversations import ClinicFact
from services.model.ids import PersonId
from services.model.settings.places import Place


async def page(
    tap: CallbackQuery, callback_data: taps.ClinicDesk, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    await show(tap, views.page(await clinic_desk.page(person, callback_data.post_id)))


async def group(
    tap: CallbackQuery, callback_data: taps.ClinicGroup, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    found = await clinic_desk.page(person, callback_data.post_id)
    await show(tap, views.group(found, callback_data.group))


async def ask(
    tap: CallbackQuery, callback_data: taps.AskFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    found = await clinic_desk.ask(person, callback_data.post_id, callback_data.fact)
    await show(tap, views.question(found))


async def leave(
    tap: CallbackQuery, callback_data: taps.LeaveFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    found = await clinic_desk.leave(person, callback_data.post_id)
    await show(tap, views.group(found, views.group_of(callback_data.fact)))


async def typed(message: Message, person: PersonId, clinic_desk: ClinicDesk) -> None:
    await show(message, views.answered(await clinic_desk.typed(person, message.text or "")))


async def is_the_place(message: Message, person: PersonId, typing: Typing) -> bool:
    """Whether a location was sent where one was asked for."""
    if message.location is None:
        return False
    asked = await typing.whose(person)
    fact = FACTS.get(asked.fact) if isinstance(asked, ClinicFact) else None
    return fact is not None and isinstance(fact.kind, Place)


async def placed(message: Message, person: PersonId, clinic_desk: ClinicDesk) -> None:
    at = message.location
    words = f"{at.latitude:.6f}, {at.longitude:.6f}" if at else ""
    await show(message, views.answered(await clinic_desk.typed(person, words)))


async def choose(
    tap: CallbackQuery, callback_data: taps.ChooseFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    meant = callback_data
    found = await clinic_desk.choose(person, meant.post_id, meant.fact, meant.choice)
    await show(tap, views.answered(found))


async def sign_again(
    tap: CallbackQuery, callback_data: taps.SignAgain, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    await show(tap, views.answered(await clinic_desk.sign_again(person, callback_data.post_id)))


async def proposed(
    tap: CallbackQuery, callback_data: taps.ProposedFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    found = await clinic_desk.proposal(person, callback_data.post_id, callback_data.fact)
    await show(tap, views.answered(found))


async def save(
    tap: CallbackQuery, callback_data: taps.SaveFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    meant = callback_data
    found = await clinic_desk.save(person, meant.post_id, meant.fact, meant.before, meant.after)
    await show(tap, views.saved(found, meant.fact))


async def correct(
    tap: CallbackQuery, callback_data: taps.CorrectFact, person: PersonId, clinic_desk: ClinicDesk
) -> None:
    meant = callback_data
    found = await clinic_desk.save(
        person, meant.post_id, meant.fact, meant.before, meant.after, spelling=True
    )
    await show(tap, views.saved(found, meant.fact))


async def poster(
    tap: CallbackQuery,
    callback_data: taps.ClinicPoster,
    person: PersonId,
    clinic_desk: ClinicDesk,
    bot: Bot,
) -> None:
    clinic = (await clinic_desk.page(person, callback_data.post_id)).entry.profile
    told = profiles_views.poster(clinic, await link_into(bot, POSTER + clinic.code))
    drawn = await asyncio.to_thread(drawing.draw, told, "pdf")
    await give(tap, views.poster_file(clinic.code, drawn))


def build_router() -> Router:
    """For administrators; every tap and every word checks it anew."""
    router = Router(name="clinic editing")
    router.message.register(placed, is_the_place)
    router.callback_query.register(page, taps.ClinicDesk.filter())
    router.callback_query.register(group, taps.ClinicGroup.filter())
    router.callback_query.register(ask, taps.AskFact.filter())
    router.callback_query.register(leave, taps.LeaveFact.filter())
    router.callback_query.register(choose, taps.ChooseFact.filter())
    router.callback_query.register(sign_again, taps.SignAgain.filter())
    router.callback_query.register(proposed, taps.ProposedFact.filter())
    router.callback_query.register(save, taps.SaveFact.filter())
    router.callback_query.register(correct, taps.CorrectFact.filter())
    router.callback_query.register(poster, taps.ClinicPoster.filter())
    return router
