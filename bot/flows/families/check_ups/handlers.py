"""Check-ups: what families say to invitations, and for whom they want them."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.families.check_ups import taps, views
from bot.flows.families.settings import taps as settings_taps
from bot.telegram.screen import show
from services.families.check_ups import CheckUps
from services.model.ids import PersonId


async def passed(
    tap: CallbackQuery, callback_data: taps.Passed, person: PersonId, check_ups: CheckUps
) -> None:
    await show(tap, views.passed(await check_ups.passed(person, callback_data.check_up_id)))


async def do_not_invite(
    tap: CallbackQuery, callback_data: taps.DoNotInvite, person: PersonId, check_ups: CheckUps
) -> None:
    found = await check_ups.do_not_invite(person, callback_data.check_up_id)
    await show(tap, views.not_invited(found))


async def invited(
    tap: CallbackQuery,
    callback_data: settings_taps.WhomToInvite,
    person: PersonId,
    check_ups: CheckUps,
) -> None:
    found = await check_ups.invited(person, callback_data.clinic_id)
    await show(tap, views.invited(found, callback_data.page))


async def invite(
    tap: CallbackQuery, callback_data: taps.Invite, person: PersonId, check_ups: CheckUps
) -> None:
    found = await check_ups.want(
        person, callback_data.clinic_id, callback_data.child_id, wanted=callback_data.on
    )
    await show(tap, views.invited(found))


def build_router() -> Router:
    """For who looks after children."""
    router = Router(name="families check-ups")
    router.callback_query.register(passed, taps.Passed.filter())
    router.callback_query.register(do_not_invite, taps.DoNotInvite.filter())
    router.callback_query.register(invited, settings_taps.WhomToInvite.filter())
    router.callback_query.register(invite, taps.Invite.filter())
    return router
