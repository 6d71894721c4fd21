"""Ids come to only rise in a database at work, and nothing else in it is touched."""

import json

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.refusals.base import NotFound
from storage.database.engines import open_engines
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over
from tests.databases import SQLITE, Database
from tests.services.conftest import employ
from tests.storage.files import judges
from tests.storage.migrations.test_migrations import go, look, only_sqlite


@pytest.fixture
async def old(house: House, clinic: Clinic) -> Database:
    """A database of the version before: Миша has a visit; Соня, whom the registry had looked up,
    and everybody after her are gone. An absence closed a holiday that is gone as well."""
    anna = await house.parent(101, clinic)
    misha, sonya = await house.child(anna), await house.child(anna, "Соня", "05.05.2021")
    [kim, *_] = await house.doctors(clinic)
    [slot, *_] = await house.free_times(anna, misha.id, kim)
    await house.book(anna, misha.id, slot)
    tamara = await employ(house, Role.REGISTRAR, 202)
    await house.services.registry.search(tamara.person, "Соня 05.05.2021")
    await house.engines.dispose()
    await go(house.database, "0016")
    await house.database.run(  # the journal knew children by their ids then
        "INSERT INTO access_records (clinic_id, number, post_id, role, access, child_id, at, hash)"
        " VALUES (:clinic, 99, :post, 'registrar', 'card', :child, '2026-11-23 04:00:00', '')",
        clinic=clinic.id,
        post=tamara.post,
        child=sonya.id,
    )
    await house.database.run("DELETE FROM care WHERE child_id = :child", child=sonya.id)
    await house.database.run("DELETE FROM children WHERE id = :child", child=sonya.id)
    closure = json.dumps({"deviations": [["holiday", 40]], "slots": []})
    await house.database.run(
        "INSERT INTO absences (doctor_id, first_day, last_day, closure, made_by, made_at)"
        " VALUES (:kim, '2026-12-01', '2026-12-01', :closure, :post, '2026-11-23 04:00:00')"
        if house.database.kind == SQLITE
        else "INSERT INTO absences (doctor_id, first_day, last_day, closure, made_by, made_at)"
        " VALUES (:kim, '2026-12-01', '2026-12-01', cast(:closure AS json), :post,"
        " '2026-11-23 04:00:00Z')",
        kim=kim.id,
        closure=closure,
        post=tamara.post,
    )
    return house.database


async def test_every_row_and_every_judge_is_kept(old: Database) -> None:
    """R77, R78: up, down and up again over a clinic at work; PostgreSQL needs nothing."""
    rows, judging = await old.dump(), await look(old, judges)
    for _ in range(2):
        await go(old, "0017")
        assert [row for row in await old.dump() if "version" not in row] == [
            row for row in rows if "version" not in row
        ]
        assert await look(old, judges) == judging
        if old.kind == SQLITE:
            assert await old.rows("PRAGMA integrity_check") == [("ok",)]
            assert await old.rows("PRAGMA foreign_key_check") == []
        await go(old, "0016")
    assert await old.dump() == rows


async def test_who_was_looked_up_and_is_gone_hands_on_nothing(
    old: Database, clock: StillClock
) -> None:
    """R77: the journal names a child whose row is gone, under the version before; the next
    family's child is another one, and its journal is empty."""
    [(gone,)] = await old.rows("SELECT max(child_id) FROM access_records")
    await migrate(old.url)
    async with house_over(old, clock) as house:
        [clinic] = await house.services.profiles.all()
        vera = await house.parent(102, clinic)
        dasha = await house.child(vera, "Даша")
        journal = house.services.journal
        assert dasha.id > gone
        assert (await journal.who_looked(vera, clinic.id, dasha.id)).seen == []
        with pytest.raises(NotFound):
            await journal.who_looked(vera, clinic.id, gone)


@only_sqlite
async def test_what_left_no_trace_is_passed_over_as_well(old: Database) -> None:
    """R77: nobody knows how many had been deleted of late; their buttons lie in chats. Visits
    always only rose, and their numbers go on where they were."""
    await migrate(old.url)
    sequences = await old.rows("SELECT name, seq FROM sqlite_sequence")
    found: dict[str, int] = dict(map(tuple, sequences))

    assert found["holidays"] == found["leaves"] + 40 == 1040
    assert found["children"] == 1002
    assert found["questions"] == 1000
    assert found["appointments"] == 1


@only_sqlite
async def test_an_empty_database_begins_with_one(database: Database) -> None:
    """R77: where nobody ever was, nothing is passed over."""
    assert await database.rows("SELECT * FROM sqlite_sequence WHERE seq > 0") == []


@only_sqlite
async def test_a_table_that_is_not_ours_is_refused_and_nothing_changed(old: Database) -> None:
    """R78: a schema that somebody edited is not edited blindly."""
    await old.run("DROP TABLE code_tries")
    await old.run("CREATE TABLE code_tries (id INTEGER PRIMARY KEY, person_id, tried_at)")
    before = await old.dump(), await look(old, judges)
    with pytest.raises(RuntimeError, match="code_tries has no PRIMARY KEY"):
        await migrate(old.url)

    assert (await old.dump(), await look(old, judges)) == before
    engines = open_engines(old.url)
    async with engines.reading.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA integrity_check")).all() == [("ok",)]
    await engines.dispose()
