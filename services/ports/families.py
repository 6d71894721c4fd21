"""Persons, children and who cares for whom; phones, consents and codes."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Protocol

from services.model.consents import ConsentText, Purpose
from services.model.ids import (
    AppointmentId,
    ChildId,
    ClinicId,
    HelperInvitationId,
    PersonId,
    PostId,
)
from services.model.people import (
    AtClinic,
    AtHome,
    CareLink,
    CareRole,
    Child,
    HelperInvitation,
    Language,
    Person,
    Phone,
    PhoneNumber,
    ReminderWishes,
    Scope,
)
from services.model.visits import VisitCode


class FamilyRepository(Protocol):
    """Persons, children, and who cares for whom."""

    async def person(self, telegram_id: int) -> Person | None: ...

    async def add_person(self, telegram_id: int, language: Language) -> Person:
        """The person with this Telegram id; known ones are returned as they are."""
        ...

    async def come_to(self, person: PersonId, clinic_id: ClinicId) -> None:
        """Remember the clinic for the next time."""
        ...

    async def clinic_of(self, person: PersonId) -> ClinicId | None:
        """The clinic that the person came to last."""
        ...

    async def set_language(self, person: PersonId, language: Language) -> None: ...

    async def lost(self, person: PersonId, since: datetime) -> None:
        """The person cannot be written to any more."""
        ...

    async def found(self, person: PersonId) -> None:
        """The person can be written to again."""
        ...

    async def wishes(self, person: PersonId) -> ReminderWishes: ...

    async def set_wishes(self, person: PersonId, wishes: ReminderWishes) -> None: ...

    async def to_tell(
        self, child_id: ChildId, clinic_id: ClinicId
    ) -> dict[PersonId, ReminderWishes | None]:
        """Who is told of the child, by id; None: they did not agree to be reminded of visits to
        the clinic."""
        ...

    async def to_remind(
        self, child_id: ChildId, clinic_id: ClinicId
    ) -> list[tuple[PersonId, ReminderWishes]]:
        """Who is told of the child and agreed to be reminded of visits to the clinic."""
        ...

    async def to_remind_of(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId
    ) -> dict[ChildId, list[tuple[PersonId, ReminderWishes]]]:
        """The same of many children; of whom nobody did, there is nothing."""
        ...

    async def lock_children(self, child_ids: Collection[ChildId]) -> None:
        """Have whoever else changes something about them wait for the end of this transaction."""
        ...

    async def child(
        self,
        child_id: ChildId,
        *,
        cared_for_by: PersonId | None,
        scope: Scope = Scope.SEE,
        lock: bool = False,
    ) -> Child:
        """A child in the person's care; None is for the clinic's own work.

        Raises:
            NotFound: there is none, or it is in the care of others.
            NotEntrusted: the person may see the child, and not do this.
        """
        ...

    async def children(
        self, cared_for_by: PersonId, *, scope: Scope = Scope.SEE, lock: bool = False
    ) -> list[Child]:
        """The children in the person's care of whom they may do this, by id."""
        ...

    async def at_clinic(self, person: PersonId, clinic_id: ClinicId) -> AtClinic:
        """The children in the person's care, and what the clinic may know of them."""
        ...

    async def at_home(self, person: PersonId, clinic_id: ClinicId) -> AtHome:
        """The same, and what is known of each child's check-ups."""
        ...

    async def add_child(
        self, name: str, birth_date: date, *, cared_for_by: PersonId, since: datetime
    ) -> Child: ...

    async def change_child(self, child: Child) -> None:
        """Keep the child as it is now."""
        ...

    async def looked_after_by(self, persons: Collection[PersonId], scope: Scope) -> list[ChildId]:
        """The children of whom any of the persons may do this."""
        ...

    async def carers(self, child_id: ChildId, scope: Scope = Scope.SEE) -> list[PersonId]:
        """Who cares for the child, and may do this."""
        ...

    async def carers_of(
        self, child_ids: Collection[ChildId], scope: Scope = Scope.SEE
    ) -> dict[ChildId, list[PersonId]]:
        """The same of many children; of whom nobody does, there is nothing."""
        ...

    async def reachable(self, persons: Collection[PersonId]) -> set[PersonId]:
        """Those of them whom Telegram lets us write to, as far as we know."""
        ...

    async def end_care(self, child_id: ChildId, person: PersonId) -> None:
        """Let the person care for the child no more; nor helpers, where no parent is left.

        A child who has no carer then and never had a visit is forgotten."""
        ...


