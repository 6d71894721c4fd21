"""Buttons. Questions about a visit: a family asks, the staff answer."""

from typing import Annotated

from pydantic import Field

from bot.flows.common.taps import DraftMark, Id, PageNumber, Tap
from bot.flows.desk.day.taps import AtWork, Desk
from bot.flows.visits.mine.taps import Visit
from services.model.ids import QuestionId


class AskAbout(Visit, prefix="ask"):
    """Ask the clinic something about a visit."""

    def fallback(self) -> Tap:
        return Visit(appointment_id=self.appointment_id)


class LeaveAsking(AskAbout, prefix="ask-not"):
    """Ask nothing after all."""

    ill: bool = False
    """Whether the child is ill: then to what the clinic says of that."""


class Questions(AtWork, prefix="q-all"):
    """What waits for an answer."""

    page: Annotated[int, PageNumber] = 0

    def fallback(self) -> Tap:
        return Desk(post_id=self.post_id)


class Question(AtWork, prefix="q"):
    """One question."""

    question_id: Annotated[QuestionId, Id]

    def fallback(self) -> Tap:
        return Questions(post_id=self.post_id)


class AnswerQuestion(Question, prefix="q-answer"):
    """Type an answer."""

    seen: Annotated[int, Field(ge=0, le=9999)] = 0
    """How many answers it had when this was shown, for a reply in Telegram's own way."""

    def fallback(self) -> Tap:
        return Question(post_id=self.post_id, question_id=self.question_id)


class SendAnswer(AnswerQuestion, prefix="q-send"):
    """Send the words that were kept."""

    words: Annotated[int, DraftMark]
