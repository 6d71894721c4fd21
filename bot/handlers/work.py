"""Typed words of staff at work: each goes to the flow that asked for them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import Message

from bot.handlers import absences, broadcasts, clinic_desk, desk, hours, questions, reception
from services.desk.day import Staff
from services.model.conversations import Asked, Conversation
from services.model.ids import PersonId

ANSWERS: dict[Asked, Callable[..., Awaitable[None]]] = {
    Asked.WHOM: desk.search,
    Asked.FAMILY_PHONE: desk.note_phone,
    Asked.CLINIC_FACT: clinic_desk.typed,
    Asked.STAFF_NOTE: reception.note,
    Asked.SCHEDULE: hours.typed,
    Asked.ANSWER: questions.answer,
    Asked.ABSENCE: absences.typed,
    Asked.NEWS: broadcasts.typed,
    Asked.TIMES: desk.search,  # a sheet wants no words: they are of somebody who called meanwhile
}
"""Who takes what was typed, by what was asked."""


async def is_asked_at_work(
    message: Message, person: PersonId, staff: Staff
) -> bool | dict[str, Any]:
    """Whether these are words that somebody was asked for at work; with what was asked."""
    if message.text is None or message.text.startswith("/"):
        return False
    asked = await staff.asked(person)
    return {"asked": asked} if asked else False


class Asks(Filter):
    """What was asked is of this kind."""

    def __init__(self, kind: Asked) -> None:
        self._kind = kind

    async def __call__(self, _message: Message, asked: Conversation) -> bool:
        return asked.asked is self._kind


def build_router() -> Router:
    """Before the parents' words; behind all commands."""
    router = Router(name="work")
    router.message.filter(is_asked_at_work)
    for kind, answer in ANSWERS.items():
        router.message.register(answer, Asks(kind))
    return router
