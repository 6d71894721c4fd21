"""What holds for a clinic's load alone."""

import pytest

from bot.flows.desk.day import taps as day_taps
from bot.flows.desk.occupancy import taps, views
from bot.sandbox.api.markup import parse_html
from services.desk.occupancy import Load
from services.model.people import Language
from tests.screens.desk.occupancy import LOADS
from tests.screens.limits import LONGEST_BUTTON, LONGEST_CAPTION
from tests.screens.values import IRINA


@pytest.mark.parametrize("found", LOADS)
def test_the_load_can_be_sent(found: Load, language: Language) -> None:
    """Its caption fits and is whole; it says so where not all is drawn; it leads somewhere."""
    chart = views.chart(found)
    picture = views.picture(found, IRINA.id, b"png")
    text, _ = parse_html(str(picture.caption))
    buttons = [button for row in picture.rows for button in row]

    assert 0 < len(text) <= LONGEST_CAPTION
    assert "{" not in text
    assert [tap.__class__ for tap in (button.tap for button in buttons)] == [
        taps.LoadSheet,
        *([taps.Month] if found.has_month else []),
        day_taps.Desk,
    ]
    assert all(0 < len(button.text) <= LONGEST_BUTTON for button in buttons)
    whole = len(chart.weeks) * 7 >= len(found.dates) and len(chart.doctors) == len(found.doctors)
    assert (("таблице" in text) or ("sheet" in text)) is not whole
    assert all(len(week.rows) == len(chart.doctors) for week in chart.weeks)
    assert len(views.in_words(found)) >= 3
    assert views.sheet(found, views.workbook(found)).name == "load-romashka-2026-11-23.xlsx"
