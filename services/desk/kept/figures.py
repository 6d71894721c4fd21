"""How many times are kept, and what waits beside, as numbers for operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.model.clinic import Clinic
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Priorities:
    """Of one clinic; nobody's child is among them."""

    clinic: Clinic
    kept: int
    """Times ahead that are kept for somebody still."""
    opened: int
    """Times ahead that the registry opened before their hour."""
    claims: int
    """Groups that parents named, and nobody answered."""
    invited: int
    """Invitations to check-ups of thirty days."""
    ill_words_unsigned: bool
    ill_words_due: bool
    """Whether a doctor is to look at them again."""


class PriorityFigures:
    """Read by a tick, and by nobody's tap."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def all(self) -> Sequence[Priorities]:
        """Those of every clinic."""
        now = self._clock()
        async with self._transactions.reads() as tx:
            clinics = await tx.clinics.all()
            kept = await tx.reservations.counts(now)
            claims = await tx.groups.claimed(now.date())
            invited = await tx.check_ups.invited(now - LATELY)
        return [
            Priorities(
                clinic,
                *kept.get(clinic.id, (0, 0)),
                claims.get(clinic.id, 0),
                invited.get(clinic.id, 0),
                ill_words_unsigned=not clinic.signed_ill_words,
                ill_words_due=clinic.ill_words_are_due(clinic.today(now)),
            )
            for clinic in clinics
        ]
