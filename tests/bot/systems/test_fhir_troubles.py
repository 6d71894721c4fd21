"""Bad days of a clinic's FHIR server: lost and late answers, refusals, habits of its own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

import pytest

from bot.sandbox.systems.fhir import Habits
from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.fhir.adapter import Fhir
from services.model.systems.values import (
    ForeignSlot,
    ForeignState,
    ForeignVisit,
    Patient,
    Refused,
)
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import MISHA, Clinic, fake_clinic

SONYA = Patient("Соня Петрова", date(2021, 5, 5))
STEPS = [
    ("POST", "/Patient", 0),
    ("POST", "/Appointment", 0),
    ("GET", "/Slot", 0),
    ("PUT", "/Slot", 0),
    ("GET", "/Slot", 1),
    ("PUT", "/Appointment", 0),
    ("GET", "/Appointment", 0),
]
"""What a booking asks for, one after another."""


@pytest.fixture
async def ours() -> AsyncIterator[Clinic]:
    async with fake_clinic() as clinic:
        yield clinic


def trouble(clinic: Clinic, trouble: Trouble) -> None:
    assert clinic.fake
    clinic.fake.troubles.add(trouble)


async def first_free(clinic: Clinic) -> ForeignSlot:
    return (await clinic.adapter().find(clinic.window))[0]


async def refused_by(
    system: Fhir, slot: ForeignSlot, key: str, who: Patient = MISHA
) -> SystemRefused:
    with pytest.raises(SystemRefused) as refused:
        await system.book(slot, who, key)
    return refused.value


async def is_booked_once(clinic: Clinic) -> bool:
    """One visit stands, and nothing is left of any other."""
    visits = [each["status"] for each in await clinic.visits()]
    return visits == ["booked"] and (await clinic.slot())["status"] == "busy"


@pytest.mark.parametrize("kind", [Kind.LOST_REQUEST, Kind.LOST_ANSWER, Kind.FAILURE])
@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step[0]} {step[1]} {step[2] + 1}")
async def test_whatever_is_lost_the_same_key_again_ends_in_one_visit(
    ours: Clinic, kind: Kind, step: tuple[str, str, int]
) -> None:
    """At each step, before or after it took effect: in doubt; then the same again, by another
    process, is one visit."""
    slot, key = await first_free(ours), str(uuid4())
    method, path, skip = step
    trouble(ours, Trouble(kind, method, path, times=1, skip=skip, status=503))
    system = ours.adapter()

    refused = await refused_by(system, slot, key)
    assert refused.why is Refused.AWAY
    assert refused.in_doubt

    booked = await ours.adapter().book(slot, MISHA, key)
    assert booked.state is ForeignState.BOOKED
    assert await is_booked_once(ours)


@pytest.mark.parametrize("step", STEPS[1:], ids=lambda step: f"{step[0]} {step[1]} {step[2] + 1}")
async def test_what_a_silence_left_behind_is_found_and_cancelled(
    ours: Clinic, step: tuple[str, str, int]
) -> None:
    """The other way out: look up by the key, take back what is there, and the time is free."""
    slot, key = await first_free(ours), str(uuid4())
    method, path, skip = step
    trouble(ours, Trouble(Kind.LOST_ANSWER, method, path, times=1, skip=skip))
    await refused_by(ours.adapter(), slot, key)

    system = ours.adapter()
    found = await system.look_up(key)
    assert found is not None
    await system.cancel(found.ref, "nobody waited for it")

    assert [each["status"] for each in await ours.visits()] == ["cancelled"]
    assert (await ours.slot())["status"] == "free"
    assert (await refused_by(system, slot, key)).why is Refused.TAKEN


@pytest.mark.parametrize("path", ["/Appointment", "/Slot"])
async def test_a_request_that_arrives_late_is_no_second_visit(ours: Clinic, path: str) -> None:
    """It takes effect after we have asked again under the same key."""
    slot, key = await first_free(ours), str(uuid4())
    method = "POST" if path == "/Appointment" else "PUT"
    trouble(ours, Trouble(Kind.LATE, method, path, times=1))
    await refused_by(ours.adapter(), slot, key)

    await ours.adapter().book(slot, MISHA, key)
    assert ours.fake
    await ours.fake.troubles.release()

    assert await is_booked_once(ours)


async def test_what_was_taken_back_stays_free_when_a_late_request_arrives(ours: Clinic) -> None:
    """The slot was never ours when we cancelled; the request for it was only on its way."""
    slot, key = await first_free(ours), str(uuid4())
    trouble(ours, Trouble(Kind.LATE, "PUT", "/Slot", times=1))
    await refused_by(ours.adapter(), slot, key)

    system = ours.adapter()
    left = await system.look_up(key)
    assert left is not None
    await system.cancel(left.ref, "nobody waited for it")
    assert ours.fake
    await ours.fake.troubles.release()

    assert (await ours.slot())["status"] == "free"


async def test_somebody_else_gets_a_time_whose_booking_was_lost_half_way(ours: Clinic) -> None:
    """The slot was never ours: the key that comes back hears no, and leaves nothing behind."""
    slot, key = await first_free(ours), str(uuid4())
    trouble(ours, Trouble(Kind.LOST_REQUEST, "PUT", "/Slot", times=1))
    await refused_by(ours.adapter(), slot, key)
    await ours.adapter().book(slot, SONYA, str(uuid4()))

    again = await refused_by(ours.adapter(), slot, key)

    assert (again.why, again.in_doubt) == (Refused.TAKEN, False)
    assert sorted(each["status"] for each in await ours.visits()) == ["booked", "cancelled"]


async def test_what_cannot_be_taken_back_stays_in_doubt(ours: Clinic) -> None:
    """The time is taken, and the server falls silent before our visit is cancelled."""
    slot, key = await first_free(ours), str(uuid4())
    await ours.adapter().book(slot, SONYA, str(uuid4()))
    trouble(ours, Trouble(Kind.LOST_REQUEST, "PUT", "/Appointment", times=1))

    refused = await refused_by(ours.adapter(), slot, key)

    assert refused.in_doubt
    assert (await refused_by(ours.adapter(), slot, key)).in_doubt is False
    assert await ours.visits("pending") == []


async def test_a_server_that_is_off_did_nothing(ours: Clinic) -> None:
    slot = await first_free(ours)
    assert ours.fake
    nowhere = ours.adapter(url="http://127.0.0.1:9")

    there = replace(slot, ref=replace(slot.ref, system="http://127.0.0.1:9/Slot"))
    refused = await refused_by(nowhere, there, str(uuid4()))

    assert (refused.why, refused.in_doubt) == (Refused.AWAY, False)


@pytest.mark.parametrize(
    ("status", "why", "in_doubt"),
    [
        (400, Refused.UNKNOWN, False),
        (401, Refused.UNAUTHORISED, False),
        (403, Refused.UNAUTHORISED, False),
        (409, Refused.TAKEN, False),
        (422, Refused.UNKNOWN, False),
        (429, Refused.THROTTLED, False),
        (500, Refused.AWAY, True),
        (504, Refused.AWAY, True),
    ],
)
async def test_what_a_status_means_where_nothing_was_begun(
    ours: Clinic, status: int, why: Refused, in_doubt: bool
) -> None:
    slot = await first_free(ours)
    asked = Trouble(
        Kind.FAILURE, "POST", "/Appointment", status=status, headers=(("Retry-After", "120"),)
    )
    trouble(ours, asked)

    refused = await refused_by(ours.adapter(), slot, str(uuid4()))

    assert (refused.why, refused.in_doubt) == (why, in_doubt)
    if why in {Refused.THROTTLED, Refused.AWAY}:
        assert refused.after is not None
        assert refused.after.total_seconds() == 120


async def test_words_and_statuses_have_the_meaning_that_the_clinic_gives_them(ours: Clinic) -> None:
    slot = await first_free(ours)
    outcome = (
        '{"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code":'
        ' "business-rule", "details": {"coding": [{"code": "AGE_LIMIT"}]}}]}'
    )
    trouble(ours, Trouble(Kind.FAILURE, "POST", "/Appointment", status=422, body=outcome))
    too_young = ours.adapter(dialect={"says age_limit": "wrong-age"})
    busy = ours.adapter(dialect={"status 422": "taken"})

    assert (await refused_by(too_young, slot, str(uuid4()))).why is Refused.WRONG_AGE
    assert (await refused_by(busy, slot, str(uuid4()))).why is Refused.TAKEN


@pytest.mark.parametrize("status", [409, 422])
async def test_other_statuses_for_a_time_that_is_taken(status: int) -> None:
    """422 may be our own doing or somebody else's: the slot is looked at, and says whose it is."""
    async with fake_clinic(Habits(taken_status=status)) as clinic:
        won = await a_race(clinic, 10)

        assert len(won) == 1
        assert len(await clinic.visits("booked")) == 2
        assert await clinic.visits("pending") == []


