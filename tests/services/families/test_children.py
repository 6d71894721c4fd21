"""The children in a parent's care: corrected, placed in a district, and removed."""

from dataclasses import replace

import pytest

from services.desk.search import Found
from services.families.home import Home
from services.families.places import AskAddress, AskBirthDate, AskConsent, AskName, ChildCard
from services.model.clinic import Addresses, Clinic, Doctor, Limits, Side
from services.model.conversations import (
    AboutChild,
    AddressOf,
    Conversation,
    NamingChild,
    NewBirthDateOf,
    NewNameOf,
    Topic,
)
from services.model.ids import DistrictId, PersonId
from services.model.refusals.base import NotFound
from services.model.refusals.families import NoConsent, TooManyChildren
from services.model.refusals.visits import VisitChanged
from services.model.slots import Slot
from services.runtime.use_case import effect_of
from tests.conftest import House
from tests.playing import played
from tests.services.conftest import Employee, Family, open_clinic, run_sql


@played
async def slots(house: House, anna: Family, petrova: Doctor) -> list[Slot]:
    return await house.free_times(anna.parent, anna.child.id, petrova)


@played
async def district(house: House, petrova: Doctor) -> DistrictId:
    """Петрова's, of the odd houses of Садовая."""
    async with house.transactions.writes() as tx:
        part = Addresses("ул. Садовая", Side.ODD)
        return (await tx.districts.add(petrova, "участок 1", [part])).id


async def asked(house: House, person: PersonId) -> Conversation[Topic] | None:
    async with house.transactions.reads() as tx:
        return await tx.conversations.of(person)


async def shares(house: House, family: Family, other: Family) -> None:
    """The other adult cares for the family's child as well."""
    await run_sql(
        house,
        "INSERT INTO care (person_id, child_id, since) VALUES (:adult, :child, '2026-11-20')",
        adult=other.parent,
        child=family.child.id,
    )


async def test_children_are_listed_and_shown(
    house: House, anna: Family, boris: Family, clinic: Clinic, district: DistrictId
) -> None:
    """R30, R41: the own ones, at a clinic that was consented to."""
    children = house.services.children
    sonya = await house.child(anna.parent, "Соня")
    assert (await children.all(anna.parent, clinic.id)).children == [anna.child, sonya]
    card = await children.card(anna.parent, clinic.id, anna.child.id)
    assert (card.child, card.district, card.has_districts) == (anna.child, None, True)

    with pytest.raises(NotFound):
        await children.card(boris.parent, clinic.id, anna.child.id)
    other = await open_clinic(house)
    with pytest.raises(NoConsent):
        await children.all(anna.parent, other.id)
    with pytest.raises(NoConsent):
        await children.card(anna.parent, other.id, anna.child.id)


@pytest.mark.parametrize(
    ("what", "place"),
    [
        (NewNameOf, AskName),
        (NewBirthDateOf, AskBirthDate),
        (AddressOf, AskAddress),
    ],
)
async def test_a_parent_is_asked_about_a_child(
    house: House, anna: Family, boris: Family, clinic: Clinic, what: type[AboutChild], place: type
) -> None:
    """R30: what is asked is kept with the child that it is about; a replay asks nothing anew."""
    children = house.services.children
    with effect_of(1):
        found = await children.ask_about(anna.parent, clinic.id, what(anna.child.id))
    assert isinstance(found, place)
    assert isinstance(found, AskName | AskBirthDate | AskAddress)
    assert found.child == anna.child
    expected = Conversation(what(anna.child.id), clinic.id, house.clock())
    assert await asked(house, anna.parent) == expected

    await house.services.families.stop_typing(anna.parent)
    with effect_of(1):
        here = await children.ask_about(anna.parent, clinic.id, what(anna.child.id))
    assert isinstance(here, Home)
    assert await asked(house, anna.parent) is None
    with pytest.raises(NotFound):
        await children.ask_about(boris.parent, clinic.id, what(anna.child.id))


async def test_one_more_child_is_asked_for_up_to_the_limit(house: House) -> None:
    """R51: the limit is told before anything is typed; a replay says where the person stands."""
    clinic = await open_clinic(house, limits=Limits(children=2))
    parent = await house.parent(101, clinic)
    await house.child(parent)
    children = house.services.children
    with effect_of(1):
        assert isinstance(await children.ask_one_more(parent, clinic.id), AskName)
    expected = Conversation(NamingChild(), clinic.id, house.clock())
    assert await asked(house, parent) == expected

    await house.child(parent, "Соня")
    with pytest.raises(TooManyChildren) as refused:
        await children.ask_one_more(parent, clinic.id)
    assert refused.value.most == 2
    with effect_of(1):
        assert isinstance(await children.ask_one_more(parent, clinic.id), AskName)
    with pytest.raises(NoConsent):
        await children.ask_one_more(await house.parent(102), clinic.id)


