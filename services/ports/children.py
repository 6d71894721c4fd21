"""Of a child: two entries made one, and its check-ups."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from services.model.check_ups.known import Candidate, CheckUp
from services.model.ids import CheckUpId, ChildId, ClinicId, PersonId, PostId


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
