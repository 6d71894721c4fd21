"""The file of a family's data, handed out at the registry."""

import asyncio

import pytest

from services.model.access import Access
from services.model.clinic import Clinic, Doctor
from services.model.ids import ChildId, PersonId
from services.model.privacy.family_data import FamilyData
from services.model.refusals.base import NotFound
from services.rules.typed.texts import mark
from storage.privacy.gathering import StoredFamilyData
from tests.conftest import House
from tests.services.conftest import Employee, Family, families, run_sql, slots_of
from tests.services.upkeep.test_retention import WEDNESDAY
from tests.services.waiting import begin, done_or_waiting


async def looked(house: House, family: Family) -> list[Access]:
    [child] = (await house.services.own_data.all(family.parent)).children
    return [each.access for each in child.looks if isinstance(each.access, Access)]


async def test_the_registry_hands_out_the_same_as_the_chat_and_the_journal_says_so(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R74, R39: and the family reads who did."""
    slot, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    visit = await house.book(anna.parent, anna.child.id, slot)
    handing = house.services.handing_out
    [asked] = await handing.look(tamara.post, f"№ {visit.number}")
    assert [link.person for link in asked.adults] == [anna.parent]
    in_chat = await house.services.own_data.all(anna.parent)

    given = await handing.hand_out(tamara.post, anna.child.id, anna.parent)

    assert given.you == in_chat.you
    assert given.children[0].visits == in_chat.children[0].visits
    assert (await looked(house, anna))[-2:] == [Access.FOUND, Access.HANDED_OUT]


async def test_nobody_gets_the_file_of_others(
    house: House, clinic: Clinic, tamara: Employee, stranger: Employee, doctor_kim: Employee
) -> None:
    """R74, R04: not of a child whom the clinic does not know, not for an adult who does not look
    after the child, not without saying which adult asks, and not by who is no registrar."""
    one, other = await families(house, clinic, 2)
    hand_out = house.services.handing_out.hand_out
    for post, child, adult in (
        (stranger.post, one.child.id, one.parent),
        (doctor_kim.post, one.child.id, one.parent),
        (tamara.post, one.child.id, other.parent),
        (tamara.post, one.child.id, None),
        (tamara.post, ChildId(999), one.parent),
    ):
        with pytest.raises(NotFound):
            await hand_out(post, child, adult)
    assert await house.count("access_records", f"access = '{Access.HANDED_OUT}'") == 0


async def test_of_the_adult_s_children_only_those_are_in_it_whom_the_clinic_knows(
    house: House, petrova: Doctor, tamara: Employee, anna: Family
) -> None:
    """R41, R74: they took their consent back there, and one child had a visit."""
    slot, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    await house.book(anna.parent, anna.child.id, slot)
    await house.child(anna.parent, "Соня")
    await run_sql(house, "UPDATE consents SET withdrawn_at = :at", at=house.clock.now)
    handing = house.services.handing_out
    given = await handing.hand_out(tamara.post, anna.child.id, anna.parent)
    assert [child.name for child in given.children] == ["Миша"]


async def test_a_child_is_removed_while_its_file_is_gathered(
    house: House,
    clinic: Clinic,
    tamara: Employee,
    anna: Family,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R74, R39: whoever asked is given what was there when they did, and it is taken down; on
    PostgreSQL the child's lock keeps it until then."""
    children, gathered = house.services.children, StoredFamilyData.family_data
    shown = await children.removal(anna.parent, clinic.id, anna.child.id)
    going: list[asyncio.Task[object]] = []

    async def meanwhile(data: StoredFamilyData, person: PersonId) -> FamilyData:
        goes = children.remove(anna.parent, clinic.id, anna.child.id, shown.as_shown)
        going.append(begin(goes))
        await done_or_waiting(house, going[0])
        return await gathered(data, person)

    monkeypatch.setattr(StoredFamilyData, "family_data", meanwhile)
    handing = house.services.handing_out
    given = await handing.hand_out(tamara.post, anna.child.id, anna.parent)
    await going[0]

    assert [child.name for child in given.children] == ["Миша"]
    assert await house.count("access_records", f"access = '{Access.HANDED_OUT}'") == 1


async def test_a_child_without_the_bot_has_a_file_too(house: House, tamara: Employee) -> None:
    """R74: its name, its consent on paper and who looked; there is nobody whom it calls "you"."""
    line = "Костя Зорин 08.05.2022"
    registry, handing = house.services.registry, house.services.handing_out
    await registry.search(tamara.person, line)
    await registry.add(tamara.person, tamara.post, mark(line))
    [asked] = await handing.look(tamara.post, line)
    assert asked.adults == []
    given = await handing.hand_out(tamara.post, asked.child.id, None)
    assert given.you is None
    [child] = given.children
    assert child.name == "Костя Зорин"
    assert [each.version for each in child.consents_on_paper] == [1]
