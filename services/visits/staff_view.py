"""One visit as the staff see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.access.audit import take_down
from services.model.access import REGISTRY, Access, Post
from services.model.questions import Question
from services.model.refusals.base import Refusal
from services.model.visits import Appointment
from services.ports.transaction import Transaction
from services.rules.questions import may_answer
from services.rules.visit_states import check_markable


@dataclass(frozen=True, slots=True)
class StaffVisit:
    """One visit as the staff see it."""

    post: Post
    visit: Appointment
    now: datetime
    in_bot: bool = True
    """Whether an adult who has the child in the bot can be written to."""
    following: Appointment | None = None
    """The doctor's next visit of that day; nothing of it is shown but its time."""
    thread: Sequence[Question] = ()
    """What the family asked about it."""
    note: str = field(default="", repr=False)
    """What colleagues wrote about it, for each other."""
    keeps_notes: bool = False
    """Whether one can be written here."""

    @property
    def can_be_marked(self) -> bool:
        """Whether it may be noted now whether the child came."""
        try:
            check_markable(self.visit, self.now)
        except Refusal:
            return False
        return True

    @property
    def can_be_missed(self) -> bool:
        """Whether it may be noted now that the child did not come."""
        try:
            check_markable(self.visit, self.now, came=False)
        except Refusal:
            return False
        return True

    @property
    def can_be_changed(self) -> bool:
        """Whether whoever looks may move or cancel it: the registry, until it begins."""
        ahead = self.visit.is_active and self.visit.slot.starts_at > self.now
        return self.post.role in REGISTRY and (ahead or self.visit.needs_time)

    @property
    def to_answer(self) -> Question | None:
        """The question that waits longest, if whoever looks may answer it."""
        waiting = next((each for each in self.thread if each.is_waiting), None)
        if waiting is None or not may_answer(self.post, waiting, self.visit):
            return None
        return waiting


async def opened(
    tx: Transaction, post: Post, visit: Appointment, now: datetime, access: Access = Access.VISIT
) -> StaffVisit:
    """A visit as the staff see it, what the family asked, and the way to the next of the day; what
    is read of it, or done to it, is taken down."""
    seen = [(visit.child.id, visit.id)]
    await take_down(tx, post, access, seen, now)
    thread = await tx.questions.of_visit(visit.id)
    if thread:
        await take_down(tx, post, Access.QUESTION, seen, now)
    day = await tx.clinic_visits.of_doctor_on(visit.slot.doctor.id, visit.slot.local_start.date())
    later = (each for each in day if each.slot.starts_at > visit.slot.starts_at)
    in_bot = await tx.registry.in_bot(visit.child.id)
    note = (await tx.notes.of([visit.id])).get(visit.id, "")
    following = next(later, None)
    return StaffVisit(post, visit, now, in_bot, following, thread, note, tx.notes.kept)
