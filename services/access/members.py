"""The clinic's people: invited, listed, dismissed. An invitation is taken up in `desk.day`."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.access.posts import hash_of, post_of
from services.model.access import ADMINISTRATION, Invited, Post, Role
from services.model.clinic import Doctor
from services.model.ids import ClinicId, DoctorId, InvitationId, PersonId, PostId
from services.model.refusals.access import LastAdministrator
from services.model.refusals.base import NotFound
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case

INVITED_FOR = timedelta(hours=72)
TOKEN_BYTES = 24
"""Of an invitation: 192 bits, which nobody guesses (R32)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that makes whoever opens it first a member of staff."""

    post: Post
    """The role and clinic it is bound to; nobody's yet."""
    token: str
    """Said once, and kept nowhere: the database knows its hash."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who works at a clinic, and who is invited to."""

    post: Post
    staff: Sequence[Post]
    invited: Sequence[Invited]
    """What can still be taken up."""
    now: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of them, as an administrator sees them."""

    post: Post
    colleague: Post


@dataclass(frozen=True, slots=True)
class WhomToInvite:
    """The roles and doctors that somebody can be invited for."""

    post: Post
    doctors: Sequence[Doctor]


class Members:
    """Who works at a clinic; each is checked again at every tap."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def appoint(
        self, clinic_code: str, role: Role, doctor_id: DoctorId | None = None
    ) -> Invitation:
        """Invite somebody from the command line: whoever runs the bot may. Raises `NotFound`."""
        async with self._transactions.writes() as tx:
            clinic = await tx.clinics.by_code(clinic_code)
            if clinic is None:
                raise NotFound
            return await self._invite(tx, clinic.id, role, doctor_id, by=None)

    @use_case
    async def doctors(self, clinic_code: str) -> list[Doctor]:
        """The doctors of a clinic, for whoever runs the bot. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.by_code(clinic_code)
            if clinic is None:
                raise NotFound
            return await tx.clinics.doctors(clinic.id)

    @use_case
    async def whom_to_invite(self, person: PersonId, post_id: PostId) -> WhomToInvite:
        """Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return WhomToInvite(post, await tx.clinics.doctors(post.clinic.id))

    @use_case
    async def invite(
        self, person: PersonId, post_id: PostId, role: Role, doctor_id: DoctorId | None = None
    ) -> Invitation:
        """Invite somebody to one's own clinic; it holds while one's own post does.

        Raises `NotFound`: not an administrator."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await self._invite(tx, post.clinic.id, role, doctor_id, by=post.id)

    async def _invite(
        self,
        tx: Transaction,
        clinic_id: ClinicId,
        role: Role,
        doctor_id: DoctorId | None,
        *,
        by: PostId | None,
    ) -> Invitation:
        clinic = await tx.clinics.get(clinic_id)
        doctor = await tx.clinics.doctor(doctor_id) if doctor_id else None
        if (doctor is None) == (role is Role.DOCTOR) or (doctor and doctor.clinic.id != clinic.id):
            raise NotFound
        token = secrets.token_urlsafe(TOKEN_BYTES)
        now = self._clock()
        post = Post(PostId(0), clinic, PersonId(0), role, doctor, "")
        await tx.staff.invite(post, hash_of(token), now, now + INVITED_FOR, by)
        return Invitation(post, token, now + INVITED_FOR)

    @use_case
    async def dismiss(self, person: PersonId, post_id: PostId, colleague: PostId) -> Colleagues:
        """End somebody's post: it holds from their next tap, and their invitations are void.

        What they were asked to type at it is forgotten. Doing it again changes nothing.

        Raises:
            NotFound: not an administrator, or not a colleague.
            LastAdministrator: nobody could invite others any more.
        """
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await tx.staff.lock(post.clinic.id)
            staff = await tx.staff.of_clinic(post.clinic.id)
            others = [each for each in staff if each.id != colleague]
            if len(others) < len(staff):
                if not any(each.role is Role.ADMINISTRATOR for each in others):
                    raise LastAdministrator
                await tx.staff.end(colleague, self._clock())
                await tx.conversations.forget_at(colleague)
            return await self._colleagues(tx, post)

    @use_case
    async def withdraw(
        self, person: PersonId, post_id: PostId, invitation: InvitationId
    ) -> Colleagues:
        """Let an invitation that nobody took up give nothing; again changes nothing.

        Raises `NotFound`: not an administrator."""
        async with self._transactions.writes(person) as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            await tx.staff.withdraw(post.clinic.id, invitation)
            return await self._colleagues(tx, post)

    @use_case
    async def colleagues(self, person: PersonId, post_id: PostId) -> Colleagues:
        """Raises `NotFound`: not an administrator."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            return await self._colleagues(tx, post)

    async def _colleagues(self, tx: Transaction, post: Post) -> Colleagues:
        now = self._clock()
        staff = await tx.staff.of_clinic(post.clinic.id)
        return Colleagues(post, staff, await tx.staff.invited(post.clinic.id, now), now)

    @use_case
    async def colleague(self, person: PersonId, post_id: PostId, colleague: PostId) -> Colleague:
        """Raises `NotFound`: not an administrator, or not a colleague."""
        async with self._transactions.reads() as tx:
            post = await post_of(tx, person, post_id, ADMINISTRATION)
            found = await tx.staff.get(colleague)
            if found.clinic.id != post.clinic.id:
                raise NotFound
            return Colleague(post, found)
