"""How soon a family is to be offered a time, and what is kept to see whether it was."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.model.clinic import Clinic
from services.model.slots import Slot
from services.model.visits import Appointment, FirstAsk, Need

WITHIN = timedelta(hours=24)


def is_met(ask: FirstAsk) -> bool:
    """Whether a time within 24 hours of asking could be offered.

    The hours run day and night (Programme of State Guarantees for 2026, waiting times: "24 hours
    from the moment of asking"): a clinic that is closed for two days misses the norm.
    """
    return ask.earliest is not None and ask.earliest - ask.asked_at <= WITHIN


def is_asking(need: Need, clinic: Clinic) -> bool:
    """Whether a need is what the norm is about: a new visit, and not one with hours of its own."""
    return need.moves is None and not clinic.kind(need.reason).named_only


def first_ask(
    need: Need,
    clinic: Clinic,
    now: datetime,
    planned: Iterable[Appointment],
    offered: Iterable[Slot],
) -> FirstAsk:
    """What is to be taken down of an ask.

    Args:
        planned: the child's visits ahead: who comes tomorrow anyway was not left without a time.
        offered: free times, the earliest among them.
    """
    theirs = [visit.slot for visit in planned if visit.slot.doctor.clinic.id == clinic.id]
    earliest = min((slot.starts_at for slot in [*theirs, *offered]), default=None)
    return FirstAsk(clinic.id, need.child_id, clinic.today(now), now, earliest)
