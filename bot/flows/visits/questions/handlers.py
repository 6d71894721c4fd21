"""Questions about a visit: a family asks, the staff answer."""

from contextlib import suppress
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from bot.flows.common import taps as common_taps
from bot.flows.visits.booking.views import ill_tap
from bot.flows.visits.ill import views as ill_views
from bot.flows.visits.mine import views as mine_views
from bot.flows.visits.questions import taps, views
from bot.telegram.screen import show
from services.model.ids import PersonId
from services.visits.ill_children import IllChildren
from services.visits.questions import Questions

# The family


async def begin(
    tap: CallbackQuery, callback_data: taps.AskAbout, person: PersonId, questions: Questions
) -> None:
    await show(tap, views.ask(await questions.begin(person, callback_data.appointment_id)))


async def ask(message: Message, person: PersonId, questions: Questions) -> None:
    await show(message, views.asked(await questions.ask(person, message.text)))


async def leave(
    tap: CallbackQuery,
    callback_data: taps.LeaveAsking,
    person: PersonId,
    questions: Questions,
    ill_children: IllChildren,
) -> None:
    found = await questions.leave(person, callback_data.appointment_id)
    if callback_data.ill:
        about = ill_tap(found.visit)
        page = await ill_children.page(person, about.clinic_id, about.child_id, about.need.moves)
        await show(tap, ill_views.page(page, about))
    else:
        await show(tap, mine_views.visit(found))


# The staff


async def waiting(
    tap: CallbackQuery, callback_data: taps.Questions, person: PersonId, questions: Questions
) -> None:
    found = await questions.waiting(person, callback_data.post_id)
    await show(tap, views.waiting(found, callback_data.page))


async def question(
    tap: CallbackQuery, callback_data: taps.Question, person: PersonId, questions: Questions
) -> None:
    found = await questions.open(person, callback_data.post_id, callback_data.question_id)
    await show(tap, views.question(found))


async def begin_answer(
    tap: CallbackQuery, callback_data: taps.AnswerQuestion, person: PersonId, questions: Questions
) -> None:
    post_id, question_id = callback_data.post_id, callback_data.question_id
    await show(tap, views.ask_answer(await questions.begin_answer(person, post_id, question_id)))


async def answer(message: Message, person: PersonId, questions: Questions) -> None:
    await show(message, views.answered(await questions.answer(person, message.text)))


async def send(
    tap: CallbackQuery, callback_data: taps.SendAnswer, person: PersonId, questions: Questions
) -> None:
    meant = callback_data
    found = await questions.send(person, meant.post_id, meant.question_id, meant.seen, meant.words)
    await show(tap, views.answered(found))


async def is_reply(message: Message) -> bool | dict[str, Any]:
    """Whether it replies to a message whose button opens or answers a question: that says which."""
    replied_to = message.reply_to_message
    if replied_to is None or replied_to.reply_markup is None or is_command(message):
        return False
    for button in (button for row in replied_to.reply_markup.inline_keyboard for button in row):
        with suppress(common_taps.UnknownTap):
            tap = common_taps.read(button.callback_data or "")
            if isinstance(tap, taps.Question):
                return {"about": tap}
    return False


async def reply(
    message: Message, about: taps.Question, person: PersonId, questions: Questions
) -> None:
    seen = about.seen if isinstance(about, taps.AnswerQuestion) else 0
    found = await questions.reply(person, about.post_id, about.question_id, seen, message.text)
    await show(message, views.answered(found))


def is_command(message: Message) -> bool:
    """Whether it is a command, whatever was asked for."""
    return (message.text or "").startswith("/")


def build_router() -> Router:
    """What is tapped, and Telegram's own replies, which come before what else is typed at work."""
    router = Router(name="visits questions")
    router.message.register(reply, is_reply)
    router.callback_query.register(begin, taps.AskAbout.filter())
    router.callback_query.register(leave, taps.LeaveAsking.filter())
    router.callback_query.register(waiting, taps.Questions.filter())
    router.callback_query.register(question, taps.Question.filter())
    router.callback_query.register(begin_answer, taps.AnswerQuestion.filter())
    router.callback_query.register(send, taps.SendAnswer.filter())
    return router
