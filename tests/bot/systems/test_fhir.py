"""A clinic's FHIR server, spoken to as a family's booking does: over ours and over a real one."""

import asyncio
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from bot.systems.fhir.adapter import Fhir
from services.model.systems.values import (
    ForeignSlot,
    ForeignState,
    ForeignVisit,
    Patient,
    PatientRule,
    Refused,
    SentPart,
    TimeState,
)
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import LENGTH, MISHA, MORNING, Clinic


def a_key() -> str:
    return str(uuid4())


async def first_free(system: Fhir, clinic: Clinic) -> ForeignSlot:
    return (await system.find(clinic.window))[0]


async def test_it_says_what_it_can_do(clinic: Clinic) -> None:
    """/metadata comes first: what follows goes by it."""
    able = await clinic.adapter().capabilities()

    assert (able.if_match, able.keyed, able.hold, able.move) == (True, True, False, False)


async def test_all_free_times_are_found_over_many_pages(clinic: Clinic) -> None:
    """Every link[next] is followed; what is taken, or outside the window, is not there."""
    taken = {**await clinic.slot(2), "status": "busy"}
    await clinic.put(taken)

    found = await clinic.adapter(dialect={"page": 2}).find(clinic.window)

    assert {slot.ref.value for slot in found} == {*clinic.slots} - {clinic.slots[2]}
    assert {slot.state for slot in found} == {TimeState.FREE}
    assert {slot.doctor for slot in found} == {clinic.actor}
    assert min(slot.stretch.starts_at for slot in found) == MORNING
    assert all(slot.stretch.ends_at - slot.stretch.starts_at == LENGTH for slot in found)
    assert all(slot.version for slot in found)


async def test_a_doctor_may_be_named_by_the_schedule(clinic: Clinic) -> None:
    name = f"Schedule/{clinic.schedule}"
    system = clinic.adapter(doctors={name: "Петрова"})

    found = await system.find(replace(clinic.window, doctors=[name]))

    assert {slot.doctor for slot in found} == {name}
    assert len(found) == 6


async def test_a_visit_is_booked_and_read_back(clinic: Clinic) -> None:
    """Appointment, slot and card stand there as they should, and nothing that the clinic wrote into
    the slot is lost."""
    system = clinic.adapter()
    slot, key = await first_free(system, clinic), a_key()

    booked = await system.book(slot, MISHA, key)

    assert booked.state is ForeignState.BOOKED
    assert (booked.doctor, booked.stretch, booked.key) == (clinic.actor, slot.stretch, key)
    assert booked.slot == slot.ref
    there = await clinic.slot()
    assert (there["status"], there["comment"]) == ("busy", "у окна")
    assert there["extension"][0]["valueString"] == "не терять"
    [visit] = await clinic.visits()
    assert visit["status"] == "booked"
    assert await system.status(booked.ref) == booked
    assert await system.look_up(key) == booked
    assert slot not in await system.find(clinic.window)


async def test_the_same_key_again_makes_no_second_visit(clinic: Clinic) -> None:
    system = clinic.adapter()
    slot, key = await first_free(system, clinic), a_key()

    one = await system.book(slot, MISHA, key)
    again = await clinic.adapter().book(slot, replace(MISHA, ref=one.patient), key)

    assert again == one
    assert len(await clinic.visits()) == 1


async def test_a_time_that_is_taken_leaves_nothing_behind(clinic: Clinic) -> None:
    """Our visit is cancelled there before the family hears that the time is gone."""
    system = clinic.adapter()
    slot = await first_free(system, clinic)
    await system.book(slot, MISHA, a_key())

    with pytest.raises(SystemRefused) as refused:
        await system.book(slot, Patient("Соня Петрова", date(2021, 5, 5)), a_key())

    assert (refused.value.why, refused.value.in_doubt) == (Refused.TAKEN, False)
    assert len(await clinic.visits("booked")) == 1
    assert len(await clinic.visits("cancelled")) == 1


