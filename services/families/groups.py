"""Groups for which a clinic keeps times, as the child's parents see them, and take them back."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.families.consents import require_consent
from services.model.clinic import Clinic
from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Child, Scope
from services.model.refusals.base import NotFound
from services.model.refusals.families import GroupsNotKept
from services.model.reserved.groups import CLAIM_LASTS, ChildGroup, GroupClaim
from services.model.reserved.times import ReservedFor
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.reserved.groups import groups_asked_for, groups_at, unsettled
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class FamilyGroups:
    """Of which groups a child is at a clinic."""

    clinic: Clinic
    child: Child
    groups: Sequence[ChildGroup]
    claims: Sequence[GroupClaim] = ()
    """What a parent said and the registry has not put down."""
    to_claim: Sequence[ReservedFor] = ()
    """What a parent may say yet."""


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
    async def to_claim(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, group: ReservedFor
    ) -> FamilyGroups:
        """The same before a parent says that the child is of a group.

        Raises `NotFound`, `NoConsent`, `NotEntrusted`."""
        async with self._transactions.reads() as tx:
            found = await self._of(tx, person, clinic_id, child_id)
            if group not in groups_asked_for(found.clinic):
                raise NotFound
            return found

    @use_case
    async def claim(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, group: ReservedFor
    ) -> FamilyGroups:
        """Have the registry asked whether the child is of a group: it opens no time before somebody
        there saw a document. Said again, or after it was refused, it changes nothing.

        Raises:
            NotFound, NoConsent, NotEntrusted: as ever; or the clinic keeps no times for the group.
            GroupsNotKept: there is no key to encrypt it.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            found = await self._of(tx, person, clinic_id, child_id, lock=True)
            if group not in groups_asked_for(found.clinic):
                raise NotFound
            if not tx.groups.kept:
                raise GroupsNotKept
            if tx.replay or group not in found.to_claim:
                return found
            until = found.clinic.today(now) + CLAIM_LASTS
            await tx.groups.claim(child_id, GroupClaim(clinic_id, group, until), None, now)
            return await self._of(tx, person, clinic_id, child_id)

    @use_case
    async def withdraw(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, group: ReservedFor
    ) -> FamilyGroups:
        """Have the clinic keep no longer that the child is of a group, or that a parent says so;
        visits stay as they are.

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
        today = clinic.today(self._clock())
        groups = groups_at(child, clinic, today)
        claims = unsettled(await tx.groups.claims(child_id, clinic_id, today), groups)
        said = {each.group for each in groups} | {each.group for each in claims}
        left = [each for each in groups_asked_for(clinic) if each not in said]
        return FamilyGroups(clinic, child, groups, claims, left if tx.groups.kept else ())
