"""Who works at a clinic, and the journal of access."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.model.access import Entry, Head, Invited, Post, Record
from services.model.ids import ChildId, ClinicId, InvitationId, PersonId, PostId


class StaffRepository(Protocol):
    """Who works at a clinic, and who is invited to."""

    async def get(self, post_id: PostId) -> Post:
        """A post that stands. Raises `NotFound`."""
        ...

    async def of_person(self, person: PersonId) -> list[Post]:
        """The person's posts that stand, the oldest first."""
        ...

    async def of_clinic(self, clinic_id: ClinicId) -> list[Post]:
        """All posts that stand at a clinic."""
        ...

    async def lock(self, clinic_id: ClinicId) -> None:
        """Have whoever else changes the clinic's staff wait for the end of this transaction."""
        ...

    async def end(self, post_id: PostId, at: datetime) -> None: ...

    async def invite(
        self,
        post: Post,
        token_hash: str,
        at: datetime,
        expires_at: datetime,
        by: PostId | None = None,
    ) -> None:
        """Keep an invitation; without an author's post, whoever runs the bot made it."""
        ...

    async def invited(self, clinic_id: ClinicId, at: datetime) -> list[Invited]:
        """The clinic's invitations that can still be taken up, the oldest first."""
        ...

    async def withdraw(self, clinic_id: ClinicId, invitation: InvitationId) -> None:
        """Keep an unused invitation of the clinic no more; what was used stays as it is."""
        ...

    async def accept(
        self, token_hash: str, person: PersonId, name: str, at: datetime
    ) -> Post | None:
        """Use up an invitation and give the person its post, or the one that they have like it.

        None: it was used, is too old, was never given, or its author's post has ended.
        Raises `AnotherDoctorsPost`: theirs is another doctor's; nothing is to be written."""
        ...


class JournalRepository(Protocol):
    """Who of the staff saw or changed a child's data: records are added, and nothing else."""

    async def append(self, clinic_id: ClinicId, entries: Sequence[Entry]) -> None:
        """Take down what was done, in this order, behind the clinic's last record."""
        ...

    async def of_child(self, child_id: ChildId, most: int) -> list[Record]:
        """The latest records about a child at any clinic, the latest first."""
        ...

    async def following(self, clinic_id: ClinicId, number: int, most: int) -> list[Record]:
        """The records of a clinic after the one with this number, in order; so many at most.

        After 0: from the first there is, whatever its number."""
        ...

    async def heads(self) -> list[Head]:
        """The last record of each clinic that has one."""
        ...
