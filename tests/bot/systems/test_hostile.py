"""What a clinic's server says may be anything: nothing of it leads us astray, or stops us."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import process_time
from typing import Any

import pytest

from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.fhir import server
from bot.systems.first_bit.answers import Schedules, answer_in, listed
from bot.systems.first_bit.grid import cut
from bot.systems.talking.wire import Answer, Wire
from services.model.ids import ClinicId
from services.model.systems.values import ForeignRef, ForeignState, Refused
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import LENGTH, MISHA, MORNING, Clinic, fake_clinic
from tests.bot.systems.test_fhir_troubles import trouble
from tests.bot.systems.test_first_bit import a_base


@pytest.fixture
async def ours() -> AsyncIterator[Clinic]:
    async with fake_clinic() as clinic:
        yield clinic


def says(clinic: Clinic, path: str, body: Any, times: int | None = None) -> None:
    """It answers so, whatever is asked."""
    text = body if isinstance(body, str) else json.dumps(body)
    trouble(clinic, Trouble(Kind.FAILURE, "GET", path, times, status=200, body=text))


def page(*resources: Any, following: str = "") -> dict[str, Any]:
    links = [{"relation": "next", "url": following}] if following else []
    found = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "link": links, "entry": found}


async def refusal(clinic: Clinic) -> Refused:
    with pytest.raises(SystemRefused) as refused:
        await clinic.adapter().find(clinic.window)
    return refused.value.why


@pytest.mark.parametrize(
    "following",
    [
        "@127.0.0.2:9/Slot",
        ".elsewhere.example/Slot",
        "//127.0.0.2:9/Slot",
        "http://127.0.0.2:9/Slot",
        "file:///Slot",
        "mailto:Slot",
    ],
)
async def test_a_link_leads_to_no_other_server(
    ours: Clinic, following: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page is asked for where we know the server, and our key goes nowhere else."""
    asked: list[str] = []
    ask = Wire.ask

    async def noted(wire: Wire, method: str, url: str, **rest: Any) -> Answer:
        asked.append(url)
        return await ask(wire, method, url, **rest)

    monkeypatch.setattr(Wire, "ask", noted)
    says(ours, "/Slot", page(following=following), times=1)
    with suppress(SystemRefused):
        await ours.adapter().find(ours.window)

    assert len(asked) > 2
    assert [url for url in asked if not url.startswith(f"{ours.url}/")] == []


@pytest.mark.parametrize(
    "following",
    [
        "/admin/Slot",
        "/his/fhir-of-others/Slot",
        "/his/fhir/../admin",
        "/his/fhir/%2e%2e/%2E%2E/admin",
        "/his/fhir/..%2fadmin",
        "http://10.0.0.5/admin?_page=2",
    ],
)
async def test_a_link_leads_to_nothing_beside_the_base(ours: Clinic, following: str) -> None:
    """Other things of the clinic are served beside it, which our key might open."""
    says(ours, "/", "{}")
    says(ours, "/his/fhir/Schedule", page({"resourceType": "Schedule", "id": "1"}))
    says(ours, "/his/fhir/Slot", page(following=following))
    assert ours.fake
    with pytest.raises(SystemRefused) as refused:
        await ours.adapter(url=f"{ours.url}/his/fhir").find(ours.window)
    assert refused.value.why is Refused.UNKNOWN
    asked = [each.partition(" ")[2] for each in ours.fake.troubles.asked]
    assert "/his/fhir/Slot" in asked
    assert [path for path in asked if "admin" in path or "others" in path] == []


@pytest.mark.parametrize("following", ["Slot?_offset=0", "?_offset=0", "/Slot?_offset=0"])
async def test_a_link_may_be_written_in_part(ours: Clinic, following: str) -> None:
    """As seen from the page it stands on."""
    says(ours, "/Slot", page(following=following), times=1)
    assert len(await ours.adapter().find(ours.window)) == 6


@pytest.mark.parametrize("following", ["http://[", "http://[::1"])
async def test_a_link_that_is_none_is_not_followed(ours: Clinic, following: str) -> None:
    says(ours, "/Slot", page(following=following))
    assert await refusal(ours) is Refused.UNKNOWN


