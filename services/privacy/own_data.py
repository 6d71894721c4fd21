"""What a family sees and takes along of what is kept about it, and the consents behind that."""

from services.model.ids import PersonId
from services.model.privacy.family_data import Agreed, FamilyData
from services.model.refusals.base import NotFound
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case


class OwnData:
    """Reading: the asker's own, and that of the children in their care."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    @use_case
    async def all(self, person: PersonId) -> FamilyData:
        """Everything that is kept about the asker's family as of now (R74)."""
        async with self._transactions.reads() as tx:
            return await tx.privacy.family_data(person)

    @use_case
    async def consent(self, person: PersonId, consent_id: int) -> Agreed:
        """One of the asker's consents, with the document as it was shown. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            found = await tx.privacy.family_data(person)
        for each in found.consents:
            if each.id == consent_id:
                return each
        raise NotFound
