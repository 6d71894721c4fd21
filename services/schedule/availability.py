"""Whether the times of a clinic with a system of its own can be given out."""

from contextlib import suppress
from datetime import datetime

from services.model.clinic import Clinic
from services.model.refusals.visits import SystemAway
from services.ports.transaction import Transaction


async def age_of_times(tx: Transaction, clinic: Clinic, now: datetime) -> datetime | None:
    """Since when nobody has heard anything new of the clinic's times; None: they are fresh, or the
    clinic's own. It costs a clinic with its own schedule nothing.

    Raises:
        SystemAway: it is so long that nothing may be given out.
    """
    if not clinic.own_system:
        return None
    system = await tx.systems.of(clinic.id)
    if system is None or not system.is_open(now):
        raise SystemAway(clinic)
    return system.read_at if system.is_stale(now) else None


async def freshness(tx: Transaction, clinic: Clinic, now: datetime) -> tuple[datetime | None, bool]:
    """The same for who only looks: how old the times are, and whether nothing may be given out."""
    try:
        return await age_of_times(tx, clinic, now), False
    except SystemAway:
        return None, True


async def check_answers(tx: Transaction, clinic: Clinic, now: datetime) -> None:
    """Let a time be given out, whenever it was looked at. Raises `SystemAway`."""
    await age_of_times(tx, clinic, now)


async def gives_out(tx: Transaction, clinic: Clinic, now: datetime) -> bool:
    """Whether the clinic's times may be offered to anybody now."""
    with suppress(SystemAway):
        await age_of_times(tx, clinic, now)
        return True
    return False
