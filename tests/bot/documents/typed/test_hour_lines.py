"""Hours as they are typed into the chat, and written to be typed again."""

from collections.abc import Iterable
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.typed.hour_lines import TypedHours, Words, write_receptions, write_rules
from bot.documents.typed.hours import Span, reception_of, spans_of, write_spans
from services.model.clinic import Hours, Reason, Side
from services.model.refusals.base import Refusal
from services.model.refusals.families import DateUnclear, NoSuchDay
from services.model.refusals.schedule import (
    BreakOutside,
    DayOver,
    HoursBackwards,
    HoursTooShort,
    HoursUnclear,
)
from services.model.schedule import Reception, ScheduleRule

TODAY = date(2026, 11, 25)
"""A Wednesday."""
USUAL = timedelta(minutes=10)
RUSSIAN = Words(
    ["пн", "вт", "ср", "чт", "пт", "сб", "вс"], "чёт.", "нечёт.", "выходной", "по {n} мин"
)
ENGLISH = Words(
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], "even", "odd", "day off", "every {n} min"
)
READER = TypedHours()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("9-12", "9:00–12:00 по 10 мин"),
        ("9:00–12:00 по 15", "9:00–12:00 по 15 мин"),
        ("9.00-12.00 по 15 мин", "9:00–12:00 по 15 мин"),
        ("9-12, 15 мин", "9:00–12:00 по 15 мин"),
        ("с 9 по 12", "9:00–12:00 по 10 мин"),
        ("с 9 до 12 каждые 20 минут", "9:00–12:00 по 20 мин"),
        ("9-12, 14-16 по 20", "9:00–12:00, 14:00–16:00 по 20 мин"),
        ("8-14 обед 11-12", "8:00–11:00, 12:00–14:00 по 10 мин"),
        ("9-12 every 15 min", "9:00–12:00 по 15 мин"),
        ("8-14 с обедом 11-11:30", "8:00–11:00, 11:30–14:00 по 10 мин"),
        ("8-14, обеденный перерыв с 11 до 11.30", "8:00–11:00, 11:30–14:00 по 10 мин"),
        ("8-14 с перерывом на обед 11:00–11:30", "8:00–11:00, 11:30–14:00 по 10 мин"),
        ("8-14 with a lunch break 11-11:30", "8:00–11:00, 11:30–14:00 по 10 мин"),
        ("обед 11-11:30, 8-14 по 15", "8:00–11:00, 11:30–14:00 по 15 мин"),
        ("8-14 без обеда", "8:00–14:00 по 10 мин"),
        ("8-14 no lunch", "8:00–14:00 по 10 мин"),
        ("8-14 по 15, обед 11-11:30", "8:00–11:00, 11:30–14:00 по 15 мин"),
        ("с 8 по 14, обед с 11 по 12 по 15", "8:00–11:00, 12:00–14:00 по 15 мин"),
        ("9-12 по 15, 14-18", "9:00–12:00, 14:00–18:00 по 15 мин"),
        ("9:00-13:00, 14:00-18:00", "9:00–13:00, 14:00–18:00 по 10 мин"),
        ("18-24", "18:00–0:00 по 10 мин".replace("0:00 ", "24:00 ")),
        ("выходной", "выходной"),
        ("Не принимает", "выходной"),
        ("day off", "выходной"),
    ],
)
def test_hours_of_a_day(typed: str, said: str) -> None:
    """As people write them; what is not said of visits is as usual."""
    assert write_receptions(READER.day(typed, USUAL, frozenset()), RUSSIAN) == said


def test_hours_of_a_day_keep_what_they_are_for() -> None:
    """Infants' hours are infants' hours at another time, too."""
    infants = frozenset({Reason.INFANT_DAY})
    [found] = READER.day("9-12", USUAL, infants)

    assert found == Reception(Hours(time(9), time(12)), USUAL, (), infants)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", HoursUnclear),
        ("спасибо", HoursUnclear),
        ("9", HoursUnclear),
        ("чёт 9-12", HoursUnclear),
        ("9-12 по 0 мин", HoursUnclear),
        ("9-12 по 15, 14-18 по 20", HoursUnclear),
        ("8-14 обед", HoursUnclear),
        ("обед 12-11", HoursBackwards),
        ("обед 11-11:30", BreakOutside),
        ("8-8:20 обед 8:05-8:15", HoursTooShort),
        ("12-9", HoursBackwards),
        ("9-25", HoursBackwards),
        ("9-12, 11-14", HoursBackwards),
        ("9:00-9:05", HoursTooShort),
        ("9-10 по 90", HoursTooShort),
    ],
)
def test_what_is_no_hours(typed: str, problem: type[Refusal]) -> None:
    """Refused with the reason; nothing is guessed."""
    with pytest.raises(problem):
        READER.day(typed, USUAL, frozenset())


