"""The groups of a child, as its parents see them."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.groups import taps, views
from bot.telegram.screen import show
from services.families.groups import ChildGroups
from services.model.ids import PersonId


async def groups(
    tap: CallbackQuery, callback_data: taps.ChildGroups, person: PersonId, child_groups: ChildGroups
) -> None:
    found = await child_groups.of_child(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.groups(found))


async def ask_claim(
    tap: CallbackQuery, callback_data: taps.AskClaim, person: PersonId, child_groups: ChildGroups
) -> None:
    wanted = callback_data
    found = await child_groups.to_claim(person, wanted.clinic_id, wanted.child_id, wanted.group)
    await show(tap, views.ask_claim(found, wanted.group))


async def claim(
    tap: CallbackQuery, callback_data: taps.ClaimGroup, person: PersonId, child_groups: ChildGroups
) -> None:
    wanted = callback_data
    found = await child_groups.claim(person, wanted.clinic_id, wanted.child_id, wanted.group)
    await show(tap, views.groups(found))


async def withdraw(
    tap: CallbackQuery,
    callback_data: taps.WithdrawGroup,
    person: PersonId,
    child_groups: ChildGroups,
) -> None:
    wanted = callback_data
    found = await child_groups.withdraw(person, wanted.clinic_id, wanted.child_id, wanted.group)
    await show(tap, views.groups(found))


def build_router() -> Router:
    """Parents, and the child itself; every tap checks it anew."""
    router = Router(name="families groups")
    router.callback_query.register(groups, taps.ChildGroups.filter())
    router.callback_query.register(ask_claim, taps.AskClaim.filter())
    router.callback_query.register(claim, taps.ClaimGroup.filter())
    router.callback_query.register(withdraw, taps.WithdrawGroup.filter())
    return router
