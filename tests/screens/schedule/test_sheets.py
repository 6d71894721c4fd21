"""What holds for timetables as sheets alone."""

from datetime import date, time, timedelta

from bot import words
from bot.flows.schedule.hours.lines import week_in_words
from bot.flows.schedule.sheets import views
from services.model.clinic import Hours, Reason, Side
from services.model.people import Language
from services.model.schedule import Reception, ScheduleRule
from services.model.settings.visit_kinds import USUAL_KINDS
from services.schedule.overview import SheetDesk
from tests.screens.values import IRINA, TODAY


def test_a_sheet_is_named_as_one(language: Language) -> None:
    """Whoever taps it opens a spreadsheet: the empty one, and the one with the hours."""
    for document in (views.template(b"PK"), views.export(SheetDesk(IRINA, TODAY), b"PK")):
        assert document.name.endswith(".xlsx")


def test_the_week_that_a_sheet_gives_is_said_whole() -> None:
    """R58: whatever is the same only from some day on, until one, or for some visits is said so,
    with the year of each day."""
    morning = Reception(Hours(time(8), time(12)), timedelta(minutes=15))
    infants = Reception(
        Hours(time(9), time(11)), timedelta(minutes=20), (), frozenset({Reason.INFANT_DAY})
    )
    last, next_year = date(2026, 12, 31), date(2027, 1, 11)
    rules = [
        ScheduleRule(morning, TODAY, last, frozenset({0, 1, 2}), Side.EVEN),
        ScheduleRule(infants, TODAY, None, frozenset({4})),
        ScheduleRule(morning, next_year, None, frozenset({0})),
    ]
    with words.speaking(words.load(), Language.RUSSIAN):
        said = week_in_words(rules, TODAY, USUAL_KINDS).replace("\xa0", " ")
        assert week_in_words([], TODAY, USUAL_KINDS) == "выходной"

    assert said == (
        "пн–ср чёт. 8:00–12:00 по 15 мин, по 31 декабря 2026 включительно; "
        "пт 9:00–11:00 по 20 мин (Грудничковый день); "
        "с 11 января 2027: пн 8:00–12:00 по 15 мин"
    )
