"""What a family asks about a visit, and what the clinic answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.model.access import Role
from services.model.ids import AppointmentId, PersonId, QuestionId


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody of the staff said to a question, or added."""

    role: Role
    """Whose words they are to the family: it learns no name."""
    text: str = field(repr=False)  # nobody's to see in a log (R34), as the question's
    at: datetime


@dataclass(frozen=True, slots=True)
class Question:
    """What a parent asked about a visit, and what was said to it, in order."""

    id: QuestionId
    appointment_id: AppointmentId
    asked_by: PersonId
    to_doctor: bool
    """Whether the visit's doctor is asked, too; the registry always may answer."""
    text: str = field(repr=False)
    asked_at: datetime
    answers: Sequence[Answer] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered yet."""
        return not self.answers
