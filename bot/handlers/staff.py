"""The clinic's people at work: /clinic, the day, colleagues."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot import taps
from bot.links import INVITATION, link_into
from bot.screen import show
from bot.views import staff as views
from services.desk.booking import Desk
from services.desk.day import Staff
from services.model.ids import DoctorId, PersonId

OPENED = f"/start {INVITATION}"
"""What Telegram writes for whoever opens an invitation's link."""


async def is_invitation(message: Message) -> bool:
    return (message.text or "").startswith(OPENED)


async def is_start_at_work(message: Message, person: PersonId, staff: Staff) -> bool:
    return message.text == "/start" and await staff.is_only_at_work(person)


async def accept(message: Message, person: PersonId, staff: Staff) -> None:
    token = (message.text or "").removeprefix(OPENED).strip()
    name = message.from_user.full_name if message.from_user else ""
    await show(message, views.welcome(await staff.accept(person, token, name)))


async def command(message: Message, person: PersonId, staff: Staff) -> None:
    await show(message, views.desk(await staff.desk(person)))


async def desk(
    tap: CallbackQuery, callback_data: taps.Desk, person: PersonId, staff: Staff
) -> None:
    await show(tap, views.desk(await staff.desk(person, callback_data.post_id)))


async def day(tap: CallbackQuery, callback_data: taps.Day, person: PersonId, staff: Staff) -> None:
    await show(tap, views.day(await staff.day(person, callback_data.post_id, callback_data.on)))


async def day_list(
    tap: CallbackQuery, callback_data: taps.DayList, person: PersonId, staff: Staff
) -> None:
    found = await staff.day_list(
        person, callback_data.post_id, callback_data.doctor_id, callback_data.on
    )
    await show(tap, views.day_list(found))


async def visit(
    tap: CallbackQuery, callback_data: taps.StaffVisit, person: PersonId, staff: Staff
) -> None:
    found = await staff.visit(person, callback_data.post_id, callback_data.appointment_id)
    await show(tap, views.visit(found))


async def ask_cancel(
    tap: CallbackQuery, callback_data: taps.AskStaffCancel, person: PersonId, staff: Staff
) -> None:
    found = await staff.visit(person, callback_data.post_id, callback_data.appointment_id)
    await show(tap, views.ask_cancel(found))


async def cancel(
    tap: CallbackQuery, callback_data: taps.StaffCancel, person: PersonId, desk: Desk
) -> None:
    post_id, visit_id = callback_data.post_id, callback_data.appointment_id
    found = await desk.cancel(person, post_id, visit_id, as_asked=callback_data.as_asked)
    await show(tap, views.visit(found))


async def colleagues(
    tap: CallbackQuery, callback_data: taps.Colleagues, person: PersonId, staff: Staff
) -> None:
    await show(tap, views.colleagues(await staff.colleagues(person, callback_data.post_id)))


async def colleague(
    tap: CallbackQuery, callback_data: taps.Colleague, person: PersonId, staff: Staff
) -> None:
    found = await staff.colleague(person, callback_data.post_id, callback_data.colleague)
    await show(tap, views.colleague(found))


async def dismiss(
    tap: CallbackQuery, callback_data: taps.Dismiss, person: PersonId, staff: Staff
) -> None:
    found = await staff.dismiss(person, callback_data.post_id, callback_data.colleague)
    await show(tap, views.colleagues(found))


async def whom_to_invite(
    tap: CallbackQuery, callback_data: taps.WhomToInvite, person: PersonId, staff: Staff
) -> None:
    found = await staff.whom_to_invite(person, callback_data.post_id)
    await show(tap, views.whom_to_invite(found))


async def invite(
    tap: CallbackQuery, callback_data: taps.Invite, person: PersonId, staff: Staff, bot: Bot
) -> None:
    doctor_id = DoctorId(callback_data.doctor_id) if callback_data.doctor_id else None
    post_id, role = callback_data.post_id, callback_data.role
    invitation = await staff.invite(person, post_id, role, doctor_id)
    link = await link_into(bot, INVITATION + invitation.token)
    await show(tap, views.invitation(invitation, post_id, link))


def build_router() -> Router:
    """Whoever has a post in a clinic; every tap checks it anew."""
    router = Router(name="staff")
    router.message.register(accept, is_invitation)
    router.message.register(command, Command("clinic"))
    router.message.register(command, is_start_at_work)
    router.callback_query.register(desk, taps.Desk.filter())
    router.callback_query.register(day, taps.Day.filter())
    router.callback_query.register(day_list, taps.DayList.filter())
    router.callback_query.register(visit, taps.StaffVisit.filter())
    router.callback_query.register(ask_cancel, taps.AskStaffCancel.filter())
    router.callback_query.register(cancel, taps.StaffCancel.filter())
    router.callback_query.register(colleagues, taps.Colleagues.filter())
    router.callback_query.register(colleague, taps.Colleague.filter())
    router.callback_query.register(dismiss, taps.Dismiss.filter())
    router.callback_query.register(whom_to_invite, taps.WhomToInvite.filter())
    router.callback_query.register(invite, taps.Invite.filter())
    return router
