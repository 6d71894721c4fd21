"""What the use cases need from the outside, as protocols.

`storage` implements the repositories and the transactions; `bot` brings the clock and the readers
of typed dates and phone numbers.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Protocol, TypeAlias

from services.letters import Letter
from services.model import (
    Absence,
    AbsenceId,
    AbsentVisit,
    Addresses,
    Appointment,
    AppointmentId,
    AppointmentState,
    Audience,
    Broadcast,
    BroadcastId,
    Child,
    ChildId,
    Clinic,
    ClinicId,
    ClinicProfile,
    Closure,
    ConsentText,
    Conversation,
    DayLoad,
    DayTimes,
    Deadline,
    Delay,
    Deviation,
    DeviationId,
    DeviationKind,
    District,
    DistrictId,
    Doctor,
    DoctorId,
    FirstAsk,
    FreeTimes,
    GridTime,
    Holiday,
    Language,
    Leave,
    Notification,
    NotificationKind,
    NotificationState,
    Offered,
    Person,
    PersonId,
    Phone,
    PhoneCall,
    PhoneNumber,
    Planned,
    Post,
    PostId,
    Purpose,
    Question,
    QuestionId,
    Reach,
    Reason,
    Recipient,
    ReminderWishes,
    Schedule,
    ScheduleException,
    ScheduleRule,
    Slot,
    SlotId,
    Standing,
    Taking,
    Urgency,
    VisitCode,
    Wish,
    Word,
)
from services.reconciling import Known, Plan
from services.records import Entry, Head, Record
from services.schedule import Changes, Stored

Clock: TypeAlias = Callable[[], datetime]
"""Tells the present moment in aware UTC; in tests it stands still."""

DateReader: TypeAlias = Callable[[str], date]
"""Reads a date as people type it; raises `DateUnclear` or `NoSuchDay`."""


PhoneReader: TypeAlias = Callable[[str], PhoneNumber]
"""Reads a phone number as people write it; raises `PhoneUnclear`."""


class Unreachable(Exception):
    """The person cannot be written to: they blocked the bot, or are gone."""


class Hopeless(Exception):
    """This message cannot be sent, and trying again is of no use."""


class NotNow(Exception):
    """The message could not be sent just now: it is to be tried again."""

    def __init__(self, after: timedelta | None = None) -> None:
        super().__init__()
        self.after = after
        """How long to wait, where that is known; the message itself was not at fault then."""


class Notifier(Protocol):
    """Tells people what they must be told."""

    async def permit(self, person: Person, urgency: Urgency) -> None:
        """Wait until the person may be written to, behind whatever is more urgent.

        Raises `NotNow` where that would take long."""
        ...

    async def tell(self, letter: Letter) -> None:
        """Send a letter in its person's language, with the permit that was waited for.

        Raises:
            Unreachable, Hopeless: it is given up.
            NotNow: it may be tried again.
        """
        ...


class StorageUnavailable(Exception):
    """The database did not answer, was locked, or is full: what was asked may be asked again."""


class StorageInterrupted(StorageUnavailable):
    """Somebody was in the way, or the connection broke: asking again at once may go better."""


class FamilyRepository(Protocol):
    """Persons, children, and who cares for whom."""

    async def person(self, telegram_id: int) -> Person | None: ...

    async def add_person(self, telegram_id: int, language: Language) -> Person:
        """The person with this Telegram id; known ones are returned as they are."""
        ...

    async def come_to(self, person: PersonId, clinic_id: ClinicId) -> None:
        """Remember the clinic for the next time."""
        ...

    async def clinic_of(self, person: PersonId) -> ClinicId | None:
        """The clinic that the person came to last."""
        ...

    async def set_language(self, person: PersonId, language: Language) -> None: ...

    async def lost(self, person: PersonId, since: datetime) -> None:
        """The person cannot be written to any more."""
        ...

    async def found(self, person: PersonId) -> None:
        """The person can be written to again."""
        ...

    async def wishes(self, person: PersonId) -> ReminderWishes: ...

    async def set_wishes(self, person: PersonId, wishes: ReminderWishes) -> None: ...

    async def to_remind(
        self, child_id: ChildId, clinic_id: ClinicId
    ) -> list[tuple[PersonId, ReminderWishes]]:
        """Who cares for the child and agreed to be reminded of visits to the clinic."""
        ...

    async def child(
        self, child_id: ChildId, *, cared_for_by: PersonId | None, lock: bool = False
    ) -> Child:
        """A child in the person's care; None is for the clinic's own work.

        Raises:
            NotFound: there is none, or it is in the care of others.
        """
        ...

    async def children(self, cared_for_by: PersonId) -> list[Child]: ...

    async def add_child(
        self, name: str, birth_date: date, *, cared_for_by: PersonId, since: datetime
    ) -> Child: ...

    async def change_child(self, child: Child) -> None:
        """Keep the child as it is now."""
        ...

    async def carers(self, child_id: ChildId) -> list[PersonId]:
        """Who cares for the child."""
        ...

    async def end_care(self, child_id: ChildId, person: PersonId) -> None:
        """Let the person care for the child no more.

        A child who has no carer then and never had a visit is forgotten."""
        ...


class PhoneRepository(Protocol):
    """Phone numbers, kept encrypted. Whoever keeps one holds the lock of its person or child.

    They are of all clinics: whom a number leads to is for the caller to narrow down to the own one.
    """

    @property
    def kept(self) -> bool:
        """Whether there is a key. Without one nothing is kept, and nobody is asked for a number."""
        ...

    async def of_person(self, person: PersonId) -> Phone | None: ...

    async def of_child(self, child_id: ChildId) -> Phone | None: ...

    async def keep_for_person(self, person: PersonId, number: PhoneNumber, at: datetime) -> None:
        """Keep what Telegram vouched for as the person's own, in place of any earlier number.

        Raises `PhonesNotKept`, as the next one does."""
        ...

    async def keep_for_child(self, child_id: ChildId, number: PhoneNumber, at: datetime) -> None:
        """Keep what a family without Telegram told the registry, in place of any earlier number."""
        ...

    async def forget_of_person(self, person: PersonId) -> None:
        """Keep no number of the person; nothing happens if there is none."""
        ...

    async def forget_of_child(self, child_id: ChildId) -> None:
        """Keep no number of the child; nothing happens if there is none."""
        ...

    async def persons_with(self, number: PhoneNumber) -> list[PersonId]:
        """Whose own number it is, who gave it last first."""
        ...

    async def children_with(self, number: PhoneNumber) -> list[ChildId]:
        """For which children the registry wrote it down, the latest first."""
        ...

    async def encrypt_anew(self, most: int) -> int:
        """Encrypt up to so many of the numbers that another key than the first encrypted; how many
        these were. Raises `PhonesNotKept`."""
        ...

    async def locked(self) -> int:
        """How many numbers there are that none of the keys opens."""
        ...

    async def forget_locked(self) -> int:
        """Drop the numbers that none of the keys opens; how many these were."""
        ...


class ConsentRepository(Protocol):
    """What people agreed to, and the texts they were shown."""

    async def text(self, clinic_id: ClinicId, purpose: Purpose) -> ConsentText:
        """The latest version of the clinic's text. Raises `NotFound`: it has none for this."""
        ...

    async def purposes(self, clinic_id: ClinicId) -> set[Purpose]:
        """What the clinic has texts for."""
        ...

    async def publish(self, text: ConsentText) -> None: ...

    async def is_given(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool: ...

    async def given(self, person: PersonId, clinic_id: ClinicId) -> set[Purpose]:
        """What the person agreed to, and stands."""
        ...

    async def is_answered(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool:
        """Whether the person ever agreed, or said no."""
        ...

    async def give(
        self, person: PersonId, text: ConsentText, at: datetime, child_id: ChildId | None = None
    ) -> None:
        """Record an agreement; `child_id` says with which child's visit it was asked for."""
        ...

    async def decline(self, person: PersonId, text: ConsentText, at: datetime) -> None:
        """Record that the person said no; doing it again changes nothing."""
        ...

    async def withdraw(
        self, person: PersonId, clinic_id: ClinicId, purpose: Purpose, at: datetime
    ) -> None:
        """Let an agreement stand no more; what was not given cannot be taken back."""
        ...


class ConversationRepository(Protocol):
    """What each person was last asked to type."""

    async def of(self, person: PersonId) -> Conversation | None: ...

    async def ask(self, person: PersonId, conversation: Conversation) -> None: ...

    async def close(self, person: PersonId) -> None: ...


class ClinicRepository(Protocol):
    """Clinics and their doctors."""

    async def all(self) -> list[Clinic]: ...

    async def count(self) -> int: ...

    async def get(self, clinic_id: ClinicId) -> Clinic:
        """Raises `NotFound`."""
        ...

    async def by_code(self, code: str, *, lock: bool = False) -> Clinic | None: ...

    async def add(self, profile: ClinicProfile) -> Clinic: ...

    async def change(self, clinic_id: ClinicId, profile: ClinicProfile) -> Clinic:
        """Let the clinic say this of itself from now on."""
        ...

    async def doctor(self, doctor_id: DoctorId, *, lock: bool = False) -> Doctor:
        """With the lock, nobody else can lock the doctor. Raises `NotFound`."""
        ...

    async def doctors(self, clinic_id: ClinicId, *, lock: bool = False) -> list[Doctor]:
        """By name; with the lock, nobody else can lock them, or add others this way."""
        ...

    async def add_doctor(self, clinic: Clinic, name: str, room: str) -> Doctor: ...

    async def set_room(self, doctor_id: DoctorId, room: str) -> None: ...


class DistrictRepository(Protocol):
    """Districts, and the addresses that belong to them."""

    async def get(self, district_id: DistrictId) -> District:
        """Raises `NotFound`."""
        ...

    async def of_clinic(self, clinic_id: ClinicId) -> list[District]: ...

    async def addresses(self, clinic_id: ClinicId) -> list[tuple[District, Addresses]]:
        """Which addresses belong to which of the clinic's districts."""
        ...

    async def add(self, doctor: Doctor, name: str, addresses: Sequence[Addresses]) -> District: ...

    async def change(
        self, district_id: DistrictId, doctor: Doctor, addresses: Sequence[Addresses]
    ) -> None:
        """Let a doctor look after these addresses; the district's children stay in it."""
        ...


class ScheduleRepository(Protocol):
    """When doctors receive."""

    async def of(self, doctor: Doctor, first: date, *, lock: bool = False) -> Schedule:
        """All that decides when the doctor receives from a day on."""
        ...

    async def add_rule(self, doctor_id: DoctorId, rule: ScheduleRule) -> None: ...

    async def end_rules(self, doctor_id: DoctorId, last_day: date) -> None:
        """Let no rule of the doctor hold after a day: later ones are dropped."""
        ...

    async def add_exception(
        self, doctor_id: DoctorId, exception: ScheduleException
    ) -> DeviationId: ...

    async def add_holiday(self, clinic_id: ClinicId, holiday: Holiday) -> None: ...

    async def add_leave(self, doctor_id: DoctorId, leave: Leave) -> DeviationId: ...

    async def leave_on(self, doctor_id: DoctorId, day: date) -> Leave | None:
        """The doctor's leave of which the day is a part."""
        ...

    async def delay(self, doctor_id: DoctorId, day: date) -> Delay | None:
        """How late the doctor is on a day; None: nobody said anything."""
        ...

    async def set_delay(self, doctor_id: DoctorId, day: date, delay: Delay) -> None: ...

    async def deviations(self, clinic_id: ClinicId, first: date) -> list[Deviation]:
        """Other hours, leaves and holidays of a clinic that end on a day or later, in order."""
        ...

    async def deviation(self, kind: DeviationKind, deviation_id: DeviationId) -> Deviation:
        """Raises `NotFound`."""
        ...

    async def remove(self, kind: DeviationKind, deviation_id: DeviationId) -> None: ...


class SlotRepository(Protocol):
    """The stored times of doctors, and who holds which."""

    async def get(
        self,
        slot_id: SlotId,
        *,
        person: PersonId,
        now: datetime,
        lock: bool = False,
        moves: AppointmentId | None = None,
    ) -> Slot:
        """A time as this person finds it at this moment; what is offered to the visit that is to
        be moved there is free. Raises `NotFound`."""
        ...

    async def earliest(
        self, clinic_id: ClinicId, wish: Wish, doctor_id: DoctorId | None = None
    ) -> Slot | None:
        """The first time that fits the wish, with this doctor or with any of the clinic's."""
        ...

    async def by_doctor(self, clinic_id: ClinicId, wish: Wish) -> dict[DoctorId, FreeTimes]:
        """What each doctor has for the wish; doctors without any time are left out."""
        ...

    async def has_hours_for(self, clinic_id: ClinicId, reason: Reason, after: datetime) -> bool:
        """Whether anybody at the clinic receives for such a reason, free or not."""
        ...

    async def days(self, doctor_id: DoctorId, wish: Wish) -> list[DayTimes]:
        """The days on which the doctor receives for such a reason within the wish, in order."""
        ...

    async def on_day(self, doctor: Doctor, wish: Wish, day: date) -> list[Slot]:
        """The doctor's times of one day of the clinic that fit the wish, in order."""
        ...

    async def near(self, doctor: Doctor, wish: Wish, moment: datetime, count: int) -> list[Slot]:
        """The doctor's times that fit the wish and are nearest to a moment, in order of time."""
        ...

    async def free(
        self,
        clinic_id: ClinicId,
        wish: Wish,
        most: int,
        *,
        doctor_id: DoctorId | None = None,
        day: date | None = None,
    ) -> list[Slot]:
        """The first times that fit the wish, of all doctors and days or of these, in order."""
        ...

    async def lock(self, slot_ids: Iterable[SlotId]) -> None:
        """Have whoever else claims any of these wait for the end of this transaction."""
        ...

    async def close(
        self, doctor_id: DoctorId, first: date, last: date, now: datetime
    ) -> list[SlotId]:
        """Close the doctor's times ahead of these days that no schedule gives; which those are."""
        ...

    async def reopen(self, slot_ids: Iterable[SlotId]) -> None:
        """Open these again, as far as nothing open stands in their place by now."""
        ...

    async def grid(
        self,
        doctor: Doctor,
        day: date,
        person: PersonId | None,
        now: datetime,
        moves: AppointmentId | None = None,
    ) -> list[GridTime]:
        """All the doctor's times of a day that are open or that somebody has, in order; what is
        held for the person is free."""
        ...

    async def taking(self, slot_id: SlotId) -> Taking | None:
        """Who has the time whom we do not know."""
        ...

    async def take(self, slot: Slot, taking: Taking, by: PostId | None, at: datetime) -> None:
        """Close a time, as somebody has it whom we do not know."""
        ...

    async def give_back(self, slot: Slot) -> None:
        """Nobody has the time any more; one of the schedule's is open once it is regenerated."""
        ...

    async def squeeze(self, slot: Slot) -> Slot:
        """Add a time beside one that is not free, for one visit alone."""
        ...

    async def hold(self, slot: Slot, person: PersonId, until: datetime, now: datetime) -> None:
        """Keep the slot for the person, and nothing else.

        Raises:
            SlotHeld: somebody else holds it; nothing was changed.
        """
        ...

    async def let_go(self, person: PersonId) -> None:
        """Keep nothing for the person any more."""
        ...

    async def stored(
        self, doctor_id: DoctorId, now: datetime, until: datetime, *, lock: bool = False
    ) -> list[Stored]:
        """The doctor's slots that are not over, up to a moment, as regeneration sees them.

        Those that did not come from the schedule look as if closed by hand: they are not touched.
        What another system gives no more is left out: it stands in nobody's way.
        """
        ...

    async def loads(
        self, clinic_id: ClinicId, first: date, last: date
    ) -> dict[tuple[DoctorId, date], DayLoad]:
        """How much of each doctor's days is taken, both days included; days without any time are
        left out. A time is taken by a visit, or by somebody whom nobody here knows."""
        ...

    async def change(self, doctor: Doctor, changes: Changes) -> None:
        """Bring the doctor's slots into line with the schedule."""
        ...

    async def move_to_zone(self, clinic: Clinic, after: datetime) -> None:
        """Give the clinic's slots from a moment on the days that they have in its zone."""
        ...


class AppointmentRepository(Protocol):
    """Visits, in all their states. Whoever changes one holds the lock of its child.

    Each is given as it stands when the transaction began: one that nobody confirmed in time is
    booked or cancelled by then, even if nobody has written that down (see `rules.as_of`).
    """

    async def get(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId | None
    ) -> Appointment:
        """A visit of a child in the person's care; raises `NotFound`.

        None is for the clinic's own work: whoever the child is cared for by."""
        ...

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        """The child's active appointment on exactly this slot."""
        ...

    async def planned(self, child_ids: Sequence[ChildId], after: datetime) -> list[Appointment]:
        """Active appointments of the children that end after a moment, in order of time."""
        ...

    async def ahead(self, clinic_id: ClinicId, after: datetime) -> list[Appointment]:
        """Active appointments at a clinic that end after a moment, in order of time."""
        ...

    async def waiting(
        self, clinic_id: ClinicId, doctor_id: DoctorId | None = None
    ) -> list[Appointment]:
        """What waits for the doctor's word at a clinic, or one doctor's, in order of time."""
        ...

    async def overdue(self, most: int) -> list[Appointment]:
        """Visits of which it is not written down yet what became of them when nobody answered."""
        ...

    async def given_back(self, child_id: ChildId | None, slot_id: SlotId) -> list[Appointment]:
        """Those of them that are cancelled, of a child or on a slot: their rows stand in the way
        of another visit. In order of the children."""
        ...

    async def given_back_at(
        self, clinic_id: ClinicId, child_ids: Collection[ChildId]
    ) -> list[Appointment]:
        """All of them at a clinic, and of these children anywhere."""
        ...

    async def past(
        self, child_ids: Sequence[ChildId], before: datetime, most: int
    ) -> list[Appointment]:
        """The children's latest visits that ended before a moment or were cancelled."""
        ...

    async def counts_on(self, clinic_id: ClinicId, day: date) -> dict[DoctorId, int]:
        """How many visits that were not cancelled each doctor of a clinic has on a day of it."""
        ...

    async def of_doctor_on(self, doctor_id: DoctorId, day: date) -> list[Appointment]:
        """A doctor's visits of a day that were not cancelled, in order of time."""
        ...

    async def last_doctor(
        self, child_id: ChildId, clinic_id: ClinicId, now: datetime
    ) -> Doctor | None:
        """The clinic's doctor who saw the child last; where nobody has yet, who expects them."""
        ...

    async def add(
        self,
        child: Child,
        slot: Slot,
        reason: Reason,
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

    async def needing(self, child_ids: Sequence[ChildId]) -> list[Appointment]:
        """The children's visits that need another time, in order of the old ones."""
        ...

    async def with_doctor(
        self, doctor_id: DoctorId, first: date, last: date, after: datetime
    ) -> list[Appointment]:
        """Active visits to a doctor on these days that begin after a moment, in order of time."""
        ...

    async def expect(self, appointment: Appointment, at: datetime) -> Appointment:
        """Take down that the family said that it comes."""
        ...


class OfferRepository(Protocol):
    """Times kept for families whose visits need one. Whoever offers has locked the times."""

    async def add(self, visit_id: AppointmentId, offers: Sequence[Offered], now: datetime) -> None:
        """Keep free times for a visit's family alone."""
        ...

    async def of(self, visit_id: AppointmentId, now: datetime) -> list[Offered]:
        """What is kept for a visit's family at this moment, in order of time."""
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


class NotificationRepository(Protocol):
    """Whom to tell what, and when. Whoever plans about a visit holds the lock of its child."""

    async def replan(
        self,
        appointment_id: AppointmentId,
        kinds: Collection[NotificationKind],
        wanted: Sequence[Planned],
        now: datetime,
    ) -> None:
        """Let what is planned of these kinds about a visit be what is wanted, and nothing else.

        What was told already of an occasion is not told again; what is planned and wanted still
        stays, even if it is overdue; nothing is begun that would have been due before now.
        """
        ...

    async def told(self, appointment_id: AppointmentId, occasion: str) -> list[PersonId]:
        """Who was told of it, or is being told at this moment."""
        ...

    async def settle(
        self,
        kind: NotificationKind,
        person: PersonId,
        appointment_id: AppointmentId,
    ) -> None:
        """There is nothing left to tell; doing it again changes nothing."""
        ...

    async def claim(
        self, now: datetime, until: datetime, most: int, gather: timedelta
    ) -> list[list[Notification]]:
        """What has to be told by now, up to so many messages, the most urgent and then the longest
        overdue first. Nobody else is given it until then, when it is due again unless it was
        finished. To each comes what is in the same bundle and due within `gather` from now."""
        ...

    async def standing(self, claimed: Sequence[Notification]) -> list[Standing]:
        """Which of these are still to be told by whoever claimed them, and how things are."""
        ...

    async def finish(
        self, claimed: Sequence[Notification], state: NotificationState, at: datetime
    ) -> None:
        """Keep what became of these; what was planned anew since it was claimed stays planned."""
        ...

    async def put_off(self, claimed: Sequence[Notification], until: datetime) -> None:
        """Have these told later; what was planned anew since it was claimed stays as it is."""
        ...

    async def begin(self, planned: Sequence[Planned]) -> None:
        """Let all of these be told. None of them was planned before."""
        ...

    async def upcoming(self, least: Urgency = Urgency.NEWS) -> datetime | None:
        """When the next one is due, or was, of those that are at least so urgent."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop what was finished before a moment; return how many."""
        ...


class BroadcastRepository(Protocol):
    """What clinics tell many families at once. Whoever changes one has locked it, last of all."""

    async def reach(self, clinic: Clinic, audience: Audience, now: datetime) -> Reach:
        """How many persons would be told now."""
        ...

    async def add(
        self, post: Post, audience: Audience, text: str, total: int, at: datetime
    ) -> BroadcastId:
        """Begin to send; nobody has a row yet."""
        ...

    async def get(self, broadcast_id: BroadcastId, *, lock: bool = False) -> Broadcast:
        """Raises `NotFound`."""
        ...

    async def latest(self, clinic_id: ClinicId, since: datetime, most: int) -> list[Broadcast]:
        """Those that were confirmed since a moment, the latest first."""
        ...

    async def unsettled(self) -> list[Broadcast]:
        """Those of which something is left to do, the oldest first."""
        ...

    async def unreported(self) -> list[tuple[Broadcast, PostId]]:
        """Those whose authors were not told yet how they ended, with the authors' posts."""
        ...

    async def change(self, broadcast: Broadcast) -> None:
        """Keep its state, how far it is planned, and its message, as they are now."""
        ...

    async def report(self, broadcast_id: BroadcastId, at: datetime) -> None:
        """Its author was told how it ended."""
        ...

    async def counts(self, broadcast_id: BroadcastId) -> dict[NotificationState, int]:
        """What became of its messages up to now."""
        ...

    async def recipients(self, broadcast: Broadcast, now: datetime, most: int) -> list[Recipient]:
        """The next ones without a row, in order of the persons' ids."""
        ...

    async def hold(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Keep some of what is planned from being sent, but for what is claimed; of how many."""
        ...

    async def release(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Let some of what was held be sent; of how many."""
        ...

    async def drop(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Give up some of what is planned or held, but for what is claimed; of how many."""
        ...


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

    async def forget(self, before: datetime) -> int:
        """Drop the notes of visits that ended before a moment; return how many."""
        ...


class LeaseRepository(Protocol):
    """What one process at a time may do."""

    async def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take a lease, or renew one's own; False: somebody else has it."""
        ...

    async def give_back(self, name: str, holder: str) -> None:
        """Let others have it at once; nothing happens if it is not one's own."""
        ...


class StaffRepository(Protocol):
    """Who works at a clinic, and who is invited to."""

    async def get(self, post_id: PostId) -> Post:
        """A post that stands. Raises `NotFound`."""
        ...

    async def of_person(self, person: PersonId) -> list[Post]:
        """The person's posts that stand, the oldest first."""
        ...

    async def of_clinic(self, clinic_id: ClinicId) -> list[Post]:
        """All posts that stand at a clinic."""
        ...

    async def lock(self, clinic_id: ClinicId) -> None:
        """Have whoever else changes the clinic's staff wait for the end of this transaction."""
        ...

    async def end(self, post_id: PostId, at: datetime) -> None: ...

    async def invite(
        self, post: Post, token_hash: str, at: datetime, expires_at: datetime
    ) -> None: ...

    async def accept(
        self, token_hash: str, person: PersonId, name: str, at: datetime
    ) -> Post | None:
        """Use up an invitation and give the person its post, or the one that they have like it.

        None: it was used, is too old, or was never given."""
        ...


class RegistryRepository(Protocol):
    """Children as a clinic's registry knows them: who had a visit there, or whose family agreed."""

    async def child(self, clinic_id: ClinicId, child_id: ChildId, *, lock: bool = False) -> Child:
        """A child whom the clinic knows. Raises `NotFound`."""
        ...

    async def born_on(self, clinic_id: ClinicId, day: date) -> list[Child]:
        """The children whom the clinic knows with this birth date, by name."""
        ...

    async def add(
        self, name: str, birth_date: date, consent: ConsentText, by: PostId, at: datetime
    ) -> Child:
        """Enter a child whose family signed the clinic's consent on paper."""
        ...

    async def in_bot(self, child_id: ChildId) -> bool:
        """Whether somebody who cares for the child can be written to."""
        ...

    async def give_code(
        self, child_id: ChildId, clinic_id: ClinicId, code_hash: str, expires_at: datetime
    ) -> None:
        """Let whoever says this code care for the child; earlier codes of the child are void."""
        ...

    async def of_code(self, code_hash: str, now: datetime) -> VisitCode | None:
        """Whose visits a code opens, or did."""
        ...

    async def use_code(self, code_hash: str, person: PersonId, at: datetime) -> bool:
        """Let the person care for the child of the code from now on; False: somebody was first."""
        ...

    async def count_tries(self, person: PersonId, since: datetime) -> int:
        """How often the person said a wrong code since a moment."""
        ...

    async def add_try(self, person: PersonId, at: datetime) -> None: ...

    async def forget(self, before: datetime) -> int:
        """Drop tries, and codes that were over, before a moment; return how many."""
        ...


class JournalRepository(Protocol):
    """Who of the staff saw or changed a child's data: records are added, and nothing else."""

    async def append(self, clinic_id: ClinicId, entry: Entry) -> None:
        """Take down what was done, behind the clinic's last record."""
        ...

    async def of_child(self, child_id: ChildId, most: int) -> list[Record]:
        """The latest records about a child at any clinic, the latest first."""
        ...

    async def all_of(self, clinic_id: ClinicId) -> list[Record]:
        """All records of a clinic, in order."""
        ...

    async def heads(self) -> list[Head]:
        """The last record of each clinic that has one."""
        ...


class CallRepository(Protocol):
    """Families who have to be phoned about what the clinic changed (R52)."""

    async def want(self, visit: Appointment, at: datetime) -> None:
        """The family must hear how the visit stands now: from the bot, or by phone."""
        ...

    async def to_make(
        self, clinic_id: ClinicId, now: datetime, late: datetime, since: datetime
    ) -> list[PhoneCall]:
        """Whom the bot has not told and is not just telling, the next visits first; a visit that
        is over, or was changed again, is nobody's to phone about.

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

    async def is_open(self, visit: Appointment, sequence: int) -> bool:
        """Whether it is of this change that nobody phoned about yet."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop what is about visits that ended before a moment; return how many."""
        ...


class LoadRepository(Protocol):
    """What families who asked could be offered."""

    async def is_asked(self, clinic_id: ClinicId, child_id: ChildId, day: date) -> bool:
        """Whether the child's first ask of a day is taken down."""
        ...

    async def add_ask(self, ask: FirstAsk) -> None:
        """Take down an ask; one that comes second on its day changes nothing."""
        ...

    async def asks(self, clinic_id: ClinicId, first: date, last: date) -> list[FirstAsk]:
        """What was taken down on these days, both ends included, in order."""
        ...

    async def forget_asks(self, before: datetime) -> int:
        """Drop what was asked before a moment; return how many."""
        ...


class ImportRepository(Protocol):
    """The stored times of doctors, as whoever reconciles them with another system sees them."""

    async def stored(
        self,
        doctor_ids: Sequence[DoctorId],
        now: datetime,
        first: datetime,
        until: datetime,
        *,
        lock: bool = False,
    ) -> dict[DoctorId, list[Known]]:
        """All slots of these doctors that end after `now` and `first`, up to a moment, in order.

        Holds that end after `now` are alive."""
        ...

    async def carry_out(self, doctor: Doctor, plan: Plan, at: datetime) -> None:
        """Write what a plan says about the doctor's slots."""
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

    async def forget(self, before: datetime) -> int:
        """Drop what was asked about visits that ended before a moment; return how many."""
        ...

    async def forget_of_child(self, child_id: ChildId) -> None:
        """Drop what was asked about any visit of a child."""
        ...


class UpdateRepository(Protocol):
    """Updates that took effect, and those that could not."""

    async def forget(self, before: datetime) -> int:
        """Drop the record of updates handled before a moment; return how many."""
        ...

    async def set_aside(self, update_id: int, kind: str, error: str, at: datetime) -> None:
        """Keep the id, kind and error of an update that nobody could handle; nothing of its text.

        Doing it again changes nothing."""
        ...

    async def count_set_aside(self) -> int: ...


class Transaction(Protocol):
    """One transaction and the repositories that work in it."""

    @property
    def replay(self) -> bool:
        """Whether the current update took effect before.

        A transaction of a replay writes nothing: the first attempt to raises `AlreadyDone`.
        """
        ...

    @property
    def families(self) -> FamilyRepository: ...
    @property
    def phones(self) -> PhoneRepository: ...
    @property
    def consents(self) -> ConsentRepository: ...
    @property
    def conversations(self) -> ConversationRepository: ...
    @property
    def clinics(self) -> ClinicRepository: ...
    @property
    def districts(self) -> DistrictRepository: ...
    @property
    def schedules(self) -> ScheduleRepository: ...
    @property
    def slots(self) -> SlotRepository: ...
    @property
    def appointments(self) -> AppointmentRepository: ...
    @property
    def offers(self) -> OfferRepository: ...
    @property
    def absences(self) -> AbsenceRepository: ...
    @property
    def calls(self) -> CallRepository: ...
    @property
    def notifications(self) -> NotificationRepository: ...
    @property
    def broadcasts(self) -> BroadcastRepository: ...
    @property
    def notes(self) -> NoteRepository: ...
    @property
    def leases(self) -> LeaseRepository: ...
    @property
    def staff(self) -> StaffRepository: ...
    @property
    def journal(self) -> JournalRepository: ...
    @property
    def registry(self) -> RegistryRepository: ...
    @property
    def load(self) -> LoadRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def questions(self) -> QuestionRepository: ...
    @property
    def updates(self) -> UpdateRepository: ...


class Transactions(Protocol):
    """Where transactions come from. They never nest; only their context commits."""

    def reads(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that sees one state of the database and cannot write."""
        ...

    def writes(self, of: PersonId | None = None) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that is committed at the end of its block, or rolled back by an exception.

        It records the current update (see `once`), so that the update takes effect once. Of one
        person's there is one at a time: what a person may have so many of is counted right.

        Raises:
            StorageUnavailable: nothing was written; it may be tried again.
        """
        ...
