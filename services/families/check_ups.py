"""Check-ups by age: families who agreed are invited, and say what they think of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from services.families.consents import require_consent
from services.model.check_ups.known import Candidate, CheckUp
from services.model.clinic import Clinic
from services.model.ids import CheckUpId, ChildId, ClinicId, PersonId
from services.model.messages import NotificationKind, Planned, Urgency
from services.model.people import Child, Scope
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.rules.check_ups import inviting
from services.runtime.use_case import use_case

AT_ONCE = 200
"""Children who are looked at, and at most invited, in one transaction."""
LEAD = timedelta(seconds=30)
"""How long one process invites before another one may."""
OF_USE = timedelta(days=7)
"""How long an invitation that could not be sent is still worth it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to an invitation, and to which."""

    clinic: Clinic
    child: Child
    months: int


@dataclass(frozen=True, slots=True)
class InvitedFor:
    """The children for whom a person decides, and those for whom nobody is invited."""

    clinic: Clinic
    children: Sequence[Child]
    unwanted: frozenset[ChildId]
    now: datetime


class CheckUps:
    """Invitations to the check-up of a child's age: planned here, sent with everything else."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._holder = token_hex(8)
        self._looked: dict[ClinicId, str] = {}
        """In which hour each clinic's families were gone through."""

    # Inviting

    @use_case
    async def invite(self) -> int:
        """Plan the invitations that may be sent now; how many. Again in an hour plans no second
        one, nor does another process: of each there is one row, ever."""
        clinics = await self._inviting()
        if not clinics or not await self._take_lead():
            return 0
        return sum([await self._invite_of(clinic) for clinic in clinics])

    @use_case
    async def _take_lead(self) -> bool:
        now = self._clock()
        async with self._transactions.writes() as tx:
            return await tx.leases.take("check-ups", self._holder, now, now + LEAD)

    @use_case
    async def _inviting(self) -> list[Clinic]:
        """The clinics that may write to families just now, and have not done so in this hour."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinics = await tx.clinics.all()
        return [
            clinic
            for clinic in clinics
            if clinic.check_ups.invites
            and clinic.check_ups.ages
            and inviting.may_invite_at(clinic, now) == now
            and self._looked.get(clinic.id) != _hour(now)
        ]

    async def _invite_of(self, clinic: Clinic) -> int:
        hour, after, planned = _hour(self._clock()), ChildId(0), 0
        while found := await self._next(clinic, after):
            after = found[-1].child_id
            planned += await self._plan(clinic, found)
        self._looked[clinic.id] = hour
        return planned

    @use_case
    async def _next(self, clinic: Clinic, after: ChildId) -> list[Candidate]:
        """The next children of a clinic: looked for while others write."""
        today = clinic.today(self._clock())
        born = inviting.birth_dates(clinic.check_ups, today)
        async with self._transactions.reads() as tx:
            return await tx.check_ups.candidates(clinic.id, born, clinic.at(today), after, AT_ONCE)

    @use_case
    async def _plan(self, clinic: Clinic, found: Sequence[Candidate]) -> int:
        """Invite those of them who can be; how many. What changed since they were looked up is seen
        when the invitation is sent."""
        now = self._clock()
        due = _due(clinic, found, now)
        if not due:
            return 0
        async with self._transactions.writes() as tx:
            await tx.leases.take("check-ups", self._holder, now, now + LEAD)
            planned = []
            for each, months in due:
                check_up = await tx.check_ups.invite(each.child_id, clinic.id, months, now)
                if check_up is not None:
                    planned.append(_planned(each.person, check_up, now))
            await tx.notifications.begin(planned)
        return len(planned)

    # What families say

    @use_case
    async def passed(self, person: PersonId, check_up_id: CheckUpId) -> Said:
        """Note that a check-up was had. Raises `NotFound`: not of a child of the person's."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            check_up = await tx.check_ups.get(check_up_id, person)
            if not tx.replay:
                await tx.check_ups.passed(check_up_id, now)
            return await _said(tx, check_up, person)

    @use_case
    async def do_not_invite(self, person: PersonId, check_up_id: CheckUpId) -> Said:
        """Let nobody be invited for a child any more. Raises `NotFound`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            check_up = await tx.check_ups.get(check_up_id, person)
            if not tx.replay:
                await tx.families.lock_children([check_up.child_id])
                await tx.check_ups.want(check_up.child_id, now, wanted=False)
            return await _said(tx, check_up, person)

    @use_case
    async def invited(self, person: PersonId, clinic_id: ClinicId) -> InvitedFor:
        """For which children the person is invited. Raises `NotFound`, `NoConsent`."""
        async with self._transactions.reads() as tx:
            return await self._invited(tx, person, clinic_id)

    @use_case
    async def want(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId, *, wanted: bool
    ) -> InvitedFor:
        """Let there be invitations for a child, or none. Raises `NotFound`, `NoConsent`,
        `NotEntrusted`."""
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            await tx.families.child(child_id, cared_for_by=person, scope=Scope.DECIDE, lock=True)
            if not tx.replay:
                await tx.check_ups.want(child_id, now, wanted=wanted)
            return await self._invited(tx, person, clinic_id)

    async def _invited(self, tx: Transaction, person: PersonId, clinic_id: ClinicId) -> InvitedFor:
        await require_consent(tx, person, clinic_id)
        children = await tx.families.children(cared_for_by=person, scope=Scope.DECIDE)
        unwanted = await tx.check_ups.uninvited([child.id for child in children])
        clinic = await tx.clinics.get(clinic_id)
        return InvitedFor(clinic, children, frozenset(unwanted), self._clock())


def _due(clinic: Clinic, found: Sequence[Candidate], now: datetime) -> list[tuple[Candidate, int]]:
    """Who is invited to which one: one a day to one person, the next child's comes tomorrow."""
    first: dict[PersonId, tuple[Candidate, int]] = {}
    for each in found:
        due = inviting.to_invite_to(clinic, each.birth_date, each.known, now)
        if due is not None:
            first.setdefault(each.person, (each, due.months))
    return list(first.values())


def _planned(person: PersonId, check_up: CheckUpId, now: datetime) -> Planned:
    return Planned(
        NotificationKind.CHECK_UP,
        person,
        None,
        occasion="",
        due_at=now,
        useful_until=now + OF_USE,
        urgency=Urgency.NEWS,
        check_up_id=check_up,
    )


async def _said(tx: Transaction, check_up: CheckUp, person: PersonId) -> Said:
    child = await tx.families.child(check_up.child_id, cared_for_by=person)
    return Said(await tx.clinics.get(check_up.clinic_id), child, check_up.months)


def _hour(now: datetime) -> str:
    return f"{now:%Y-%m-%d %H}"
