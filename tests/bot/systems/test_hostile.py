"""What a clinic's server says may be anything: nothing of it leads us astray, or stops us."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from bot.sandbox.systems.troubles import Kind, Trouble
from bot.systems.fhir import server
from bot.systems.talking.wire import Answer, Wire
from services.model.systems.values import Refused
from services.ports.systems.clinic_system import SystemRefused
from tests.bot.systems.servers import Clinic, fake_clinic
from tests.bot.systems.test_fhir_troubles import trouble


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
