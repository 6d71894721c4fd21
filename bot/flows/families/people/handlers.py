"""The people around a child."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, Message

from bot.flows.families.people import taps, views
from bot.telegram.links import HELPER, link_into
from bot.telegram.screen import show
from services.families.people import AroundChild
from services.model.ids import PersonId

OPENED = f"/start {HELPER}"
"""What Telegram writes for whoever opens a helper's link."""


async def is_link(message: Message) -> bool:
    return (message.text or "").startswith(OPENED)


async def opened(message: Message, person: PersonId, people: AroundChild) -> None:
    token = (message.text or "").removeprefix(OPENED).strip()
    name = message.from_user.full_name if message.from_user else ""
    await show(message, views.opened(await people.open(person, token, name)))


async def page(
    tap: CallbackQuery, callback_data: taps.People, person: PersonId, people: AroundChild
) -> None:
    found = await people.page(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.people(found, callback_data.page))


async def who_am_i(
    tap: CallbackQuery, callback_data: taps.WhoAmI, person: PersonId, people: AroundChild
) -> None:
    found = await people.page(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.who_am_i(found))


async def call_me(
    tap: CallbackQuery, callback_data: taps.CallMe, person: PersonId, people: AroundChild
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await people.call_me(person, clinic_id, child_id, callback_data.called)
    await show(tap, views.people(found))


async def who_helps(
    tap: CallbackQuery, callback_data: taps.WhoHelps, person: PersonId, people: AroundChild
) -> None:
    found = await people.page(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.who_helps(found))


async def own_word(
    tap: CallbackQuery, callback_data: taps.OwnWord, person: PersonId, people: AroundChild
) -> None:
    asked = await people.ask_word(person, callback_data.clinic_id, callback_data.child_id)
    await show(tap, views.ask_word(asked))


async def typed(message: Message, person: PersonId, people: AroundChild) -> None:
    await show(message, views.typed(await people.typed(person, message.text or "")))


async def how_far(
    tap: CallbackQuery, callback_data: taps.HowFar, person: PersonId, people: AroundChild
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    plan = await people.plan(person, clinic_id, child_id, callback_data.called, callback_data.key)
    await show(tap, views.how_far(plan))


async def how_long(
    tap: CallbackQuery, callback_data: taps.HowLong, person: PersonId, people: AroundChild
) -> None:
    plan = await people.plan(
        person,
        callback_data.clinic_id,
        callback_data.child_id,
        callback_data.called,
        callback_data.key,
        may_book=callback_data.may_book,
    )
    await show(tap, views.how_long(plan))


async def make_link(
    tap: CallbackQuery,
    callback_data: taps.MakeLink,
    person: PersonId,
    people: AroundChild,
    bot: Bot,
) -> None:
    made = await people.invite(
        person,
        callback_data.clinic_id,
        callback_data.child_id,
        callback_data.called,
        callback_data.key,
        may_book=callback_data.may_book,
        until=callback_data.until,
    )
    await show(tap, views.link(made, await link_into(bot, HELPER + made.token)))


async def who_opened(
    tap: CallbackQuery, callback_data: taps.WhoOpened, person: PersonId, people: AroundChild
) -> None:
    asked = await people.asked(person, callback_data.invitation, callback_data.child_id)
    await show(tap, views.who_opened(asked))


async def admit(
    tap: CallbackQuery, callback_data: taps.Admit, person: PersonId, people: AroundChild
) -> None:
    admitted = await people.admit(person, callback_data.invitation, callback_data.child_id)
    await show(tap, views.admitted(admitted))


async def refuse(
    tap: CallbackQuery, callback_data: taps.Refuse, person: PersonId, people: AroundChild
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await people.refuse(person, clinic_id, callback_data.invitation, child_id)
    await show(tap, views.people(found))


async def one(
    tap: CallbackQuery, callback_data: taps.OnePerson, person: PersonId, people: AroundChild
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await people.one(person, clinic_id, child_id, callback_data.person_id)
    await show(tap, views.one(found))


async def revoke(
    tap: CallbackQuery, callback_data: taps.Revoke, person: PersonId, people: AroundChild
) -> None:
    clinic_id, child_id = callback_data.clinic_id, callback_data.child_id
    found = await people.revoke(person, clinic_id, child_id, callback_data.person_id)
    await show(tap, views.people(found))


def build_router() -> Router:
    """Parents, and whoever opens a link that one of them made."""
    router = Router(name="families people")
    router.message.register(opened, is_link)
    router.callback_query.register(page, taps.People.filter())
    router.callback_query.register(who_am_i, taps.WhoAmI.filter())
    router.callback_query.register(call_me, taps.CallMe.filter())
    router.callback_query.register(who_helps, taps.WhoHelps.filter())
    router.callback_query.register(own_word, taps.OwnWord.filter())
    router.callback_query.register(how_far, taps.HowFar.filter())
    router.callback_query.register(how_long, taps.HowLong.filter())
    router.callback_query.register(make_link, taps.MakeLink.filter())
    router.callback_query.register(who_opened, taps.WhoOpened.filter())
    router.callback_query.register(admit, taps.Admit.filter())
    router.callback_query.register(refuse, taps.Refuse.filter())
    router.callback_query.register(one, taps.OnePerson.filter())
    router.callback_query.register(revoke, taps.Revoke.filter())
    return router
