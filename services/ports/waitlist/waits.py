"""Places in clinics' lists of those who wait."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol

from services.model.access import Post
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    PersonId,
    PostId,
    SlotId,
    WaitId,
)
from services.model.visits import Appointment
from services.model.waitlist.offers import (
    FreedTime,
)
from services.model.waitlist.waits import Wait, WaitEnd, WaitState, WaitWish


class WaitRepository(Protocol):
    """Places in clinics' lists. Whoever adds one, or ends it, holds the lock of its children.

    Who is owed a time by a clinic has a place from the moment on in which its visit is displaced,
    and until it needs none.
    """

    async def add(
        self,
        clinic_id: ClinicId,
        wish: WaitWish,
        at: datetime,
        *,
        person: PersonId | None,
        put_by: PostId | None = None,
    ) -> Wait:
        """A new place, to be looked for at once."""
        ...

    async def get(self, wait_id: WaitId, *, cared_for_by: PersonId | None = None) -> Wait:
        """A place of children all of whom the person may book for, and whose visit, if it is for
        an earlier one, is not hidden from them; None is for the clinic's own work. Raises
        `NotFound`."""
        ...

    async def who_could_accept(self, wait: Wait, held: Appointment | None) -> set[PersonId]:
        """Who could say yes to what is offered to it: they may book for all the children, and the
        clinic may keep the family's data. Neither the visit of the place is hidden from them, nor
        the one that would be moved."""
        ...

    async def some(self, wait_ids: Collection[WaitId]) -> list[Wait]:
        """These places, as far as they are there, in order."""
        ...

    async def of_children(
        self,
        child_ids: Collection[ChildId],
        clinic_id: ClinicId | None = None,
        *,
        shown_to: PersonId | None = None,
    ) -> list[Wait]:
        """The places of any of the children that are not over, in order; at a clinic, or any.
        Without those that the clinic gave to who is owed a time, and without those whose visit is
        hidden from the person, if they are for somebody to see."""
        ...

    async def of_clinic(self, clinic_id: ClinicId, most: int, after: int = 0) -> list[Wait]:
        """Who waits or rests at a clinic, the longest first; before them who is owed a time, and
        who was moved up."""
        ...

    async def count(self, clinic_id: ClinicId) -> int:
        """How many wait or rest at a clinic."""
        ...

    async def for_time(self, freed: FreedTime, now: datetime, most: int) -> list[Wait]:
        """Who may want a time: by its day and doctor, who has not let it go by, was not offered it
        on this way through the list, and has no offer. Who is owed a time and who waits longest
        come first, where there are more than so many."""
        ...

    async def change(self, wait: Wait) -> None:
        """Keep its wish, its state, and how many offers it let go by."""
        ...

    async def say(self, wait_id: WaitId, wish: WaitWish) -> None:
        """Keep what it waits for, and nothing else."""
        ...

    async def allow_early(self, wait_id: WaitId, *, early: bool) -> None:
        """Keep whether its family may be written to before quiet hours end, and nothing else."""
        ...

    async def count_unanswered(self, wait_id: WaitId, count: int, state: WaitState) -> None:
        """Keep how many offers in a row went unanswered, and whether it rests by now."""
        ...

    async def kept_times(self, wait_id: WaitId) -> list[SlotId]:
        """What is offered to it and was not answered yet."""
        ...

    async def end(self, wait_id: WaitId, end: WaitEnd, at: datetime) -> bool:
        """Let it be over; what is kept for it goes on to the next. False: it was over."""
        ...

    async def met_since(self, visit: Appointment, since: datetime) -> list[Wait]:
        """The places that a visit asked for at `since` may have ended: those that were for it, or
        for such a one, and are over as met since then."""
        ...

    async def take_up_again(
        self, wait_ids: Collection[WaitId], visit: Appointment, at: datetime
    ) -> bool:
        """Let places that were met stand again: the clinic's system gave the visit no time. Whether
        the visit is owed one."""
        ...

    async def forget(self, child_ids: Collection[ChildId], clinic_id: ClinicId | None) -> None:
        """Keep nothing of any of these children's places, at a clinic or (None) anywhere; what was
        kept for them goes on. Not of those that the clinic gave to who is owed a time."""
        ...

    async def move_up(self, wait_id: WaitId, by: Post, why: str, at: datetime) -> None:
        """Let it come before all but who is owed a time."""
        ...

    async def let_go(self, wait_id: WaitId) -> set[SlotId]:
        """Which times it has let go by."""
        ...

    async def has_offer(self, wait_id: WaitId, now: datetime) -> bool:
        """Whether anything is kept for its family at this moment, for whichever place."""
        ...

    async def note_seen(self, wait_id: WaitId, slot_ids: Collection[SlotId], at: datetime) -> None:
        """Which times stood free for it when its family said what it waits for, and did not choose
        any, in place of those of an earlier time: as long as they stand they are not offered."""
        ...

    async def seen(self, wait_id: WaitId) -> set[SlotId]:
        """Which ones these are; without those that became free anew since."""
        ...

    async def look_at(self, wait_id: WaitId, at: datetime | None) -> None:
        """When the times that stand free are to be looked through for it next."""
        ...

    async def to_look_at(self, now: datetime, most: int) -> list[WaitId]:
        """For whom they are to be by now, the longest due first."""
        ...

    async def perhaps_over(self, now: datetime, most: int, after: int = 0) -> list[WaitId]:
        """Whose days are over, who has another visit since, or whose visit stands no more; in order
        of the ids that are higher than one."""
        ...

    async def stood_already(
        self, visit_ids: Collection[AppointmentId], since: datetime
    ) -> set[AppointmentId]:
        """Which visits had the times that they have at a moment already, whatever was said of them
        later."""
        ...

    async def usually(self, clinic_id: ClinicId, since: datetime, least: int) -> timedelta | None:
        """How long half of those at most waited who took a time since then; None: fewer than so
        many did."""
        ...
