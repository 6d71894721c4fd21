"""The groups of a child at the registry's desk."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.desk.groups import taps, views
from bot.telegram.screen import show
from services.desk.kept.groups import Groups
from services.model.ids import PersonId


async def groups(
    tap: CallbackQuery, callback_data: taps.GroupsAtDesk, person: PersonId, groups_at_desk: Groups
) -> None:
    found = await groups_at_desk.of_child(person, callback_data.post_id, callback_data.child_id)
    await show(tap, views.groups(found))


async def ask_how_long(
    tap: CallbackQuery, callback_data: taps.AskHowLong, person: PersonId, groups_at_desk: Groups
) -> None:
    wanted = callback_data
    found = await groups_at_desk.to_put_down(person, wanted.post_id, wanted.child_id, wanted.group)
    await show(tap, views.ask_how_long(found, wanted.group))


async def put_down(
    tap: CallbackQuery, callback_data: taps.PutDownGroup, person: PersonId, groups_at_desk: Groups
) -> None:
    wanted = callback_data
    found = await groups_at_desk.put_down(
        person, wanted.post_id, wanted.child_id, wanted.group, wanted.lasts
    )
    await show(tap, views.groups(found))


async def refuse(
    tap: CallbackQuery, callback_data: taps.RefuseGroup, person: PersonId, groups_at_desk: Groups
) -> None:
    wanted = callback_data
    found = await groups_at_desk.refuse(person, wanted.post_id, wanted.child_id, wanted.group)
    await show(tap, views.groups(found))


async def end(
    tap: CallbackQuery, callback_data: taps.EndGroup, person: PersonId, groups_at_desk: Groups
) -> None:
    wanted = callback_data
    found = await groups_at_desk.end(person, wanted.post_id, wanted.child_id, wanted.group)
    await show(tap, views.groups(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk groups")
    router.callback_query.register(groups, taps.GroupsAtDesk.filter())
    router.callback_query.register(ask_how_long, taps.AskHowLong.filter())
    router.callback_query.register(put_down, taps.PutDownGroup.filter())
    router.callback_query.register(refuse, taps.RefuseGroup.filter())
    router.callback_query.register(end, taps.EndGroup.filter())
    return router
