"""What children can come to a clinic for, as its administrators arrange it."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.clinic.visit_kinds import taps, views
from bot.telegram.screen import show
from services.clinic.visit_kinds import VisitKinds
from services.model.ids import PersonId


async def everything(
    tap: CallbackQuery, callback_data: taps.KindsOfVisit, person: PersonId, visit_kinds: VisitKinds
) -> None:
    found = await visit_kinds.all(person, callback_data.post_id)
    await show(tap, views.everything(found, callback_data.page))


async def one(
    tap: CallbackQuery, callback_data: taps.OneKind, person: PersonId, visit_kinds: VisitKinds
) -> None:
    found = await visit_kinds.card(person, callback_data.post_id, callback_data.key)
    await show(tap, views.card(found))


async def up(
    tap: CallbackQuery, callback_data: taps.RaiseKind, person: PersonId, visit_kinds: VisitKinds
) -> None:
    meant = callback_data
    found = await visit_kinds.up(person, meant.post_id, meant.key, meant.place)
    await show(tap, views.everything(found, meant.page))


async def change(
    tap: CallbackQuery, callback_data: taps.ChangeKind, person: PersonId, visit_kinds: VisitKinds
) -> None:
    meant = callback_data
    found = await visit_kinds.change(person, meant.post_id, meant.key, meant.change)
    await show(tap, views.card(found))


async def ask(
    tap: CallbackQuery, callback_data: taps.AskKind, person: PersonId, visit_kinds: VisitKinds
) -> None:
    meant = callback_data
    found = await visit_kinds.ask(person, meant.post_id, meant.key, meant.part)
    await show(tap, views.question(found))


async def leave(
    tap: CallbackQuery, callback_data: taps.LeaveKind, person: PersonId, visit_kinds: VisitKinds
) -> None:
    found = await visit_kinds.leave(person, callback_data.post_id, callback_data.key)
    await show(tap, views.shown(found))


async def typed(message: Message, person: PersonId, visit_kinds: VisitKinds) -> None:
    found = await visit_kinds.typed(person, message.text or "")
    await show(message, views.answered(found))


def build_router() -> Router:
    """For administrators; every tap and every word checks it anew."""
    router = Router(name="visit kinds")
    router.callback_query.register(everything, taps.KindsOfVisit.filter())
    router.callback_query.register(one, taps.OneKind.filter())
    router.callback_query.register(up, taps.RaiseKind.filter())
    router.callback_query.register(change, taps.ChangeKind.filter())
    router.callback_query.register(ask, taps.AskKind.filter())
    router.callback_query.register(leave, taps.LeaveKind.filter())
    return router
