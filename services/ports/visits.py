"""Visits, and what belongs to one: offers, notes, questions, calls."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from services.model.access import Post
from services.model.clinic import Doctor
from services.model.ids import (
    AbsenceId,
    AppointmentId,
    ChildId,
    ClinicId,
    DoctorId,
    PersonId,
    PostId,
    QuestionId,
    SlotId,
)
from services.model.people import Child, Scope
from services.model.questions import Question
from services.model.settings.visit_kinds import KindKey
from services.model.slots import (
    Slot,
)
from services.model.visits import (
    Absence,
    AbsentVisit,
    Ahead,
    Appointment,
    AppointmentState,
    Closure,
    Deadline,
    Heard,
    IllDay,
    IllStep,
    Matter,
    Offered,
    PhoneCall,
    ToSee,
    Word,
)


class AppointmentRepository(Protocol):
    """Visits, in all their states. Whoever changes one holds the lock of its child.

    Each is given as it stands when the transaction began: one that nobody confirmed in time is
    booked or cancelled by then, even if nobody has written that down (see `visit_states.as_of`).
    """

    async def get(
        self,
        appointment_id: AppointmentId,
        *,
        cared_for_by: PersonId | None,
        scope: Scope = Scope.SEE,
    ) -> Appointment:
        """A visit of a child in the person's care; raises `NotFound`, and `NotEntrusted`: the
        person may see it, and not do this.

        None is for the clinic's own work: whoever the child is cared for by."""
        ...

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        """The child's active appointment on exactly this slot."""
        ...

    async def planned(
        self, child_ids: Sequence[ChildId], after: datetime, *, shown_to: PersonId | None = None
    ) -> list[Appointment]:
        """Active appointments of the children that end after a moment, in order of time; without
        those that are hidden from the person, if they are for somebody to see."""
        ...

    async def some(self, ids: Sequence[int]) -> dict[int, Appointment]:
        """These visits as they are now, by their ids."""
        ...

    async def given_back(self, child_id: ChildId | None, slot_id: SlotId) -> list[Appointment]:
        """Those of them that are cancelled, of a child or on a slot: their rows stand in the way
        of another visit. In order of the children."""
        ...

    async def past(
        self,
        child_ids: Sequence[ChildId],
        before: datetime,
        most: int,
        *,
        shown_to: PersonId | None = None,
    ) -> list[Appointment]:
        """The children's latest visits that ended before a moment or were cancelled."""
        ...

    async def missed(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId, since: datetime
    ) -> dict[ChildId, int]:
        """To how many visits at a clinic since a moment each of these children did not come; none
        is left out."""
        ...

    async def add(
        self,
        child: Child,
        slot: Slot,
        reason: KindKey,
        booked_by: PersonId,
        at: datetime,
        deadline: Deadline | None = None,
    ) -> Appointment:
        """Claim the slot for the child, booked; with a deadline, pending until then.

        Raises:
            SlotTaken, ChildIsBusy: the database refused; nothing was written.
        """
        ...

    async def move(
        self,
        appointment: Appointment,
        slot: Slot,
        by: PersonId,
        at: datetime,
        deadline: Deadline | None = None,
    ) -> Appointment:
        """Let the appointment claim another slot in place of its own, booked or pending as in
        `add`; one that needs a time needs none then, and nothing is offered to it any more.

        Raises:
            SlotTaken, ChildIsBusy: the database refused; the old slot is still claimed.
        """
        ...

    async def changed_last_by(self, appointment_id: AppointmentId) -> PersonId | None:
        """Whose the visit's last change was; None: nobody's here, but the clinic's system's."""
        ...

    async def moved_from(self, appointment_id: AppointmentId) -> Slot | None:
        """The slot that the appointment had before it was moved last."""
        ...

    async def change(
        self, appointment: Appointment, state: AppointmentState, by: PersonId, at: datetime
    ) -> Appointment:
        """Give the appointment its next state.

        Raises:
            SlotTaken, ChildIsBusy: it is to stand again, and the database refused.
        """
        ...

    async def answer(
        self,
        appointment: Appointment,
        state: AppointmentState,
        word: Word,
        by: PersonId | None,
        at: datetime,
    ) -> Appointment | None:
        """Give a pending appointment its next state, if nobody has changed it since it was read.

        None: somebody has, and nothing was done (R05)."""
        ...

    async def displace(self, appointment: Appointment, by: PersonId, at: datetime) -> Appointment:
        """Take its time away: it is cancelled, and needs another until it is moved or given up."""
        ...

    async def give_up(self, appointment: Appointment, by: PersonId, at: datetime) -> Appointment:
        """Let a visit that needs a time need none any more; nothing is offered to it then."""
        ...

    async def of_family(
        self, person: PersonId, after: datetime
    ) -> tuple[list[Appointment], list[Appointment]]:
        """What `planned` and `needing` give of all children in the person's care, for them to
        see."""
        ...

    async def ahead(self, person: PersonId, after: datetime) -> Ahead:
        """The same, and how many places in lists they have there that are not over."""
        ...

    async def to_change(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId, scope: Scope
    ) -> Appointment:
        """A visit as it stands once nobody else can change it: its child is locked.

        Raises `NotFound`, `NotEntrusted`."""
        ...

    async def needing(
        self, child_ids: Sequence[ChildId], *, shown_to: PersonId | None = None
    ) -> list[Appointment]:
        """The children's visits that need another time, in order of the old ones."""
        ...

    async def hide(self, appointment: Appointment, *, hidden: bool) -> Appointment:
        """Show a visit to no helper, or to all again."""
        ...

    async def expect(self, appointment: Appointment, at: datetime) -> Appointment:
        """Take down that the family said that it comes."""
        ...

    async def into_calendar(self, appointment: Appointment, person: PersonId) -> None:
        """Note that the person took the visit's file for the calendar; again changes nothing."""
        ...


