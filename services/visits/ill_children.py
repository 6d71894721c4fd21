"""A child who is ill, or was in contact: one page, no questions.

Nothing is asked, and nothing is kept but numbers (R63, R71).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId
from services.model.people import Child
from services.model.settings.visit_kinds import KindKey, Reason
from services.model.visits import Appointment, IllStep
from services.ports.readers import Clock
from services.ports.transaction import StorageUnavailable, Transaction, Transactions
from services.rules.ages import is_newborn
from services.rules.eligibility.kinds import ill_kinds, is_of_age
from services.runtime.use_case import no_effect, use_case
from services.visits.mine import Visit, give_back


@dataclass(frozen=True, slots=True)
class IllPage:
    """What a family reads whose child is ill, and what it can do then."""

    clinic: Clinic
    now: datetime
    children: Sequence[Child]
    """Whom it may be about: one, where that is known."""
    for_time: Sequence[Child] = ()
    """Who of them can have a time in the hours for ill children; nobody where there are none."""
    visit: Appointment | None = None
    """That the child cannot come to now, and that the person may change."""
    reason: KindKey = Reason.ILLNESS
    """What the time would be for: what was asked for, where that is for ill children."""
    has_visits: bool = False
    """Whether there are several of them, so that one is to be chosen."""

    @property
    def child(self) -> Child | None:
        return self.children[0] if len(self.children) == 1 else None

    @property
    def newborns(self) -> int:
        """For how many the clinic is to be called at once, whatever else is said."""
        return sum(is_newborn(child, self.clinic, self.now) for child in self.children)


class IllChildren:
    """What a good registrar says first, and what she leaves to the family."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def page(
        self,
        person: PersonId,
        clinic_id: ClinicId,
        child_id: ChildId | None = None,
        visit_id: AppointmentId | None = None,
        reason: KindKey = Reason.ILLNESS,
    ) -> IllPage:
        """The page of a clinic, for a child and perhaps a visit of it; without, for any child of
        the family, and for its visit there if it has but one.

        It is shown to everybody: a child or visit that is not this person's is left out.
        Raises `NotFound`: there is no such clinic.
        """
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            family = await tx.families.at_clinic(person, clinic.id)
            whom = [child for child in family.children if child_id in (None, child.id)]
            able = [child for child in whom if child in family.bookable]
            visits = await self._visits(tx, person, clinic, able, now)
            if visit_id is not None or child_id is not None:
                visits = [each for each in visits if each.id == visit_id]
            kinds = ill_kinds(clinic, reason)[:1]
            has_hours = bool(kinds) and await tx.free_times.have_hours(clinic.id, kinds, after=now)
        old_enough = [
            child
            for child in able
            if kinds
            and not is_newborn(child, clinic, now)
            and is_of_age(kinds[0], child, clinic, now)
        ]
        page = IllPage(
            clinic,
            now,
            whom,
            old_enough if has_hours else [],
            visits[0] if len(visits) == 1 else None,
            kinds[0].key if kinds else reason,
            len(visits) > 1,
        )
        if page.children:
            await self._count(clinic, IllStep.SAID)
        return page

    async def _visits(
        self,
        tx: Transaction,
        person: PersonId,
        clinic: Clinic,
        children: Sequence[Child],
        now: datetime,
    ) -> list[Appointment]:
        """What is ahead at the clinic, or owed by it."""
        ids = [child.id for child in children]
        needing = await tx.appointments.needing(ids, shown_to=person)
        planned = await tx.appointments.planned(ids, after=now, shown_to=person)
        return [
            visit
            for visit in (*needing, *planned)
            if visit.slot.doctor.clinic.id == clinic.id
            and (visit.needs_time or visit.slot.starts_at > now)
        ]

    @use_case
    async def went_on(self, clinic: Clinic, step: IllStep) -> None:
        """A family chose what to do: count it."""
        await self._count(clinic, step)

    async def _count(self, clinic: Clinic, step: IllStep) -> None:
        """No effect of the update, and whoever needs a doctor does not wait for a number: rather
        one uncounted."""
        with no_effect(), suppress(StorageUnavailable):
            async with self._transactions.writes() as tx:
                await tx.ill_counts.add(clinic.id, clinic.today(self._clock()), step)

    @use_case
    async def give_back(
        self, person: PersonId, visit_id: AppointmentId, seen: int | None = None
    ) -> Visit:
        """What `MyVisits.cancel` does, and it is counted; raises what that raises."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            visit, is_new = await give_back(tx, person, visit_id, seen, now)
            if is_new:
                clinic = visit.slot.doctor.clinic
                await tx.ill_counts.add(clinic.id, clinic.today(now), IllStep.GIVEN_BACK)
            return Visit(visit, now)
