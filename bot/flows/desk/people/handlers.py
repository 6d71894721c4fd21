"""The people around a child, at the registry's desk."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.people import taps, views
from bot.flows.desk.search import views as search_views
from bot.telegram.screen import show
from services.desk.codes import Codes
from services.desk.people import Relatives
from services.model.ids import PersonId


async def page(
    tap: CallbackQuery, callback_data: taps.PeopleAtDesk, person: PersonId, relatives: Relatives
) -> None:
    found = await relatives.page(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.people(found, callback_data.page))


async def code_for_child(
    tap: CallbackQuery, callback_data: taps.CodeForChild, person: PersonId, codes: Codes
) -> None:
    given = await codes.code_for_child(person, callback_data.post_id, callback_data.child_id)
    await show(tap, search_views.code(given))


async def one(
    tap: CallbackQuery, callback_data: taps.OneAtDesk, person: PersonId, relatives: Relatives
) -> None:
    post_id, child_id = callback_data.post_id, callback_data.child_id
    await show(
        tap, views.one(await relatives.one(person, post_id, child_id, callback_data.person_id))
    )


async def end(
    tap: CallbackQuery, callback_data: taps.EndCare, person: PersonId, relatives: Relatives
) -> None:
    post_id, child_id = callback_data.post_id, callback_data.child_id
    found = await relatives.end(
        person, post_id, child_id, callback_data.person_id, callback_data.why
    )
    await show(tap, views.people(found))


def build_router() -> Router:
    """The registry alone."""
    router = Router(name="desk people")
    router.callback_query.register(page, taps.PeopleAtDesk.filter())
    router.callback_query.register(code_for_child, taps.CodeForChild.filter())
    router.callback_query.register(one, taps.OneAtDesk.filter())
    router.callback_query.register(end, taps.EndCare.filter())
    return router