class ClinicVisitRepository(Protocol):
    """Visits, as a clinic looks for them; each as it stands when the transaction began."""

    async def ahead(self, clinic_id: ClinicId, after: datetime) -> list[Appointment]:
        """Active appointments at a clinic that end after a moment, in order of time."""
        ...

    async def starting(self, clinic_id: ClinicId, after: datetime, most: int) -> list[Appointment]:
        """The next active appointments at a clinic that begin after a moment, in order of time: so
        many, and all others that begin with the last of them."""
        ...

    async def waiting(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None = None
    ) -> list[Appointment]:
        """What waits for the doctor's word at a clinic, or one doctor's, in order of time."""
        ...

    async def overdue(self, most: int) -> list[Appointment]:
        """Visits of which it is not written down yet what became of them when nobody answered."""
        ...

    async def given_back_at(
        self, clinic_id: ClinicId, child_ids: Collection[ChildId]
    ) -> list[Appointment]:
        """Those of which nobody has written down that silence cancelled them: all at a clinic, and
        of these children anywhere."""
        ...

    async def counts_on(self, clinic_id: ClinicId, day: date) -> dict[DoctorId, int]:
        """How many visits that were not cancelled each doctor of a clinic has on a day of it."""
        ...

    async def of_doctor_on(self, doctor_id: DoctorId, day: date) -> list[Appointment]:
        """A doctor's visits of a day that were not cancelled, in order of time."""
        ...

    async def with_doctor(
        self, doctor_id: DoctorId, first: date, last: date, after: datetime
    ) -> list[Appointment]:
        """Active visits to a doctor on these days that begin after a moment, in order of time."""
        ...


