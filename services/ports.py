"""What the use cases need from the outside, as protocols.

`storage` implements the repositories and the transactions; `bot` brings the clock and the reader of
typed dates.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol, TypeAlias

from services.model import (
    Appointment,
    AppointmentId,
    AppointmentState,
    Child,
    ChildId,
    Clinic,
    ClinicId,
    ClinicProfile,
    ConsentText,
    Conversation,
    Doctor,
    DoctorId,
    Language,
    Person,
    PersonId,
    Purpose,
    ScheduleRule,
    Slot,
    SlotId,
    Stretch,
    Wish,
)

Clock: TypeAlias = Callable[[], datetime]
"""Tells the present moment in aware UTC; in tests it stands still."""

DateReader: TypeAlias = Callable[[str], date]
"""Reads a date as people type it; raises `DateUnclear` or `NoSuchDay`."""


class StorageUnavailable(Exception):
    """The database did not answer, was locked, or is full: what was asked may be asked again."""


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

    async def child(
        self, child_id: ChildId, *, cared_for_by: PersonId, lock: bool = False
    ) -> Child:
        """A child in the person's care.

        Raises:
            NotFound: there is none, or it is in the care of others.
        """
        ...

    async def children(self, cared_for_by: PersonId) -> list[Child]: ...

    async def add_child(
        self, name: str, birth_date: date, *, cared_for_by: PersonId, since: datetime
    ) -> Child: ...


class ConsentRepository(Protocol):
    """What people agreed to, and the texts they were shown."""

    async def text(self, clinic_id: ClinicId, purpose: Purpose) -> ConsentText:
        """The latest version of the clinic's text."""
        ...

    async def publish(self, text: ConsentText) -> None: ...

    async def is_given(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool: ...

    async def give(self, person: PersonId, text: ConsentText, at: datetime) -> None: ...


class ConversationRepository(Protocol):
    """What each person was last asked to type."""

    async def of(self, person: PersonId, *, lock: bool = False) -> Conversation | None: ...

    async def ask(self, person: PersonId, conversation: Conversation) -> None: ...

    async def close(self, person: PersonId) -> None: ...


class ClinicRepository(Protocol):
    """Clinics, their doctors and the rules of their schedules."""

    async def all(self) -> list[Clinic]: ...

    async def count(self) -> int: ...

    async def get(self, clinic_id: ClinicId) -> Clinic:
        """Raises `NotFound`."""
        ...

    async def by_code(self, code: str) -> Clinic | None: ...

    async def add(self, profile: ClinicProfile) -> Clinic: ...

    async def doctor(self, doctor_id: DoctorId) -> Doctor:
        """Raises `NotFound`."""
        ...

    async def doctors(self, clinic_id: ClinicId) -> list[Doctor]: ...

    async def add_doctor(self, clinic: Clinic, name: str, room: str) -> Doctor: ...

    async def schedule(self, doctor_id: DoctorId) -> list[ScheduleRule]: ...

    async def add_rule(self, doctor_id: DoctorId, rule: ScheduleRule) -> None: ...


class SlotRepository(Protocol):
    """The stored times of doctors."""

    async def get(self, slot_id: SlotId, *, lock: bool = False) -> Slot:
        """Raises `NotFound`."""
        ...

    async def earliest(self, clinic_id: ClinicId, wish: Wish) -> Slot | None:
        """The first time at the clinic that fits the wish, with any of its doctors."""
        ...

    async def earliest_by_doctor(self, clinic_id: ClinicId, wish: Wish) -> dict[DoctorId, Slot]:
        """Each doctor's first fitting time; doctors without any are left out."""
        ...

    async def of_doctor(self, doctor: Doctor, wish: Wish) -> list[Slot]:
        """All times of the doctor that fit the wish, in order."""
        ...

    async def add_missing(self, doctor: Doctor, stretches: Iterable[Stretch]) -> int:
        """Store the stretches that overlap no slot of the doctor; return how many.

        A closed slot counts as one: what the clinic closed does not come back by itself.
        """
        ...


class AppointmentRepository(Protocol):
    """Visits, in all their states."""

    async def get(
        self, appointment_id: AppointmentId, *, cared_for_by: PersonId, lock: bool = False
    ) -> Appointment:
        """A visit of a child in the person's care; raises `NotFound`."""
        ...

    async def active(self, child_id: ChildId, slot_id: SlotId) -> Appointment | None:
        """The child's active appointment on exactly this slot."""
        ...

    async def planned(self, child_ids: Sequence[ChildId], after: datetime) -> list[Appointment]:
        """Active appointments of the children that end after a moment, in order of time."""
        ...

    async def add(self, child: Child, slot: Slot, booked_by: PersonId, at: datetime) -> Appointment:
        """Claim the slot for the child, booked.

        Raises:
            SlotTaken, ChildIsBusy: the database refused; nothing was written.
        """
        ...

    async def move_on(self, appointment: Appointment, state: AppointmentState) -> Appointment:
        """Give the appointment its next state."""
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
    def consents(self) -> ConsentRepository: ...
    @property
    def conversations(self) -> ConversationRepository: ...
    @property
    def clinics(self) -> ClinicRepository: ...
    @property
    def slots(self) -> SlotRepository: ...
    @property
    def appointments(self) -> AppointmentRepository: ...
    @property
    def updates(self) -> UpdateRepository: ...


class Transactions(Protocol):
    """Where transactions come from. They never nest; only their context commits."""

    def reads(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that sees one state of the database and cannot write."""
        ...

    def writes(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that is committed at the end of its block, or rolled back by an exception.

        It records the current update (see `once`), so that the update takes effect once.

        Raises:
            StorageUnavailable: nothing was written; it may be tried again.
        """
        ...