async def test_pages_without_an_end_are_not_kept(
    ours: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each page is small enough, and there is always one more."""
    monkeypatch.setattr(server, "MOST_BYTES", 5000)
    for number in range(20):
        says(ours, "/Slot", page("x" * 1000, following=f"/Slot?page={number}"), times=1)
    assert await refusal(ours) is Refused.UNKNOWN
    assert ours.fake
    assert ours.fake.troubles.asked["GET /Slot"] < 10


DEEP = '{"resourceType": "Bundle", "entry": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    "body", [DEEP, "", "null", "[]", "7", '"\\ud800"', "<html>Войдите", '{"entry": {}}']
)
async def test_whatever_is_said_is_a_refusal_of_the_closed_set(ours: Clinic, body: str) -> None:
    """Nothing else reaches the worker or the mirror, which other clinics have, too."""
    system = ours.known.of(ClinicId(1), ours.settings())
    says(ours, "/Slot", body)
    with pytest.raises(SystemRefused) as refused:
        await system.find(ours.window)
    assert (refused.value.why, refused.value.in_doubt) == (Refused.UNKNOWN, False)


async def test_what_was_asked_for_and_is_not_understood_stays_in_doubt(ours: Clinic) -> None:
    system = ours.known.of(ClinicId(1), ours.settings())
    slot = (await system.find(ours.window))[0]
    trouble(ours, Trouble(Kind.FAILURE, "POST", "/Appointment", status=201, body=DEEP))
    with pytest.raises(SystemRefused) as refused:
        await system.book(slot, MISHA, "a-key")
    assert (refused.value.why, refused.value.in_doubt) == (Refused.UNKNOWN, True)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "a\x00b"},
        {"id": ".."},
        {"id": "x" * 300},
        {"id": "a/b?c=d"},
        {"start": "0001-01-01T00:00:00+05:00"},
        {"end": "9999-12-31T23:59:59-05:00"},
        {"start": None},
        {"end": 7},
        {"start": "2027-03-01T09:00:00"},
    ],
    ids=str,
)
async def test_a_time_that_cannot_be_is_none_and_the_others_are(
    ours: Clinic, changed: dict[str, Any]
) -> None:
    """What our database cannot keep, or no path can name, is not free."""
    strange = {**ours.a_slot(MORNING + 9 * LENGTH), "id": "strange", **changed}
    known = await ours.slot()
    says(ours, "/Slot", page(strange, known))
    found = await ours.adapter().find(ours.window)
    assert [slot.ref.value for slot in found] == [known["id"]]


@pytest.mark.parametrize("version", ["1\r\nX-Other: 1", "v" * 300, 'a"b', "я"])
async def test_a_version_that_no_header_carries_guards_nothing(ours: Clinic, version: str) -> None:
    slot = {**await ours.slot(), "meta": {"versionId": version}}
    says(ours, "/Slot", page(slot))
    [found] = await ours.adapter().find(ours.window)
    assert found.version == ""


async def test_a_visit_without_a_time_hides_no_news_of_the_others(ours: Clinic) -> None:
    """One that is only asked for, or was cancelled, need not say when it is (FHIR)."""
    system = ours.adapter()
    before = await system.changes("")
    parts = [{"actor": {"reference": ours.actor}, "status": "accepted"}]
    for status in ("proposed", "cancelled"):
        await ours.post({"resourceType": "Appointment", "status": status, "participant": parts})
    slot = (await system.find(ours.window))[0]
    booked = await system.book(slot, MISHA, "a-key")

    news = await system.changes(before.mark)

    told = {visit.state: visit for visit in news.visits}
    assert told[ForeignState.BOOKED].ref == booked.ref
    assert told[ForeignState.PENDING].stretch is None
    assert told[ForeignState.CANCELLED].stretch is None


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nobody_is_followed_elsewhere(ours: Clinic, status: int) -> None:
    """A redirect would carry the key, or the child's name, to whom the clinic did not name."""
    away = (("Location", "http://127.0.0.2:9/Slot"),)
    trouble(ours, Trouble(Kind.FAILURE, "GET", "/Slot", status=status, headers=away))
    assert await refusal(ours) is Refused.UNKNOWN


async def test_a_date_that_cannot_be_is_no_mark(ours: Clinic) -> None:
    says(ours, "/Slot", {**page(), "meta": {"lastUpdated": "0001-01-01T00:00:00+05:00"}})
    says(ours, "/Appointment", {**page(), "meta": {"lastUpdated": "9" * 99}})
    assert (await ours.adapter().changes("2027-01-01T00:00:00Z")).mark == "2027-01-01T00:00:00Z"


def in_1c(*free: tuple[str, str], usual: str = "0001-01-01T00:30:00") -> bytes:
    periods = [{"ВремяНачала": since, "ВремяОкончания": until} for since, until in free]
    employee = {
        "СотрудникID": "1",
        "ДлительностьПриема": usual,
        "ПериодыГрафика": {"СвободноеВремя": {"ПериодГрафика": periods}},
    }
    return json.dumps({"Ответ": {"ГрафикДляСайта": employee}}).encode()


def test_a_date_that_1c_leaves_empty_is_no_stretch_of_two_thousand_years() -> None:
    """1С writes "no date" as the first of January of the year one."""
    morning = "2027-03-01T09:00:00", "2027-03-01T10:00:00"
    said = in_1c(
        morning,
        ("0001-01-01T00:00:00", "2027-03-01T10:00:00"),
        ("0001-01-01T00:00:00", "0001-01-01T12:00:00"),
        ("9999-12-30T00:00:00", "9999-12-31T23:59:59"),
        usual="0001-01-01T00:00:01",
    )
    [employee] = listed(answer_in(said, Schedules).all)
    free, taken = employee.spans()
    begins = datetime(2027, 3, 1, 9)  # noqa: DTZ001 - on the clinic's wall
    assert (free, taken) == ([(begins, begins + timedelta(hours=1))], [])
    assert employee.length == timedelta()


def test_ten_thousand_stretches_are_cut_at_once() -> None:
    """The loop that serves the families is not held up by a doctor of many pieces."""
    day = datetime(2027, 3, 1, tzinfo=UTC)
    hour, half = timedelta(hours=1), timedelta(minutes=30)
    free = [(day + each * hour, day + each * hour + half) for each in range(10_000)]
    begun = process_time()
    assert cut(free, [], half) == free
    assert process_time() - begun < 1


async def test_what_no_1c_wrote_is_no_reference_of_ours() -> None:
    async with a_base() as bit:
        for value in ("by-hand", "a/b/c/d", "a/b/20270301T0600Z/x"):
            with pytest.raises(SystemRefused):
                await bit.system().cancel(ForeignRef("by-hand", value), "")
            with pytest.raises(SystemRefused):
                await bit.system().status(ForeignRef("by-hand", value))