class HearingRepository(Protocol):
    """What a visit's family has heard of it, and what it is still to hear."""

    async def heard(self, appointment: Appointment, after: datetime) -> Heard:
        """The visit as its family knows it. Its last change is left out, and before it those of
        the clinic's of which nobody was told or phoned, as far as they were made after a moment."""
        ...

    async def as_heard(self, appointment: Appointment, known: Heard) -> Appointment:
        """Let a visit that stands again as its family knows it be no fresher than that, since
        nobody heard of anything else."""
        ...

    async def told_otherwise(self, after: datetime, most: int) -> list[Appointment]:
        """Visits that begin after a moment and whose families know another room, address or
        doctor's name, the next ones first."""
        ...

    async def retell(self, appointment: Appointment, at: datetime) -> Appointment:
        """Take down that what is told of it is otherwise by now; its sequence stays (R56)."""
        ...

    async def count_ahead(
        self, clinic_id: ClinicId, doctors: Collection[DoctorId] | None, after: datetime
    ) -> int:
        """How many active visits to these doctors, or to any, begin after a moment."""
        ...


class OfferRepository(Protocol):
    """Times kept for families whose visits need one. Whoever offers has locked the times."""

    async def add(self, visit_id: AppointmentId, offers: Sequence[Offered], now: datetime) -> None:
        """Keep free times for a visit's family alone."""
        ...

    async def of(self, visit_id: AppointmentId, now: datetime) -> list[Offered]:
        """What is kept for a visit's family at this moment, in order of time."""
        ...

    async def of_all(
        self, visit_ids: Collection[AppointmentId], now: datetime
    ) -> dict[AppointmentId, list[Offered]]:
        """The same of many visits; for whom nothing is kept, there is nothing."""
        ...

    async def until(self, visit_id: AppointmentId, slot_id: SlotId) -> datetime | None:
        """Until when a time is, or was, kept for a visit's family; None: it was never, or has been
        offered to another one since."""
        ...


class AbsenceRepository(Protocol):
    """Doctors who turned out not to receive, and whom that concerned."""

    async def add(
        self,
        doctor: Doctor,
        days: tuple[date, date],
        substitute: Doctor | None,
        closure: Closure,
        by: PostId,
        at: datetime,
    ) -> Absence: ...

    async def get(self, absence_id: AbsenceId) -> Absence:
        """Raises `NotFound`."""
        ...

    async def known(self, doctor_id: DoctorId, days: tuple[date, date]) -> Absence | None:
        """The latest absence of the doctor on exactly these days."""
        ...

    async def since(self, clinic_id: ClinicId, day: date) -> list[Absence]:
        """Absences at a clinic that stand and end on a day or later, in order."""
        ...

    async def add_visit(
        self, absence_id: AbsenceId, visit: Appointment, before: Appointment
    ) -> None:
        """Remember whom it concerned: the visit after it, and where it was."""
        ...

    async def visits(self, absence_id: AbsenceId) -> list[AbsentVisit]:
        """Whom it concerned, in order of the old times."""
        ...

    async def undo(self, absence_id: AbsenceId, at: datetime) -> None: ...


class NoteRepository(Protocol):
    """What colleagues tell each other about a visit, encrypted; families never see it."""

    @property
    def kept(self) -> bool:
        """Whether there is a key. Without one nothing is kept."""
        ...

    async def of(self, appointments: Sequence[AppointmentId]) -> dict[AppointmentId, str]:
        """The notes of these visits, as far as there are any that the keys open."""
        ...

    async def keep(self, appointment_id: AppointmentId, note: str, at: datetime) -> None:
        """Let this be the visit's note; an empty one is none. Raises `NotesNotKept`."""
        ...


