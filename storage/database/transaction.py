"""The one place that commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import datetime
from time import perf_counter
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session

from services.model.ids import PersonId
from services.model.refusals.base import AlreadyDone
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable
from services.runtime.acquaintance import to_be_confirmed
from services.runtime.use_case import current_update
from storage.access.journal import StoredJournal
from storage.access.staff import StoredStaff
from storage.clinic import directory
from storage.clinic.clinics import StoredClinics
from storage.clinic.districts import StoredDistricts
from storage.database.engines import Engines
from storage.database.errors import name_of
from storage.database.locks import lock_rows
from storage.database.sqlite import empty_log
from storage.families.check_ups import StoredCheckUps
from storage.families.consents import StoredConsents
from storage.families.families import StoredFamilies, person_of
from storage.families.groups import KEYS, StoredGroups
from storage.families.joining import StoredJoining
from storage.families.people import StoredPeople
from storage.families.phones import StoredPhones
from storage.families.registry import StoredRegistry
from storage.messages.broadcasts import StoredBroadcasts
from storage.messages.corrections import StoredCorrections
from storage.messages.notifications import StoredNotifications
from storage.privacy.erasing import StoredErasures
from storage.privacy.gathering import StoredFamilyData
from storage.privacy.links import StoredFileLinks
from storage.privacy.retention import StoredRetention
from storage.runtime.conversations import StoredConversations
from storage.runtime.leases import StoredLeases
from storage.runtime.updates import StoredUpdates
from storage.schedule.first_asks import StoredLoad
from storage.schedule.free_times import StoredFreeTimes
from storage.schedule.imports import StoredImports
from storage.schedule.reservations import StoredReservations
from storage.schedule.schedules import StoredSchedules
from storage.schedule.slots import StoredSlots
from storage.schedule.together import StoredTogether
from storage.schedule.zones import StoredZones
from storage.systems.mirror import StoredMirror
from storage.systems.outbox import StoredOutbox
from storage.systems.patients import StoredSystemPatients
from storage.systems.systems import StoredSystems
from storage.systems.visits import StoredSystemVisits
from storage.tables.families import PersonRow
from storage.visits.absences import StoredAbsences
from storage.visits.appointments import StoredAppointments
from storage.visits.at_clinic import StoredClinicVisits
from storage.visits.calls import StoredCalls
from storage.visits.hearing import StoredHearing
from storage.visits.ill_counts import StoredIllCounts
from storage.visits.notes import StoredNotes
from storage.visits.offers import StoredOffers
from storage.visits.questions import StoredQuestions
from storage.visits.seeing import StoredSeeing
from storage.waitlist.freed import StoredFreedTimes
from storage.waitlist.history import StoredWaitHistory
from storage.waitlist.waits import StoredWaits

if TYPE_CHECKING:
    from storage.care.ciphers import Ciphers

_inside: ContextVar[bool] = ContextVar("inside a transaction", default=False)


def inside_transaction() -> bool:
    """Whether the running task has a transaction open: nobody may talk to Telegram then (R49)."""
    return _inside.get()


class HouseSession(Session):
    """A session that refuses to write when its update took effect before, and believes no memory:
    what was read before a lock was waited for is old."""


@event.listens_for(HouseSession, "before_flush")
def _refuse_flush(session: Session, _context: object, _instances: object) -> None:
    if session.info.get("replay") and (session.new or session.dirty or session.deleted):
        raise AlreadyDone


@event.listens_for(HouseSession, "do_orm_execute")
def _refuse_or_refresh(state: ORMExecuteState) -> None:
    if state.is_select:
        if state.is_orm_statement:
            state.update_execution_options(populate_existing=True)
        return
    if state.session.info.get("replay"):
        raise AlreadyDone
    directory.notice(state)


@event.listens_for(HouseSession, "after_soft_rollback")
def _forget(session: Session, _transaction: object) -> None:
    directory.taken_back(session)


class StoredTransaction:
    """The repositories over one session."""

    def __init__(
        self,
        session: AsyncSession,
        now: datetime,
        ciphers: Ciphers | None,
        replay: bool = False,
    ) -> None:
        self.replay = replay
        self.families = StoredFamilies(session, now)
        self.people = StoredPeople(session, now)
        self.phones = StoredPhones(session, ciphers, now)
        self.groups = StoredGroups(session, ciphers)
        self.privacy = StoredFamilyData(session, ciphers, now)
        self.file_links = StoredFileLinks(session, now)
        self.erasures = StoredErasures(session, now)
        self.consents = StoredConsents(session, now)
        self.check_ups = StoredCheckUps(session, now)
        self.conversations = StoredConversations(session)
        self.clinics = StoredClinics(session)
        self.districts = StoredDistricts(session)
        self.schedules = StoredSchedules(session)
        self.slots = StoredSlots(session, now)
        self.free_times = StoredFreeTimes(session)
        self.together = StoredTogether(session)
        self.reservations = StoredReservations(session)
        self.appointments = StoredAppointments(session, now)
        self.clinic_visits = StoredClinicVisits(session, now)
        self.hearing = StoredHearing(session, now)
        self.offers = StoredOffers(session)
        self.waits = StoredWaits(session, now)
        self.freed = StoredFreedTimes(session, self.waits, now)
        self.wait_history = StoredWaitHistory(session)
        self.absences = StoredAbsences(session, self.appointments)
        self.notifications = StoredNotifications(session, now)
        self.corrections = StoredCorrections(session, self.appointments, now)
        self.broadcasts = StoredBroadcasts(session)
        self.notes = StoredNotes(session, ciphers)
        self.leases = StoredLeases(session)
        self.staff = StoredStaff(session)
        self.journal = StoredJournal(session)
        self.registry = StoredRegistry(session, now)
        self.joining = StoredJoining(session, ciphers, now)
        self.calls = StoredCalls(session, self.appointments)
        self.seeing = StoredSeeing(session, self.appointments)
        self.load = StoredLoad(session, now)
        self.ill_counts = StoredIllCounts(session)
        self.imports = StoredImports(session)
        self.questions = StoredQuestions(session)
        self.zones = StoredZones(session)
        self.retention = StoredRetention(session, now)
        self.updates = StoredUpdates(session)
        self.systems = StoredSystems(session)
        self.mirror = StoredMirror(session)
        self.outbox = StoredOutbox(session)
        self.system_visits = StoredSystemVisits(session, self.appointments)
        self.system_patients = StoredSystemPatients(session)


class StoredTransactions:
    """Opens transactions; implements `services.ports.transaction.Transactions`."""

    def __init__(
        self,
        engines: Engines,
        clock: Clock,
        watch: Callable[[str, float], None] = lambda _kind, _seconds: None,
        ciphers: Ciphers | None = None,
    ) -> None:
        """`watch` is told of every transaction: "read" or "write", and the seconds it took.
        Without `ciphers` no phone number is kept."""
        self._engines = engines
        self._clock = clock
        self._watch = watch
        self._ciphers = ciphers

    @asynccontextmanager
    async def reads(self) -> AsyncIterator[StoredTransaction]:
        async with self._session(writing=False) as session:
            await _begin_with_person(session)
            yield StoredTransaction(session, self._clock(), self._ciphers)

    @asynccontextmanager
    async def writes(self, of: PersonId | None = None) -> AsyncIterator[StoredTransaction]:
        async with self._session(writing=True) as session:
            await _begin_with_person(session, of)
            replay = await self._is_replay(session)
            session.sync_session.info["replay"] = replay
            yield StoredTransaction(session, self._clock(), self._ciphers, replay)
            await session.commit()

    @asynccontextmanager
    async def trial(self, of: PersonId | None = None) -> AsyncIterator[StoredTransaction]:
        async with self._session(writing=True) as session:
            await _begin_with_person(session, of)
            yield StoredTransaction(session, self._clock(), self._ciphers)

    async def scrub(self) -> None:
        await empty_log(self._engines.writing)

    async def _is_replay(self, session: AsyncSession) -> bool:
        update_id = current_update()
        if update_id is None:
            return False
        return not await StoredUpdates(session).record(update_id, self._clock())

    @asynccontextmanager
    async def _session(self, *, writing: bool) -> AsyncIterator[AsyncSession]:
        if _inside.get():
            raise RuntimeError("a transaction was opened inside another")
        token, keys = _inside.set(True), KEYS.set(self._ciphers)
        begun = perf_counter()
        engine = self._engines.writing if writing else self._engines.reading
        session = AsyncSession(engine, sync_session_class=HouseSession, expire_on_commit=False)
        # On SQLite nobody writes beside who writes; there and on PostgreSQL a reading one has a
        # picture of its own.
        session.info[directory.ONE_STATE] = not writing or engine.dialect.name == "sqlite"
        try:
            async with session:
                await _connect(session)
                yield session
        except DBAPIError as error:
            raise name_of(error) or error from error
        finally:
            _inside.reset(token)
            KEYS.reset(keys)
            self._watch("write" if writing else "read", perf_counter() - begun)


async def _begin_with_person(session: AsyncSession, to_lock: PersonId | None = None) -> None:
    """Find the person behind the update as they are taken for, and lock a person, at one go where
    that is the same one. Raises `NotAsKnown`."""
    known = to_be_confirmed()
    is_same = known is not None and known.person.id == to_lock
    if known is not None:
        known.confirm(await person_of(session, known.person.telegram_id, lock=is_same))
    if to_lock is not None and not is_same:
        await lock_rows(session, PersonRow.id, PersonRow.id == to_lock)


async def _connect(session: AsyncSession) -> None:
    try:
        await session.connection()
    except (OSError, PoolTimeout) as error:
        raise StorageUnavailable from error
