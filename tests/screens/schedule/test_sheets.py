"""What holds for timetables as sheets alone."""

from bot.flows.schedule.sheets import views
from services.model.people import Language
from services.schedule.overview import SheetDesk
from tests.screens.values import IRINA, TODAY


def test_a_sheet_is_named_as_one(language: Language) -> None:
    """Whoever taps it opens a spreadsheet: the empty one, and the one with the hours."""
    for document in (views.template(b"PK"), views.export(SheetDesk(IRINA, TODAY), b"PK")):
        assert document.name.endswith(".xlsx")