async def a_race(clinic: Clinic, many: int) -> list[ForeignVisit]:
    """Many families want the first time, and one of them has the last already; who gets it."""
    slot = await first_free(clinic)
    patient = (
        await clinic.adapter().book((await clinic.adapter().find(clinic.window))[-1], MISHA, "x")
    ).patient
    who = replace(MISHA, ref=patient)
    tries = [clinic.adapter().book(slot, who, str(uuid4())) for _ in range(many)]
    tried = await asyncio.gather(*tries, return_exceptions=True)
    lost = [each for each in tried if isinstance(each, SystemRefused)]
    assert {(each.why, each.in_doubt) for each in lost} == {(Refused.TAKEN, False)}
    return [each for each in tried if isinstance(each, ForeignVisit)]


@pytest.mark.parametrize(
    "habits",
    [
        Habits(honours_if_match=False, says_if_match=False),
        Habits(honours_if_match=False, says_if_match=False, keeps_marks_of_slots=False),
        Habits(keeps_marks_of_slots=False),
        Habits(honours_if_none_exist=False, says_if_none_exist=False),
    ],
    ids=["ignores If-Match", "ignores If-Match and marks", "keeps no marks", "no If-None-Exist"],
)
async def test_of_forty_one_wins_whatever_the_server_ignores(habits: Habits) -> None:
    """Where nothing guards a slot, whoever asked first has it; all of them can see that."""
    async with fake_clinic(habits) as clinic:
        won = await a_race(clinic, 40)

        assert len(won) == 1
        standing = [each["id"] for each in await clinic.visits("booked")]
        assert won[0].ref.value in standing
        assert len(standing) == 2
        assert await clinic.visits("pending") == []


