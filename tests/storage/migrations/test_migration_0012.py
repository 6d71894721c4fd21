"""The doctor's word comes to clinics that are there, and goes again."""

from dataclasses import replace
from datetime import date

import pytest

from services.model.clinic import Clinic, Confirming, Unanswered
from services.model.visits import AppointmentState
from storage.database.migrate import migrate
from tests.conftest import House, StillClock, house_over, need
from tests.databases import BOTH
from tests.storage.files import tables_of
from tests.storage.migrations.test_migrations import go, look


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_waits_and_what_nobody_answered_outlive_the_way_down(
    house: House, clinic: Clinic, clock: StillClock
) -> None:
    """Down and up again over a visit that waits and one that nobody answered: both are there, and
    what waits is booked, as nobody could confirm it; who changes is a person for the old code; what
    only the new code can tell is dropped."""
    entry = await house.services.profiles.entered(clinic.code)
    terms = Confirming(unanswered=Unanswered.GIVEN_BACK)
    asking = replace(entry.profile, doctors_confirm=True, confirming=terms)
    await house.services.profiles.enter(replace(entry, profile=asking))
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    doctor = (await house.doctors(clinic))[1]
    slots = await house.free_times(anna, child.id, doctor)
    gone = await house.book(anna, child.id, slots[-1])
    clock.forward(hours=3)
    assert await house.services.word.settle() == 1
    other = await house.child(anna, "Соня")
    day = await house.services.times.day(anna, need(other.id), doctor.id, date(2026, 11, 24))
    waits = await house.book(anna, other.id, day.slots[-1])
    assert waits.is_pending
    await house.engines.dispose()

    columns = await look(house.database, tables_of)
    await go(house.database, "0009")
    by = await house.database.rows("SELECT DISTINCT changed_by FROM appointment_changes")
    assert [tuple(row) for row in by] == [(anna,)]
    kinds = "SELECT kind FROM notifications WHERE kind IN ('lapsed', 'to-confirm')"
    assert await house.database.rows(kinds) == []

    await migrate(house.database.url)
    assert await look(house.database, tables_of) == columns
    async with house_over(house.database, clock) as after:
        found = await after.services.profiles.clinic(clinic.code)
        async with after.transactions.reads() as tx:
            visits = [
                await tx.appointments.get(each.id, cared_for_by=None) for each in (gone, waits)
            ]
    assert (found.doctors_confirm, found.confirming) == (True, Confirming())
    states = [AppointmentState.CANCELLED, AppointmentState.BOOKED]
    assert [visit.state for visit in visits] == states
    assert [visit.word for visit in visits] == [None, None]
