"""The family's own data, handed out at the registry to whoever has shown their documents (R74).

A member of the registry asks for it, and it is taken down in the same transaction as it is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.access.audit import take_down
from services.access.posts import visit_at
from services.desk.search import called_from
from services.model.access import REGISTRY, Access, Post
from services.model.ids import ChildId, PersonId, PostId
from services.model.people import CareLink, CareRole, Child
from services.model.privacy.family_data import FamilyData
from services.model.refusals.base import NotFound
from services.model.refusals.clinic import NoSuchClinic
from services.ports.readers import Clock, DateReader, PhoneReader
from services.ports.transaction import Transaction, Transactions
from services.rules.names import named
from services.rules.typed.lines import ByBirth, ByNumber, Query, read_query
from services.runtime.use_case import use_case


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose data may be meant."""

    child: Child
    adults: Sequence[CareLink]
    """Who may ask for them: those who decide for the child; nobody where they have no bot."""


class HandingOut:
    """The command line of a registry."""

    def __init__(
        self,
        transactions: Transactions,
        clock: Clock,
        read_date: DateReader,
        read_phone: PhoneReader,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._read_date = read_date
        self._read_phone = read_phone

    @use_case
    async def registry(self, code: str) -> list[Post]:
        """Who works at a clinic's registry. Raises `NoSuchClinic`."""
        async with self._transactions.reads() as tx:
            clinic = await tx.clinics.by_code(code)
            if clinic is None:
                raise NoSuchClinic(code)
            return [each for each in await tx.staff.of_clinic(clinic.id) if each.role in REGISTRY]

    @use_case
    async def look(self, post_id: PostId, typed: str) -> list[Asked]:
        """Whom the clinic knows by what is typed as at the desk; it is taken down.

        Raises a `Refusal`: it cannot be read, or the post is none."""
        query = read_query(typed, self._read_date, self._read_phone)
        async with self._transactions.writes() as tx:
            post = await _registrar(tx, post_id)
            children = await _fitting(tx, post, query)
            found = [(child.id, None) for child in children]
            await take_down(tx, post, Access.FOUND, found, self._clock())
            return [Asked(child, await _adults(tx, child.id)) for child in children]

    @use_case
    async def hand_out(
        self, post_id: PostId, child_id: ChildId, adult: PersonId | None
    ) -> FamilyData:
        """All that is kept of the adult and of those of their children whom the clinic knows, or of
        a child who has no bot; it is taken down for each of the children.

        Raises:
            NotFound: no such post, no such child at its clinic, or the adult may not ask.
        """
        async with self._transactions.writes() as tx:
            post = await _registrar(tx, post_id)
            child = await tx.registry.child(post.clinic.id, child_id, lock=True)
            adults = {link.person for link in await _adults(tx, child.id)}
            if (adult is None and adults) or (adult is not None and adult not in adults):
                raise NotFound
            if adult is None:
                found = await tx.privacy.data_of_child(child.id)
            else:
                found = await _known_here(tx, post, await tx.privacy.family_data(adult))
            given = [(ChildId(each.id), None) for each in found.children]
            await take_down(tx, post, Access.HANDED_OUT, given, self._clock())
            return found


async def _known_here(tx: Transaction, post: Post, found: FamilyData) -> FamilyData:
    """Without the children of whom this clinic knows nothing (R41)."""
    ids = [ChildId(each.id) for each in found.children]
    here = {child.id for child in await tx.registry.some(post.clinic.id, ids)}
    return replace(found, children=[each for each in found.children if each.id in here])


async def _registrar(tx: Transaction, post_id: PostId) -> Post:
    post = await tx.staff.get(post_id)
    if post.role not in REGISTRY:
        raise NotFound
    return post


async def _adults(tx: Transaction, child_id: ChildId) -> list[CareLink]:
    links = await tx.people.of_child(child_id)
    return [link for link in links if link.role is not CareRole.HELPER]


async def _fitting(tx: Transaction, post: Post, query: Query) -> list[Child]:
    if isinstance(query, ByNumber):
        return [(await visit_at(tx, post, query.appointment_id)).child]
    if isinstance(query, ByBirth):
        return named(query.name, await tx.registry.born_on(post.clinic.id, query.birth_date))
    return await called_from(tx, post, query.number)
