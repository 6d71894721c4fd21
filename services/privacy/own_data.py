"""What a family sees and takes along of what is kept about it, and the consents behind that."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.access.posts import hash_of
from services.model.ids import PersonId
from services.model.people import Language
from services.model.privacy.family_data import Agreed, FamilyData
from services.model.privacy.overview import Overview
from services.ports.readers import Clock
from services.ports.transaction import Transactions
from services.runtime.use_case import use_case

TOKEN_BYTES = 24
LINK_LASTS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class FileLink:
    """By which whoever has it takes the file along, once. Nobody knows its token but they."""

    token: str = field(repr=False)
    until: datetime
    """On the wall of the clinic the asker came to last."""


class OwnData:
    """Reading: the asker's own, and that of the children in their care."""

    def __init__(self, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    @use_case
    async def all(self, person: PersonId) -> FamilyData:
        """Everything that is kept about the asker's family as of now (R74)."""
        async with self._transactions.reads() as tx:
            return await tx.privacy.family_data(person)

    @use_case
    async def make_link(self, person: PersonId) -> FileLink | None:
        """A link to the asker's file, in place of any that was made before; None: this update made
        it, and nobody knows its token any more."""
        until = self._clock() + LINK_LASTS
        async with self._transactions.writes(person) as tx:
            if tx.replay:
                return None
            token = secrets.token_urlsafe(TOKEN_BYTES)
            await tx.file_links.keep(person, hash_of(token), until)
            clinic_id = await tx.families.clinic_of(person)
            zone = (await tx.clinics.get(clinic_id)).zone if clinic_id else None
            return FileLink(token, until.astimezone(zone) if zone else until)

    @use_case
    async def whose_link(self, token: str) -> Language | None:
        """In which language to ask whether it is to be used now; None: it opens nothing."""
        async with self._transactions.reads() as tx:
            return await tx.file_links.language_of(hash_of(token))

    @use_case
    async def take_by_link(self, token: str) -> FamilyData | None:
        """What the link opens, for the one time that it does: of two at once one gets it.

        Whoever guesses is answered by a reader: nobody who books waits for them."""
        if await self.whose_link(token) is None:
            return None
        async with self._transactions.writes() as tx:
            person = await tx.file_links.use(hash_of(token))
            return await tx.privacy.family_data(person) if person else None

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
