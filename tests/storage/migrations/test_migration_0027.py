"""Invitations get an author, noted phones a clinic; the way back keeps one number a child."""

from services.model.access import Role
from services.model.clinic import Clinic
from storage.database.migrate import migrate
from tests.conftest import House
from tests.services.conftest import employ, open_clinic, run_sql
from tests.storage.migrations.test_migrations import go

NOTE = (
    "INSERT INTO phones (person_id, child_id, ciphertext, blind_index, given_at)"
    " VALUES (:person, :child, :number, :number, '2026-11-20')"
)
OF_THEN = (
    "INSERT INTO access_records (clinic_id, number, post_id, role, access, child_id, at, hash)"
    " VALUES (:clinic, 99, :post, 'registrar', 'phone', :child, '2026-11-20', '')"
)
"""The journal knew children by their ids then."""


async def test_a_noted_number_is_of_the_clinic_that_noted_it_last(
    house: House, clinic: Clinic
) -> None:
    """R41, R78: as the journal has it; a parent's own number is of no clinic."""
    tamara = await employ(house, Role.REGISTRAR, 202)
    anna = await house.parent(101, clinic)
    misha, sonya = await house.child(anna), await house.child(anna, "Соня")
    for child in (misha, sonya):
        await house.services.registry.ask_phone(tamara.person, tamara.post, child.id)
        await house.services.registry.note_phone(tamara.person, "+79160000001")
    await house.engines.dispose()
    await go(house.database, "0019")
    await run_sql(house, "DELETE FROM phones")
    await run_sql(house, OF_THEN, clinic=clinic.id, post=tamara.post, child=misha.id)
    await run_sql(house, NOTE, person=None, child=misha.id, number="x")
    await run_sql(house, NOTE, person=anna, child=None, number="y")
    await house.engines.dispose()
    await migrate(house.database.url)

    found = await house.database.rows("SELECT child_id, clinic_id FROM phones ORDER BY id")
    assert list(map(tuple, found)) == [(misha.id, clinic.id), (None, None)]


async def test_the_way_back_keeps_the_latest_number_of_each_child(
    house: House, clinic: Clinic
) -> None:
    """R78: the version before knows one a child, and an invitation without its author."""
    anna = await house.parent(101, clinic)
    misha = await house.child(anna)
    noted = NOTE.replace("given_at)", "given_at, clinic_id)").replace(
        "'2026-11-20')", "'2026-11-20', :at)"
    )
    other = (await open_clinic(house)).id
    await run_sql(house, noted, person=None, child=misha.id, number="first", at=clinic.id)
    await run_sql(house, noted, person=None, child=misha.id, number="last", at=other)
    await house.engines.dispose()
    await go(house.database, "0019")
    found = await house.database.rows("SELECT ciphertext FROM phones")
    assert list(map(tuple, found)) == [("last",)]
    await migrate(house.database.url)