@pytest.mark.parametrize(
    ("typed", "since", "said"),
    [
        (
            "пн ср пт 8-14, чёт 9-12 по 15 мин, с 1 декабря",
            date(2026, 12, 1),
            "пн ср пт 8:00–14:00; вт чт чёт. 9:00–12:00 по 15 мин",
        ),
        ("8-14", TODAY, "пн–пт 8:00–14:00 по 10 мин"),
        ("пн-пт 9:00–12:00", TODAY, "пн–пт 9:00–12:00 по 10 мин"),
        ("будни 8-14; сб 9-12", TODAY, "пн–пт 8:00–14:00; сб 9:00–12:00 по 10 мин"),
        ("ежедневно 8-14", TODAY, "пн–вс 8:00–14:00 по 10 мин"),
        (
            "чёт 8-14 нечёт 14-20, сб 9-12",
            TODAY,
            "пн–пт чёт. 8:00–14:00; пн–пт нечёт. 14:00–20:00; сб 9:00–12:00 по 10 мин",
        ),
        (
            "пн, вт 8-11, 15-18; чт чёт 9-12 нечёт 14-20",
            TODAY,
            "пн вт 8:00–11:00, 15:00–18:00; чт чёт. 9:00–12:00; чт нечёт. 14:00–20:00 по 10 мин",
        ),
        (
            "пн 8-14 по 15, вт 9-12 по 20",
            TODAY,
            "пн 8:00–14:00 по 15 мин; вт 9:00–12:00 по 20 мин",
        ),
        ("с 1 декабря пн-пт 8-14", date(2026, 12, 1), "пн–пт 8:00–14:00 по 10 мин"),
        (
            "чёт 8-14 по 15, нечёт 14-20 по 15 с 1 декабря",
            date(2026, 12, 1),
            "пн–пт чёт. 8:00–14:00; пн–пт нечёт. 14:00–20:00 по 15 мин",
        ),
        (
            "с 1 декабря чёт 8-14 по 15 мин, нечёт 14-20 каждые 20 минут",
            date(2026, 12, 1),
            "пн–пт чёт. 8:00–14:00 по 15 мин; пн–пт нечёт. 14:00–20:00 по 20 мин",
        ),
        (
            "по чётным с 8 до 14, по нечётным с 14 до 20 по 15",
            TODAY,
            "пн–пт чёт. 8:00–14:00; пн–пт нечёт. 14:00–20:00 по 15 мин",
        ),
        (
            "пн 8-14 по 15, чёт 9-12 по 20, нечёт 14-18 обед 16-16:30 по 20",
            TODAY,
            (
                "пн 8:00–14:00 по 15 мин; вт–пт чёт. 9:00–12:00 по 20 мин; "
                "вт–пт нечёт. 14:00–16:00, 16:30–18:00 по 20 мин"
            ),
        ),
        (
            "по 15 чёт 8-14, нечёт 14-20",
            TODAY,
            "пн–пт чёт. 8:00–14:00; пн–пт нечёт. 14:00–20:00 по 15 мин",
        ),
        (
            "обед 11-11:30, пн-пт 8-14, сб 9-12",
            TODAY,
            "пн–пт 8:00–11:00, 11:30–14:00; сб 9:00–11:00, 11:30–12:00 по 10 мин",
        ),
        (
            "обед 11-11:30 чёт 8-14 нечёт 14-20",
            TODAY,
            "пн–пт чёт. 8:00–11:00, 11:30–14:00; пн–пт нечёт. 14:00–20:00 по 10 мин",
        ),
        ("с 9.00 до 12", TODAY, "пн–пт 9:00–12:00 по 10 мин"),
        ("вт чт с 14 до 20 по 15 минут", TODAY, "вт чт 14:00–20:00 по 15 мин"),
        ("по понедельникам и средам 9-12", TODAY, "пн ср 9:00–12:00 по 10 мин"),
        ("пн 9-12, сб выходной", TODAY, "пн 9:00–12:00 по 10 мин"),
        (
            "Mon-Fri 9-12 every 15 min from tomorrow",
            date(2026, 11, 26),
            "пн–пт 9:00–12:00 по 15 мин",
        ),
        ("не принимает с 1.12", date(2026, 12, 1), "выходной"),
        ("выходной", TODAY, "выходной"),
    ],
)
def test_a_line_of_regular_hours(typed: str, since: date, said: str) -> None:
    """Weekdays, even and odd days and visits on one line; weekdays that are named go first."""
    found, rules = READER.rules(typed, TODAY, USUAL)

    assert (found, write_rules(rules, RUSSIAN)) == (since, said)
    assert {rule.valid_from for rule in rules} <= {since}
    assert {rule.valid_until for rule in rules} <= {None}


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", HoursUnclear),
        ("с 1 декабря", HoursUnclear),
        ("пн-пт", HoursUnclear),
        ("пт-пн 9-12", HoursUnclear),
        ("пн 9-12, пн 14-18", HoursUnclear),
        ("пн–вс 9-12, чёт 14-18", HoursUnclear),
        ("пн 9-12 чего-то", HoursUnclear),
        ("чёт 8-14 по 15, чёт 14-20 по 15", HoursUnclear),
        ("8-14, чёт 9-12 по 15", HoursUnclear),
        ("чёт по 15, нечёт 14-20", HoursUnclear),
        ("обед 12-13, пн 8-12", BreakOutside),
        ("пн 12-9", HoursBackwards),
        ("пн 9:00-9:05", HoursTooShort),
        ("пн 9-12 с 31.02", NoSuchDay),
        ("пн 9-12 с 1.12.2025", DayOver),
        ("пн 9-12 с 5 брабря", DateUnclear),
    ],
)
def test_what_is_no_line_of_hours(typed: str, problem: type[Refusal]) -> None:
    """Refused with the reason; nothing is guessed."""
    with pytest.raises(problem):
        READER.rules(typed, TODAY, USUAL)


