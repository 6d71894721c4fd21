"""How full the clinic is: the registry's picture, and its sheet."""

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.documents.pictures.drawing import drawn, drawn_bars
from bot.flows.desk.occupancy import month as views_of_month
from bot.flows.desk.occupancy import taps, views
from bot.telegram.screen import give
from services.desk.month import Months
from services.desk.occupancy import Loads
from services.model.ids import PersonId


async def load(
    tap: CallbackQuery, callback_data: taps.Load, person: PersonId, loads: Loads
) -> None:
    found = await loads.of_post(person, callback_data.post_id)
    await give(tap, views.picture(found, callback_data.post_id, await drawn(views.chart(found))))


async def load_sheet(
    tap: CallbackQuery, callback_data: taps.LoadSheet, person: PersonId, loads: Loads
) -> None:
    found = await loads.of_post(person, callback_data.post_id)
    await give(tap, views.sheet(found, await asyncio.to_thread(views.workbook, found)))


async def month(
    tap: CallbackQuery, callback_data: taps.Month, person: PersonId, months: Months
) -> None:
    found = await months.month(person, callback_data.post_id, callback_data.first)
    drawn = await drawn_bars(views_of_month.bars(found))
    await give(tap, views_of_month.month_picture(found, callback_data.post_id, drawn))


def build_router() -> Router:
    """For administrators and registrars; every tap checks it anew."""
    router = Router(name="desk occupancy")
    router.callback_query.register(load, taps.Load.filter())
    router.callback_query.register(month, taps.Month.filter())
    router.callback_query.register(load_sheet, taps.LoadSheet.filter())
    return router
