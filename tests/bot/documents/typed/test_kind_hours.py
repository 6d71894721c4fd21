"""Hours for some visits alone, as they are typed in the chat."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.documents.typed.hour_lines import TypedHours, Words, write_receptions, write_rules
from bot.documents.typed.kind_words import named_kind
from services.model.refusals.schedule import HoursUnclear
from services.model.schedule import ScheduleRule
from services.model.settings.visit_kinds import USUAL_KINDS, KindKey, Reason, VisitKind

READER, TODAY, USUAL = TypedHours(), date(2026, 11, 23), timedelta(minutes=15)
POOL = VisitKind(KindKey("k9"), name="Справка в бассейн", length=timedelta(minutes=10))
FORM = VisitKind(KindKey("k10"), name="Форма 026/у")
KINDS = (*USUAL_KINDS, POOL, FORM)
WORDS = Words(
    ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
    "чёт",
    "нечёт",
    "выходной",
    "по {n} мин",
    {Reason.INFANT_DAY: "грудничковый день", POOL.key: "справка в бассейн", FORM.key: "026/у"},
)


def week(typed: str, standing: str = "") -> str:
    rules: list[ScheduleRule] = []
    if standing:
        rules = [*READER.rules(standing, TODAY, USUAL, (), KINDS)[1]]
    _, rules_then = READER.rules(typed, TODAY, USUAL, rules, KINDS)
    return write_rules(rules_then, WORDS)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("пн 9-12 по 10 малыши", "пн 9:00–12:00 по 10 мин грудничковый день"),
        ("ПН 9–12 по 10 мин (для Малышей)", "пн 9:00–12:00 по 10 мин грудничковый день"),
        ("вт 13-15 бассейн", "вт 13:00–15:00 по 10 мин справка в бассейн"),
        (
            "вт 13-15 по 20 справка в бассейн и малыши",
            "вт 13:00–15:00 по 20 мин грудничковый день + справка в бассейн",
        ),
        (
            "пн-пт 8-14 по 15, вт 9-11 малыши, с 1 декабря",
            (
                "пн ср–пт 8:00–14:00 по 15 мин; вт 8:00–9:00, 11:00–14:00 по 15 мин; "
                "вт 9:00–11:00 по 15 мин грудничковый день"
            ),
        ),
    ],
)
def test_hours_are_for_the_visits_that_stand_behind_them(typed: str, said: str) -> None:
    """The clinic's own names, a word of them, and what visits are commonly called; how long such a
    visit takes the line says, or else the clinic."""
    assert week(typed) == said


def test_hours_for_some_visits_alone_change_nothing_else() -> None:
    """As a break alone does: they take their time of the standing hours, even days' alone too, and
    are said anew for the days that they name."""
    standing = "пн-ср 8-12 по 15"

    assert week("вт чёт 8-10 малыши", standing) == (
        "пн ср 8:00–12:00 по 15 мин; вт нечёт 8:00–12:00 по 15 мин; "
        "вт чёт 10:00–12:00 по 15 мин; вт чёт 8:00–10:00 по 15 мин грудничковый день"
    )
    again = week("вт 8-9 малыши", "пн-ср 8-12 по 15; вт 8-10 малыши")
    assert again.endswith("вт 8:00–9:00 по 15 мин грудничковый день")
    assert again.count("грудничковый") == 1
    assert week("пн-пт 8-12 по 15 малыши", standing) == (
        "пн–пт 8:00–12:00 по 15 мин грудничковый день"
    )


def test_what_is_written_is_read_as_the_same() -> None:
    """The line that a registrar is shown can be sent back as it is."""
    said = week("пн-пт 8-14 по 15, вт 9-11 малыши")

    assert week(said) == said


def test_a_day_has_such_hours_too() -> None:
    def day(typed: str) -> str:
        found = READER.day(typed, USUAL, frozenset(), (), KINDS)
        hours = [write_receptions([each], WORDS) for each in found]
        return "; ".join(
            f"{said} {'+'.join(sorted(each.reasons))}".strip()
            for said, each in zip(hours, found, strict=True)
        )

    assert day("9-12 по 10 малыши") == "9:00–12:00 по 10 мин infant-day"
    assert day("8-14; 9-11 по 10 малыши") == (
        "8:00–9:00, 11:00–14:00 по 15 мин; 9:00–11:00 по 10 мин infant-day"
    )
    with pytest.raises(HoursUnclear):
        READER.day("малыши", USUAL, frozenset(), (), KINDS)


def test_a_word_of_two_kinds_is_none_of_them_and_a_hidden_kind_has_no_hours() -> None:
    other = VisitKind(KindKey("k11"), name="Осмотр в бассейн")
    with pytest.raises(HoursUnclear):
        READER.rules("вт 13-15 бассейн", TODAY, USUAL, (), (*KINDS, other))
    with pytest.raises(HoursUnclear):
        READER.rules("вт 13-15 бассейн", TODAY, USUAL, (), (replace(POOL, hidden=True),))


def test_a_kind_is_known_by_its_name_however_it_is_spelled() -> None:
    """R53: the clinic's own names first, digits included; else what a usual one is called."""
    assert named_kind(KINDS, "СПРАВКА в  бассейн") == POOL.key
    assert named_kind(KINDS, "форма 026 у") == FORM.key
    assert named_kind(KINDS, "форма 079/у") is None
    assert named_kind(KINDS, "Справка") == Reason.CERTIFICATE
    assert named_kind((POOL,), "Справка") is None


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Осмотр за 15 минут", "пн-пт 9-12 по 10 минут"),
        ("Приём в субботу", "субботу 9-12"),
        ("Приём ежедневно", "ежедневно 9-12"),
        ("Приём по чётным", "по чётным 9-12, по нечётным 14-18"),
        ("Прививки в декабре", "пн 9-12, с 1 декабря"),
        ("Прививки, начало 1 декабря", "пн 9-12, с 1 декабря"),
        ("Обед", "пн 9-18 обед 13-14"),
        ("Без перерыва", "пн 9-18 перерыв 13-14"),
        ("Запись приёма", "пн 9-12, вт нет приёма"),
        ("пн", "пн 9-12"),
        ("9-12", "пн 9-12"),
        ("2026", "пн 9-12, с 01.12.2026"),
        ("", "пн 9-12"),
    ],
)
def test_what_hours_are_said_with_names_no_kind(name: str, typed: str) -> None:
    """A clinic's name for a kind takes no word away from the hours of everybody: the line says what
    it said before the kind was there."""
    own = VisitKind(KindKey("k9"), name=name)
    before = READER.rules(typed, TODAY, USUAL, (), USUAL_KINDS)
    assert READER.rules(typed, TODAY, USUAL, (), (*USUAL_KINDS, own)) == before


def test_the_other_words_of_such_a_name_still_do() -> None:
    own = VisitKind(KindKey("k9"), name="Прививки в субботу")
    [rule] = READER.rules("сб 9-12 прививки", TODAY, USUAL, (), (*USUAL_KINDS, own))[1]
    assert rule.reception.reasons == {own.key}