STANDING = [
    ScheduleRule(
        Reception(Hours(time(8), time(14)), USUAL), date(2026, 9, 1), None, frozenset({0, 2})
    ),
    ScheduleRule(
        Reception(
            Hours(time(9), time(12)), timedelta(minutes=20), (), frozenset({Reason.INFANT_DAY})
        ),
        date(2026, 12, 7),
        None,
        frozenset({1}),
    ),
    ScheduleRule(
        Reception(Hours(time(14), time(20)), USUAL),
        date(2026, 9, 1),
        date(2026, 12, 31),
        frozenset({3}),
    ),
    ScheduleRule(
        Reception(Hours(time(8), time(14)), USUAL),
        date(2026, 9, 1),
        date(2026, 11, 30),
        frozenset({4}),
    ),
]


def test_a_break_alone_is_one_in_the_standing_hours() -> None:
    """R13: for a day and for all weeks; the rest of what stands there stays, whatever it is for."""
    infants = STANDING[1].reception
    [found] = READER.day("обед с 11 до 11:30", USUAL, frozenset(), [infants])
    assert (found.reasons, found.visit) == (infants.reasons, infants.visit)
    assert spans_of(found) == (Span(9 * 60, 11 * 60), Span(11 * 60 + 30, 12 * 60))

    since, rules = READER.rules("обед 11-11:30 с 1 декабря", TODAY, USUAL, STANDING)

    assert since == date(2026, 12, 1)
    assert [(each.valid_from, each.valid_until, each.weekdays) for each in rules] == [
        (date(2026, 12, 1), None, frozenset({0, 2})),
        (date(2026, 12, 7), None, frozenset({1})),
        (date(2026, 12, 1), date(2026, 12, 31), frozenset({3})),
    ]
    assert [len(spans_of(each.reception)) for each in rules] == [2, 2, 1]
    assert rules[1].reception.reasons == infants.reasons


@pytest.mark.parametrize("typed", ["обед 12-13", "перерыв 7-8", "lunch 20:00-21:00"])
def test_a_break_outside_the_hours_changes_nothing(typed: str) -> None:
    """R13: it would seem to be kept, and be nothing."""
    with pytest.raises(BreakOutside):
        READER.day(typed, USUAL, frozenset(), [STANDING[1].reception])


MINUTES = st.integers(0, 24 * 60)
VISIT_MINUTES = [5, 10, 15, 20]
VISITS = st.sampled_from(VISIT_MINUTES)


