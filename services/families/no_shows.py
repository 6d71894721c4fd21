"""Visits to which a child did not come, as far as its clinic counts them, and what follows."""

from collections.abc import Collection
from datetime import datetime

from services.model.clinic import Clinic
from services.model.ids import ChildId
from services.model.refusals.visits import MissedTooOften
from services.model.settings.no_shows import Missed
from services.model.settings.visit_kinds import KindKey, VisitKind, Whom
from services.ports.transaction import Transaction
from services.rules.check_ups.due import completed


def is_always_booked(kind: VisitKind) -> bool:
    """Whether the chat books it whatever was missed: an ill child is turned away by no count."""
    return kind.whom is Whom.ILL


async def missed(
    tx: Transaction, clinic: Clinic, children: Collection[ChildId], now: datetime
) -> dict[ChildId, Missed]:
    """What the clinic counts of each of these children; nothing, and no statement, where it does
    not count."""
    rule = clinic.no_shows
    if not rule.after:
        return {}
    since = clinic.at(completed(clinic.today(now), -rule.months))
    counts = await tx.appointments.missed(children, clinic.id, since)
    return {child_id: Missed(count, rule) for child_id, count in counts.items()}


async def by_phone_alone(
    tx: Transaction, clinic: Clinic, children: Collection[ChildId], now: datetime
) -> dict[ChildId, Missed]:
    """Those of these children for whom the clinic's registry alone books now."""
    if clinic.no_shows.chat_books:
        return {}
    counted = await missed(tx, clinic, children, now)
    return {child_id: each for child_id, each in counted.items() if each.by_phone_alone}


async def check_missed(
    tx: Transaction, clinic: Clinic, child_id: ChildId, reason: KindKey, now: datetime
) -> None:
    """Let the chat look for a time for a child, and book it: one rule for both (R69).

    Raises:
        MissedTooOften: the registry alone does, as the clinic has set it.
    """
    if is_always_booked(clinic.kind(reason)):
        return
    if found := await by_phone_alone(tx, clinic, [child_id], now):
        raise MissedTooOften(found[child_id], clinic.phone)
