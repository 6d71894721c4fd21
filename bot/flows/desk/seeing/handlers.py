"""Families whom the registry has to see to, and when each is."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.seeing import taps, views
from bot.telegram.screen import show
from services.desk.to_see import FamiliesToSee
from services.model.ids import PersonId


async def to_see(
    tap: CallbackQuery, callback_data: taps.ToSee, person: PersonId, to_see: FamiliesToSee
) -> None:
    found = await to_see.list(person, callback_data.post_id, callback_data.page)
    await show(tap, views.to_see(found))


async def one(
    tap: CallbackQuery, callback_data: taps.OneToSee, person: PersonId, to_see: FamiliesToSee
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    await show(tap, views.one(await to_see.one(person, post_id, visit_id, callback_data.matter)))


async def settle(
    tap: CallbackQuery, callback_data: taps.SeenTo, person: PersonId, to_see: FamiliesToSee
) -> None:
    found = await to_see.settle(
        person,
        callback_data.post_id,
        callback_data.appointment_id,
        callback_data.sequence,
        callback_data.matter,
        done=callback_data.done,
    )
    await show(tap, views.one(found))


def build_router() -> Router:
    """For administrators and registrars; every tap checks it anew."""
    router = Router(name="desk seeing")
    router.callback_query.register(to_see, taps.ToSee.filter())
    router.callback_query.register(one, taps.OneToSee.filter())
    router.callback_query.register(settle, taps.SeenTo.filter())
    return router
