"""The absent doctor: who, when, what then; how families answered."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.desk.absences import taps, views
from bot.telegram.screen import show
from services.desk.absences.absences import Absences
from services.model.ids import PersonId


async def who(
    tap: CallbackQuery, callback_data: taps.WhoIsAbsent, person: PersonId, absences: Absences
) -> None:
    found = await absences.who(person, callback_data.post_id)
    await show(tap, views.who(found, callback_data.page))


async def when(
    tap: CallbackQuery, callback_data: taps.WhenAbsent, person: PersonId, absences: Absences
) -> None:
    found = await absences.when(person, callback_data.post_id, callback_data.doctor_id)
    await show(tap, views.when(found))


async def typed(message: Message, person: PersonId, absences: Absences) -> None:
    await show(message, views.answered(await absences.typed(person, message.text or "")))


async def plans(
    tap: CallbackQuery, callback_data: taps.AbsencePlans, person: PersonId, absences: Absences
) -> None:
    found = await absences.plans(person, callback_data.post_id, callback_data.absent)
    await show(tap, views.plans(found))


async def preview(
    tap: CallbackQuery, callback_data: taps.LookAtAbsence, person: PersonId, absences: Absences
) -> None:
    found = await absences.preview(person, callback_data.post_id, callback_data.absent)
    await show(tap, views.preview(found))


async def make(
    tap: CallbackQuery,
    callback_data: taps.MakeAbsence | taps.MakeBeside,
    person: PersonId,
    absences: Absences,
) -> None:
    post_id, absent, seen = callback_data.post_id, callback_data.absent, callback_data.seen
    found = await absences.make(person, post_id, absent, seen)
    await show(tap, views.report(found))


async def report(
    tap: CallbackQuery, callback_data: taps.AbsenceReport, person: PersonId, absences: Absences
) -> None:
    found = await absences.report(person, callback_data.post_id, callback_data.absence_id)
    await show(tap, views.report(found, callback_data.page))


async def undo(
    tap: CallbackQuery, callback_data: taps.UndoAbsence, person: PersonId, absences: Absences
) -> None:
    found = await absences.undo(person, callback_data.post_id, callback_data.absence_id)
    await show(tap, views.report(found))


def build_router() -> Router:
    """Registrars and administrators; every tap checks it anew."""
    router = Router(name="desk absences")
    router.callback_query.register(who, taps.WhoIsAbsent.filter())
    router.callback_query.register(when, taps.WhenAbsent.filter())
    router.callback_query.register(plans, taps.AbsencePlans.filter())
    router.callback_query.register(preview, taps.LookAtAbsence.filter())
    router.callback_query.register(make, taps.MakeAbsence.filter())
    router.callback_query.register(preview, taps.LookBeside.filter())
    router.callback_query.register(make, taps.MakeBeside.filter())
    router.callback_query.register(preview, taps.MakeBesideUnseen.filter())
    router.callback_query.register(report, taps.AbsenceReport.filter())
    router.callback_query.register(undo, taps.UndoAbsence.filter())
    return router
