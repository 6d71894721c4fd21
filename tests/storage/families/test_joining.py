"""Two entries of one child become one, and nothing of either is lost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from services.model.access import Access, Entry, Role
from services.model.clinic import Clinic
from services.model.ids import ChildId, ClinicId, PersonId, PostId
from services.model.people import PhoneNumber
from services.model.refusals.families import ChildJoined, PhonesLocked
from services.model.refusals.visits import ChildIsBusy
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import KindKey, Reason
from services.model.waitlist.waits import WaitWish
from storage.care.ciphers import Ciphers
from storage.tables.base import Base
from tests.conftest import House, house_over
from tests.services.conftest import employ, open_clinic

OWN = PhoneNumber("+79160000001")
LATER = PhoneNumber("+79160000002")
JOURNAL = "access_records"
"""Whose rows nobody can change: they stay under the id that they were written with."""


@dataclass(frozen=True)
class Twice:
    """One child of Anna's, entered by her and by the registry, with a row in every table."""

    anna: PersonId
    kept: ChildId
    gone: ChildId
    post: PostId


def pointing_at_children() -> set[str]:
    """Every table that says something of a child by its id, whether the database checks it or
    not."""
    return {
        table.name
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name == "child_id"
        or any(key.column.table.name == "children" for key in column.foreign_keys)
    }


def rows_of(clinic: Clinic, twice: Twice, now: datetime) -> dict[str, dict[str, Any]]:
    """What the other entry has in each table, as far as no shortcut writes it."""
    return {
        "consents": {
            "person_id": twice.anna,
            "clinic_id": clinic.id,
            "purpose": "reminders",
            "version": 1,
            "text_sha256": "0" * 64,
            "given_at": now,
        },
        "paper_consents": {
            "clinic_id": clinic.id,
            "version": 1,
            "text_sha256": "0" * 64,
            "recorded_by": twice.post,
            "recorded_at": now,
        },
        "visit_codes": {"code_sha256": "1" * 64, "clinic_id": clinic.id, "expires_at": now},
        "first_asks": {
            "clinic_id": clinic.id,
            "day": date(2026, 11, 1),
            "asked_at": now,
            "earliest": now,
        },
        "conversations": {
            "person_id": twice.anna,
            "asked": "new-name",
            "clinic_id": clinic.id,
            "child_name": "",
            "asked_at": now,
            "topic": "",
        },
        "access_records": {  # of the version before, which knew no other numbers than the ids
            "clinic_id": clinic.id + 1,
            "number": 1,
            "post_id": twice.post,
            "role": "registrar",
            "access": "card",
            "at": now,
            "hash": "3" * 64,
        },
        "care_invitations": {
            "token_sha256": "2" * 64,
            "clinic_id": clinic.id,
            "invited_by": twice.anna,
            "called": "",
            "may_book": True,
            "created_at": now,
            "expires_at": now,
        },
        "check_ups": {"clinic_id": clinic.id, "months": 6, "invited_at": now},
        "uninvited_children": {"since": now},
        "system_patients": {"clinic_id": clinic.id, "system": "urn:x", "value": "7"},
        "joined_children": {"gone_id": 4711, "joined_at": now, "joined_by": twice.post},
    }


async def write(house: House, table: str, **row: Any) -> None:
    async with house.engines.writing.begin() as connection:
        await connection.execute(insert(Base.metadata.tables[table]).values(row))


async def anna_s(house: House, clinic: Clinic) -> Twice:
    """Two children and nothing of the second one but that it is hers."""
    anna = await house.parent(101, clinic)
    kept = await house.child(anna)
    gone = await house.child(anna, "Миша Иванов")
    tamara = await employ(house, Role.REGISTRAR, 202)
    return Twice(anna, kept.id, gone.id, tamara.post)


@pytest.fixture
async def twice(house: House, clinic: Clinic) -> Twice:
    return await anna_s(house, clinic)


async def join(house: House, twice: Twice, phone: tuple[ClinicId, ChildId] | None = None) -> None:
    async with house.transactions.writes() as tx:
        await tx.joining.lock([twice.kept, twice.gone])
        await tx.joining.join(twice.gone, twice.kept, phone, twice.post, house.clock())


