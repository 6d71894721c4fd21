"""All that is kept about a family, read at once."""

from typing import Protocol

from services.model.ids import PersonId
from services.model.privacy.family_data import FamilyData


class PrivacyRepository(Protocol):
    """What is handed to a family of what is kept about it."""

    async def family_data(self, person: PersonId) -> FamilyData:
        """Everything about the person and the children in their care as of now, and nothing of
        others. Raises `NotFound`: there is no such person."""
        ...
