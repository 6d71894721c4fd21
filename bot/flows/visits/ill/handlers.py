"""A child who is ill: the page, and the doors behind it."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.visits.ill import taps, views
from bot.flows.visits.search import taps as search_taps
from bot.flows.visits.search import views as search_views
from bot.telegram.screen import show
from services.model.ids import PersonId
from services.model.visits import IllStep
from services.visits.ill_children import IllChildren
from services.visits.mine import MyVisits
from services.visits.search import Times


async def page(
    tap: CallbackQuery,
    callback_data: search_taps.Ill,
    person: PersonId,
    ill_children: IllChildren,
) -> None:
    about, need = callback_data, callback_data.need
    found = await ill_children.page(
        person, about.clinic_id, about.child_id, need.moves, need.reason
    )
    await show(tap, views.page(found, about))


async def at_home(
    tap: CallbackQuery,
    callback_data: taps.IllAtHome,
    person: PersonId,
    ill_children: IllChildren,
) -> None:
    await show(tap, views.page(await ill_children.page(person, callback_data.clinic_id)))


async def who(
    tap: CallbackQuery, callback_data: taps.WhoIsIll, person: PersonId, times: Times
) -> None:
    found = await times.begin(person, callback_data.clinic_id)
    await show(tap, views.who(found, callback_data.page))


async def time(
    tap: CallbackQuery,
    callback_data: taps.TimeForIll,
    person: PersonId,
    times: Times,
    ill_children: IllChildren,
) -> None:
    found = await times.doctors(person, callback_data.need, callback_data.clinic_id)
    await ill_children.went_on(found.search.clinic, IllStep.TIME)
    await show(tap, search_views.doctors(found, callback_data.page))


async def when_well(
    tap: CallbackQuery,
    callback_data: taps.WhenWell,
    person: PersonId,
    times: Times,
    ill_children: IllChildren,
) -> None:
    found = await times.days(person, callback_data.need, callback_data.doctor_id)
    await ill_children.went_on(found.search.clinic, IllStep.LATER)
    await show(tap, views.when_well(found))


async def ask_give_back(
    tap: CallbackQuery, callback_data: taps.AskGiveBack, person: PersonId, mine: MyVisits
) -> None:
    found = await mine.cancellable(person, callback_data.appointment_id)
    await show(tap, views.ask_give_back(found))


async def give_back(
    tap: CallbackQuery,
    callback_data: taps.GiveBack,
    person: PersonId,
    ill_children: IllChildren,
) -> None:
    visit_id, seen = callback_data.appointment_id, callback_data.seen
    await show(tap, views.given_back(await ill_children.give_back(person, visit_id, seen)))


def build_router() -> Router:
    """From "Болеет или был контакт" on."""
    router = Router(name="visits ill")
    router.callback_query.register(page, search_taps.Ill.filter())
    router.callback_query.register(at_home, taps.IllAtHome.filter())
    router.callback_query.register(who, taps.WhoIsIll.filter())
    router.callback_query.register(time, taps.TimeForIll.filter())
    router.callback_query.register(when_well, taps.WhenWell.filter())
    router.callback_query.register(ask_give_back, taps.AskGiveBack.filter())
    router.callback_query.register(give_back, taps.GiveBack.filter())
    return router
