"""What a family can do while a clinic's own system does not answer."""

from services.families.home import Home, home
from services.messages.system_answers import tell_when_it_answers
from services.model.ids import ClinicId, PersonId
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case


class Outages:
    """What a family is told of them."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def tell_when_over(self, person: PersonId, clinic_id: ClinicId) -> Home:
        """Tell the person once when the clinic's system answers again; the clinic's home screen.
        If it answers by now, nothing is to be told.

        Raises `NotFound`, `NoConsent`, `NoChild`.
        """
        now = self._clock()
        async with self._transactions.writes(person) as tx:
            clinic = await tx.clinics.get(clinic_id)
            found = await home(tx, person, clinic, now)
            if not found.is_away or tx.replay:
                return found
            await tell_when_it_answers(tx, person, clinic, now)
            return await home(tx, person, clinic, now)
