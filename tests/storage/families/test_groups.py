"""Of which groups children are: encrypted, read along with the child, and gone by the day."""

from datetime import date, timedelta

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.refusals.families import GroupsNotKept
from services.model.reserved.groups import ChildGroup
from services.model.reserved.times import ReservedFor
from storage.care.ciphers import Ciphers
from storage.database.transaction import StoredTransactions
from tests.conftest import KEY, House
from tests.services.conftest import employ

NEXT_YEAR = date(2027, 11, 23)


async def test_a_group_comes_with_the_child_and_the_database_alone_does_not_tell_it(
    house: House, clinic: Clinic
) -> None:
    """R35: put down twice it is there once; a visit's child has it too; nobody reads it without the
    key, and it is not there where the key is another one."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    tamara = await employ(house, Role.REGISTRAR, 202)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR)
    disabled = ChildGroup(clinic.id, ReservedFor.DISABLED, date(2026, 12, 1))
    async with house.transactions.writes() as tx:
        for group in (observed, disabled, observed):
            await tx.groups.put_down(child.id, group, tamara.post, house.clock())
    async with house.transactions.reads() as tx:
        [read] = await tx.families.children(anna)
    assert sorted(read.groups, key=lambda each: each.group) == [disabled, observed]
    assert not await house.count("child_groups", "ciphertext LIKE '%observed%'")

    for ciphers in (None, Ciphers([bytes(32)])):
        locked = StoredTransactions(house.engines, house.clock, ciphers=ciphers)
        async with locked.reads() as tx:
            assert [(each.id, each.groups) for each in await tx.families.children(anna)] == [
                (child.id, ())
            ]
    async with house.transactions.writes() as tx:
        assert await tx.groups.forget_ended(date(2026, 12, 2)) == 1
        await tx.groups.end(child.id, clinic.id, ReservedFor.OBSERVED)
    assert await house.count("child_groups") == 0


async def test_another_key_takes_them_over(house: House, clinic: Clinic) -> None:
    """R35: rotated, they open with the new key alone. Without any key none is put down."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    tamara = await employ(house, Role.REGISTRAR, 202)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR)
    async with house.transactions.writes() as tx:
        await tx.groups.put_down(child.id, observed, tamara.post, house.clock())
    both = StoredTransactions(house.engines, house.clock, ciphers=Ciphers([bytes(32), KEY]))
    async with both.writes() as tx:
        assert await tx.groups.encrypt_anew(10) == 1
        assert await tx.groups.encrypt_anew(10) == 0
    new = StoredTransactions(house.engines, house.clock, ciphers=Ciphers([bytes(32)]))
    async with new.reads() as tx:
        assert (await tx.families.child(child.id, cared_for_by=anna)).groups == (observed,)
    without = StoredTransactions(house.engines, house.clock)
    async with without.writes() as tx:
        with pytest.raises(GroupsNotKept):
            await tx.groups.put_down(child.id, observed, tamara.post, house.clock())


async def test_what_another_version_or_key_wrote_is_not_lost_with_it(
    house: House, clinic: Clinic
) -> None:
    """R78: a group that a newer version put down stays when one that is known ends, comes along to
    another key, and to the card that is left of two; one whose key was given up goes. Without any
    key none ends, as nobody knows which it is."""
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    tamara = await employ(house, Role.REGISTRAR, 202)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR)
    place = f"child_groups/{child.id}/{clinic.id}"
    rows = {
        "newer": Ciphers([KEY]).seal("of-tomorrow/2027-11-23", place),
        "locked": Ciphers([bytes(31) + b"1"]).seal("disabled/2027-11-23", place),
    }
    for ciphertext in rows.values():
        await house.database.run(
            "INSERT INTO child_groups (child_id, clinic_id, ciphertext, ends_on, put_by, put_at)"
            " VALUES (:child, :clinic, :ciphertext, '2027-11-23', :post, '2026-11-23')",
            child=child.id,
            clinic=clinic.id,
            ciphertext=ciphertext,
            post=tamara.post,
        )
    without = StoredTransactions(house.engines, house.clock)
    async with without.writes() as tx:
        with pytest.raises(GroupsNotKept):
            await tx.groups.end(child.id, clinic.id, ReservedFor.OBSERVED)
    async with house.transactions.writes() as tx:
        await tx.groups.put_down(child.id, observed, tamara.post, house.clock())
        await tx.groups.end(child.id, clinic.id, ReservedFor.OBSERVED)
    [left] = await house.database.rows("SELECT ciphertext FROM child_groups")
    assert left.ciphertext == rows["newer"]

    both = StoredTransactions(house.engines, house.clock, ciphers=Ciphers([bytes(32), KEY]))
    kept = await house.child(anna, "Миша Иванов")
    async with both.writes() as tx:
        assert await tx.groups.encrypt_anew(10) == 1
        assert await tx.groups.encrypt_anew(10) == 0
        await tx.groups.hand_over(child.id, kept.id)
    [left] = await house.database.rows("SELECT child_id, clinic_id, ciphertext FROM child_groups")
    assert left.child_id == kept.id
    opened = Ciphers([bytes(32)]).open(left.ciphertext, f"child_groups/{kept.id}/{clinic.id}")
    assert opened == "of-tomorrow/2027-11-23"


async def test_a_group_that_stands_where_it_was_not_sealed_is_none(
    house: House, clinic: Clinic
) -> None:
    """R35: moved to a sister's row, it gives her nothing, and her family's bot goes on."""
    anna = await house.parent(101, clinic)
    child, sister = await house.child(anna), await house.child(anna, "Соня")
    tamara = await employ(house, Role.REGISTRAR, 202)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR)
    async with house.transactions.writes() as tx:
        await tx.groups.put_down(child.id, observed, tamara.post, house.clock())
    await house.database.run("UPDATE child_groups SET child_id = :sister", sister=sister.id)
    async with house.transactions.reads() as tx:
        assert [each.groups for each in await tx.families.children(anna)] == [(), ()]


async def test_one_child_known_twice_keeps_them(house: House, clinic: Clinic) -> None:
    """Sealed anew under the id that stays; of two of one group the one that lasts longer counts."""
    anna = await house.parent(101, clinic)
    kept, gone = await house.child(anna), await house.child(anna, "Миша Иванов")
    tamara = await employ(house, Role.REGISTRAR, 202)
    observed = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR)
    longer = ChildGroup(clinic.id, ReservedFor.OBSERVED, NEXT_YEAR + timedelta(days=9))
    disabled = ChildGroup(clinic.id, ReservedFor.DISABLED, NEXT_YEAR)
    async with house.transactions.writes() as tx:
        await tx.groups.put_down(kept.id, observed, tamara.post, house.clock())
        await tx.groups.put_down(gone.id, longer, tamara.post, house.clock())
        await tx.groups.put_down(gone.id, disabled, tamara.post, house.clock())
        await tx.joining.lock([kept.id, gone.id])
        await tx.joining.join(gone.id, kept.id, None, tamara.post, house.clock())
    async with house.transactions.reads() as tx:
        [child] = await tx.families.children(anna)
    assert sorted(child.groups, key=lambda each: each.group) == [disabled, longer]
    assert await house.count("child_groups") == 2
