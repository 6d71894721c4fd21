"""Clinics: the list, one of them, the way there, and what to do today."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.flows.clinic.card import taps, views
from bot.flows.families.onboarding import views as onboarding_views
from bot.telegram.screen import give, show
from services.families.onboarding import Families
from services.model.refusals.base import NotFound


async def clinics(tap: CallbackQuery, callback_data: taps.Clinics, families: Families) -> None:
    found = await families.clinics()
    await show(tap, onboarding_views.choose_clinic(found, page=callback_data.page))


async def card(tap: CallbackQuery, callback_data: taps.ClinicCard, families: Families) -> None:
    await show(tap, views.card(await families.clinic(callback_data.clinic_id)))


async def on_map(tap: CallbackQuery, callback_data: taps.Map, families: Families) -> None:
    venue = views.on_map((await families.clinic(callback_data.clinic_id)).clinic)
    if venue is None:
        raise NotFound
    await give(tap, venue)


async def needed_today(
    tap: CallbackQuery, callback_data: taps.NeededToday, families: Families
) -> None:
    await show(tap, views.needed_today(await families.clinic(callback_data.clinic_id)))


def build_router() -> Router:
    """What everybody may know of a clinic."""
    router = Router(name="clinic card")
    router.callback_query.register(clinics, taps.Clinics.filter())
    router.callback_query.register(card, taps.ClinicCard.filter())
    router.callback_query.register(on_map, taps.Map.filter())
    router.callback_query.register(needed_today, taps.NeededToday.filter())
    return router
