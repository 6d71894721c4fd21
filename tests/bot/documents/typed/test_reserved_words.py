"""Hours that are kept for some children, as they are typed in the chat and stand in a sheet."""

from datetime import date, timedelta

import pytest

from bot.documents.typed.hour_lines import TypedHours, write_rules
from bot.documents.typed.reserved_words import read_kept
from bot.flows.schedule.hours.lines import line_words
from bot.words import load, speaking
from services.model.people import Language
from services.model.reserved.times import ReservedFor
from services.model.schedule import ScheduleRule
from services.model.settings.visit_kinds import USUAL_KINDS

I18N = load()
READER, TODAY, USUAL = TypedHours(), date(2026, 11, 23), timedelta(minutes=15)


def week(typed: str, standing: str = "") -> list[ScheduleRule]:
    there = READER.rules(standing, TODAY, USUAL, (), USUAL_KINDS)[1] if standing else ()
    return [*READER.rules(typed, TODAY, USUAL, there, USUAL_KINDS)[1]]


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("резерв для малышей до года", ReservedFor.INFANTS),
        ("в резерве малыши", ReservedFor.INFANTS),
        ("РЕЗЕРВ: участок", ReservedFor.DISTRICT),
        ("(держим для детей своего участка)", ReservedFor.DISTRICT),
        ("резерв срочным", ReservedFor.URGENT),
        ("резерв для диспансерного учёта", ReservedFor.OBSERVED),
        ("резерв для детей-инвалидов", ReservedFor.DISABLED),
        ("kept for district", ReservedFor.DISTRICT),
        ("малыши", None),
        ("резерв", None),
        ("резерв для всех", None),
    ],
)
def test_who_is_meant(said: str, whom: ReservedFor | None) -> None:
    """As people say it; without the word for keeping, hours are for a kind of visit."""
    assert read_kept(said) is whom


def test_hours_that_are_kept_stand_among_the_others() -> None:
    """What stood at their time makes room, and stays else; hours for babies' own visits and hours
    that are kept for babies are two things."""
    before = "пн-пт 8-12"
    found = week("вт чт 9-10 резерв для участка", before)
    kept = [each for each in found if each.reception.kept_for]
    assert [sorted(each.weekdays) for each in kept] == [[1, 3]]
    assert kept[0].reception.kept_for is ReservedFor.DISTRICT
    assert not kept[0].reception.reasons
    assert not any(
        each.weekdays & {1, 3}
        for each in found
        if each.reception.hours.starts.hour == 9 and not each.reception.kept_for
    )

    both = week("вт 9-10 малыши, вт 10-11 резерв малыши", before)
    assert {each.reception.kept_for for each in both if each.reception.reasons} == {None}
    [named] = [each for each in both if each.reception.kept_for]
    assert (named.reception.hours.starts.hour, named.reception.reasons) == (10, frozenset())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("whom", ReservedFor)
def test_what_is_written_of_them_is_read_again(whom: ReservedFor, language: Language) -> None:
    """In both languages, beside hours that are everybody's."""
    with speaking(I18N, language):
        words = line_words(USUAL_KINDS)
    typed = f"пн-пт 8-12; вт 12-13 {words.kept[whom]}"
    found = week(typed)
    assert [each.reception.kept_for for each in found if each.reception.kept_for] == [whom]
    assert write_rules(week(write_rules(found, words)), words) == write_rules(found, words)
