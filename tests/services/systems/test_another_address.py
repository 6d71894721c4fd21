"""A clinic's server at another address: the same one, which is said so, or another one (R76)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from bot.app import Services
from bot.sandbox.systems.demo_clinic import DOCTORS, demo_clinic
from bot.sandbox.systems.fhir import FhirServer, serve_app
from bot.systems.adapters import build
from services.model.clinic import Clinic
from services.model.systems.values import PatientRule, SystemKind, SystemSettings
from services.model.visits import Appointment, AppointmentState
from tests.conftest import House
from tests.databases import BOTH
from tests.services.conftest import Family

SOKOLOVA = next(iter(DOCTORS))
BOOKED, CANCELLED = AppointmentState.BOOKED, AppointmentState.CANCELLED


@dataclass
class Moving:
    """A clinic with a visit in its server, and the house that speaks to it."""

    house: House
    clinic: Clinic
    services: Services
    family: Family
    server: FhirServer
    visit: Appointment

    async def read(self) -> AppointmentState:
        """The server is read once more; how the visit stands then."""
        self.house.clock.forward(minutes=2)
        assert await self.services.system_mirror.read(self.clinic.id) is None
        found = await self.services.mine.visit(self.family.parent, self.visit.id)
        return found.visit.state

    def cancel_there(self) -> None:
        """The clinic's people cancel it."""
        [there] = self.server.store.search("Appointment", [("status", "booked")])
        self.server.store.put({**there, "status": "cancelled"}, there["id"])


@asynccontextmanager
async def booked_at(house: House, clinic: Clinic, family: Family) -> AsyncIterator[Moving]:
    systems = build({}, house.clock)
    services = Services(house.transactions, house.clock, systems=systems)
    server = demo_clinic(house.clock)
    async with serve_app(server.app()) as url:
        settings = SystemSettings(
            kind=SystemKind.FHIR,
            url=url,
            doctors={SOKOLOVA: "Петрова Анна Сергеевна"},
            patients=PatientRule.CREATE,
            dialect={"changes": False},  # the page's server dates its news by the real clock
        )
        assert await services.own_systems.connect(clinic.code, settings) == []
        assert await services.system_mirror.read(clinic.id) is None
        petrova = next(each for each in await house.doctors(clinic) if "Петрова" in each.name)
        slot = (await house.free_times(family.parent, family.child.id, petrova))[3]
        asked = (await services.booking.book(family.parent, family.need, slot.id)).visit
        visit = await services.system_errands.answered(asked)
        assert visit.state is BOOKED
        try:
            yield Moving(house, clinic, services, family, server, visit)
        finally:
            await systems.close()


@pytest.mark.parametrize("kind", BOTH)
async def test_the_same_server_elsewhere_is_followed_on(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """What was written down by the version before names all by the old address."""
    async with booked_at(house, clinic, anna) as moving:
        async with serve_app(moving.server.app()) as new:
            await moving.services.own_systems.moved(clinic.code, f"{new}/")
            assert await moving.read() is BOOKED
            moving.cancel_there()
            assert await moving.read() is CANCELLED
        for table, column in (
            ("system_slots", "system"),
            ("system_patients", "system"),
            ("system_bookings", "ref_system"),
        ):
            assert await house.count(table) > 0
            assert await house.count(table, f"{column} NOT LIKE '{new}/%'") == 0


async def test_numbers_of_another_server_name_nothing_here(
    house: House, clinic: Clinic, anna: Family
) -> None:
    """A visit, a time or a child of the same number there is somebody else's: nothing is looked at,
    cancelled or booked by it."""
    async with booked_at(house, clinic, anna) as moving:
        [ours] = moving.server.store.search("Appointment", [])
        other = demo_clinic(house.clock)
        other.store.put({**ours, "status": "booked", "identifier": []}, ours["id"])
        [patient] = moving.server.store.search("Patient", [("name", "Миша")])
        stranger = {**patient, "name": [{"text": "Чужой"}], "birthDate": "2020-01-01"}
        other.store.put(stranger, patient["id"])
        async with serve_app(other.app()) as new:
            async with house.transactions.reads() as tx:
                own = await tx.systems.of(clinic.id)
            assert own
            settings = replace(own.settings, url=new)
            await moving.services.own_systems.connect(clinic.code, settings)
            assert await moving.read() is BOOKED
            await moving.services.mine.cancel(anna.parent, moving.visit.id)
            for _ in range(3):
                await moving.services.system_errands.tick()
                house.clock.forward(minutes=1)
            [theirs] = other.store.search("Appointment", [])
            assert theirs["status"] == "booked"

            petrova = next(each for each in await house.doctors(clinic) if "Петрова" in each.name)
            slot = (await house.free_times(anna.parent, anna.child.id, petrova))[5]
            asked = (await moving.services.booking.book(anna.parent, anna.need, slot.id)).visit
            assert (await moving.services.system_errands.answered(asked)).state is BOOKED
            [made] = other.store.search("Patient", [("name", "Миша")])
            assert made["id"] != patient["id"]
