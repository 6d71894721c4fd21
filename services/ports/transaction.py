"""One transaction with all its repositories, and how a database can fail."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.model.ids import PersonId
from services.ports.access import JournalRepository, StaffRepository
from services.ports.children import CheckUpRepository, GroupRepository, JoiningRepository
from services.ports.clinic import ClinicRepository, DistrictRepository
from services.ports.families import (
    ConsentRepository,
    FamilyRepository,
    PeopleRepository,
    PhoneRepository,
    RegistryRepository,
)
from services.ports.messages import (
    BroadcastRepository,
    CorrectionRepository,
    NotificationRepository,
)
from services.ports.privacy import ErasureRepository, FileLinkRepository, PrivacyRepository
from services.ports.retention import RetentionRepository
from services.ports.runtime import ConversationRepository, LeaseRepository, UpdateRepository
from services.ports.schedule import (
    FreeTimeRepository,
    ImportRepository,
    LoadRepository,
    ReservationRepository,
    ScheduleRepository,
    SlotRepository,
    TogetherRepository,
)
from services.ports.systems.records import (
    MirrorRepository,
    OutboxRepository,
    SystemPatientRepository,
    SystemRepository,
    SystemVisitRepository,
)
from services.ports.visits import (
    AbsenceRepository,
    AppointmentRepository,
    CallRepository,
    ClinicVisitRepository,
    HearingRepository,
    IllCountRepository,
    NoteRepository,
    OfferRepository,
    QuestionRepository,
    SeeingRepository,
)
from services.ports.waitlist.freed import FreedTimeRepository
from services.ports.waitlist.history import WaitHistory
from services.ports.waitlist.waits import WaitRepository
from services.ports.zones import ZoneRepository


class StorageUnavailable(Exception):
    """The database did not answer, was locked, or is full: what was asked may be asked again."""


class StorageInterrupted(StorageUnavailable):
    """Somebody was in the way, or the connection broke: asking again at once may go better."""


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
    def people(self) -> PeopleRepository: ...
    @property
    def phones(self) -> PhoneRepository: ...
    @property
    def groups(self) -> GroupRepository: ...
    @property
    def privacy(self) -> PrivacyRepository: ...
    @property
    def file_links(self) -> FileLinkRepository: ...
    @property
    def erasures(self) -> ErasureRepository: ...
    @property
    def consents(self) -> ConsentRepository: ...
    @property
    def check_ups(self) -> CheckUpRepository: ...
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
    def free_times(self) -> FreeTimeRepository: ...
    @property
    def together(self) -> TogetherRepository: ...
    @property
    def reservations(self) -> ReservationRepository: ...
    @property
    def appointments(self) -> AppointmentRepository: ...
    @property
    def clinic_visits(self) -> ClinicVisitRepository: ...
    @property
    def hearing(self) -> HearingRepository: ...
    @property
    def offers(self) -> OfferRepository: ...
    @property
    def waits(self) -> WaitRepository: ...
    @property
    def freed(self) -> FreedTimeRepository: ...
    @property
    def wait_history(self) -> WaitHistory: ...
    @property
    def absences(self) -> AbsenceRepository: ...
    @property
    def calls(self) -> CallRepository: ...
    @property
    def seeing(self) -> SeeingRepository: ...
    @property
    def notifications(self) -> NotificationRepository: ...
    @property
    def corrections(self) -> CorrectionRepository: ...
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
    def joining(self) -> JoiningRepository: ...
    @property
    def load(self) -> LoadRepository: ...
    @property
    def ill_counts(self) -> IllCountRepository: ...
    @property
    def imports(self) -> ImportRepository: ...
    @property
    def questions(self) -> QuestionRepository: ...
    @property
    def zones(self) -> ZoneRepository: ...
    @property
    def retention(self) -> RetentionRepository: ...
    @property
    def updates(self) -> UpdateRepository: ...
    @property
    def systems(self) -> SystemRepository: ...
    @property
    def mirror(self) -> MirrorRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...
    @property
    def system_visits(self) -> SystemVisitRepository: ...
    @property
    def system_patients(self) -> SystemPatientRepository: ...


class Transactions(Protocol):
    """Where transactions come from. They never nest; only their context commits."""

    def reads(self) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that sees one state of the database and cannot write."""
        ...

    def writes(self, of: PersonId | None = None) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that is committed at the end of its block, or rolled back by an exception.

        It records the current update (see `use_case`), so that the update takes effect once. Of one
        person's there is one at a time: what a person may have so many of is counted right.

        Raises:
            StorageUnavailable: nothing was written; it may be tried again.
        """
        ...

    def trial(self, of: PersonId | None = None) -> AbstractAsyncContextManager[Transaction]:
        """A transaction that writes, and is taken back at the end of its block: what a change would
        do, seen by doing it. It is no effect of the update. Raises what `writes` raises."""
        ...

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in the database's own files, as far as it can be done
        here and now: on a server that is its operator's."""
        ...