async def test_a_time_that_is_no_more_is_taken(clinic: Clinic) -> None:
    system = clinic.adapter()
    slot = await first_free(system, clinic)
    gone = replace(slot, ref=replace(slot.ref, value="nowhere"))

    with pytest.raises(SystemRefused) as refused:
        await system.book(gone, MISHA, a_key())

    assert refused.value.why is Refused.TAKEN
    assert await clinic.visits("booked") == []


async def race(systems: list[Fhir], slot: ForeignSlot) -> list[ForeignVisit]:
    """As many families as systems want one time; those who get it. Nobody is left in doubt."""
    letters = "абвгдежзиклмнопрстуфхцчшщэюя"

    def child(number: int) -> Patient:
        return Patient(
            f"Миша Иванов-{letters[number % 28]}{letters[number // 28]}", MISHA.birth_date
        )

    tries = [system.book(slot, child(each), a_key()) for each, system in enumerate(systems)]
    tried = await asyncio.gather(*tries, return_exceptions=True)
    lost = [each for each in tried if isinstance(each, SystemRefused)]
    assert {(each.why, each.in_doubt) for each in lost} == {(Refused.TAKEN, False)}
    won = [each for each in tried if isinstance(each, ForeignVisit)]
    assert len(won) + len(lost) == len(systems)
    return won


async def test_of_forty_exactly_one_wins(clinic: Clinic) -> None:
    """Forty processes, one time: one visit stands, and every other was taken back."""
    slot = await first_free(clinic.adapter(), clinic)

    won = await race([clinic.adapter() for _ in range(40)], slot)

    assert len(won) == 1
    assert [each["id"] for each in await clinic.visits("booked")] == [won[0].ref.value]
    assert await clinic.visits("pending") == []
    assert (await clinic.slot())["status"] == "busy"


async def test_of_forty_one_wins_where_visit_and_time_go_in_one_bundle(clinic: Clinic) -> None:
    """A real server was seen to answer 200 around a refusal, and to keep the visit that it belongs
    to: each entry's response is looked at, and what stayed behind is taken back."""
    slot = await first_free(clinic.adapter(), clinic)

    won = await race([clinic.adapter(dialect={"one bundle": True}) for _ in range(40)], slot)

    assert len(won) == 1
    assert [each["id"] for each in await clinic.visits("booked")] == [won[0].ref.value]
    assert await clinic.visits("pending") == []


async def test_a_cancelled_visit_frees_its_time(clinic: Clinic) -> None:
    """Once more, and for a visit that never was, it is no error."""
    system = clinic.adapter()
    slot = await first_free(system, clinic)
    booked = await system.book(slot, MISHA, a_key())

    await system.cancel(booked.ref, "the family cannot come")
    await system.cancel(booked.ref, "again")
    await system.cancel(replace(booked.ref, value="nowhere"), "never was")

    there = await system.status(booked.ref)
    assert there is not None
    assert there.state is ForeignState.CANCELLED
    assert (await clinic.slot())["status"] == "free"
    assert slot.ref in [each.ref for each in await system.find(clinic.window)]
    assert (await system.book(slot, MISHA, a_key())).state is ForeignState.BOOKED


async def test_a_visit_that_the_clinic_booked_itself_can_be_cancelled(clinic: Clinic) -> None:
    """It carries no key of ours; its time is freed, as nobody else's visit stands on it."""
    system = clinic.adapter()
    await clinic.put({**await clinic.slot(), "status": "busy"})
    theirs = await clinic.post(
        {
            "resourceType": "Appointment",
            "status": "booked",
            "slot": [{"reference": f"Slot/{clinic.slots[0]}"}],
            "participant": [{"actor": {"reference": clinic.actor}, "status": "accepted"}],
        }
    )
    mine = (await system.changes("2020-01-01T00:00:00Z")).visits

    [seen] = [each for each in mine if each.ref.value == theirs["id"]]
    assert (seen.key, seen.stretch and seen.stretch.starts_at) == ("", MORNING)
    await system.cancel(seen.ref, "the family cannot come")
    assert (await clinic.slot())["status"] == "free"


