"""What holds for the screens of hours alone."""

from dataclasses import replace
from datetime import date

from bot import words
from bot.flows.schedule.hours import views
from services.model.people import Language
from services.schedule.overview import Week
from tests.screens.schedule.hours import AWAY, BUSY_DAY
from tests.screens.values import COLLEAGUES, DOCTOR


def test_a_leave_that_ends_in_another_year_says_so() -> None:
    """R58: "в отпуске до 10 января" is nobody's guess in December; in its own year no number is in
    the way."""
    shown = []
    for last in (date(2027, 1, 10), date(2026, 12, 10)):
        day = replace(BUSY_DAY, leave=replace(AWAY, last=last))
        with words.speaking(words.load(), Language.RUSSIAN):
            text = views.week(Week(COLLEAGUES[0], DOCTOR, [day], date(2026, 12, 1))).text
        shown.append(str(text).replace("\xa0", " "))
    assert "10 января 2027" in shown[0]
    assert "10 декабря" in shown[1]
    assert "10 декабря 2026" not in shown[1]