async def planted(house: House, clinic: Clinic, twice: Twice) -> None:
    """The other entry has a row in every table that there is."""
    doctor = (await house.doctors(clinic))[0]
    slot = (await house.free_times(twice.anna, twice.gone, doctor))[0]
    await house.book(twice.anna, twice.gone, slot)
    now = house.clock()
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_child(twice.gone, clinic.id, OWN, now)
        group = ChildGroup(clinic.id, ReservedFor.OBSERVED, date(2027, 1, 1))
        await tx.groups.put_down(twice.gone, group, twice.post, now)
        kind = KindKey(Reason.CONSULTATION)
        wish = WaitWish([twice.gone], kind, date(2026, 11, 24), date(2026, 12, 1))
        await tx.waits.add(clinic.id, wish, now, person=twice.anna)
        entry = Entry(twice.post, Role.REGISTRAR, Access.CARD, twice.gone, None, now)
        await tx.journal.append(clinic.id, [entry])
    for left_by_booking in ("first_asks", "conversations"):
        await house.database.run(f"DELETE FROM {left_by_booking}")  # noqa: S608 - ours
    for table, row in rows_of(clinic, twice, now).items():
        await write(house, table, child_id=twice.gone, **row)


async def count_of(house: House, child: ChildId) -> dict[str, int]:
    return {
        table: await house.count(table, f"child_id = {child}")
        for table in sorted(pointing_at_children())
    }


async def test_no_row_of_any_table_is_lost(house: House, clinic: Clinic, twice: Twice) -> None:
    """Whatever pointed at the one entry points at the other; the journal stays as it was written,
    and is read on. Whoever adds a table that points at a child plants a row here."""
    await planted(house, clinic, twice)
    before = await count_of(house, twice.gone)
    assert set(before.values()) == {1}, "a table in which nothing is planted proves nothing"
    bare = await count_of(house, twice.kept)

    await join(house, twice)

    after = await count_of(house, twice.gone)
    assert {table for table, count in after.items() if count} == {JOURNAL}
    expected = {table: count + before[table] for table, count in bare.items()}
    expected[JOURNAL] = 0
    expected["care"] = 1  # both were hers: one link is left
    expected["joined_children"] = 2  # whatever was joined before, and this
    assert await count_of(house, twice.kept) == expected
    assert await house.count("children", f"id = {twice.gone}") == 0
    async with house.transactions.reads() as tx:
        assert await tx.phones.noted(twice.kept, clinic.id) == OWN
        looks = await tx.journal.of_child(twice.kept, 9)
        assert [each.entry.access for each in looks] == [Access.CARD, Access.CARD]
        assert await tx.joining.into(ChildId(4711)) == twice.kept


async def test_the_export_reads_who_looked_at_either(
    house: House, clinic: Clinic, twice: Twice
) -> None:
    """R74: what the journal says of the entry that is no more is the family's, too."""
    other = await open_clinic(house)
    assert other.id == clinic.id + 1
    await planted(house, clinic, twice)
    await join(house, twice)

    [child] = (await house.services.own_data.all(twice.anna)).children

    assert [look.access for look in child.looks] == [Access.CARD, Access.CARD]


async def test_an_id_that_was_joined_is_not_given_again(house: House, twice: Twice) -> None:
    """R77, decision 56: the next child is somebody else, to buttons and to the journal."""
    await join(house, twice)

    assert (await house.child(twice.anna, "Соня")).id > twice.gone


async def test_who_asks_for_the_other_id_hears_why(
    house: House, clinic: Clinic, twice: Twice
) -> None:
    """R12, R30: whoever looks after the child, and the registry that knows it; nobody else."""
    stranger = await house.parent(666, clinic)
    await join(house, twice)
    async with house.transactions.reads() as tx:
        with pytest.raises(ChildJoined):
            await tx.families.child(twice.gone, cared_for_by=twice.anna)
        with pytest.raises(ChildJoined):
            await tx.registry.child(clinic.id, twice.gone)
        for refused in (
            tx.families.child(twice.gone, cared_for_by=stranger),
            tx.registry.child(ClinicId(clinic.id + 1), twice.gone),
        ):
            with pytest.raises(Exception) as problem:
                await refused
            assert type(problem.value).__name__ == "NotFound"


