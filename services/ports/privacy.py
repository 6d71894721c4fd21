"""All that is kept about a family: read at once, and erased."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.model.ids import ChildId, ClinicId, PersonId
from services.model.people import Language, Person
from services.model.privacy.erasure import Act, Erasure
from services.model.privacy.family_data import Agreed, FamilyData
from services.model.privacy.overview import Overview


class PrivacyRepository(Protocol):
    """What is handed to a family of what is kept about it."""

    async def family_data(self, person: PersonId) -> FamilyData:
        """Everything about the person and the children in their care as of now, and nothing of
        others. Raises `NotFound`: there is no such person."""
        ...

    async def data_of_child(self, child_id: ChildId) -> FamilyData:
        """The same about a child whom nobody has in the bot. Raises `NotFound`."""
        ...

    async def overview(self, person: PersonId) -> Overview:
        """The same in short. Raises `NotFound`."""
        ...

    async def consents(self, person: PersonId) -> list[Agreed]:
        """All that the person ever agreed to in the chat, the first first."""
        ...

    async def consent(self, person: PersonId, consent_id: int) -> Agreed:
        """One of these. Raises `NotFound`: there is none, or it is another's."""
        ...


class FileLinkRepository(Protocol):
    """Links by which a family fetches its file."""

    async def keep(self, person: PersonId, token_hash: str, until: datetime) -> None:
        """Let this be the only link to the person's file."""
        ...

    async def language_of(self, token_hash: str) -> Language | None:
        """Of whoever's it is; None: it is nobody's, or over."""
        ...

    async def use(self, token_hash: str) -> PersonId | None:
        """Whose it was; it opens nothing from now on. None: it is nobody's, or over."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop those that were over before a moment; return how many."""
        ...


class ErasureRepository(Protocol):
    """Who wants to be forgotten. Whoever erases holds the locks of the children."""

    async def of(self, person: PersonId) -> Erasure | None:
        """What the person asked for and can still take back."""
        ...

    async def clinics(self, person: PersonId) -> list[ClinicId]:
        """Where the person ever agreed to anything."""
        ...

    async def ask(self, person: PersonId, at: datetime, due_at: datetime) -> Erasure:
        """Erase from a moment on; asking again changes nothing. Who was erased before and came
        back asks anew."""
        ...

    async def take_back(self, person: PersonId) -> None:
        """Do not erase after all; nothing happens if it is done already, and what was done before
        stays known."""
        ...

    async def postpone(self, person: PersonId, due_at: datetime) -> None:
        """Erase later than was said; until then it can be taken back."""
        ...

    async def due(self, now: datetime, most: int) -> list[PersonId]:
        """Whose time to take it back is over, the longest first."""
        ...

    async def with_others(
        self, person: PersonId, children: Collection[ChildId], *, staying: bool
    ) -> set[ChildId]:
        """Which of the children another adult looks after, too.

        Args:
            staying: count only those who did not ask to be erased as well.
        """
        ...

    async def done(self) -> dict[PersonId, datetime]:
        """Who was erased, and when for the last time."""
        ...

    async def known(self, person: PersonId, at: datetime) -> Person | None:
        """Somebody who was not erased at a moment or since. None: they were, or are not there."""
        ...

    async def said(self, person: PersonId) -> list[int]:
        """The ids of the messages in the person's chat that are known to speak of a visit."""
        ...

    async def erase(self, person: PersonId, children: Sequence[ChildId], at: datetime) -> Act:
        """Leave nothing of the person but that there was one, and of these children but the times
        of their past visits. The act names the second cards, too, that were made one with theirs: a
        database of before has them by themselves."""
        ...

    async def unlisted(self) -> list[Act]:
        """What was erased, and is not written down outside the database yet."""
        ...

    async def list_(self, acts: Collection[int], at: datetime) -> None:
        """They are."""
        ...
