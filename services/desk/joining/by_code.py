"""Who entered a child themselves, and says the registry's code for it, has one card then."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import product

from services.desk.joining.cards import EVER
from services.model.ids import ChildId, PersonId
from services.model.people import Child
from services.model.refusals.base import NotFound
from services.model.refusals.families import PhonesLocked
from services.ports.transaction import Transaction
from services.rules.names import is_put_alike, likely_same, words_of
from services.waitlist.merging import make_one_place


async def own_cards(tx: Transaction, person: PersonId, child_id: ChildId) -> list[Child]:
    """Of the children whom somebody entered those who may be the one that a code is for; none where
    the registry removes that one just now."""
    try:
        child = await tx.families.child(child_id, cared_for_by=None)
    except NotFound:
        return []
    return likely_same(child, await tx.families.children(cared_for_by=person))


async def join_own(
    tx: Transaction,
    person: PersonId,
    child_id: ChildId,
    own: Collection[Child],
    now: datetime,
) -> None:
    """Make one card of the one that somebody took by a code and the one they entered themselves,
    where it is plain that they are one child's: both are that person's alone, and no two visits are
    at one time. Otherwise both stay, and the registry can be asked. All are locked."""
    if len(own) != 1:
        return
    [mine] = own
    taken = await tx.families.child(child_id, cared_for_by=person)
    carers = await tx.families.carers_of([mine.id, taken.id])
    if any(adults != [person] for adults in carers.values()) or await tx.erasures.of(person):
        return
    pairs = product(
        await tx.appointments.planned([mine.id], after=EVER),
        await tx.appointments.planned([taken.id], after=EVER),
    )
    if any(one.slot.stretch.overlaps(other.slot.stretch) for one, other in pairs):
        return
    with suppress(PhonesLocked):
        await tx.joining.join(taken.id, mine.id, None, None, now)
        await make_one_place(tx, mine.id, now)
        name = mine.name
        if not is_put_alike(mine.name, taken.name):
            name = max(mine.name, taken.name, key=lambda each: len(words_of(each)))
        district = mine.district_id or taken.district_id
        await tx.families.change_child(replace(mine, name=name, district_id=district))