async def test_another_ones_time_is_not_freed(clinic: Clinic) -> None:
    """Our visit was cancelled there, and its time given to somebody else, before we cancel it."""
    system = clinic.adapter()
    slot = await first_free(system, clinic)
    booked = await system.book(slot, MISHA, a_key())
    [ours] = await clinic.visits()
    await clinic.put({**await clinic.slot(), "status": "busy", "identifier": []})
    await clinic.post({**ours, "identifier": [], "id": str(uuid4())})

    await system.cancel(booked.ref, "the family cannot come")

    assert (await clinic.slot())["status"] == "busy"


async def test_what_changed_there_is_told_once_more_rather_than_never(clinic: Clinic) -> None:
    system = clinic.adapter()
    start = await system.changes("")
    booked = await system.book(await first_free(system, clinic), MISHA, a_key())
    await clinic.put({**await clinic.slot(1), "status": "busy-unavailable"})

    news = await system.changes(start.mark)

    states = {slot.ref.value: slot.state for slot in news.slots}
    assert states[clinic.slots[0]] is TimeState.TAKEN
    assert states[clinic.slots[1]] is TimeState.CLOSED
    assert booked in news.visits
    assert news.mark > "2026"


async def test_a_child_is_found_exactly_once(clinic: Clinic) -> None:
    """A card that is there is used; two that may be the child's are nobody's to choose from."""
    card = {
        "resourceType": "Patient",
        "name": [{"family": "Синицын", "given": ["Лев", "Олегович"]}],
        "birthDate": "2023-02-02",
    }
    system = clinic.adapter(patients=PatientRule.ONLY_KNOWN)
    one = await clinic.post(card)
    free = await system.find(clinic.window)
    child = Patient("Лев Синицын", date(2023, 2, 2))

    booked = await system.book(free[0], child, a_key())
    assert booked.patient is not None
    assert booked.patient.value == one["id"]

    await clinic.post(card)
    with pytest.raises(SystemRefused) as two:
        await system.book(free[1], child, a_key())
    with pytest.raises(SystemRefused) as given_name_alone:
        await system.book(free[1], replace(child, name="Лев"), a_key())
    with pytest.raises(SystemRefused) as unknown:
        await system.book(free[1], replace(child, birth_date=date(2020, 2, 2)), a_key())

    for refused in (two, given_name_alone, unknown):
        assert (refused.value.why, refused.value.in_doubt) == (Refused.UNKNOWN_PATIENT, False)
    assert len(await clinic.visits()) == 1


async def test_a_child_is_entered_once_where_the_clinic_says_so(clinic: Clinic) -> None:
    """By name and birth date, and by phone only if the setting names it."""
    child = Patient("Нина Орлова", date(2022, 7, 19), phone="+79990000001")
    system = clinic.adapter()
    talkative = clinic.adapter(sends=frozenset(SentPart))
    free = await system.find(clinic.window)

    one = await system.book(free[0], child, a_key())
    two = await system.book(free[1], child, a_key())
    other = await talkative.book(free[2], replace(child, name="Нина Сорокина"), a_key())

    assert one.patient == two.patient != other.patient
    assert one.patient is not None
    assert other.patient is not None
    card = await clinic.get(f"Patient/{one.patient.value}")
    assert {*card} == {"resourceType", "id", "meta", "active", "name", "birthDate"}
    card = await clinic.get(f"Patient/{other.patient.value}")
    assert card["telecom"] == [{"system": "phone", "value": "+79990000001"}]


async def test_a_time_can_be_kept_before_it_is_booked(clinic: Clinic) -> None:
    """Where the clinic says so: the slot is busy-tentative, then busy, under one key."""
    system = clinic.adapter(dialect={"hold": True})
    slot, key = await first_free(system, clinic), a_key()

    held = await system.hold(slot, key)
    assert (await clinic.slot())["status"] == "busy-tentative"
    with pytest.raises(SystemRefused):
        await clinic.adapter().book(slot, MISHA, a_key())
    booked = await system.book(held, MISHA, key)

    assert booked.ref == held.ref
    assert booked.state is ForeignState.BOOKED
    assert booked.patient is not None
    assert (await clinic.slot())["status"] == "busy"
