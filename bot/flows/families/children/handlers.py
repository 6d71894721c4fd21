"""The children in a parent's care: see, add, correct, remove."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.children import taps, views
from bot.flows.families.onboarding.views import place
from bot.telegram.screen import show
from services.families.children import Children
from services.model.conversations import AddressOf, NewBirthDateOf, NewNameOf
from services.model.ids import PersonId


async def children(
    tap: CallbackQuery, callback_data: taps.Children, person: PersonId, children: Children
) -> None:
    found = await children.all(person, callback_data.clinic_id)
    await show(tap, views.children(found, callback_data.page))


async def card(
    tap: CallbackQuery, callback_data: taps.ChildCard, person: PersonId, children: Children
) -> None:
    found = await children.card(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.card(found))


async def add(
    tap: CallbackQuery, callback_data: taps.AddChild, person: PersonId, children: Children
) -> None:
    await show(tap, place(await children.ask_one_more(person, callback_data.clinic_id)))


async def rename(
    tap: CallbackQuery, callback_data: taps.Rename, person: PersonId, children: Children
) -> None:
    topic = NewNameOf(callback_data.child_id)
    await show(tap, place(await children.ask_about(person, callback_data.clinic_id, topic)))


async def change_birth_date(
    tap: CallbackQuery, callback_data: taps.ChangeBirthDate, person: PersonId, children: Children
) -> None:
    topic = NewBirthDateOf(callback_data.child_id)
    await show(tap, place(await children.ask_about(person, callback_data.clinic_id, topic)))


async def change_district(
    tap: CallbackQuery, callback_data: taps.ChangeDistrict, person: PersonId, children: Children
) -> None:
    topic = AddressOf(callback_data.child_id)
    found = await children.ask_about(person, callback_data.clinic_id, topic)
    await show(tap, place(found, callback_data.page))


async def choose_district(
    tap: CallbackQuery, callback_data: taps.ChooseDistrict, person: PersonId, children: Children
) -> None:
    where = await children.choose_district(
        person, callback_data.child_id, callback_data.district_id
    )
    await show(tap, place(where))


async def ask_remove(
    tap: CallbackQuery, callback_data: taps.AskRemove, person: PersonId, children: Children
) -> None:
    found = await children.removal(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.ask_remove(found))


async def remove(
    tap: CallbackQuery, callback_data: taps.Remove, person: PersonId, children: Children
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await children.remove(person, clinic_id, child_id, callback_data.seen)
    await show(tap, views.removed(found))


def build_router() -> Router:
    """Who the family is."""
    router = Router(name="families children")
    router.callback_query.register(children, taps.Children.filter())
    router.callback_query.register(card, taps.ChildCard.filter())
    router.callback_query.register(add, taps.AddChild.filter())
    router.callback_query.register(rename, taps.Rename.filter())
    router.callback_query.register(change_birth_date, taps.ChangeBirthDate.filter())
    router.callback_query.register(change_district, taps.ChangeDistrict.filter())
    router.callback_query.register(choose_district, taps.ChooseDistrict.filter())
    router.callback_query.register(ask_remove, taps.AskRemove.filter())
    router.callback_query.register(remove, taps.Remove.filter())
    return router
