"""Questions about a visit as those see them who ask and answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from services.messages.questions import WORDS
from services.model.access import Post
from services.model.questions import Question
from services.model.refusals.base import Refusal
from services.model.refusals.questions import TextOnly
from services.model.visits import Appointment
from services.rules.questions import may_answer
from services.rules.typed.texts import mark


@dataclass(frozen=True, slots=True)
class AskAbout:
    """A parent's question about a visit is to be typed."""

    visit: Appointment
    to_doctor: bool
    """Whether the doctor may answer, too."""
    problem: Refusal | None = None
    """Why what was sent before would not do."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The question is asked."""

    visit: Appointment
    question: Question


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an answer at somebody's desk."""

    post: Post
    questions: Sequence[tuple[Question, Appointment]]
    """The longest waiting first."""
    count: int
    """How many there are, those that are not shown included."""
    now: datetime


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question before one of the staff, with all that was asked about the visit."""

    post: Post
    visit: Appointment
    question: Question
    thread: Sequence[Question]
    in_bot: bool
    """Whether an adult who has the child in the bot can be written to."""
    now: datetime
    sent: bool = False
    """Whether their answer was just taken."""

    @property
    def may_answer(self) -> bool:
        return may_answer(self.post, self.question, self.visit)


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """The answer is to be typed."""

    post: Post
    visit: Appointment
    question: Question
    now: datetime
    problem: Refusal | None = None


class Doubt(Enum):
    """Why typed words are not sent to the family before somebody says so once more."""

    OVERTAKEN = auto()
    """A colleague has answered meanwhile."""
    LIKE_A_SEARCH = auto()
    """They look like a child being looked for: no family must read of another one's child."""
    LATE = auto()
    """It is long ago that an answer was asked for."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """The answer is kept, and not sent."""

    post: Post
    visit: Appointment
    question: Question
    words: str = field(repr=False)
    doubt: Doubt
    now: datetime

    @property
    def mark(self) -> int:
        """Names the words in the button that sends them."""
        return mark(self.words)


Answered = OpenQuestion | AskAnswer | Unsent


def read_words(typed: str | None) -> str:
    if typed is None:
        raise TextOnly
    return str(WORDS.read(typed))
