"""Families, processes and a FHIR server on its worst days, by chance."""

import asyncio
from random import Random
from uuid import uuid4

import pytest

from bot.sandbox.systems.fhir import FhirServer, Habits
from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.fhir.adapter import Fhir
from services.model.systems.values import ForeignSlot, ForeignState, ForeignVisit, Refused
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import MISHA, Clinic, fake_clinic
from tests.chances import so_often

FAMILIES = 12
CARD = {
    "resourceType": "Patient",
    "name": [{"text": MISHA.name}],
    "birthDate": MISHA.birth_date.isoformat(),
}
PATHS = [
    ("POST", "/"),
    ("POST", "/Appointment"),
    ("PUT", "/Slot"),
    ("PUT", "/Appointment"),
    ("GET", "/"),
]


def bad_days(server: FhirServer, chance: Random) -> None:
    """Some thirty things that go wrong, each once, at some time."""
    for _ in range(30):
        method, path = chance.choice(PATHS)
        trouble = Trouble(chance.choice([*Kind]), method, path, times=1, skip=chance.randrange(25))
        server.troubles.add(trouble)


async def insist(
    clinic: Clinic, slot: ForeignSlot, chance: Random, dialect: dict[str, bool]
) -> ForeignVisit | None:
    """A family that wants to know: each attempt by another process, until it is told yes or no.
    Some give up half way, and what they left is taken back."""
    key = str(uuid4())
    gives_up = chance.random() < 0.2
    for _ in range(40):
        system = clinic.adapter(dialect=dialect)
        try:
            return (
                None
                if gives_up and await took_back(system, key)
                else await system.book(slot, MISHA, key)
            )
        except SystemRefused as refused:
            if refused.why is Refused.TAKEN and not refused.in_doubt:
                return None
    raise AssertionError("nobody ever told this family")


async def took_back(system: Fhir, key: str) -> bool:
    left = await system.look_up(key)
    if left is None:
        return False
    await system.cancel(left.ref, "nobody waited for it")
    return True


@pytest.mark.parametrize("seed", range(so_often(10)))
@pytest.mark.parametrize("bundled", [False, True], ids=["one by one", "in one bundle"])
async def test_none_is_booked_twice_and_none_is_told_wrongly(seed: int, bundled: bool) -> None:
    """Requests and answers are lost, late or refused; what families were told is what stands there,
    each time has one visit or none, and only what has one is busy."""
    chance = Random(seed)  # noqa: S311 - what goes wrong has to go wrong again
    async with fake_clinic(Habits(transactions=chance.random() < 0.5)) as clinic:
        assert clinic.fake
        await clinic.post(CARD)
        slots = (await clinic.adapter().find(clinic.window))[:4]
        bad_days(clinic.fake, chance)

        dialect = {"one bundle": bundled}
        families = [insist(clinic, slots[each % 4], chance, dialect) for each in range(FAMILIES)]
        told = [visit for visit in await asyncio.gather(*families) if visit]
        clinic.fake.troubles.clear()
        await clinic.fake.troubles.release()

        assert {visit.state for visit in told} <= {ForeignState.BOOKED}
        standing = await clinic.visits("booked")
        assert {each["id"] for each in standing} == {visit.ref.value for visit in told}
        named = [each["slot"][0]["reference"] for each in standing]
        assert len(named) == len({*named})
        busy = clinic.fake.store.search("Slot", [("status", "busy")])
        assert {f"Slot/{each['id']}" for each in busy} == {*named}
        assert await clinic.visits("pending") == []
