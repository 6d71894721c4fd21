"""My data: /privacy, what is kept, the file to take along, consents, leaving a clinic."""

import asyncio

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.flows.families.privacy import family_file, taps, views
from bot.telegram.screen import give, show
from services.families.onboarding import Families
from services.model.ids import PersonId
from services.privacy.erasing import Erasing
from services.privacy.leaving import Leaving
from services.privacy.own_data import OwnData


async def command(
    message: Message, person: PersonId, families: Families, own_data: OwnData
) -> None:
    await families.leave_question(person)
    await show(message, views.my_data(await own_data.overview(person)))


async def my_data(tap: CallbackQuery, person: PersonId, own_data: OwnData) -> None:
    await show(tap, views.my_data(await own_data.overview(person)))


async def ask_export(tap: CallbackQuery, files_url: str | None) -> None:
    await show(tap, views.ask_export(by_link=files_url is not None))


async def export(tap: CallbackQuery, person: PersonId, own_data: OwnData) -> None:
    found = await own_data.all(person)
    await give(tap, await asyncio.to_thread(family_file.document, found))


async def export_link(
    tap: CallbackQuery, person: PersonId, own_data: OwnData, files_url: str | None
) -> None:
    link = await own_data.make_link(person) if files_url else None
    await show(tap, views.file_link(files_url, link))


async def consents(
    tap: CallbackQuery, callback_data: taps.Consents, person: PersonId, own_data: OwnData
) -> None:
    await show(tap, views.consents(await own_data.consents(person), callback_data.page))


async def consent(
    tap: CallbackQuery, callback_data: taps.ConsentGiven, person: PersonId, own_data: OwnData
) -> None:
    await show(tap, views.consent(await own_data.consent(person, callback_data.consent_id)))


async def ask_leave(
    tap: CallbackQuery, callback_data: taps.AskLeave, person: PersonId, leaving: Leaving
) -> None:
    await show(tap, views.ask_leave(await leaving.look(person, callback_data.clinic_id)))


async def leave(
    tap: CallbackQuery, callback_data: taps.Leave, person: PersonId, leaving: Leaving
) -> None:
    found = await leaving.leave(person, callback_data.clinic_id, callback_data.seen)
    await show(tap, views.left(found))


async def ask_erase(tap: CallbackQuery, person: PersonId, erasing: Erasing) -> None:
    await show(tap, views.ask_erase(await erasing.look(person)))


async def erase(
    tap: CallbackQuery, callback_data: taps.Erase, person: PersonId, erasing: Erasing
) -> None:
    await show(tap, views.erasing(await erasing.ask(person, callback_data.seen)))


async def keep_data(tap: CallbackQuery, person: PersonId, erasing: Erasing) -> None:
    await show(tap, views.kept(was_asked=await erasing.keep(person)))


def build_router() -> Router:
    """Whoever writes to the bot: without a consent there is little to see, and that is said."""
    router = Router(name="families privacy")
    router.message.register(command, Command("privacy"))
    router.callback_query.register(my_data, taps.MyData.filter())
    router.callback_query.register(ask_export, taps.AskExport.filter())
    router.callback_query.register(export, taps.Export.filter())
    router.callback_query.register(export_link, taps.ExportLink.filter())
    router.callback_query.register(consents, taps.Consents.filter())
    router.callback_query.register(consent, taps.ConsentGiven.filter())
    router.callback_query.register(ask_leave, taps.AskLeave.filter())
    router.callback_query.register(leave, taps.Leave.filter())
    router.callback_query.register(ask_erase, taps.AskErase.filter())
    router.callback_query.register(erase, taps.Erase.filter())
    router.callback_query.register(keep_data, taps.KeepData.filter())
    return router