class CallRepository(Protocol):
    """Families who have to be phoned about what the clinic changed (R52)."""

    async def want(self, visit: Appointment, at: datetime) -> None:
        """The family must hear how the visit stands now: from the bot, or by phone."""
        ...

    async def want_news(self, visit: Appointment, at: datetime) -> None:
        """The family must hear where the visit is now, at its old time."""
        ...

    async def to_make(
        self, clinic_id: ClinicId, now: datetime, late: datetime, since: datetime
    ) -> list[PhoneCall]:
        """Whom the bot has not told and is not just telling, and who needs a time while none is
        kept; the next visits first. A visit that is over, or was changed again, is nobody's to
        phone about.

        Args:
            late: what should have been sent before this and was not counts as not told.
            since: calls that were made from then on are there as well, so that they can be unmade.
        """
        ...

    async def count(self, clinic_id: ClinicId, now: datetime, late: datetime) -> int:
        """How many of them are still to be made."""
        ...

    async def settle(self, visit: Appointment, by: PostId, at: datetime | None) -> bool:
        """Somebody phoned about the visit as it stands, or did not after all; False: nobody had
        to."""
        ...

    async def was_made(self, visit: Appointment, sequence: int) -> bool:
        """Whether somebody phoned about this change of the visit."""
        ...


class SeeingRepository(Protocol):
    """Families whom the registry has to see to, until each is (R64)."""

    async def count(self, clinic_id: ClinicId, now: datetime, late: datetime) -> dict[Matter, int]:
        """How many there are of each matter that there is any of; `late` as in `to_make`."""
        ...

    async def count_now(
        self, clinic_id: ClinicId, now: datetime, late: datetime
    ) -> tuple[int, int]:
        """How many of them are for the registry to see to now, and how many are not: those who
        know, and are choosing while a time is kept for them."""
        ...

    async def some(
        self, clinic_id: ClinicId, now: datetime, late: datetime, *, after: int, most: int
    ) -> list[ToSee]:
        """Some of them, after so many, in the order of their visits."""
        ...

    async def of_child(
        self, clinic_id: ClinicId, child_id: ChildId, now: datetime, late: datetime
    ) -> list[ToSee]:
        """Those that are about a child."""
        ...

    async def keep_outside(self, visit: Appointment, *, kept: bool) -> None:
        """Let the visit as it stands be outside the hours, or be seen to again."""
        ...

    async def look_again(self, slots: Collection[SlotId]) -> None:
        """Nothing that was said of visits at these times counts: the hours changed once more."""
        ...


class QuestionRepository(Protocol):
    """What families asked about visits. Whoever changes something holds the lock of the child.

    A question whose asker's consent to the clinic does not stand any more is not there."""

    async def get(self, question_id: QuestionId) -> Question:
        """Raises `NotFound`."""
        ...

    async def of_visit(self, appointment_id: AppointmentId) -> list[Question]:
        """All that was asked about a visit, in order."""
        ...

    async def waiting(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None, most: int
    ) -> list[Question]:
        """What waits at a clinic, the longest first; of a doctor only what they may answer."""
        ...

    async def count_waiting(self, clinic_id: ClinicId, doctor_id: DoctorId | None) -> int: ...

    async def count_open(self, person: PersonId, clinic_id: ClinicId) -> int:
        """How many of a person's questions wait at a clinic."""
        ...

    async def add(
        self,
        appointment_id: AppointmentId,
        person: PersonId,
        text: str,
        at: datetime,
        *,
        to_doctor: bool,
    ) -> Question: ...

    async def answer(self, question: Question, post: Post, text: str, at: datetime) -> Question:
        """Add an answer behind those that the question has; it is as it is then.

        Raises:
            AlreadyAnswered: there is another one by now; nothing was written.
        """
        ...

    async def forget_of_child(self, child_id: ChildId) -> None:
        """Drop what was asked about any visit of a child."""
        ...


class IllCountRepository(Protocol):
    """How many a day, at each clinic."""

    async def add(self, clinic_id: ClinicId, day: date, step: IllStep) -> None:
        """One more."""
        ...

    async def days(self, clinic_id: ClinicId, first: date, last: date) -> list[IllDay]:
        """Those of these days, both ends included, on which anything was counted; in order."""
        ...
