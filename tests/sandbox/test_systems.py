"""Clinics' own systems beside the sandbox: a switch at the page, and times that go on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Telegram, serve
from bot.sandbox.systems.demo_clinic import DAYS, DOCTORS, NAME, demo_clinic, fill
from bot.sandbox.systems.fhir import serve_app

MONDAY = datetime(2026, 11, 30, 4, tzinfo=UTC)


async def test_a_system_is_switched_off_and_on_at_the_page(telegram: Telegram) -> None:
    """Off, nobody answers there; on, everything stands as it stood."""
    server = demo_clinic(lambda: MONDAY)
    async with (
        serve_app(server.app()) as clinic,
        serve(telegram, "127.0.0.1", 0, {NAME: server.troubles}) as page,
        aiohttp.ClientSession() as http,
    ):

        async def switch(wish: object) -> tuple[int, object]:
            async with http.post(f"{page}/sim/systems", json=wish) as answer:
                return answer.status, await answer.json()

        async with http.get(f"{page}/sim/systems") as answer:
            assert await answer.json() == {"systems": [{"name": NAME, "on": True}]}
        assert (await switch({"name": NAME, "on": False}))[0] == 200
        with pytest.raises(aiohttp.ClientError):
            await http.get(f"{clinic}/metadata")

        assert (await switch({"name": NAME, "on": True}))[0] == 200
        async with http.get(f"{clinic}/metadata") as answer:
            assert answer.status == 200
        bad: list[object] = [{"name": "другая", "on": True}, {"name": NAME, "on": "да"}, {}, []]
        for wish in bad:
            assert (await switch(wish))[0] == 400


async def test_without_systems_the_page_has_no_switch(url: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{url}/sim/systems") as answer:
        assert await answer.json() == {"systems": []}


def test_the_demos_clinic_has_times_for_weeks_and_goes_on() -> None:
    """Each doctor has twelve times a weekday; what is taken stays so when new days are added."""
    today = [MONDAY]
    server = demo_clinic(lambda: today[0])
    weekdays = sum((MONDAY + timedelta(each)).weekday() < 5 for each in range(DAYS))
    slots = server.store.search("Slot", [])
    assert len(slots) == len(DOCTORS) * 12 * weekdays
    server.store.put({**slots[0], "status": "busy"}, slots[0]["id"])

    today[0] += timedelta(days=7)
    fill(server)

    assert len(server.store.search("Slot", [])) == len(DOCTORS) * 12 * (weekdays + 5)
    assert server.store.search("Slot", [("status", "busy")])[0]["id"] == slots[0]["id"]


async def test_what_stands_in_the_clinics_system_outlives_it(tmp_path: Path) -> None:
    """Whoever was answered finds it so again, after a kill in the middle of a line, too; nobody
    was answered then."""
    file = tmp_path / "lesnaya.jsonl"
    server = demo_clinic(lambda: MONDAY, file)
    slot = server.store.search("Slot", [])[0]
    async with serve_app(server.app()) as clinic, aiohttp.ClientSession() as http:
        taken = {**slot, "status": "busy"}
        async with http.put(f"{clinic}/Slot/{slot['id']}", json=taken) as answer:
            stands = await answer.json()
        gone = {"resourceType": "Appointment", "status": "pending"}
        refused = {"request": {"method": "PUT", "url": "Slot/none"}, "resource": slot}
        posted = {"request": {"method": "POST", "url": "Appointment"}, "resource": gone}
        async with http.post(clinic, json={"entry": [posted, refused]}) as answer:
            assert answer.status == 404
    with file.open("ab") as half:
        half.write(b'["Slot", "')

    for _ in range(2):
        again = demo_clinic(lambda: MONDAY, file)
        assert again.store.get("Slot", slot["id"]) == stands
        assert again.store.search("Appointment", []) == []
        assert again.store.kept == server.store.kept
