"""Of a child: two entries made one, its check-ups, and its groups."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from services.model.check_ups.known import Candidate, CheckUp
from services.model.ids import CheckUpId, ChildGroupId, ChildId, ClinicId, PersonId, PostId
from services.model.reserved.groups import ChildGroup, GroupClaim
from services.model.reserved.times import ReservedFor


class JoiningRepository(Protocol):
    """Two entries of one child. Whoever joins them has locked both."""

    async def lock(self, child_ids: Collection[ChildId]) -> None:
        """Have whoever else writes anything about the children wait for the end of this
        transaction, also who only points at one of them."""
        ...

    async def join(
        self,
        gone: ChildId,
        kept: ChildId,
        phone: tuple[ClinicId, ChildId] | None,
        by: PostId | None,
        at: datetime,
    ) -> None:
        """Let all that is kept of one entry be the other one's, and the first be no more. What
        cannot be changed, the journal, is read as the other one's from now on.

        Args:
            phone: whose number stays where a clinic noted two; None: the later one. See
                `PhoneRepository.hand_over`.

        Raises:
            ChildIsBusy: they have visits at overlapping times; nothing was written.
            PhonesLocked: a number cannot be read.
        """
        ...

    async def into(self, gone: ChildId) -> ChildId | None:
        """Under which id a child goes on that was joined with another entry."""
        ...


class CheckUpRepository(Protocol):
    """Invitations, and what families say to them."""

    async def invited(self, since: datetime) -> dict[ClinicId, int]:
        """How many invitations there were since then, by clinic."""
        ...

    async def candidates(
        self,
        clinic_id: ClinicId,
        born: Sequence[tuple[date, date]],
        since: datetime,
        after: ChildId,
        most: int,
    ) -> list[Candidate]:
        """The next children who were born in one of these spans and whose family agreed to be
        invited by the clinic, by id; but nobody's who was invited to something since a moment.

        Of several who agreed it is the first. So many rows are read: an empty list is the end.
        """
        ...

    async def invite(
        self, child_id: ChildId, clinic_id: ClinicId, months: int, at: datetime
    ) -> CheckUpId | None:
        """Note that a clinic invites to a check-up; None: it has done so before."""
        ...

    async def get(self, check_up_id: CheckUpId, person: PersonId) -> CheckUp:
        """One of a child for whom the person decides. Raises `NotFound`."""
        ...

    async def passed(self, check_up_id: CheckUpId, at: datetime) -> None:
        """Note that it was had; again changes nothing."""
        ...

    async def uninvited(self, children: Collection[ChildId]) -> set[ChildId]:
        """Those of them whose family wants no invitations."""
        ...

    async def want(self, child_id: ChildId, at: datetime, *, wanted: bool) -> None:
        """Note whether the child's family wants invitations; again changes nothing."""
        ...


class GroupRepository(Protocol):
    """Of which groups children are at a clinic. Children bring theirs along."""

    @property
    def kept(self) -> bool:
        """Whether any can be put down: there is a key to encrypt it."""
        ...

    async def put_down(
        self, child_id: ChildId, group: ChildGroup, by: PostId, at: datetime
    ) -> ChildGroupId:
        """Put down a group, in place of the same one there. Raises `GroupsNotKept`."""
        ...

    async def end(self, child_id: ChildId, clinic_id: ClinicId, group: ReservedFor) -> bool:
        """Keep no longer that the child is of this group there, or that a parent says so; whether
        either was so. What was refused stays. Raises `GroupsNotKept`."""
        ...

    async def take_off(
        self,
        child_id: ChildId,
        clinic_id: ClinicId,
        group: ReservedFor,
        told_until: date,
        by: PostId,
        at: datetime,
    ) -> ChildGroupId | None:
        """The same of what was put down, and keep until a day that it was taken off, so that the
        family can be told; None: it has not heard yet that it had been put down. Raises
        `GroupsNotKept`."""
        ...

    async def claims(self, child_id: ChildId, clinic_id: ClinicId, today: date) -> list[GroupClaim]:
        """What a parent said of groups there, unanswered or refused, as far as it still stands."""
        ...

    async def claimed(self, today: date) -> dict[ClinicId, int]:
        """How many of what parents said wait for the registry; no key is needed."""
        ...

    async def claim(
        self, child_id: ChildId, claim: GroupClaim, by: PostId | None, at: datetime
    ) -> ChildGroupId:
        """Keep what a parent says, or (by a post) that the registry refused it, in place of what
        was kept of this group. Raises `GroupsNotKept`."""
        ...

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        """Keep none of these children at a clinic, or (None) anywhere; no key is needed."""
        ...

    async def forget_ended(self, before: date) -> int:
        """Keep none whose last day was before this one; how many went."""
        ...

    async def encrypt_anew(self, most: int) -> int:
        """Encrypt some that an older key encrypted with the first one; how many. Raises
        `GroupsNotKept`."""
        ...