class PhoneRepository(Protocol):
    """Phone numbers, kept encrypted. Whoever keeps one holds the lock of its person or child.

    A clinic has those that its registry noted, and those of adults who agreed that it keeps their
    family's data: no number leads to anybody at another one (R41).
    """

    @property
    def kept(self) -> bool:
        """Whether there is a key. Without one nothing is kept, and nobody is asked for a number."""
        ...

    async def of_person(self, person: PersonId) -> Phone | None: ...

    async def of_persons(self, persons: Collection[PersonId]) -> dict[PersonId, PhoneNumber]:
        """The own numbers of those of the persons who gave one that can be read."""
        ...

    async def of_family(self, child_id: ChildId, clinic_id: ClinicId) -> list[PhoneNumber]:
        """By which a clinic can call a child's family: what its registry noted, then what the
        adults gave; each once."""
        ...

    async def of_families(
        self, child_ids: Collection[ChildId], clinic_id: ClinicId
    ) -> dict[ChildId, list[PhoneNumber]]:
        """The same of many children; of whom none is known, there is nothing."""
        ...

    async def keep_for_person(self, person: PersonId, number: PhoneNumber, at: datetime) -> None:
        """Keep what Telegram vouched for as the person's own, in place of any earlier number.

        Raises `PhonesNotKept`, as the next one does."""
        ...

    async def keep_for_child(
        self, child_id: ChildId, clinic_id: ClinicId, number: PhoneNumber, at: datetime
    ) -> None:
        """Keep what a family without Telegram told a clinic's registry, in place of what it told
        there earlier."""
        ...

    async def forget_of_person(self, person: PersonId) -> None:
        """Keep no number of the person; nothing happens if there is none."""
        ...

    async def forget_of_child(self, child_id: ChildId) -> None:
        """Keep no number of the child, whichever clinic noted it."""
        ...

    async def noted(self, child_id: ChildId, clinic_id: ClinicId) -> PhoneNumber | None:
        """What a clinic's registry noted for a child."""
        ...

    async def hand_over(
        self, gone: ChildId, kept: ChildId, said: tuple[ClinicId, ChildId] | None
    ) -> None:
        """Let what registries noted for one entry of a child be the other one's. Of two numbers
        that one clinic noted the later stays; at the clinic that is said, the said entry's.

        Raises `PhonesLocked`: no key opens one of them."""
        ...

    async def persons_with(self, number: PhoneNumber, clinic_id: ClinicId) -> list[PersonId]:
        """Whose own number it is, who gave it last first."""
        ...

    async def children_with(self, number: PhoneNumber, clinic_id: ClinicId) -> list[ChildId]:
        """For which children the clinic's registry wrote it down, the latest first."""
        ...

    async def encrypt_anew(self, most: int) -> int:
        """Encrypt up to so many of the numbers that another key than the first encrypted; how many
        these were. Raises `PhonesNotKept`."""
        ...

    async def locked(self) -> int:
        """How many numbers there are that none of the keys opens."""
        ...

    async def forget_locked(self) -> int:
        """Drop the numbers that none of the keys opens; how many these were."""
        ...


class ConsentRepository(Protocol):
    """What people agreed to, and the texts they were shown."""

    async def text(self, clinic_id: ClinicId, purpose: Purpose) -> ConsentText:
        """The latest version of the clinic's text. Raises `NotFound`: it has none for this."""
        ...

    async def purposes(self, clinic_id: ClinicId) -> set[Purpose]:
        """What the clinic has texts for."""
        ...

    async def publish(self, text: ConsentText) -> None: ...

    async def is_given(self, person: PersonId, clinic_id: ClinicId, purpose: Purpose) -> bool: ...

    async def given(self, person: PersonId, clinic_id: ClinicId) -> set[Purpose]:
        """What the person agreed to, and stands."""
        ...

    async def may_begin(
        self, person: PersonId, clinic_id: ClinicId, child_id: ChildId
    ) -> tuple[bool, bool]:
        """Whether the person lets the clinic process data about their family, and whether they
        decide for the child."""
        ...

    async def to_ask(
        self, person: PersonId, clinic_id: ClinicId, purpose: Purpose
    ) -> ConsentText | None:
        """The latest version of the clinic's text, if it has one, and if the person neither ever
        agreed nor said no."""
        ...

    async def give(
        self, person: PersonId, text: ConsentText, at: datetime, child_id: ChildId | None = None
    ) -> None:
        """Record an agreement; `child_id` says with which child's visit it was asked for."""
        ...

    async def decline(self, person: PersonId, text: ConsentText, at: datetime) -> None:
        """Record that the person said no; doing it again changes nothing."""
        ...

    async def withdraw(
        self, person: PersonId, clinic_id: ClinicId, purpose: Purpose, at: datetime
    ) -> None:
        """Let an agreement stand no more; what was not given cannot be taken back."""
        ...

    async def withdraw_all(
        self, person: PersonId, clinic_id: ClinicId | None, at: datetime
    ) -> None:
        """Let no agreement of the person stand any more, whatever it was for: at a clinic, or
        (None) anywhere."""
        ...

    async def withdraw_on_paper(
        self,
        child_ids: Collection[ChildId],
        clinic_id: ClinicId | None,
        by: PersonId,
        at: datetime,
    ) -> None:
        """The same of what registries recorded for the children."""
        ...

    async def agreed_by_others(
        self, person: PersonId, clinic_id: ClinicId, child_ids: Collection[ChildId]
    ) -> set[ChildId]:
        """Of which of the children another adult who cares for them agreed that the clinic keeps
        data."""
        ...