@st.composite
def receptions(draw: st.DrawFn) -> Reception:
    """One to three stretches of a day, each with room for a visit."""
    edges = draw(st.lists(MINUTES, min_size=2, max_size=6, unique=True))
    edges = sorted(edges)[: len(edges) // 2 * 2]
    spans = [Span(begins, ends) for begins, ends in zip(edges[::2], edges[1::2], strict=True)]
    visit = draw(VISITS)
    roomy = [span for span in spans if span.ends - span.begins >= visit]
    return reception_of(roomy or [Span(0, 24 * 60)], timedelta(minutes=visit))


@st.composite
def weeks(draw: st.DrawFn) -> list[ScheduleRule]:
    """Rules of which no two say something of one day."""
    rules: list[ScheduleRule] = []
    left = {*range(7)}
    for _ in range(draw(st.integers(0, 4))):
        days = draw(st.frozensets(st.sampled_from([*range(7)]))) & left
        left -= days
        if not days:
            continue
        sides = draw(st.sampled_from([[Side.ALL], [Side.EVEN], [Side.ODD], [Side.EVEN, Side.ODD]]))
        rules += [ScheduleRule(draw(receptions()), TODAY, None, days, side) for side in sides]
    return rules


@given(receptions(), st.data())
def test_a_break_takes_its_minutes_and_no_others(standing: Reception, data: st.DataObject) -> None:
    """R13: every minute of the hours is in them still, or in the break; or it is refused."""
    begins = data.draw(st.integers(0, 24 * 60 - 2))
    pause = Span(begins, data.draw(st.integers(begins + 1, 24 * 60 - 1)))
    try:
        left = READER.day(f"обед {write_spans([pause])}", USUAL, frozenset(), [standing])
    except BreakOutside:
        assert not minutes_of(spans_of(standing)) & minutes_of([pause])
        return
    except HoursTooShort:
        return
    kept = minutes_of([span for each in left for span in spans_of(each)])
    assert kept == minutes_of(spans_of(standing)) - minutes_of([pause])


def minutes_of(spans: Iterable[Span]) -> set[int]:
    return {minute for span in spans for minute in range(span.begins, span.ends)}


@given(
    st.sampled_from(VISIT_MINUTES),
    st.sampled_from(VISIT_MINUTES),
    st.sampled_from(["по", "каждые"]),
)
def test_each_side_says_how_long_its_visits_take(even: int, odd: int, word: str) -> None:
    """R13: however they differ."""
    typed = f"чёт 8-14 {word} {even}, нечёт 14-20 {word} {odd} с 1 декабря"
    _, rules = READER.rules(typed, TODAY, USUAL)

    assert {each.days: each.reception.visit for each in rules} == {
        Side.EVEN: timedelta(minutes=even),
        Side.ODD: timedelta(minutes=odd),
    }


def meaning(rules: list[ScheduleRule]) -> set[tuple[object, ...]]:
    """What the rules say of each day, however they are grouped."""
    return {
        (day, rule.days, spans_of(rule.reception), rule.reception.visit)
        for rule in rules
        for day in rule.weekdays
    }


@given(weeks(), st.sampled_from([RUSSIAN, ENGLISH]))
def test_what_is_written_is_read_as_the_same(rules: list[ScheduleRule], words: Words) -> None:
    """The line on the screen can be copied, changed and sent back."""
    since, again = READER.rules(write_rules(rules, words), TODAY, USUAL)

    assert since == TODAY
    assert meaning(list(again)) == meaning(rules)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    """No words break anything."""
    for read in (
        lambda: READER.day(typed, USUAL, frozenset()),
        lambda: READER.rules(typed, TODAY, USUAL),
        lambda: READER.days(typed, TODAY),
    ):
        try:
            read()
        except Refusal:
            continue


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("пн 9-12 кроме праздников", "кроме праздников"),
        ("Пн-Пт 9-12, вт бассейн", "бассейн"),
        ("чёт 8-14 по 15, нечёт 14-20 с утра", "с утра"),
        ("спасибо", "спасибо"),
        ("пн 9-12, вт 25", "25"),
        ("пн 9-12, пн 14-15", ""),
        ("", ""),
        ("ы" * 100, "ы" * 40),
        ("9" * 600, ""),
    ],
)
def test_what_cannot_be_read_is_named(typed: str, part: str) -> None:
    """R58: not the whole line, where only some words of it are at fault."""
    with pytest.raises(HoursUnclear) as refused:
        READER.rules(typed, TODAY, USUAL)
    assert refused.value.part == part


def test_of_one_day_too_the_part_is_named() -> None:
    """R58: and nothing is named where each word is understood, and only the whole is not."""
    for typed, part in (("9-12 или 13", "или 13"), ("чёт 9-12", ""), ("выходной 9-12", "")):
        with pytest.raises(HoursUnclear) as refused:
            READER.day(typed, USUAL, frozenset())
        assert refused.value.part == part
