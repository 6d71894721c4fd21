"""The registry leads the list of those who wait."""

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.documents.pictures.drawing import drawn_bars
from bot.flows.desk.waiting import history, sheet, taps, views
from bot.telegram.screen import give, show
from services.desk.waiting.history import FreedHistory
from services.desk.waiting.places import ListAtDesk
from services.model.ids import PersonId


async def waits(
    tap: CallbackQuery, callback_data: taps.WaitsAtDesk, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    page = max(callback_data.page - 1, 0)
    await show(tap, views.waits(await list_at_desk.list(person, callback_data.post_id, page)))


async def freed(
    tap: CallbackQuery,
    callback_data: taps.FreedAtDesk,
    person: PersonId,
    freed_history: FreedHistory,
) -> None:
    page = max(callback_data.page - 1, 0)
    await show(tap, history.freed(await freed_history.page(person, callback_data.post_id, page)))


async def freed_picture(
    tap: CallbackQuery,
    callback_data: taps.FreedPicture,
    person: PersonId,
    freed_history: FreedHistory,
) -> None:
    found = await freed_history.page(person, callback_data.post_id)
    await give(tap, history.picture(found, await drawn_bars(history.bars(found))))


async def freed_sheet(
    tap: CallbackQuery,
    callback_data: taps.FreedSheet,
    person: PersonId,
    freed_history: FreedHistory,
) -> None:
    found = await freed_history.everything(person, callback_data.post_id)
    await give(tap, sheet.document(found, await asyncio.to_thread(sheet.workbook, found)))


async def one(
    tap: CallbackQuery, callback_data: taps.OneAtDesk, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    found = await list_at_desk.one(person, callback_data.post_id, callback_data.wait_id)
    await show(tap, views.one(found))


async def ask_take_off(
    tap: CallbackQuery, callback_data: taps.AskTakeOff, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    found = await list_at_desk.one(person, callback_data.post_id, callback_data.wait_id)
    await show(tap, views.ask_take_off(found))


async def take_off(
    tap: CallbackQuery, callback_data: taps.TakeOff, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    found = await list_at_desk.take_off(person, callback_data.post_id, callback_data.wait_id)
    await show(tap, views.one(found))


async def ask_why_up(
    tap: CallbackQuery, callback_data: taps.AskWhyUp, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    found = await list_at_desk.one(person, callback_data.post_id, callback_data.wait_id)
    await show(tap, views.ask_why_up(found))


async def move_up(
    tap: CallbackQuery, callback_data: taps.MoveUp, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    said = callback_data
    await show(
        tap, views.one(await list_at_desk.move_up(person, said.post_id, said.wait_id, said.why))
    )


async def of_child(
    tap: CallbackQuery, callback_data: taps.ChildInList, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    found = await list_at_desk.of_child(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.of_child(found))


async def ask_put_on(
    tap: CallbackQuery, callback_data: taps.AskPutOn, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    said = callback_data
    found = await list_at_desk.could_put_on(person, said.post_id, said.child_id, said.wish)
    await show(tap, views.ask_put_on(found, said))


async def ask_whom(
    tap: CallbackQuery, callback_data: taps.AskWhom, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    said = callback_data
    found = await list_at_desk.could_put_on(person, said.post_id, said.child_id, said.wish)
    await show(tap, views.ask_whom(found, said))


async def put_on(
    tap: CallbackQuery, callback_data: taps.PutOn, person: PersonId, list_at_desk: ListAtDesk
) -> None:
    said = callback_data
    found = await list_at_desk.put_on(person, said.post_id, said.child_id, said.wish)
    await show(tap, views.one(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk waiting")
    router.callback_query.register(waits, taps.WaitsAtDesk.filter())
    router.callback_query.register(freed, taps.FreedAtDesk.filter())
    router.callback_query.register(freed_sheet, taps.FreedSheet.filter())
    router.callback_query.register(freed_picture, taps.FreedPicture.filter())
    router.callback_query.register(one, taps.OneAtDesk.filter())
    router.callback_query.register(ask_take_off, taps.AskTakeOff.filter())
    router.callback_query.register(take_off, taps.TakeOff.filter())
    router.callback_query.register(ask_why_up, taps.AskWhyUp.filter())
    router.callback_query.register(move_up, taps.MoveUp.filter())
    router.callback_query.register(of_child, taps.ChildInList.filter())
    router.callback_query.register(ask_put_on, taps.AskPutOn.filter())
    router.callback_query.register(ask_whom, taps.AskWhom.filter())
    router.callback_query.register(put_on, taps.PutOn.filter())
    return router
