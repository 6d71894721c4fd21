"""Whatever a clinic's hours are for, no way behind the page leads an ill child to the healthy."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flows.common import taps as common_taps
from bot.flows.common.taps import Tap
from bot.flows.visits.booking.taps import ChooseTime, Confirm
from bot.flows.visits.booking.views import ill_tap
from bot.flows.visits.ill import taps, views
from bot.flows.visits.search import taps as search_taps
from bot.words import load, speaking
from services.model.clinic import Reason
from services.model.ids import ChildId
from services.model.people import Child, Language
from services.rules.ages import is_newborn
from services.visits.ill_children import IllPage
from storage.schedule.reasons import from_bits, to_bits
from tests.chat.conftest import Chat
from tests.conftest import House
from tests.values import a_clinic, a_doctor, a_slot, a_visit

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
WORDS = load()
SEARCHING = (
    taps.WhoIsIll,
    search_taps.Doctors,
    search_taps.Days,
    search_taps.TimesNear,
)
"""Buttons that lead on to times, and to those of a visit that is being held."""


@given(
    born=st.dates(date(2008, 12, 1), date(2026, 11, 23)),
    reason=st.sampled_from(Reason),
    signed=st.booleans(),
    has_hours=st.booleans(),
    has_visit=st.booleans(),
    zone=st.sampled_from(["Europe/Moscow", "Asia/Kamchatka"]),
)
def test_the_page_searches_for_an_illness_alone(
    born: date, reason: Reason, signed: bool, has_hours: bool, has_visit: bool, zone: str
) -> None:
    """R71: and moves no visit but to when the child is well; a baby is led to no time at all."""
    child = Child(ChildId(1), "Миша", born)
    clinic = a_clinic(
        zone=ZoneInfo(zone), ill_words="Слова.", ill_words_signed_by="Ким" if signed else ""
    )
    booked = replace(a_visit(a_slot(NOW, doctor=a_doctor(1, clinic))), child=child, reason=reason)
    visit = booked if has_visit else None
    baby = is_newborn(child, clinic, NOW)
    page = IllPage(clinic, NOW, [child], [child] if has_hours and not baby else [], visit)
    with speaking(WORDS, Language.RUSSIAN):
        shown = views.page(page, ill_tap(visit) if visit else None)
    found = [button.tap for row in shown.rows for button in row]
    searches = [tap for tap in found if isinstance(tap, search_taps.Search)]
    moves = [tap for tap in searches if isinstance(tap, taps.WhenWell)]

    assert [tap.need.reason for tap in searches if tap not in moves] == [Reason.ILLNESS] * (
        has_hours and not baby
    )
    assert [(tap.moves, tap.reason) for tap in moves] == (
        [(visit.id, visit.reason)] if visit else []
    )


def taps_on(chat: Chat) -> Iterator[tuple[str, Tap]]:
    for row in chat.screen.buttons:
        for button in row:
            assert button.data
            yield button.data, common_taps.read(button.data)


async def walk(chat: Chat) -> set[int]:
    """Every time that can be had from this screen on, by whatever buttons lead to times."""
    begun, seen, times = chat.screen.id, set[str](), set[int]()
    ways = [data for data, tap in taps_on(chat) if isinstance(tap, SEARCHING)]
    while ways:
        data = ways.pop()
        if data in seen:
            continue
        seen.add(data)
        await chat.tap_data(data, begun)
        for led, tap in taps_on(chat):
            if isinstance(tap, ChooseTime | Confirm):
                assert tap.need.reason == Reason.ILLNESS
                times.add(tap.slot_id)
            elif isinstance(tap, SEARCHING):
                ways.append(led)
    return times


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_way_leads_to_the_hours_of_the_healthy(
    anna: Chat, house: House, seed: int
) -> None:
    """R71: hours are for whatever sets of reasons come by chance. Every button behind the page is
    tapped; what is offered is for ill children or for any, and all of that is."""
    chance = Random(seed)  # noqa: S311 - chance, not a secret
    await house.database.run("UPDATE slots SET open = false WHERE starts_at >= '2026-11-25'")
    for (slot_id,) in await house.database.rows("SELECT id FROM slots WHERE open"):
        bits = to_bits(chance.sample(list(Reason), chance.choice([0, 1, 1, 2, 4])))
        await house.database.run(f"UPDATE slots SET reasons = {bits} WHERE id = {slot_id}")  # noqa: S608
    await anna.say("/menu")
    await anna.tap("Болеет или был контакт")
    found = await walk(anna)

    rows: Any = await house.database.rows("SELECT id, reasons FROM slots WHERE open")
    reasons = {int(str(row[0])): from_bits(int(str(row[1]))) for row in rows}
    assert found == {
        slot for slot, named in reasons.items() if not named or Reason.ILLNESS in named
    }
    assert any(named and Reason.ILLNESS not in named for named in reasons.values())
