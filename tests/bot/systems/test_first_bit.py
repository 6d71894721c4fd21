"""A clinic's 1С, spoken to as its public specification has it, over a small one of our own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.systems.fhir import serve_app
from bot.sandbox.systems.first_bit import HELD, Employee, FirstBitServer
from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.adapters import build
from bot.systems.first_bit.answers import Schedules, answer_in, listed
from bot.systems.first_bit.grid import cut
from services.model.slots import Stretch
from services.model.systems.values import (
    Authorisation,
    ForeignState,
    Patient,
    Refused,
    SentPart,
    SystemKind,
    SystemSettings,
    Window,
)
from services.ports.systems.clinic_system import ClinicSystem, SystemRefused

PETROVA = "e7005e6d-65c9-11e9-936d-1856809fe650"
CENTRAL = "f679444a-22b7-11df-8618-002618dcef2c"
KEY = "1111aaaa2222bbbb3333cccc4444dddd"
MISHA = Patient("Миша Иванов", date(2024, 3, 12), phone="+79990000001")
NOW = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)
DAY = Window([PETROVA], Stretch(NOW, NOW + timedelta(hours=12)))
LONG_ENOUGH = 5
QUICKLY_BORED = 1


@dataclass
class Bit:
    """A base with one doctor in it, and a clock that its people move."""

    server: FirstBitServer
    url: str
    now: datetime = NOW
    keys: tuple[str, ...] = (KEY,)

    def system(
        self, patience: int = LONG_ENOUGH, dialect: Any = MappingProxyType({})
    ) -> ClinicSystem:
        known = build({"romashka": self.keys}, lambda: self.now)
        self.known.append(known)
        settings = SystemSettings(
            kind=SystemKind.FIRST_BIT,
            url=self.url,
            authorisation=Authorisation.IN_BODY,
            secret="romashka",
            doctors={PETROVA: "Петрова Анна Сергеевна"},
            dialect={"clinic": CENTRAL, "zone": "Europe/Moscow", **dialect},
            patience_seconds=patience,
            sends=self.sends,
        )
        return known.adapters[SystemKind.FIRST_BIT](settings)

    def __post_init__(self) -> None:
        self.known: list[Any] = []
        self.sends = frozenset({SentPart.NAME, SentPart.BIRTH_DATE})


@asynccontextmanager
async def a_base() -> AsyncIterator[Bit]:
    petrova = Employee(
        PETROVA,
        "Петрова Анна Сергеевна",
        breaks=[(time(12), time(12, 45))],
        usual=timedelta(minutes=30),
    )
    clock: list[Bit] = []
    server = FirstBitServer(
        lambda: clock[0].now.replace(tzinfo=None) + timedelta(hours=3), CENTRAL, [petrova]
    )
    async with serve_app(server.app()) as url:
        bit = Bit(server, url)
        clock.append(bit)
        yield bit
        for known in bit.known:
            await known.close()


@pytest.fixture
async def bit() -> AsyncIterator[Bit]:
    async with a_base() as bit:
        yield bit


def on_wall(moment: datetime) -> str:
    return (moment + timedelta(hours=3)).strftime("%H:%M")


async def test_free_stretches_are_cut_into_times(bit: Bit) -> None:
    """By the length on the doctor's card, from where the work begins; a break is nobody's."""
    found = await bit.system().find(DAY)

    times = [on_wall(each.stretch.starts_at) for each in found]
    assert times == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        "11:00",
        "11:30",
        "13:00",
        "13:30",
        "14:00",
        "14:30",
    ]
    assert {each.doctor for each in found} == {PETROVA}
    longer = await bit.system(dialect={"visit minutes": 60}).find(DAY)
    assert [on_wall(each.stretch.starts_at) for each in longer] == [
        "09:00",
        "10:00",
        "11:00",
        "13:00",
        "14:00",
    ]


async def test_a_time_keeps_its_name_whoever_books_before_it(bit: Bit) -> None:
    """A visit of an odd length, written at the desk, takes the times that it touches, and moves
    none of the others."""
    system = bit.system()
    before = await system.find(DAY)
    odd = before[0].stretch.starts_at + timedelta(minutes=10)
    await system.book(
        replace(before[0], stretch=Stretch(odd, odd + timedelta(minutes=40))), MISHA, "k"
    )

    after = await system.find(DAY)

    assert after == before[2:]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30)), max_size=6),
    st.integers(1, 12),
)
def test_times_lie_in_free_stretches_and_never_on_each_other(
    free: list[tuple[int, int]], taken: list[tuple[int, int]], length: int
) -> None:
    """Whatever 1С sends: each time is free from end to end, of the length, and stands alone."""

    def spans(made: list[tuple[int, int]]) -> list[tuple[datetime, datetime]]:
        ends = [(NOW + timedelta(minutes=a), NOW + timedelta(minutes=a + b)) for a, b in made]
        return [(each[0], each[1]) for each in ends]

    times = cut(spans(free), spans(taken), timedelta(minutes=length))

    minutes = {
        begins + timedelta(minutes=each)
        for begins, ends in spans(free)
        for each in range(int((ends - begins).total_seconds() // 60))
    }
    for begins, ends in times:
        assert ends - begins == timedelta(minutes=length)
        assert {begins + timedelta(minutes=each) for each in range(length)} <= minutes
    assert all(one[1] <= two[0] for one, two in pairwise(times))


async def test_a_visit_is_written_and_read_back(bit: Bit) -> None:
    """Dates as 20.10.2024, times as 9:10:00, the child in the fields that the clinic named."""
    system = bit.system()
    slot = (await system.find(DAY))[0]

    booked = await system.book(slot, MISHA, "key")

    assert (booked.state, booked.doctor, booked.stretch) == (
        ForeignState.BOOKED,
        PETROVA,
        slot.stretch,
    )
    [sent] = [asked for name, asked in bit.server.seen if name == "AppointmentCreate"]
    assert sent == {
        "Key": KEY,
        "Method": "BookAnAppointmentWithParams",
        "EmployeeID": PETROVA,
        "Clinic": CENTRAL,
        "Date": "01.03.2027",
        "TimeBegin": "9:00:00",
        "Duration": "0:30:00",
        "PatientName": "Миша",
        "PatientSurname": "Иванов",
        "Birthday": "12.03.2024",
    }
    assert await system.status(booked.ref) == booked
    assert slot not in await system.find(DAY)


@pytest.mark.parametrize(
    ("order", "name", "sent"),
    [
        ("family given", "Иванов Миша", {"PatientSurname": "Иванов", "PatientName": "Миша"}),
        ("given family", "Миша", {"PatientName": "Миша"}),
        ("whole", "Миша Иванов", {"PatientName": "Миша Иванов"}),
    ],
)
async def test_a_name_is_parted_as_the_clinic_says(
    bit: Bit, order: str, name: str, sent: dict[str, str]
) -> None:
    bit.sends = frozenset({SentPart.NAME, SentPart.PHONE})
    system = bit.system(dialect={"name order": order})

    await system.book((await system.find(DAY))[0], replace(MISHA, name=name), "key")

    [document] = bit.server.documents.values()
    assert document.person == {**sent, "Phone": "+79990000001"}


async def test_of_forty_exactly_one_wins(bit: Bit) -> None:
    slot = (await bit.system().find(DAY))[0]

    tries = [bit.system().book(slot, MISHA, str(each)) for each in range(40)]
    tried = await asyncio.gather(*tries, return_exceptions=True)

    lost = [each for each in tried if isinstance(each, SystemRefused)]
    assert {(each.why, each.in_doubt) for each in lost} == {(Refused.TAKEN, False)}
    assert len(lost) == 39
    assert len(bit.server.documents) == 1


async def test_what_is_not_written_for_another_reason_is_not_called_taken(bit: Bit) -> None:
    """1С has the same words for all that keeps a document from being written: the time is looked
    at again."""
    system = bit.system()
    slot = (await system.find(DAY))[0]
    bit.server.troubles.add(
        Trouble(Kind.FAILURE, "POST", "/AppointmentCreate", body="Не удалось записать документ.")
    )

    with pytest.raises(SystemRefused) as refused:
        await system.book(slot, MISHA, "key")

    assert (refused.value.why, refused.value.in_doubt) == (Refused.UNKNOWN, False)


async def test_after_a_silence_nobody_says_whose_the_time_is(bit: Bit) -> None:
    """It knows no key of ours: the time is busy, and that it is ours is for people to find out."""
    system = bit.system()
    slot = (await system.find(DAY))[0]
    bit.server.troubles.add(Trouble(Kind.LOST_ANSWER, "POST", "/AppointmentCreate", times=1))

    with pytest.raises(SystemRefused) as silent:
        await system.book(slot, MISHA, "key")

    assert (silent.value.why, silent.value.in_doubt) == (Refused.AWAY, True)
    assert not (await system.capabilities()).keyed
    assert slot not in await system.find(DAY)


async def test_a_visit_on_a_kept_time_can_be_asked_for_again(bit: Bit) -> None:
    """Reservation first, and the visit changes its document: a lost answer is no second visit."""
    system = bit.system()
    slot = (await system.find(DAY))[0]

    held = await system.hold(slot, "key")
    assert held.until == NOW + HELD
    assert slot not in await system.find(DAY)
    bit.server.troubles.add(Trouble(Kind.LOST_ANSWER, "POST", "/AppointmentCreate", times=1))
    with pytest.raises(SystemRefused):
        await system.book(held, MISHA, "key")
    booked = await system.book(held, MISHA, "key")

    assert booked.state is ForeignState.BOOKED
    assert booked.ref == held.ref
    assert len(bit.server.documents) == 1


async def test_a_kept_time_is_free_again_after_a_while(bit: Bit) -> None:
    system = bit.system()
    slot = (await system.find(DAY))[0]
    held = await system.hold(slot, "key")

    bit.now += HELD

    assert await system.status(held.ref) is None
    assert slot in await system.find(DAY)


async def test_a_visit_is_cancelled_once(bit: Bit) -> None:
    """Again, and one that never was, is no error; one that was had is."""
    system = bit.system()
    slot = (await system.find(DAY))[0]
    booked = await system.book(slot, MISHA, "key")
    never = replace(booked.ref, value=booked.ref.value.replace(booked.ref.value[:36], "0" * 36))

    await system.cancel(booked.ref, "the family cannot come")
    await system.cancel(booked.ref, "again")
    await system.cancel(never, "never was")

    there = await system.status(booked.ref)
    assert there is not None
    assert there.state is ForeignState.CANCELLED
    assert slot in await system.find(DAY)
    had = await system.book(slot, MISHA, "another")
    bit.server.documents[had.ref.value[:36]].status = "4"
    with pytest.raises(SystemRefused):
        await system.cancel(had.ref, "too late")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("0", None),
        ("1", ForeignState.BOOKED),
        ("2", ForeignState.BOOKED),
        ("3", ForeignState.CANCELLED),
        ("4", ForeignState.FULFILLED),
        ("5", ForeignState.BOOKED),
    ],
)
async def test_what_a_status_means(bit: Bit, status: str, state: ForeignState | None) -> None:
    system = bit.system()
    booked = await system.book((await system.find(DAY))[0], MISHA, "key")
    answer = {"Ответ": {"Результат": "true", "ОписаниеОшибки": "", "Статус": status}}
    bit.server.troubles.add(
        Trouble(Kind.FAILURE, "POST", "/AppointmentStatus", status=200, body=json.dumps(answer))
    )

    found = await system.status(booked.ref)

    assert (found and found.state) == state


async def test_a_new_key_is_put_before_the_old_one(bit: Bit) -> None:
    """The clinic does not know it yet: the old one is said then; when it knows neither, nothing was
    done."""
    bit.keys = ("the-new-one", KEY)
    assert await bit.system().find(DAY)

    bit.server.keys = {"the-new-one"}
    assert await bit.system().find(DAY)

    bit.server.keys = {"another"}
    with pytest.raises(SystemRefused) as refused:
        await bit.system().find(DAY)
    assert refused.value.why is Refused.UNAUTHORISED


@pytest.mark.parametrize(
    ("trouble", "why", "in_doubt"),
    [
        (Trouble(Kind.FAILURE, status=503), Refused.AWAY, True),
        (Trouble(Kind.FAILURE, status=429), Refused.THROTTLED, False),
        (Trouble(Kind.FAILURE, status=200, body="<html>"), Refused.UNKNOWN, True),
        (Trouble(Kind.FAILURE, status=400, body="Нельзя: возраст"), Refused.WRONG_AGE, False),
    ],
)
async def test_what_goes_wrong_is_one_of_few_things(
    bit: Bit, trouble: Trouble, why: Refused, in_doubt: bool
) -> None:
    system = bit.system(dialect={"says возраст": "wrong-age"})
    slot = (await system.find(DAY))[0]
    trouble.method, trouble.path = "POST", "/AppointmentCreate"
    bit.server.troubles.add(trouble)

    with pytest.raises(SystemRefused) as refused:
        await system.book(slot, MISHA, "key")

    assert (refused.value.why, refused.value.in_doubt) == (why, in_doubt)


async def test_a_system_that_is_off_is_away(bit: Bit) -> None:
    bit.server.troubles.is_off = True

    with pytest.raises(SystemRefused) as refused:
        await bit.system(QUICKLY_BORED).find(DAY)

    assert refused.value.why is Refused.AWAY


def test_an_answer_of_the_specification_is_read() -> None:
    """Its own example: an employee without visits has an empty text where others have a list, and
    free time alone stands elsewhere."""
    example = {
        "Ответ": {
            "ГрафикДляСайта": [
                {
                    "Клиника": CENTRAL,
                    "СотрудникID": "one",
                    "ПериодыГрафика": {
                        "СвободноеВремя": {"ПериодГрафика": [a_period("09:00", "20:00")]},
                        "ЗанятоеВремя": "",
                    },
                    "ДлительностьПриема": "0001-01-01T00:00:00",
                },
                {
                    "СотрудникID": "two",
                    "ПериодГрафика": a_period("09:00", "12:10"),
                    "ДлительностьПриема": "0001-01-01T00:30:00",
                },
            ]
        }
    }

    one, two = listed(answer_in(json.dumps(example).encode(), Schedules).all)

    assert one.spans() == ([span("09:00", "20:00")], [])
    assert (one.length, two.length) == (timedelta(), timedelta(minutes=30))
    assert two.spans() == ([span("09:00", "12:10")], [])


def a_period(begins: str, ends: str) -> dict[str, str]:
    starts_at, ends_at = (f"2024-10-11T{each}:00" for each in (begins, ends))
    return {"Дата": "2024-10-11T00:00:00", "ВремяНачала": starts_at, "ВремяОкончания": ends_at}


def span(begins: str, ends: str) -> tuple[datetime, datetime]:
    starts_at, ends_at = (datetime.fromisoformat(f"2024-10-11T{each}") for each in (begins, ends))
    return starts_at, ends_at


@pytest.mark.parametrize(
    ("dialect", "complaint"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"clinic": ""}, "clinic"),
        ({"name order": "backwards"}, "name order"),
        ({"method": "FastBookAnAppointment"}, "method"),
        ({"hold": "yes"}, "true or false"),
        ({"colour": "blue"}, "unknown"),
        ({"says возраст": "too young"}, "wrong-age"),
    ],
)
async def test_settings_that_cannot_be_are_said_in_a_line(
    bit: Bit, dialect: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint) as refused:
        bit.system(dialect=dialect)

    assert "\n" not in str(refused.value)
    assert KEY not in str(refused.value)