class RegistryRepository(Protocol):
    """Children as a clinic's registry knows them: who had a visit there, or whose family agreed."""

    async def child(self, clinic_id: ClinicId, child_id: ChildId, *, lock: bool = False) -> Child:
        """A child whom the clinic knows. Raises `NotFound`."""
        ...

    async def some(self, clinic_id: ClinicId, child_ids: Collection[ChildId]) -> list[Child]:
        """Those of these children whom the clinic knows, by name."""
        ...

    async def born_on(self, clinic_id: ClinicId, day: date) -> list[Child]:
        """The children whom the clinic knows with this birth date, by name."""
        ...

    async def add(
        self, name: str, birth_date: date, consent: ConsentText, by: PostId, at: datetime
    ) -> Child:
        """Enter a child whose family signed the clinic's consent on paper."""
        ...

    async def is_only_here(self, child_id: ChildId, clinic_id: ClinicId) -> bool:
        """Whether this clinic's registry entered the child, and nobody else knows them: no adult in
        the bot, no other clinic."""
        ...

    async def had_visits(self, child_id: ChildId) -> bool:
        """Whether there is or was any visit of the child, cancelled ones included."""
        ...

    async def remove(self, child_id: ChildId) -> None:
        """Keep nothing of a child who had no visit. Whoever asks for it holds the child's lock."""
        ...

    async def in_bot(self, child_id: ChildId) -> bool:
        """Whether somebody who cares for the child can be written to."""
        ...

    async def in_bot_of(self, child_ids: Collection[ChildId]) -> set[ChildId]:
        """Those of the children of whom that is true."""
        ...

    async def give_code(
        self,
        child_id: ChildId,
        clinic_id: ClinicId,
        code_hash: str,
        expires_at: datetime,
        role: CareRole = CareRole.PARENT,
    ) -> None:
        """Let whoever says this code care for the child; earlier codes of the child are void."""
        ...

    async def of_code(self, code_hash: str, now: datetime) -> VisitCode | None:
        """Whose visits a code opens, or did."""
        ...

    async def use_code(self, code_hash: str, person: PersonId, at: datetime) -> bool:
        """Let the person care for the child of the code from now on; False: somebody was first."""
        ...

    async def count_tries(self, person: PersonId, since: datetime) -> int:
        """How often the person said a wrong code since a moment."""
        ...

    async def add_try(self, person: PersonId, at: datetime) -> None: ...

    async def forget(self, before: datetime) -> int:
        """Drop tries, and codes that were over, before a moment; return how many."""
        ...


class PeopleRepository(Protocol):
    """The people around a child. Whoever changes who cares for it holds the child's lock."""

    async def of_child(self, child_id: ChildId) -> list[CareLink]:
        """Who cares for the child now, the longest first."""
        ...

    async def invite(
        self, made: HelperInvitation, token_hash: str, at: datetime
    ) -> HelperInvitationId:
        """Keep an invitation that nobody has opened."""
        ...

    async def waiting(self, child_id: ChildId) -> list[HelperInvitation]:
        """The child's invitations that can still be opened, or said yes to; the oldest first."""
        ...

    async def of_token(self, token_hash: str) -> HelperInvitation | None:
        """Whose token it is; None: nobody's, or it is worth nothing any more."""
        ...

    async def open(
        self, token_hash: str, person: PersonId, name: str, at: datetime, until: datetime
    ) -> HelperInvitation | None:
        """Bind an invitation to who opens it first, whose link of care waits from now on.

        None: somebody was sooner, or it is worth nothing any more."""
        ...

    async def admit(self, invitation: HelperInvitation, at: datetime) -> bool:
        """Let the care that waits begin; False: nothing waits any more."""
        ...

    async def refuse(self, child_id: ChildId, invitation: HelperInvitationId) -> None:
        """Keep an invitation of the child no more, nor what waits for it; again changes nothing."""
        ...

    async def end(self, child_id: ChildId, person: PersonId) -> None:
        """Let somebody's care be over; the row of it goes."""
        ...

    async def keep_ended(
        self, ended: HelperInvitation, token_hash: str, at: datetime
    ) -> HelperInvitation:
        """Keep of somebody's help that it is over, so that they can be told: as an invitation that
        nobody can open and that lets nobody in. It goes as others do."""
        ...

    async def end_all(self, person: PersonId) -> list[ChildId]:
        """The same of all children in the person's care, and of the person's invitations; which
        children these were."""
        ...

    async def call(self, child_id: ChildId, person: PersonId, called: str) -> None:
        """Remember what the family calls who cares for the child."""
        ...

    async def last_to_change(self, visit_id: AppointmentId) -> CareLink | None:
        """Who of those who care for the child changed its visit last; None: somebody else."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop invitations, and links of help, that were over before a moment; return how many."""
        ...