async def test_two_visits_at_one_time_are_one_too_many(
    house: House, clinic: Clinic, twice: Twice
) -> None:
    """R07: the database judges, and nothing of it is done."""
    for child, doctor in zip((twice.kept, twice.gone), await house.doctors(clinic), strict=True):
        slot = (await house.free_times(twice.anna, child, doctor))[0]
        await house.book(twice.anna, child, slot)
    before = await house.database.dump()
    with pytest.raises(ChildIsBusy):
        await join(house, twice)

    assert await house.database.dump() == before


@pytest.mark.parametrize("said", ["kept", "gone", None])
async def test_of_two_numbers_one_stays(
    house: House, clinic: Clinic, twice: Twice, said: str | None
) -> None:
    """R35: the one that was said, or the later one; sealed anew for the child whose it is now."""
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_child(twice.kept, clinic.id, OWN, house.clock())
        await tx.phones.keep_for_child(
            twice.gone, clinic.id, LATER, house.clock() + timedelta(hours=1)
        )
    await join(house, twice, (clinic.id, getattr(twice, said)) if said else None)

    async with house.transactions.reads() as tx:
        expected = OWN if said == "kept" else LATER
        assert await tx.phones.of_families([twice.kept], clinic.id) == {twice.kept: [expected]}
        assert await tx.phones.children_with(expected, clinic.id) == [twice.kept]
    assert await house.count("phones") == 1


async def test_a_number_that_no_key_opens_stops_it(
    house: House, clinic: Clinic, twice: Twice
) -> None:
    """R35: it cannot be sealed for the other child, and is not thrown away."""
    async with house.transactions.writes() as tx:
        await tx.phones.keep_for_child(twice.gone, clinic.id, OWN, house.clock())
    for ciphers in (None, Ciphers([bytes(32)])):
        async with house_over(house.database, house.clock, ciphers) as other:
            with pytest.raises(PhonesLocked):
                await join(other, twice)

    assert await house.count("phones", f"child_id = {twice.gone}") == 1
    assert await house.count("children") == 2


LINKS: Sequence[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"state": "ended"}, {"state": "active"}, {"state": "active"}),
    ({"state": "active"}, {"state": "pending"}, {"state": "active"}),
    ({"role": "helper"}, {"role": "parent"}, {"role": "parent"}),
    ({"role": "parent"}, {"role": "helper"}, {"role": "parent"}),
]


@pytest.mark.parametrize("other_way_round", [False, True])
@pytest.mark.parametrize(("one", "other", "left"), LINKS)
async def test_of_two_links_the_one_that_grants_more_stays(
    house: House,
    twice: Twice,
    one: dict[str, Any],
    other: dict[str, Any],
    left: dict[str, Any],
    *,
    other_way_round: bool,
) -> None:
    """R75: nobody loses what they had by the registry's work, and nobody gains but by the card."""
    care = Base.metadata.tables["care"]
    over = house.clock() - timedelta(days=1)
    for child, link in zip((twice.kept, twice.gone), (one, other), strict=True):
        values = {"ends_at": over, **link} if link.get("state") == "ended" else link
        child_id = {twice.kept: twice.gone, twice.gone: twice.kept}[child]
        where = care.c.child_id == (child_id if other_way_round else child)
        async with house.engines.writing.begin() as connection:
            await connection.execute(update(care).where(where).values(values))
    await join(house, twice)

    [name] = left
    assert await house.count("care") == 1
    assert await house.count("care", f"{name} = '{left[name]}' AND child_id = {twice.kept}") == 1


async def test_of_two_first_asks_of_a_day_the_earlier_stays(
    house: House, clinic: Clinic, twice: Twice
) -> None:
    """The waiting standard counts from when the family first asked, under whichever entry."""
    day, now = date(2026, 11, 1), house.clock()
    for hours, child in ((1, twice.kept), (0, twice.gone)):
        asked = now + timedelta(hours=hours)
        row = {"clinic_id": clinic.id, "day": day, "asked_at": asked, "earliest": None}
        await write(house, "first_asks", child_id=child, **row)
    await join(house, twice)

    [left] = await house.database.rows("SELECT child_id, asked_at FROM first_asks")
    assert left.child_id == twice.kept
    assert str(left.asked_at).startswith(f"{now:%Y-%m-%d %H:%M}")
