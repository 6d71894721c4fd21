"""By which numbers a clinic's registry can call a family, and by which it finds it."""

import pytest

from services.desk.search import Found
from services.model.access import Access, Role
from services.model.clinic import Clinic
from services.model.ids import PersonId
from services.model.people import Child, PhoneNumber
from services.model.refusals.base import NotFound
from services.rules.typed.texts import mark
from tests.conftest import House
from tests.services.conftest import Employee, Family, employ, open_clinic, run_sql
from tests.statements import statements


async def noted(house: House, who: Employee, child: Child, number: str) -> None:
    """Somebody at the desk notes a family's number."""
    await house.services.registry.ask_phone(who.person, who.post, child.id)
    await house.services.registry.note_phone(who.person, number)


async def shares(house: House, family: Family, other: PersonId) -> None:
    """The other adult cares for the family's child as well."""
    await run_sql(
        house,
        "INSERT INTO care (person_id, child_id, since) VALUES (:adult, :child, '2026-11-20')",
        adult=other,
        child=family.child.id,
    )


async def test_a_clinic_reads_no_phone_that_was_not_given_to_it(
    house: House, clinic: Clinic, tamara: Employee, anna: Family
) -> None:
    """R41: the mother gave hers at one clinic, the father brings the child to another one; there
    neither her number nor what the first registry noted is shown, or finds the child."""
    registry, other = house.services.registry, await open_clinic(house)
    boris = await house.parent(102, other)
    await shares(house, anna, boris)
    elsewhere = await employ(house, Role.REGISTRAR, 210, "other")
    await house.services.phones.give(anna.parent, "+79161234567", own=True)
    await noted(house, tamara, anna.child, "+79160000001")

    async def shown(who: Employee) -> list[PhoneNumber]:
        return list((await registry.card(who.person, who.post, anna.child.id)).phones)

    assert await shown(tamara) == ["+79160000001", "+79161234567"]
    assert await shown(elsewhere) == []
    for number in ("+79161234567", "+79160000001"):
        found = await registry.search(elsewhere.person, number)
        assert isinstance(found, Found)
        assert found.children == []
    await noted(house, elsewhere, anna.child, "+79160000002")
    assert await shown(elsewhere) == ["+79160000002"]
    assert await shown(tamara) == ["+79160000001", "+79161234567"]
    await house.services.phones.give(boris, "+79160000003", own=True)
    assert await shown(elsewhere) == ["+79160000002", "+79160000003"]


async def test_what_is_withdrawn_is_read_no_more(
    house: House, clinic: Clinic, tamara: Employee, anna: Family
) -> None:
    """R41: without the parent's consent their number is not shown, though the registry has a paper
    of the family; without that one, too, the child is not known there at all."""
    registry = house.services.registry
    await house.services.phones.give(anna.parent, "+79161234567", own=True)
    await run_sql(
        house,
        "INSERT INTO paper_consents (clinic_id, child_id, version, text_sha256, recorded_by,"
        " recorded_at) VALUES (:clinic, :child, 1, '', :post, '2026-11-20')",
        clinic=clinic.id,
        child=anna.child.id,
        post=tamara.post,
    )

    async def shown() -> list[PhoneNumber]:
        return list((await registry.card(tamara.person, tamara.post, anna.child.id)).phones)

    assert await shown() == ["+79161234567"]
    await run_sql(house, "UPDATE consents SET withdrawn_at = given_at")
    assert await shown() == []
    found = await registry.search(tamara.person, "+79161234567")
    assert isinstance(found, Found)
    assert found.children == []
    await run_sql(house, "UPDATE paper_consents SET withdrawn_at = recorded_at")
    with pytest.raises(NotFound):
        await shown()


async def test_a_withdrawn_consent_opens_nothing(
    house: House, tamara: Employee, anna: Family
) -> None:
    """R41: the parent's consent alone opens their own child, and only while it stands."""
    card = house.services.registry.card
    assert (await card(tamara.person, tamara.post, anna.child.id)).child == anna.child
    await run_sql(house, "UPDATE consents SET withdrawn_at = given_at")
    with pytest.raises(NotFound):
        await card(tamara.person, tamara.post, anna.child.id)


async def test_a_code_and_a_question_for_the_phone_are_taken_down(
    house: House, tamara: Employee, anna: Family
) -> None:
    """R39: the family reads that its card was open, and that somebody could take its visits."""
    await house.services.registry.ask_phone(tamara.person, tamara.post, anna.child.id)
    await house.services.codes.code(tamara.person, tamara.post, anna.child.id)
    async with house.transactions.reads() as tx:
        records = await tx.journal.of_child(anna.child.id, 10)
    assert [each.entry.access for each in records] == [Access.CODE, Access.CARD]


async def test_a_number_of_many_costs_as_much_as_one_of_two(
    house: House, clinic: Clinic, tamara: Employee
) -> None:
    """R54, R65, R39: an orphanage's number; whoever is shown is taken down, the rest is counted."""
    said = []
    for count in (2, 40):
        number = PhoneNumber(f"+7916000{count:04}")
        for each in range(count):
            line = f"Ребёнок{each:03} 01.02.2024"
            await house.services.registry.search(tamara.person, line)
            child = (
                await house.services.registry.add(tamara.person, tamara.post, mark(line))
            ).child
            async with house.transactions.writes() as tx:
                await tx.phones.keep_for_child(child.id, clinic.id, number, house.clock())
        before = await house.count("access_records")
        with statements(house) as told:
            found = await house.services.registry.search(tamara.person, str(number))
        assert isinstance(found, Found)
        assert (len(found.children), found.more) == (min(count, 15), max(0, count - 15))
        assert await house.count("access_records") - before == len(found.children)
        said.append(len(told))
    assert said[0] == said[1]
