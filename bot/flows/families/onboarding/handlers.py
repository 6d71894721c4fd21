"""From /start to home: clinic, consent, child; and the language."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart, invert_f
from aiogram.types import CallbackQuery, Message

from bot.flows.common import taps as common_taps
from bot.flows.families.onboarding import taps, views
from bot.telegram.links import HELPER, POSTER
from bot.telegram.screen import show
from bot.words import switching_to
from services.desk.day import Workday
from services.families.onboarding import Families
from services.model.ids import PersonId
from services.systems.outages import Outages


async def start(
    message: Message, command: CommandObject, person: PersonId, families: Families
) -> None:
    code = (command.args or "").strip()
    poster = code.removeprefix(POSTER) if code.startswith(POSTER) else None
    await show(message, views.place(await families.start(person, poster)))


async def is_for_a_helper(message: Message) -> bool:
    return (message.text or "").startswith(f"/start {HELPER}")


async def menu(message: Message, person: PersonId, families: Families) -> None:
    await show(message, views.place(await families.start(person)))


async def here(tap: CallbackQuery, person: PersonId, families: Families) -> None:
    await show(tap, views.place(await families.here(person)))


async def start_again(tap: CallbackQuery, person: PersonId, families: Families) -> None:
    await show(tap, views.place(await families.start(person)))


async def enter(
    tap: CallbackQuery, callback_data: taps.Enter, person: PersonId, families: Families
) -> None:
    await show(tap, views.place(await families.enter(person, callback_data.clinic_id)))


async def consent(
    tap: CallbackQuery, callback_data: taps.Consent, person: PersonId, families: Families
) -> None:
    place = await families.consent(person, callback_data.clinic_id, callback_data.version)
    await show(tap, views.place(place))


async def not_now(
    tap: CallbackQuery, callback_data: taps.NotNow, person: PersonId, families: Families
) -> None:
    await show(tap, views.place(await families.decline(person, callback_data.clinic_id)))


async def home(
    tap: CallbackQuery, callback_data: taps.Home, person: PersonId, families: Families
) -> None:
    found = await families.home(person, callback_data.clinic_id)
    await show(tap, views.home(found, callback_data.page))


async def tell_when_answers(
    tap: CallbackQuery, callback_data: taps.TellWhenAnswers, person: PersonId, outages: Outages
) -> None:
    await show(tap, views.home(await outages.tell_when_over(person, callback_data.clinic_id)))


async def stop_typing(
    tap: CallbackQuery, callback_data: taps.StopTyping, person: PersonId, families: Families
) -> None:
    await show(tap, views.place(await families.stop_typing(person, callback_data.clinic_id)))


async def name_is_right(
    tap: CallbackQuery, callback_data: taps.NameIsRight, person: PersonId, families: Families
) -> None:
    place = await families.name_is_right(person, callback_data.words)
    await show(tap, views.place(place))


async def another_child(
    tap: CallbackQuery, callback_data: taps.AnotherChild, person: PersonId, families: Families
) -> None:
    await show(tap, views.place(await families.is_another(person, callback_data.words)))


async def same_child(
    tap: CallbackQuery, callback_data: taps.SameChild, person: PersonId, families: Families
) -> None:
    await show(tap, views.place(await families.is_same(person, callback_data.words)))


async def cancel(message: Message, person: PersonId, families: Families) -> None:
    await show(message, views.place(await families.stop_typing(person)))


async def help_(message: Message, person: PersonId, families: Families) -> None:
    place = await families.stop_typing(person)
    await show(message, views.help_words(views.clinic_of(place)))


async def help_at_work(message: Message) -> None:
    await show(message, views.help_at_work())


async def is_only_at_work(_message: Message, person: PersonId, workday: Workday) -> bool:
    return await workday.is_only_at_work(person)


async def language(message: Message, person: PersonId, families: Families) -> None:
    await families.leave_question(person)
    await show(message, views.choose_language())


async def choose_language(tap: CallbackQuery) -> None:
    await show(tap, views.choose_language())


async def speak(
    tap: CallbackQuery, callback_data: taps.Speak, person: PersonId, families: Families
) -> None:
    place = await families.speak(person, callback_data.language)
    with switching_to(callback_data.language):
        await show(tap, views.place(place))


def build_router() -> Router:
    """The way in."""
    router = Router(name="families onboarding")
    router.message.register(start, CommandStart(), invert_f(is_for_a_helper))
    router.message.register(menu, Command("menu"))
    router.message.register(cancel, Command("cancel"))
    router.message.register(help_at_work, Command("help"), is_only_at_work)
    router.message.register(help_, Command("help"))
    router.message.register(language, Command("language"))
    router.callback_query.register(choose_language, taps.Languages.filter())
    router.callback_query.register(here, common_taps.Here.filter())
    router.callback_query.register(start_again, common_taps.Start.filter())
    router.callback_query.register(enter, taps.Enter.filter())
    router.callback_query.register(consent, taps.Consent.filter())
    router.callback_query.register(not_now, taps.NotNow.filter())
    router.callback_query.register(home, taps.Home.filter())
    router.callback_query.register(tell_when_answers, taps.TellWhenAnswers.filter())
    router.callback_query.register(stop_typing, taps.StopTyping.filter())
    router.callback_query.register(name_is_right, taps.NameIsRight.filter())
    router.callback_query.register(another_child, taps.AnotherChild.filter())
    router.callback_query.register(same_child, taps.SameChild.filter())
    router.callback_query.register(speak, taps.Speak.filter())
    return router
