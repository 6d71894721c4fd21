"""The journal of access: who of the staff saw or changed a child's data, what, why and when (R39).

Each record carries the hash of the one before it at its clinic, so that a changed or missing one is
found; that the last ones were cut off is found by a head that was kept elsewhere. Ids are opaque:
the journal outlives the names.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.model.access import Access, Chain, Entry, Head, Post, Role
from services.model.clinic import Clinic
from services.model.ids import AppointmentId, ChildId, ClinicId, PersonId
from services.model.people import Child, Scope
from services.model.systems.values import SentPart
from services.ports.readers import Clock
from services.ports.transaction import Transaction, Transactions
from services.runtime.use_case import use_case

SHOWN = 40
"""Records that a parent is shown, the latest."""
SENT_SHOWN = 5
"""The same of what was sent to clinics' own systems."""
AT_ONCE = 5000
"""Records that are in memory while a journal is checked, which may have millions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a clinic's journal."""

    clinic: Clinic
    head: Head | None
    """The last record up to which all is well; None: there is none."""
    broken_at: int | None
    """The first record that is not what was taken down, or is missing; None: all is well."""
    unknown: Sequence[int] = ()
    """The first records with a word that this version does not know: a newer one wrote them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as the parent may read it."""

    clinic: Clinic
    role: Role
    access: Access
    at: datetime


@dataclass(frozen=True, slots=True)
class Sent:
    """That something of the child was sent to a clinic's own system, to book there."""

    clinic: Clinic
    parts: frozenset[SentPart]
    at: datetime


@dataclass(frozen=True, slots=True)
class WhoLooked:
    """Who saw or changed a child's data, the latest first."""

    clinic: Clinic
    """Where the parent is."""
    child: Child
    seen: Sequence[Seen]
    sent: Sequence[Sent] = ()
    """What of the child was sent to clinics' own systems, the latest first."""


async def take_down(
    tx: Transaction,
    post: Post,
    access: Access,
    of: Iterable[tuple[ChildId, AppointmentId | None]],
    now: datetime,
) -> None:
    """Record that a member of staff saw or changed data; in the same transaction as that."""
    if tx.replay:
        return  # the first time was taken down
    entries = [Entry(post.id, post.role, access, child, visit, now) for child, visit in of]
    await tx.journal.append(post.clinic.id, entries)


class Journal:
    """Reading the journal: the parent of one child, the operator of all of it."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def who_looked(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId
    ) -> WhoLooked:
        """Who of any clinic's staff saw the child's data. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.get(clinic_id)
            child = await tx.families.child(child_id, cared_for_by=person, scope=Scope.DECIDE)
            clinics = {each.id: each for each in await tx.clinics.all()}
            records = await tx.journal.of_child(child.id, SHOWN)
            sent = await tx.outbox.sent_of(child.id, SENT_SHOWN)
        seen = [
            Seen(clinics[each.clinic_id], role, access, each.entry.at)
            for each in records
            # What a newer version wrote is shown by its replicas: here there are no words for it.
            if isinstance(role := each.entry.role, Role)
            and isinstance(access := each.entry.access, Access)
        ]
        told = [Sent(clinics[at_clinic], parts, at) for at_clinic, at, parts in sent]
        return WhoLooked(clinic, child, seen, told)

    @use_case
    async def verify(self, anchors: Iterable[Head] = ()) -> list[Verdict]:
        """Look whether each clinic's journal is whole, back to heads that were kept elsewhere."""
        kept = list(anchors)
        async with self._transactions.reads() as tx:
            verdicts = []
            for clinic in await tx.clinics.all():
                chain = Chain(clinic.id, kept)
                while records := await tx.journal.following(clinic.id, chain.last, AT_ONCE):
                    if not chain.follow(records):
                        break
                verdicts.append(Verdict(clinic, chain.head, chain.broken_at, chain.unknown))
            return verdicts

    @use_case
    async def heads(self) -> list[Head]:
        """The last record of each clinic that has one, to be kept elsewhere."""
        async with self._transactions.reads() as tx:
            return await tx.journal.heads()
