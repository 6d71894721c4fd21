"""The pages of a family's own data ask for what they show, and for nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from services.model.clinic import Clinic, Doctor
from services.model.consents import Purpose
from services.model.refusals.base import NotFound
from tests.conftest import House
from tests.services.conftest import Family, slots_of
from tests.statements import statements

WEDNESDAY = date(2026, 11, 25)


async def test_the_page_says_what_the_file_holds(
    house: House, clinic: Clinic, petrova: Doctor, anna: Family
) -> None:
    """R40, R74: both count the same visits and questions, and know the same erasure."""
    first, second, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    visit = await house.book(anna.parent, anna.child.id, first)
    async with house.transactions.writes() as tx:
        for text in ("Нужна справка?", "С бабушкой можно?"):
            await tx.questions.add(visit.id, anna.parent, text, house.clock(), to_doctor=False)
    sister = await house.child(anna.parent, "Ася")
    await house.book(anna.parent, sister.id, second)
    shown = await house.services.erasing.look(anna.parent)
    asked = await house.services.erasing.ask(anna.parent, shown.as_shown)

    found = await house.services.own_data.overview(anna.parent)
    everything = await house.services.own_data.all(anna.parent)
    assert [(each.name, each.visits, each.questions) for each in found.children] == [
        (each.name, len(each.visits), sum(len(visit.questions) for visit in each.visits))
        for each in everything.children
    ]
    assert everything.you
    assert found.erased_from == everything.you.erased_from == asked.until
    assert not found.agrees
    assert found.agreed_last_at == clinic.id


async def test_another_family_s_consent_is_not_opened(
    house: House, anna: Family, boris: Family
) -> None:
    """R30: a foreign id reveals nothing."""
    (own, *_) = await house.services.own_data.consents(anna.parent)
    assert own.id
    assert replace(await house.services.own_data.consent(anna.parent, own.id), history=()) == own
    assert own.purpose is Purpose.PROCESSING
    with pytest.raises(NotFound):
        await house.services.own_data.consent(boris.parent, own.id)


@pytest.mark.parametrize(("page", "most"), [("overview", 4), ("consents", 1)])
async def test_a_page_costs_few_statements(
    house: House, petrova: Doctor, anna: Family, page: str, most: int
) -> None:
    """R65: gathering everything takes some twenty."""
    first, *_ = await slots_of(house, petrova, anna, WEDNESDAY)
    await house.book(anna.parent, anna.child.id, first)
    with statements(house) as said:
        await getattr(house.services.own_data, page)(anna.parent)
    assert len([each for each in said if each.startswith("SELECT")]) <= most
