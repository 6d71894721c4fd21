"""Groups for which a clinic keeps times, as the child's parents see them, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.families.consents import require_consent
from services.model.clinic import Clinic
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Child, Scope
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reserved.groups import groups_at
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class FamilyGroups:
    """Of which groups a child is at a clinic."""

    clinic: Clinic
    child: Child
    groups: Sequence[ChildGroup]


class ChildGroups:
    """For parents, and the child itself."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def of_child(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId
    ) -> FamilyGroups:
        """Of which groups a child is. Raises `NotFound`, `NoConsent`, `NotEntrusted`."""
        async with self._transactions.reads() as tx:
            return await self._of(tx, person, clinic_id, child_id)

    @use_case
    async def withdraw(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, group: ReservedFor
    ) -> FamilyGroups:
        """Have the clinic keep no longer that the child is of a group; visits stay as they are.

        Raises `NotFound`, `NoConsent`, `NotEntrusted`, `GroupsNotKept`."""
        async with self._transactions.writes(person) as tx:
            await self._of(tx, person, clinic_id, child_id, lock=True)
            if not tx.replay:
                await tx.groups.end(child_id, clinic_id, group)
            return await self._of(tx, person, clinic_id, child_id)

    async def _of(
        self,
        tx: Transaction,
        person: PersonId,
        clinic_id: ClinicId,
        child_id: ChildId,
        *,
        lock: bool = False,
    ) -> FamilyGroups:
        clinic = await tx.clinics.get(clinic_id)
        await require_consent(tx, person, clinic_id)
        child = await tx.families.child(
            child_id, cared_for_by=person, scope=Scope.DECIDE, lock=lock
        )
        return FamilyGroups(clinic, child, groups_at(child, clinic, clinic.today(self._clock())))
