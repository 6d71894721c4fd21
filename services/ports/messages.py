"""What is to be told, to one family or to many."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.model.access import Post
from services.model.broadcasts import Audience, Broadcast, Reach, Recipient
from services.model.clinic import Clinic
from services.model.ids import (
    AppointmentId,
    BroadcastId,
    ChildId,
    ClinicId,
    PersonId,
    PostId,
)
from services.model.messages import (
    Answered,
    Notification,
    NotificationKind,
    NotificationState,
    Planned,
    Spoken,
    Standing,
    Untrue,
    Urgency,
)


class NotificationRepository(Protocol):
    """Whom to tell what, and when. Whoever plans about a visit holds the lock of its child."""

    async def replan(
        self,
        appointment_id: AppointmentId,
        kinds: Collection[NotificationKind],
        wanted: Sequence[Planned],
        now: datetime,
    ) -> None:
        """Let what is planned of these kinds about a visit be what is wanted, and nothing else.

        What was told already of an occasion is not told again; what is planned and wanted still
        stays, even if it is overdue; nothing is begun that would have been due before now.
        """
        ...

    async def replan_all(
        self,
        appointment_ids: Collection[AppointmentId],
        kinds: Collection[NotificationKind],
        wanted: Sequence[Planned],
        now: datetime,
    ) -> None:
        """The same about many visits."""
        ...

    async def replan_from(self, clinic_id: ClinicId, moment: datetime) -> None:
        """Note that the reminders of a clinic's visits are to be planned anew, of all that begin
        after a moment."""
        ...

    async def to_replan(self) -> list[ClinicId]:
        """The clinics of which that is noted."""
        ...

    async def replanned_through(self, clinic_id: ClinicId) -> datetime | None:
        """How far it is; whoever else goes on with it waits for the end of this transaction.

        None: it is done."""
        ...

    async def note_replanned(self, clinic_id: ClinicId, through: datetime | None) -> None:
        """Note how far it is; None: it is done."""
        ...

    async def told(self, appointment_id: AppointmentId, occasion: str) -> list[PersonId]:
        """Who was told of it, or is being told at this moment."""
        ...

    async def to_hear(self, appointment_id: AppointmentId) -> list[PersonId]:
        """Who is going to be told of a change of the visit, whose letter says all of it."""
        ...

    async def answered(self, seen: Sequence[Answered]) -> None:
        """Who saw how a visit of theirs stands is not told so once more; what is being sent goes
        its way, and doing it again changes nothing."""
        ...

    async def claim(
        self, now: datetime, until: datetime, most: int, gather: timedelta
    ) -> list[list[Notification]]:
        """What has to be told by now, up to so many messages, the most urgent and then the longest
        overdue first. Nobody else is given it until then, when it is due again unless it was
        finished. To each comes what is in the same bundle and due within `gather` from now."""
        ...

    async def standing(self, claimed: Sequence[Notification]) -> list[Standing]:
        """Which of these are still to be told by whoever claimed them, and how things are."""
        ...

    async def finish(
        self, claimed: Sequence[Notification], state: NotificationState, at: datetime
    ) -> None:
        """Keep what became of these; what was planned anew since it was claimed stays planned."""
        ...

    async def put_off(
        self, claimed: Sequence[Notification], until: datetime, *, failed: bool = False
    ) -> None:
        """Have these told later; what was planned anew since it was claimed stays as it is.

        With `failed`, it is counted: they were themselves at fault."""
        ...

    async def begin(self, planned: Sequence[Planned]) -> None:
        """Let all of these be told. None of them was planned before."""
        ...

    async def will_hear(self, person: PersonId, clinic_id: ClinicId) -> bool:
        """Whether the person is going to be told once when the clinic's own system answers."""
        ...

    async def ask_to_hear(self, planned: Planned) -> None:
        """Have a person told of a clinic, unless they are going to be told just that already; of
        which occasion it is, is counted here."""
        ...

    async def system_answers(self, clinic_id: ClinicId, now: datetime, most: int) -> int:
        """Have some who asked for it told by now; how many. What is being sent goes its way."""
        ...

    async def upcoming(self, least: Urgency = Urgency.NEWS) -> datetime | None:
        """When the next one is due, or was, of those that are at least so urgent."""
        ...


class CorrectionRepository(Protocol):
    """Which messages in chats speak of which visits, and say when they are."""

    async def note(self, said: Sequence[Spoken]) -> None:
        """They were sent. Of persons and visits that are gone nothing is kept."""
        ...

    async def untrue(self, most: int) -> list[Untrue]:
        """Those that are not true any more."""
        ...

    async def keep(self, corrected: Untrue) -> None:
        """A message says by now how its visits stand."""
        ...

    async def forget_message(self, person: PersonId, message: int) -> None: ...

    async def forget_of_child(self, child_id: ChildId, person: PersonId) -> None:
        """Drop what a person's chat says of a child's visits."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop what is about visits that ended before a moment; return how many."""
        ...


class BroadcastRepository(Protocol):
    """What clinics tell many families at once. Whoever changes one has locked it, last of all."""

    async def reach(self, clinic: Clinic, audience: Audience, now: datetime) -> Reach:
        """How many persons would be told now."""
        ...

    async def left_out(self, clinic: Clinic, audience: Audience, now: datetime) -> int:
        """How many children are meant whom nobody has in the bot."""
        ...

    async def add(
        self, post: Post, audience: Audience, text: str, total: int, at: datetime
    ) -> BroadcastId:
        """Begin to send; nobody has a row yet."""
        ...

    async def get(self, broadcast_id: BroadcastId, *, lock: bool = False) -> Broadcast:
        """Raises `NotFound`."""
        ...

    async def latest(self, clinic_id: ClinicId, since: datetime, most: int) -> list[Broadcast]:
        """Those that were confirmed since a moment, the latest first."""
        ...

    async def unsettled(self) -> list[Broadcast]:
        """Those of which something is left to do, the oldest first."""
        ...

    async def unreported(self) -> list[tuple[Broadcast, PostId]]:
        """Those whose authors were not told yet how they ended, with the authors' posts; of posts
        that stand."""
        ...

    async def change(self, broadcast: Broadcast) -> None:
        """Keep its state, how far it is planned, and its message, as they are now."""
        ...

    async def report(self, broadcast_id: BroadcastId, at: datetime) -> None:
        """Its author was told how it ended."""
        ...

    async def counts(self, broadcast_id: BroadcastId) -> dict[NotificationState, int]:
        """What became of its messages up to now."""
        ...

    async def recipients(self, broadcast: Broadcast, now: datetime, most: int) -> list[Recipient]:
        """The next ones without a row, in order of the persons' ids."""
        ...

    async def hold(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Keep some of what is planned from being sent, but for what is claimed; of how many."""
        ...

    async def release(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Let some of what was held be sent; of how many."""
        ...

    async def drop(self, broadcast_id: BroadcastId, now: datetime, most: int) -> int:
        """Give up some of what is planned or held, but for what is claimed; of how many."""
        ...


LEASE = timedelta(minutes=1)
"""How long nobody else sends what one has claimed: longer than it can be on its way."""
