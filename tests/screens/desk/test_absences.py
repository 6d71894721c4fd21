"""What holds for the absent doctor's screens alone."""

from dataclasses import replace
from datetime import date

from bot import words
from bot.flows.desk.absences import views
from services.model.people import Language
from tests.screens.desk.absences import PLANS


def test_days_of_another_year_are_shown_with_it() -> None:
    """R58: "28.11–30.11" typed on the first of December is next year's; whoever typed it sees that
    before anything is done."""
    first, last = date(2027, 11, 28), date(2027, 11, 30)
    absent = replace(PLANS.absent, first=first, last=last)
    today = date(2026, 12, 1)
    with words.speaking(words.load(), Language.RUSSIAN):
        shown = [
            str(views.plans(replace(PLANS, absent=each, today=today)).text).replace("\xa0", " ")
            for each in (absent, replace(absent, first=date(2026, 12, 2)))
        ]

    assert "Вс 28 ноября 2027 – вт 30 ноября 2027:" in shown[0]
    assert "Завтра – вт 30 ноября 2027:" in shown[1]
