"""What a family sees and takes along of what is kept about it, and the consents behind that."""

from services.model.ids import PersonId
from services.model.privacy.family_data import Agreed, FamilyData
from services.model.privacy.overview import Overview
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
    async def overview(self, person: PersonId) -> Overview:
        """What is kept, in short. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            return await tx.privacy.overview(person)

    @use_case
    async def consents(self, person: PersonId) -> list[Agreed]:
        """All that the asker ever agreed to, the first first."""
        async with self._transactions.reads() as tx:
            return await tx.privacy.consents(person)

    @use_case
    async def consent(self, person: PersonId, consent_id: int) -> Agreed:
        """One of the asker's consents, with the document as it was shown. Raises `NotFound`."""
        async with self._transactions.reads() as tx:
            return await tx.privacy.consent(person, consent_id)
