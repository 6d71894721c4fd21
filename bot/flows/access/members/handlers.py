"""The clinic's people: colleagues and invitations."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from bot.flows.access.members import taps, views
from bot.telegram.links import INVITATION, link_into
from bot.telegram.screen import show
from services.access.members import Members
from services.model.ids import DoctorId, PersonId


async def colleagues(
    tap: CallbackQuery, callback_data: taps.Colleagues, person: PersonId, members: Members
) -> None:
    found = await members.colleagues(person, callback_data.post_id)
    await show(tap, views.colleagues(found, callback_data.page))


async def colleague(
    tap: CallbackQuery, callback_data: taps.Colleague, person: PersonId, members: Members
) -> None:
    found = await members.colleague(person, callback_data.post_id, callback_data.colleague)
    await show(tap, views.colleague(found))


async def dismiss(
    tap: CallbackQuery, callback_data: taps.Dismiss, person: PersonId, members: Members
) -> None:
    found = await members.dismiss(person, callback_data.post_id, callback_data.colleague)
    await show(tap, views.colleagues(found))


async def withdraw(
    tap: CallbackQuery, callback_data: taps.Withdraw, person: PersonId, members: Members
) -> None:
    found = await members.withdraw(person, callback_data.post_id, callback_data.invitation)
    await show(tap, views.colleagues(found))


async def whom_to_invite(
    tap: CallbackQuery, callback_data: taps.WhomToInvite, person: PersonId, members: Members
) -> None:
    found = await members.whom_to_invite(person, callback_data.post_id)
    await show(tap, views.whom_to_invite(found, callback_data.page))


async def invite(
    tap: CallbackQuery, callback_data: taps.Invite, person: PersonId, members: Members, bot: Bot
) -> None:
    doctor_id = DoctorId(callback_data.doctor_id) if callback_data.doctor_id else None
    post_id, role = callback_data.post_id, callback_data.role
    invitation = await members.invite(person, post_id, role, doctor_id)
    link = await link_into(bot, INVITATION + invitation.token)
    await show(tap, views.invitation(invitation, post_id, link))


def build_router() -> Router:
    """Administrators alone."""
    router = Router(name="access members")
    router.callback_query.register(colleague, taps.Colleague.filter())
    router.callback_query.register(colleagues, taps.Colleagues.filter())
    router.callback_query.register(dismiss, taps.Dismiss.filter())
    router.callback_query.register(invite, taps.Invite.filter())
    router.callback_query.register(whom_to_invite, taps.WhomToInvite.filter())
    router.callback_query.register(withdraw, taps.Withdraw.filter())
    return router
