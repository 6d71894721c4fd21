"""Typed words of staff at work: each goes to the flow that asked for them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.flows.broadcasts import handlers as broadcasts_handlers
from bot.flows.clinic.editing import handlers as editing_handlers
from bot.flows.desk.absences import handlers as absences_handlers
from bot.flows.desk.attendance import handlers as attendance_handlers
from bot.flows.desk.search import handlers as desk_search_handlers
from bot.flows.schedule.hours import handlers as hours_handlers
from bot.flows.visits.questions import handlers as questions_handlers
from services.desk.day import Workday
from services.model.conversations import (
    AbsenceDays,
    Answering,
    ClinicFact,
    Conversation,
    FamilyPhone,
    HoursDraft,
    NewsDraft,
    Searching,
    SheetWaiting,
    StaffNote,
    Topic,
)
from services.model.ids import PersonId

ANSWERS: dict[type[Topic], Callable[..., Awaitable[None]]] = {
    Searching: desk_search_handlers.search,
    FamilyPhone: desk_search_handlers.note_phone,
    ClinicFact: editing_handlers.typed,
    StaffNote: attendance_handlers.note,
    HoursDraft: hours_handlers.typed,
    Answering: questions_handlers.answer,
    AbsenceDays: absences_handlers.typed,
    NewsDraft: broadcasts_handlers.typed,
    # A sheet wants no words: they are of somebody who called meanwhile.
    SheetWaiting: desk_search_handlers.search,
}
"""Who takes what was typed, by what was asked."""


async def is_asked_at_work(
    message: Message, person: PersonId, workday: Workday
) -> bool | dict[str, Any]:
    """Whether these are words that somebody was asked for at work; with what was asked."""
    if message.text is None or message.text.startswith("/"):
        return False
    asked = await workday.asked(person)
    return {"asked": asked} if asked else False


class Asks(Filter):
    """What was asked is of this kind."""

    def __init__(self, kind: type[Topic]) -> None:
        self._kind = kind

    async def __call__(self, _message: Message, asked: Conversation[Topic]) -> bool:
        return isinstance(asked.topic, self._kind)


def build_router() -> Router:
    """Before the parents' words; behind all commands."""
    router = Router(name="work")
    router.message.filter(is_asked_at_work)
    for kind, answer in ANSWERS.items():
        router.message.register(answer, Asks(kind))
    return router