async def test_a_district_is_chosen_by_its_doctor(
    house: House, anna: Family, boris: Family, clinic: Clinic, petrova: Doctor, district: DistrictId
) -> None:
    """R30, R45: for the own child, once per update; what was being typed is over."""
    children = house.services.children
    await children.ask_about(anna.parent, clinic.id, AddressOf(anna.child.id))
    with effect_of(1):
        home = await children.choose_district(anna.parent, anna.child.id, district)
    assert isinstance(home, Home)
    [row] = home.children
    assert row.own
    assert (row.own.doctor, row.own.of_district) == (petrova, True)
    assert await asked(house, anna.parent) is None

    await run_sql(house, "UPDATE children SET district_id = NULL")
    with effect_of(1):
        await children.choose_district(anna.parent, anna.child.id, district)
    assert await house.count("children", "district_id IS NOT NULL") == 0
    with pytest.raises(NotFound):
        await children.choose_district(boris.parent, anna.child.id, district)
    with pytest.raises(NotFound):
        await children.choose_district(anna.parent, anna.child.id, DistrictId(999))


async def test_a_removed_child_s_times_are_free_at_once(
    house: House, anna: Family, boris: Family, clinic: Clinic, kim: Doctor, slots: list[Slot]
) -> None:
    """R11, R40: what it means is said first; visits ahead are cancelled, those over are kept."""
    children = house.services.children
    over = await house.book(anna.parent, anna.child.id, slots[0])
    *_, late = await house.free_times(anna.parent, anna.child.id, kim)
    ahead = await house.book(anna.parent, anna.child.id, late)
    house.clock.now = slots[0].starts_at
    removal = await children.removal(anna.parent, clinic.id, anna.child.id)
    assert [visit.id for visit in removal.visits] == [ahead.id]
    await children.ask_about(anna.parent, clinic.id, NewNameOf(anna.child.id))

    removed = await children.remove(anna.parent, clinic.id, anna.child.id)
    assert [visit.id for visit in removed.visits] == [ahead.id]
    assert await asked(house, anna.parent) is None
    assert (
        await house.count("children", f"id = {anna.child.id}") == 1
    )  # the visits are the clinic's
    states = f"id = {over.id} AND state = 'booked' OR id = {ahead.id} AND state = 'cancelled'"
    assert await house.count("appointments", states) == 2
    assert await house.count("appointment_changes", "state = 'cancelled' AND sequence = 1") == 1
    await house.book(boris.parent, boris.child.id, late)

    for question in (
        children.remove(anna.parent, clinic.id, anna.child.id),
        children.removal(anna.parent, clinic.id, anna.child.id),
        children.ask_about(anna.parent, clinic.id, NewNameOf(anna.child.id)),
        house.services.mine.visit(anna.parent, over.id),
    ):
        with pytest.raises(NotFound):
            await question


async def test_who_else_cares_keeps_the_child_and_the_visits(
    house: House, anna: Family, boris: Family, clinic: Clinic, slots: list[Slot]
) -> None:
    """R30: one parent removes a child from their own list alone."""
    await shares(house, anna, boris)
    visit = await house.book(anna.parent, anna.child.id, slots[0])
    children = house.services.children
    assert (await children.removal(anna.parent, clinic.id, anna.child.id)).visits == []
    await children.remove(anna.parent, clinic.id, anna.child.id)

    assert (await house.services.mine.visits(anna.parent)).visits == []
    [kept] = (await house.services.mine.visits(boris.parent)).visits
    assert (kept.id, kept.is_active) == (visit.id, True)
    card = await children.card(boris.parent, clinic.id, anna.child.id)
    assert card.child == anna.child
    with pytest.raises(NotFound):
        await children.card(anna.parent, clinic.id, anna.child.id)


async def test_another_family_s_child_is_not_removed(
    house: House, anna: Family, boris: Family, clinic: Clinic, slots: list[Slot]
) -> None:
    """R30: nothing is changed, and nothing is revealed."""
    await house.book(anna.parent, anna.child.id, slots[0])
    with pytest.raises(NotFound):
        await house.services.children.removal(boris.parent, clinic.id, anna.child.id)
    with pytest.raises(NotFound):
        await house.services.children.remove(boris.parent, clinic.id, anna.child.id)

    assert await house.count("appointments", "state = 'booked'") == 1
    assert await house.count("care") == 2


