"""Typed questions and answers: behind all commands, the staff's own typing and codes."""

from typing import Any

from aiogram import Router
from aiogram.types import Message

from bot.flows.typed.at_work import Asks
from bot.flows.typed.rest import SERVICE
from bot.flows.visits.questions import handlers
from services.model.conversations import AboutVisit, Answering
from services.model.ids import PersonId
from services.visits.questions import Questions


async def is_asked(
    message: Message, person: PersonId, questions: Questions
) -> bool | dict[str, Any]:
    """Whether a question or an answer was asked for; what comes may have no text."""
    if message.content_type in SERVICE or handlers.is_command(message):
        return False
    asked = await questions.asked(person)
    return {"asked": asked} if asked else False


def build_router() -> Router:
    """A photo is no answer, but it is told so."""
    router = Router(name="typed questions")
    router.message.filter(is_asked)
    router.message.register(handlers.ask, Asks(AboutVisit))
    router.message.register(handlers.answer, Asks(Answering))
    return router
