"""What follows from one more field: run by `test_one_more_setting.py` in a copy of the house that
has it, and a line of words for it."""

import json
from dataclasses import replace

import pytest

from bot import words
from bot.documents.clinic_file import read
from bot.documents.clinic_writing import template, write
from bot.flows.clinic.editing import taps, views
from services.clinic.editing import Proposal
from services.clinic.profiles import ClinicEntry
from services.model.clinic import Clinic
from services.model.people import Language
from services.model.settings.setting import Group
from tests.conftest import CONSENTS, ROMASHKA, House
from tests.databases import BOTH
from tests.services.conftest import Employee

KEY = "closed-saturdays"


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_file_has_it() -> None:
    """Explained and with its default; read back; and a file from before can be entered."""
    entry = ClinicEntry(replace(ROMASHKA, closed_saturdays=True), CONSENTS)  # type: ignore[call-arg]
    written, line = write(entry), "closed_saturdays = true\n"

    assert "# Closed on Saturdays. Whether it is." in template()
    assert "closed_saturdays = false" in template().partition("[booking]")[2].partition("\n[")[0]
    assert read(written.encode()).profile == entry.profile
    assert line in written
    assert read(written.replace(line, "").encode()).profile == ROMASHKA


async def test_the_chat_asks_for_it_and_the_database_keeps_it(
    house: House, clinic: Clinic, irina: Employee
) -> None:
    """The usual one at first, without a migration; then as it was tapped."""
    desk = house.services.clinic_desk
    assert clinic.closed_saturdays is False  # type: ignore[attr-defined]
    with words.speaking(words.load(), Language.ENGLISH):
        page = await desk.page(irina.person, irina.post)
        assert "Closed on Saturdays: <b>no</b>" in views.group(page, Group.BOOKING).text
        asked = views.question(await desk.ask(irina.person, irina.post, KEY))
    assert "Whether it is." in asked.text
    yes = taps.ChooseFact(post_id=irina.post, fact=KEY, choice=0)
    assert yes in [button.tap for row in asked.rows for button in row]

    shown = await desk.choose(irina.person, irina.post, KEY, 0)
    assert isinstance(shown, Proposal)
    await desk.save(irina.person, irina.post, KEY, shown.before, shown.after)
    found = await house.services.profiles.clinic(clinic.code)
    assert found == replace(clinic, closed_saturdays=True)  # type: ignore[call-arg]
    [(kept,)] = await house.database.rows("SELECT settings FROM clinics")
    kept = json.loads(kept) if isinstance(kept, str) else kept
    assert kept["booking.closed_saturdays"] is True