async def test_a_removal_cancels_what_it_named(
    house: House, anna: Family, boris: Family, clinic: Clinic, slots: list[Slot]
) -> None:
    """R66: nothing that was booked, moved, or left to the person alone after the question."""
    children, booking = house.services.children, house.services.booking
    visit = await house.book(anna.parent, anna.child.id, slots[0])
    await shares(house, anna, boris)
    kept = await children.removal(anna.parent, clinic.id, anna.child.id)
    await children.remove(boris.parent, clinic.id, anna.child.id)
    named = await children.removal(anna.parent, clinic.id, anna.child.id)
    await booking.move(anna.parent, visit.id, slots[1].id)
    for shown in (kept, named):
        with pytest.raises(VisitChanged):
            await children.remove(anna.parent, clinic.id, anna.child.id, shown.as_shown)
    assert (await house.services.mine.visit(anna.parent, visit.id)).visit.is_active
    last = await children.removal(anna.parent, clinic.id, anna.child.id)
    removed = await children.remove(anna.parent, clinic.id, anna.child.id, last.as_shown)
    assert [each.id for each in removed.visits] == [visit.id]


async def test_a_child_is_removed_once(
    house: House, anna: Family, clinic: Clinic, slots: list[Slot]
) -> None:
    """R45: the same update again removes no other child and cancels nothing more."""
    sonya = replace(anna, child=await house.child(anna.parent, "Соня"))
    with effect_of(1):
        await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    assert await house.count("children", f"id = {anna.child.id}") == 0  # there was never a visit
    with effect_of(1), pytest.raises(NotFound):
        await house.services.children.remove(anna.parent, clinic.id, anna.child.id)

    assert (await house.services.children.all(anna.parent, clinic.id)).children == [sonya.child]


async def test_a_card_shows_the_district_of_the_clinic_one_is_at(
    house: House, anna: Family, clinic: Clinic, district: DistrictId
) -> None:
    """A district elsewhere is not shown here; a clinic may have none at all."""
    await house.services.children.choose_district(anna.parent, anna.child.id, district)
    other = await open_clinic(house)
    assert isinstance(await house.services.families.enter(anna.parent, other.id), AskConsent)
    await house.services.families.consent(anna.parent, other.id, 1)
    here = await house.services.children.card(anna.parent, clinic.id, anna.child.id)
    there = await house.services.children.card(anna.parent, other.id, anna.child.id)

    assert isinstance(here, ChildCard)
    assert here.district
    assert (here.district.id, there.district) == (district, None)
    assert (here.has_districts, there.has_districts) == (True, False)


async def test_the_next_family_s_child_is_another_one(
    house: House, anna: Family, boris: Family, tamara: Employee, clinic: Clinic
) -> None:
    """R77: the registry looked Даша up, and she was removed. Who comes next is not taken for her:
    nobody looked at that child, and the buttons with Даша's id open nothing."""
    dasha = await house.child(anna.parent, "Даша", "05.05.2021")
    await house.services.registry.search(tamara.person, "Даша 05.05.2021")
    assert await house.count("access_records") == 1
    await house.services.children.remove(anna.parent, clinic.id, dasha.id)
    assert await house.count("children", f"id = {dasha.id}") == 0

    petya = await house.child(boris.parent, "Петя", "05.05.2021")
    assert petya.id > dasha.id
    journal = house.services.journal
    assert (await journal.who_looked(boris.parent, clinic.id, petya.id)).seen == []
    for parent in (anna.parent, boris.parent):
        with pytest.raises(NotFound):
            await house.services.children.card(parent, clinic.id, dasha.id)
        with pytest.raises(NotFound):
            await journal.who_looked(parent, clinic.id, dasha.id)


async def test_a_child_is_removed_while_the_desk_is_asked_about_it(
    house: House, clinic: Clinic, anna: Family, tamara: Employee
) -> None:
    """R30: the registrar was about to type its family's number; the question goes with the child,
    and what is typed after all is nobody's."""
    registry = house.services.registry
    await registry.ask_phone(tamara.person, tamara.post, anna.child.id)
    await house.services.children.remove(anna.parent, clinic.id, anna.child.id)
    assert await house.count("children") == 0
    assert await asked(house, tamara.person) is None
    found = await registry.search(tamara.person, "+79161234567")
    assert isinstance(found, Found)
    assert await house.count("phones") == 0
