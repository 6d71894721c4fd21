"""A visit in a clinic's 1С gets another time and stays the same document, whatever is lost."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.systems.troubles import Kind, Trouble
from services.model.systems.values import ForeignSlot, ForeignState, ForeignVisit, Refused
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused
from tests.bot.systems.test_first_bit import DAY, MISHA, QUICKLY_BORED, Bit, a_base


@pytest.fixture
async def bit() -> AsyncIterator[Bit]:
    async with a_base() as bit:
        yield bit


async def booked(system: ClinicSystem) -> tuple[ForeignVisit, list[ForeignSlot]]:
    """A visit at nine, and all times of the day as they were before."""
    times = await system.find(DAY)
    return await system.book(times[0], MISHA, "key"), times


async def test_a_moved_visit_keeps_its_document(bit: Bit) -> None:
    """All of it is sent again under its УИД, since it is written anew; twice it is the same."""
    system = bit.system()
    visit, times = await booked(system)
    assert (await system.capabilities()).move

    for _ in range(2):
        moved = await system.move(visit.ref, times[3], MISHA, "key")
    assert (moved.state, moved.stretch) == (ForeignState.BOOKED, times[3].stretch)
    assert await system.status(moved.ref) == moved
    [(guid, document)] = bit.server.documents.items()
    assert {**bit.server.seen[-3][1], "Key": ""} == {
        "Key": "",
        "Method": "BookAnAppointmentWithParams",
        "EmployeeID": times[3].doctor,
        "Clinic": bit.server.clinic,
        "Date": "01.03.2027",
        "TimeBegin": "10:30:00",
        "Duration": "0:30:00",
        "PatientName": "Миша",
        "PatientSurname": "Иванов",
        "Birthday": "12.03.2024",
        "GUID": guid,
    }
    assert document.person["PatientName"] == "Миша"
    assert times[0] in await system.find(DAY)


async def test_a_visit_stays_where_it_is_if_the_time_is_taken(bit: Bit) -> None:
    system = bit.system()
    visit, times = await booked(system)
    await system.book(times[3], MISHA, "another")

    with pytest.raises(SystemRefused) as refused:
        await system.move(visit.ref, times[3], MISHA, "key")

    assert (refused.value.why, refused.value.in_doubt) == (Refused.TAKEN, False)
    assert await system.status(visit.ref) == visit
    with pytest.raises(SystemRefused) as unclear:  # both times are taken
        await system.whereabouts(visit.ref, times[3])
    assert unclear.value.why is Refused.UNKNOWN


@pytest.mark.parametrize("kind", [Kind.LOST_REQUEST, Kind.LOST_ANSWER, Kind.LATE])
async def test_after_a_silence_the_times_say_where_it_is(bit: Bit, kind: Kind) -> None:
    """And asked again it is one visit at the new time."""
    system = bit.system(QUICKLY_BORED)
    visit, times = await booked(system)
    bit.server.troubles.add(Trouble(kind, "POST", "/AppointmentCreate", times=1))
    with pytest.raises(SystemRefused) as silent:
        await system.move(visit.ref, times[3], MISHA, "key")
    assert silent.value.in_doubt

    there = await system.whereabouts(visit.ref, times[3])
    assert there
    at = times[3] if kind is Kind.LOST_ANSWER else times[0]
    assert (there.state, there.stretch) == (ForeignState.BOOKED, at.stretch)

    await system.move(visit.ref, times[3], MISHA, "key")
    await bit.server.troubles.release()
    assert len(bit.server.documents) == 1
    there = await system.whereabouts(visit.ref, times[3])
    assert there
    assert there.stretch == times[3].stretch
    await system.cancel(visit.ref, "by its old name")
    there = await system.whereabouts(visit.ref, times[3])
    assert there
    assert there.state is ForeignState.CANCELLED


async def test_a_base_that_changes_no_document_is_found_out(
    bit: Bit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one goes, the visit stays where it was; the switch says that it cannot move."""
    written = bit.server._written
    monkeypatch.setattr(
        bit.server, "_written", lambda asked, person: written({**asked, "GUID": ""}, person)
    )
    system = bit.system()
    visit, times = await booked(system)

    with pytest.raises(SystemRefused) as refused:
        await system.move(visit.ref, times[3], MISHA, "key")

    assert (refused.value.why, refused.value.in_doubt) == (Refused.UNKNOWN, False)
    assert await system.status(visit.ref) == visit
    assert times[3] in await system.find(DAY)
    assert not (await bit.system(dialect={"moves": False}).capabilities()).move