async def test_without_marks_a_busy_slot_after_a_silence_is_for_people_to_settle() -> None:
    """Nobody but us has a visit on it, and it may be the clinic that closed it."""
    async with fake_clinic(Habits(keeps_marks_of_slots=False)) as clinic:
        slot, key = await first_free(clinic), str(uuid4())
        trouble(clinic, Trouble(Kind.LOST_ANSWER, "PUT", "/Slot", times=1))
        await refused_by(clinic.adapter(), slot, key)

        again = await refused_by(clinic.adapter(), slot, key)

        assert (again.why, again.in_doubt) == (Refused.UNKNOWN, True)


async def test_a_transaction_that_is_refused_as_a_whole_leaves_nothing() -> None:
    async with fake_clinic() as clinic:
        slot, bundled = await first_free(clinic), {"one bundle": True}
        booked = await clinic.adapter(dialect=bundled).book(slot, MISHA, str(uuid4()))
        lost = await refused_by(clinic.adapter(dialect=bundled), slot, str(uuid4()), SONYA)

        assert booked.state is ForeignState.BOOKED
        assert (lost.why, lost.in_doubt) == (Refused.TAKEN, False)
        assert await is_booked_once(clinic) or await clinic.visits("pending") == []


async def test_a_refusal_inside_a_200_is_seen_and_taken_back() -> None:
    """The slot is changed between our look and our bundle; the visit stays behind as booked."""
    async with fake_clinic(Habits(transactions=False)) as clinic:
        slot, key = await first_free(clinic), str(uuid4())
        assert clinic.fake
        real = clinic.fake._bundle

        def too_late(body: dict[str, object]) -> dict[str, object]:
            assert clinic.fake
            there = clinic.fake.store.get("Slot", clinic.slots[0])
            assert there
            clinic.fake.store.put({**there, "status": "busy"}, clinic.slots[0])
            return real(body)

        clinic.fake._bundle = too_late  # type: ignore[method-assign]
        lost = await refused_by(clinic.adapter(dialect={"one bundle": True}), slot, key)

        assert (lost.why, lost.in_doubt) == (Refused.TAKEN, False)
        assert [each["status"] for each in await clinic.visits()] == ["cancelled"]


