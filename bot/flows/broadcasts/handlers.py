"""One text to many families: written, confirmed by its number, paused, stopped; and refused."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.broadcasts import taps, views
from bot.flows.families.settings import taps as settings_taps
from bot.flows.families.settings import views as settings_views
from bot.flows.messages import letters
from bot.telegram.screen import post, show
from services.broadcasts.carrying_out import Broadcasts
from services.broadcasts.progress import NewsPreview, Progress
from services.families.consents import Consents
from services.model.consents import Purpose
from services.model.ids import PersonId


async def page(
    tap: CallbackQuery, callback_data: taps.Broadcasts, person: PersonId, broadcasts: Broadcasts
) -> None:
    await show(tap, views.page(await broadcasts.page(person, callback_data.post_id)))


async def whom_to_tell(
    tap: CallbackQuery, callback_data: taps.WhomToTell, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.whom_to_tell(person, callback_data.post_id, callback_data.whom)
    await show(tap, views.whom_to_tell(found, callback_data.page))


async def ask(
    tap: CallbackQuery, callback_data: taps.AskNews, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.ask(person, callback_data.post_id, callback_data.audience)
    await show(tap, views.question(found))


async def typed(message: Message, person: PersonId, broadcasts: Broadcasts) -> None:
    answer = await broadcasts.typed(person, message.text or "")
    if isinstance(answer, Progress):
        stands_at = await post(message, views.progress(answer))
        await broadcasts.shown(answer.broadcast.id, stands_at)
    elif isinstance(answer, NewsPreview):
        about_visit = not answer.audience.needs_consent
        if answer.problem is None:
            await show(
                message, letters.news(answer.post.clinic, answer.text, about_visit=about_visit)
            )
        await show(message, views.preview(answer))
    else:
        await show(message, views.question(answer))


async def progress(
    tap: CallbackQuery, callback_data: taps.Broadcast, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.progress(person, callback_data.post_id, callback_data.broadcast_id)
    await show(tap, views.told(found))


async def pause(
    tap: CallbackQuery, callback_data: taps.PauseNews, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.pause(person, callback_data.post_id, callback_data.broadcast_id)
    await show(tap, views.told(found))


async def resume(
    tap: CallbackQuery, callback_data: taps.ResumeNews, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.resume(person, callback_data.post_id, callback_data.broadcast_id)
    await show(tap, views.told(found))


async def stop(
    tap: CallbackQuery, callback_data: taps.StopNews, person: PersonId, broadcasts: Broadcasts
) -> None:
    found = await broadcasts.stop(person, callback_data.post_id, callback_data.broadcast_id)
    await show(tap, views.told(found))


async def no_news(
    tap: CallbackQuery,
    callback_data: settings_taps.NoNews,
    person: PersonId,
    consents: Consents,
) -> None:
    found = await consents.withdraw(person, callback_data.clinic_id, Purpose.NEWS)
    await show(tap, settings_views.no_news(found))


def build_router() -> Router:
    """For administrators, but for the button that every family gets."""
    router = Router(name="broadcasts")
    router.callback_query.register(page, taps.Broadcasts.filter())
    router.callback_query.register(whom_to_tell, taps.WhomToTell.filter())
    router.callback_query.register(ask, taps.AskNews.filter())
    router.callback_query.register(progress, taps.Broadcast.filter())
    router.callback_query.register(pause, taps.PauseNews.filter())
    router.callback_query.register(resume, taps.ResumeNews.filter())
    router.callback_query.register(stop, taps.StopNews.filter())
    router.callback_query.register(no_news, settings_taps.NoNews.filter())
    return router