async def test_a_clinic_that_has_the_last_word_is_waited_for() -> None:
    """We call it booked, and it stays pending there: so it is told, until the clinic says more."""
    async with fake_clinic(Habits(asks_clinic=True)) as clinic:
        system = clinic.adapter()
        visit = await system.book(await first_free(clinic), MISHA, str(uuid4()))

        assert visit.state is ForeignState.PENDING
        [there] = await clinic.visits()
        assert clinic.fake
        clinic.fake.habits.asks_clinic = False
        await clinic.put({**there, "status": "booked"})
        now = await system.status(visit.ref)
        assert now is not None
        assert now.state is ForeignState.BOOKED


async def test_pages_behind_a_proxy_are_asked_for_where_we_know_the_server() -> None:
    """Its links name an address inside the clinic: nothing is sent there."""
    async with fake_clinic(Habits(page=2, hidden_at="http://10.0.0.5:8080")) as clinic:
        assert len(await clinic.adapter().find(clinic.window)) == 6


async def test_half_an_answer_is_none(ours: Clinic) -> None:
    """The second page does not come: the mirror is not told that the rest is gone."""
    trouble(ours, Trouble(Kind.FAILURE, "GET", "/Slot", skip=1, status=502))

    with pytest.raises(SystemRefused) as refused:
        await ours.adapter(dialect={"page": 2}).find(ours.window)

    assert (refused.value.why, refused.value.in_doubt) == (Refused.AWAY, False)


async def test_a_server_that_is_no_fhir_server_is_not_understood(ours: Clinic) -> None:
    trouble(ours, Trouble(Kind.FAILURE, "GET", "/Slot", status=200, body="<html>Войдите</html>"))
    with pytest.raises(SystemRefused) as refused:
        await ours.adapter().find(ours.window)
    assert refused.value.why is Refused.UNKNOWN

    r5 = '{"resourceType": "CapabilityStatement", "fhirVersion": "5.0.0"}'
    trouble(ours, Trouble(Kind.FAILURE, "GET", "/metadata", status=200, body=r5))
    with pytest.raises(SystemRefused) as refused:
        await ours.adapter().capabilities()
    assert refused.value.why is Refused.UNKNOWN


async def test_what_nobody_can_read_is_not_free(ours: Clinic) -> None:
    """A slot without an end, or without a zone, or with numbers for words, spoils no other."""
    for broken in ({"end": None}, {"start": "2027-03-01T09:00:00"}, {"status": {"is": 1}}):
        assert ours.fake
        ours.fake.store.put({**ours.a_slot(at_noon(ours)), **broken})

    assert len(await ours.adapter().find(ours.window)) == 6


def at_noon(clinic: Clinic) -> datetime:
    return clinic.window.stretch.starts_at.replace(hour=12)
