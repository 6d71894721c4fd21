"""Timetables as clinics keep them: what is read from a sheet, and what a sheet says of it."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot import words
from bot.documents.sheets import (
    grids,
    parts,
    reading,
    schedule_sheets,
    timetable,
    timetable_written,
    workbooks,
)
from bot.documents.sheets.grids import BadFile, FileTrouble
from bot.documents.sheets.rows import BadSheet, Problem, Trouble
from bot.documents.sheets.tables import Column
from bot.documents.sheets.timetable import Reading
from bot.documents.sheets.written import template, write
from bot.documents.typed.hours import (
    BadHours,
    HoursTrouble,
    Part,
    Span,
    read_hours,
    reception_of,
    write_spans,
)
from bot.flows.schedule.sheets import sheet_words
from bot.flows.schedule.sheets import timetable_words as views
from services.model.clinic import Hours, Reason, Side
from services.model.people import Language
from services.model.reserved.times import ReservedFor
from services.model.schedule import Reception, Schedule, ScheduleRule, Timetable
from services.model.settings.visit_kinds import USUAL_KINDS
from services.rules.slots import openings

TODAY = date(2026, 11, 23)
MOSCOW = ZoneInfo("Europe/Moscow")
WORKDAYS = frozenset(range(5))
INFANTS = frozenset({Reason.INFANT_DAY})
I18N = words.load()


def receives(
    starts: time,
    ends: time,
    minutes: int,
    *breaks: Hours,
    reasons: frozenset[Reason] = frozenset(),
) -> Reception:
    return Reception(Hours(starts, ends), timedelta(minutes=minutes), breaks, reasons)


def xlsx(rows: Sequence[Sequence[object]], title: str = "Лист1") -> bytes:
    """A workbook as somebody would fill it in."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ";") -> bytes:
    """A text as a spreadsheet saves it."""
    lines = [
        delimiter.join(f'"{text}"' if delimiter in text else text for text in row) for row in rows
    ]
    return "\r\n".join(lines).encode(encoding)


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    with words.speaking(I18N, request.param):
        yield request.param


def read_here(data: bytes, since: date) -> schedule_sheets.Reading:
    """As any file is read, but for a workbook's process: one for each test takes its time."""
    packed = reading.is_workbook(data)
    found = workbooks.read(data) if packed else reading.grids(data)
    return schedule_sheets.read_grids(found, since, several=packed)


def read_week(data: bytes, since: date) -> Reading:
    found = read_here(data, since)
    assert isinstance(found, Reading)
    return found


def told(data: bytes) -> list[str]:
    """What the clinic is told about a sheet that cannot be taken over."""
    with pytest.raises(BadSheet) as bad:
        read_week(data, TODAY)
    with words.speaking(I18N, Language.RUSSIAN):
        return sheet_words.problems(bad.value.problems)


# As on clinics' doors


BY_NUMBERS = [
    ["Детская поликлиника", "", "", "", "", "", ""],
    ["График приёма участковых педиатров", "", "", "", "", "", ""],
    [],
    ["№", "Ф.И.О. врача", "Каб.", "Чётные числа", "Нечётные числа", "Суббота", "Мин. на приём"],
    ["1", "Иванова М. П.", "12", "8:00–11:00, 11:20–14:00", "14.00-20.00", "9-12", "15"],
    ["2", "Сергеев Л. Д.", "14", "14-20", "с 8-00 до 14-00", "выходной", "20 мин."],
]
BY_WEEKDAYS = [
    ["ВТ", "ср", "Пн", "чт", "Пятница", "Врач", "КАБИНЕТ", "Минут на приём", "Примечание"],
    [
        *("14:00—18:00", "-", "08:00—14:00, 15:00–18:00", "14:00—18:00", "Выходной"),
        *("Иванова Мария Петровна", "12а", "15", "по талонам"),
    ],
    ["", "8.00-11.00", "8.00-11.00", "", "8.00-11.00", "Сергеев  Лев", "14", "20", ""],
]


def check_by_numbers(read: Reading) -> None:
    [ivanova, sergeev] = read.timetables
    assert (ivanova.name, ivanova.room, ivanova.since) == ("Иванова М. П.", "12", TODAY)
    tea = Hours(time(11), time(11, 20))
    assert ivanova.rules == [
        ScheduleRule(receives(time(9), time(12), 15), TODAY, None, frozenset({5})),
        ScheduleRule(receives(time(8), time(14), 15, tea), TODAY, None, WORKDAYS, Side.EVEN),
        ScheduleRule(receives(time(14), time(20), 15), TODAY, None, WORKDAYS, Side.ODD),
    ]
    assert sergeev.rules == [
        ScheduleRule(receives(time(14), time(20), 20), TODAY, None, WORKDAYS, Side.EVEN),
        ScheduleRule(receives(time(8), time(14), 20), TODAY, None, WORKDAYS, Side.ODD),
    ]
    assert read.ignored == ["№"]


def check_by_weekdays(read: Reading) -> None:
    [ivanova, sergeev] = read.timetables
    assert (ivanova.name, ivanova.room) == ("Иванова Мария Петровна", "12а")
    lunch = Hours(time(14), time(15))
    assert ivanova.rules == [
        ScheduleRule(receives(time(8), time(18), 15, lunch), TODAY, None, frozenset({0})),
        ScheduleRule(receives(time(14), time(18), 15), TODAY, None, frozenset({1, 3})),
    ]
    assert sergeev.name == "Сергеев Лев"
    assert sergeev.rules == [
        ScheduleRule(receives(time(8), time(11), 20), TODAY, None, frozenset({0, 2, 4})),
    ]
    assert read.ignored == ["Примечание"]


Check = Callable[[Reading], None]


def _plain(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """What MS-DOS has no dashes for."""
    return [[text.replace("–", "-").replace("—", "-") for text in row] for row in rows]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(xlsx, id="xlsx"),
        pytest.param(lambda rows: csv(rows, "cp1251", ";"), id="windows-1251 and semicolons"),
        pytest.param(lambda rows: csv(rows, "utf-8-sig", ","), id="UTF-8 with a mark and commas"),
        pytest.param(lambda rows: csv(rows, "utf-8", "\t"), id="UTF-8 and tabs"),
        pytest.param(lambda rows: csv(rows, "utf-16", "\t"), id="Excel's Unicode text"),
        pytest.param(lambda rows: csv(rows, "utf-16-le", ";"), id="UTF-16 without a mark"),
        pytest.param(lambda rows: csv(_plain(rows), "cp866", ";"), id="MS-DOS"),
    ],
)
@pytest.mark.parametrize(
    ("rows", "check"),
    [(BY_NUMBERS, check_by_numbers), (BY_WEEKDAYS, check_by_weekdays)],
    ids=["even and odd", "weekdays"],
)
def test_a_door_s_timetable_is_read(
    rows: Sequence[Sequence[str]], check: Check, made: Callable[..., bytes]
) -> None:
    """Even and odd days with a break and a Saturday, weekdays with a day off: in any kind of file,
    with the headings in any order and case, below a title."""
    check(read_week(made(rows), TODAY))


def test_cells_that_a_spreadsheet_made_something_of() -> None:
    """Numbers, dates and times of a workbook are what people meant by them."""
    rows: list[list[object]] = [
        ["Врач", "Кабинет", "Минут", "Пн", "С", "По"],
        ["Иванова М. П.", 12, 15.0, "8-14", date(2026, 12, 1), date(2026, 12, 31)],
        ["Сергеев Л. Д.", 14.0, time(0, 20), "8-14", "1 декабря 2026", None],
    ]
    [ivanova, sergeev] = read_week(xlsx(rows), TODAY).timetables

    assert (ivanova.room, sergeev.room) == ("12", "14")
    first, last = date(2026, 12, 1), date(2026, 12, 31)
    assert (ivanova.since, sergeev.since) == (first, first)
    monday = frozenset({0})
    assert ivanova.rules == [ScheduleRule(receives(time(8), time(14), 15), first, last, monday)]
    assert sergeev.rules == [ScheduleRule(receives(time(8), time(14), 20), first, None, monday)]


def test_a_weekday_goes_before_even_and_odd() -> None:
    """Even days from Monday to Friday, but Wednesday is a day off and Friday has hours of its own;
    a dash says nothing."""
    rows = [
        ["Врач", "Каб", "Мин", "Чётные", "Пн", "Ср", "Пт"],
        ["Иванова М. П.", "12", "15", "8-14", "—", "выходной", "чёт. 9–12; нечёт. 12–15"],
    ]
    [ivanova] = read_week(csv(rows), TODAY).timetables
    friday = frozenset({4})
    assert ivanova.rules == [
        ScheduleRule(receives(time(9), time(12), 15), TODAY, None, friday, Side.EVEN),
        ScheduleRule(receives(time(12), time(15), 15), TODAY, None, friday, Side.ODD),
        ScheduleRule(receives(time(8), time(14), 15), TODAY, None, frozenset({0, 1, 3}), Side.EVEN),
    ]


def test_several_rows_of_one_doctor() -> None:
    """Written alike but for case, ё and spaces: infants' hours beside the others, and a timetable
    that follows; it counts from the first of them on, and never from before the import."""
    rows = [
        ["Врач", "Каб", "Мин", "Пн", "Вт", "Для чего", "С какого дня", "По какой день"],
        ["Королёва А.Б.", "12", "15", "8-14", "", "", "01.09.2026", "31.12.2026"],
        ["КОРОЛЕВА А. Б.", "", "20", "", "9-12", "грудничковый день", "", ""],
        ["Королева А.Б.", "12", "15", "14-20", "", "", "01.01.2027", ""],
    ]
    read = read_week(csv(rows), TODAY)
    [doctor] = read.timetables
    assert (doctor.name, doctor.since, read.joined) == (
        "Королёва А.Б.",
        TODAY,
        {"Королёва А.Б.": [2, 3, 4]},
    )
    new_year = date(2027, 1, 1)
    assert doctor.rules == [
        ScheduleRule(receives(time(8), time(14), 15), TODAY, date(2026, 12, 31), frozenset({0})),
        ScheduleRule(receives(time(9), time(12), 20, reasons=INFANTS), TODAY, None, frozenset({1})),
        ScheduleRule(receives(time(14), time(20), 15), new_year, None, frozenset({0})),
    ]


def test_a_doctor_who_does_not_receive() -> None:
    """Said in words it is a timetable without rules, and needs no length of a visit."""
    rows = [["Врач", "Каб", "Мин", "Пн", "Вт"], ["Иванова М. П.", "12", "", "Выходной", "вых."]]
    [ivanova] = read_week(csv(rows), TODAY).timetables
    assert ivanova == Timetable("Иванова М. П.", "12", TODAY, [])


# Merged cells


def merged(rows: Sequence[Sequence[object]], *areas: str) -> bytes:
    """A workbook in which these cells are one."""
    book = load_workbook(io.BytesIO(xlsx(rows)))
    for area in areas:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def test_merged_hours_count_for_every_day_that_they_cover() -> None:
    """R58: Monday to Friday merged is no Monday alone; nor is a day off."""
    rows = [
        ["Врач", "Каб", "Мин", "Пн", "Вт", "Ср", "Чт", "Пт"],
        ["Иванова М. П.", "12", "15", "8-14", "", "", "", ""],
        ["Сергеев Л. Д.", "14", "20", "9-12", "", "выходной", "", ""],
    ]
    [ivanova, sergeev] = read_week(merged(rows, "D2:H2", "D3:E3", "F3:H3"), TODAY).timetables

    assert ivanova.rules == [ScheduleRule(receives(time(8), time(14), 15), TODAY, None, WORKDAYS)]
    monday_and_tuesday = frozenset({0, 1})
    assert sergeev.rules == [
        ScheduleRule(receives(time(9), time(12), 20), TODAY, None, monday_and_tuesday)
    ]


def test_a_doctor_merged_over_several_rows() -> None:
    """R58: the name and the room count for each of the rows; one that is only drawn higher, and a
    heading over two rows, say nothing twice."""
    rows = [
        ["Врач", "Каб", "Мин", "Пн", "Для чего"],
        ["", "", "", "", ""],
        ["Иванова М. П.", "12", "15", "8-12", ""],
        ["", "", "20", "12-14", "грудничковый день"],
        ["", "", "", "", ""],
    ]
    heading = [f"{letter}1:{letter}2" for letter in "ABCDE"]
    high = [f"{letter}4:{letter}5" for letter in "CDE"]
    [ivanova] = read_week(merged(rows, *heading, "A3:A5", "B3:B5", *high), TODAY).timetables

    monday = frozenset({0})
    assert ivanova.rules == [
        ScheduleRule(receives(time(8), time(12), 15), TODAY, None, monday),
        ScheduleRule(receives(time(12), time(14), 20, reasons=INFANTS), TODAY, None, monday),
    ]


def test_a_heading_merged_over_two_columns_is_not_chosen_from() -> None:
    """R58: what stands in the second of them is not forgotten in silence."""
    rows = [["Врач", "Каб", "Мин", "Пн", ""], ["Иванова М. П.", "12", "15", "8-10", "12-14"]]

    assert told(merged(rows, "D1:E1")) == [
        "Строка 1, столбец «Пн»: о том же говорит другой столбец."
    ]


def test_merged_cells_that_are_nowhere() -> None:
    """R37: areas beyond all rows and columns, or that are none, cost nothing."""
    rows = [["Врач", "Каб", "Мин", "Пн"], ["Иванова М. П.", "12", "15", "8-14"]]
    near, sheet = merged(rows, "E3:F4"), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(near)) as packed:
        content = packed.read(sheet)
    for area in (b"E3:XFD1048576", b"A2:XFD1048576", b"A900000:B1048576"):
        far = _with_part(near, sheet, content.replace(b"E3:F4", area))
        assert len(workbooks.read(far)[0]) == len(rows)
    broken = content.replace(b"E3:F4", b"E3:?")
    assert trouble_of(_with_part(near, sheet, broken)) is FileTrouble.NOT_A_SHEET


# Hours


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8:00–14:00", "8:00–14:00"),
        ("8.00-11.00", "8:00–11:00"),
        ("8-14", "8:00–14:00"),
        ("08:00—14:00, 15:00–18:00", "8:00–14:00, 15:00–18:00"),
        ("8-00 - 14-00", "8:00–14:00"),
        ("с 8-00 до 14-00", "8:00–14:00"),
        ("с 8 до 14 и с 15 до 18", "8:00–14:00, 15:00–18:00"),
        ("8⁰⁰–14⁰⁰", "8:00–14:00"),
        ("8:00–14:00\n15:00–18:00", "8:00–14:00, 15:00–18:00"),
        ("8:00-16:00 (перерыв 12:00-12:30)", "8:00–12:00, 12:30–16:00"),
        ("8:00–16:00, обед 12–13", "8:00–12:00, 13:00–16:00"),
        ("8-11, 11-14", "8:00–14:00"),
        ("20:00–0:00", "20:00–24:00"),
        ("20-24", "20:00–24:00"),
        ("выходной", ""),
        ("Не принимает", ""),
    ],
)
def test_hours_as_people_write_them(written: str, meant: str) -> None:
    [part] = read_hours(written)
    assert (part.side, write_spans(part.spans)) == (Side.ALL, meant)


@pytest.mark.parametrize("written", ["", "  ", "-", "–", "—", "--"])
def test_what_says_nothing(written: str) -> None:
    assert read_hours(written) == []


def test_hours_of_even_and_odd_days_in_one_cell() -> None:
    assert read_hours("Чётные: 8:00–14:00\nнечётные: выходной") == [
        Part(Side.EVEN, (Span(480, 840),)),
        Part(Side.ODD, ()),
    ]


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        *(
            (text, HoursTrouble.UNCLEAR)
            for text in ("8:00-", "утро", "8--14", "10-12-14", "8:60-9")
        ),
        *((text, HoursTrouble.UNCLEAR) for text in ("чёт 8-12, чёт 9-12", "8-9, чёт 10-12", "=A1")),
        *(
            (text, HoursTrouble.UNCLEAR)
            for text in ("перерыв 12-13", "8-14 обед", "8-14 обед 8-14")
        ),
        *((text, HoursTrouble.UNCLEAR) for text in ("8-14 выходной", "8", "8,00-11,00")),
        *((text, HoursTrouble.BACKWARDS) for text in ("14-8", "8-8", "8-12, 11-14", "14-18, 8-12")),
        *((text, HoursTrouble.NO_SUCH_TIME) for text in ("25-26", "8-24:30", "24:05-24:10")),
    ],
)
def test_what_is_no_hours(written: str, trouble: HoursTrouble) -> None:
    """It is refused and never guessed at."""
    with pytest.raises(BadHours) as bad:
        read_hours(written)
    assert bad.value.trouble is trouble


# Broken sheets


def test_a_broken_sheet_names_all_its_bad_cells() -> None:
    """R37: by row and column, in words, all at once; the good row is of no use alone."""
    rows = [
        ["График", "", "", "", "", "", ""],
        ["Врач", "Кабинет", "Минут", "Пн", "Вт", "Для чего", "По какой день"],
        ["Иванова М. П.", "12", "15", "8-14", "", "", ""],
        ["Сергеев Л. Д.", "14", "час", "8-", "25-26", "массаж", "31.02.2027"],
        ["", "15", "15", "14-8", "", "", ""],
        ["Королёва А. Б.", "", "15", "", "", "", "01.11.2026"],
        ["иванова м.п.", "13", "90", "14-15", "", "", ""],
    ]
    assert told(csv(rows)) == [
        "Строка 4, столбец «Пн»: «8-» — непонятные часы. Например: 8:00–14:00 или «выходной».",
        "Строка 4, столбец «Вт»: «25-26»: такого времени в сутках нет.",
        "Строка 4, столбец «Минут»: «час» — непонятно, сколько минут длится приём. Например: 15.",
        "Строка 4, столбец «Для чего»: «массаж» — такой вид приёма неизвестен.",
        "Строка 4, столбец «По какой день»: «31.02.2027» — это не дата. Например: 01.12.2026.",
        "Строка 5, столбец «Врач»: чья это строка? Не указано имя врача.",
        "Строка 5, столбец «Пн»: «14-8»: часы кончаются раньше, чем начинаются, или пересекаются.",
        (
            "Строка 6, столбец «Врач»: Королёва А. Б.: нет часов приёма. Если врач не принимает, "
            "напишите «выходной»."
        ),
        (
            "Строка 6, столбец «По какой день»: 01.11.2026 — раньше дня, с которого действует "
            "таблица. Уберите эту строку."
        ),
        "Строка 6, столбец «Кабинет»: не указан кабинет.",
        "Строка 7, столбец «Кабинет»: кабинет «13», а выше у этого врача другой.",
        "Строка 7, столбец «Пн»: «14-15»: эти часы короче одного приёма.",
    ]


def test_a_workbook_with_more_than_text() -> None:
    """R37: a formula is not computed, hours that became a date are not guessed."""
    rows: list[list[object]] = [
        ["Врач", "Кабинет", "Минут", "Чётные", "Пн", "Вт", "Ср", "Чт", "Пт", "С", "По"],
        ["Иванова М. П.", "12", "=10+5", "=A1", None, None, None, None, None, None, None],
        ["Сергеев Л. Д.", "#REF!", 15, date(2026, 12, 8), *[None] * 7],
        ["Королёва А. Б.", 15, 15, "8-14", *["выходной"] * 5, "10.12.2026", "09.12.2026"],
        ["12345", "1" * 21, 15, "8-14", *[None] * 7],
    ]
    assert told(xlsx(rows)) == [
        "Строка 2, столбец «Чётные»: здесь формула. Впишите вместо неё значение.",
        "Строка 2, столбец «Минут»: здесь формула. Впишите вместо неё значение.",
        "Строка 3, столбец «Кабинет»: вместо значения — ошибка программы.",
        (
            "Строка 3, столбец «Чётные»: программа превратила часы в дату 08.12.2026. Сделайте "
            "ячейку текстовой и напишите 8:00–12:00."
        ),
        "Строка 4, столбец «По»: 09.12.2026 — раньше первого дня.",
        (
            "Строка 4, столбец «Чётные»: «8-14», но в каждом дне с понедельника по пятницу указано "
            "другое."
        ),
        "Строка 5, столбец «Врач»: «12345» — это не имя.",
        f"Строка 5, столбец «Кабинет»: текст слишком длинный: «{'1' * 21}…»",
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["Товар", "Цена"], ["Мыло", "12"]], ["В файле нет расписания"]),
        ([["Врач", "Пн"], ["Иванова", "8-14"]], ["«Кабинет»", "«Минут на приём»"]),
        ([["Врач", "Каб", "Мин", "Пн", "Понедельник"]], ["«Понедельник»: о том же говорит другой"]),
        ([["Врач", "Каб", "Мин", "Пн"]], ["Под заголовками нет ни одного врача."]),
    ],
)
def test_a_sheet_that_is_no_timetable(rows: list[list[str]], words: list[str]) -> None:
    """It is said what is missing; a column that is there twice is not chosen from."""
    found = told(csv(rows))
    assert len(found) == len(words)
    assert all(said in line for said, line in zip(words, found, strict=True))


def test_a_workbook_with_two_timetables() -> None:
    """Nobody reads the first and forgets the second; a hidden one is out of the way."""
    book = load_workbook(io.BytesIO(xlsx(BY_NUMBERS)))
    other = book.create_sheet("Старое")
    for row in BY_WEEKDAYS:
        other.append(row)
    assert "на нескольких листах" in told(saved(book))[0]

    other.sheet_state = "hidden"
    check_by_numbers(read_week(saved(book), TODAY))


def test_every_trouble_has_words(language: Language) -> None:
    """Of a cell and of a file, in each language."""
    problems = [Problem(each, 5, "Пн", Column.ROOM, "8-") for each in Trouble]
    said = {*sheet_words.problems(problems)}
    assert len(said) == len(Trouble)
    files = {sheet_words.file_trouble(BadFile(trouble)) for trouble in FileTrouble}
    assert len(files) == len(FileTrouble)
    assert not any("{" in text for text in said | files)


# And back


def written(timetables: Sequence[Timetable], kind: str, language: Language) -> bytes:
    with words.speaking(I18N, language):
        said = views.sheet_words(USUAL_KINDS)
    return write(timetable_written.lines(timetables, said), said, csv=kind == "csv")


minutes = st.integers(0, 24 * 12).map(lambda fives: fives * 5)


@st.composite
def spans(draw: st.DrawFn, visit: int) -> tuple[Span, ...]:
    """Hours with breaks between them, one of which takes a visit."""
    edges = sorted(draw(st.sets(minutes, min_size=2, max_size=6)))
    found = tuple(Span(begins, ends) for begins, ends in zip(edges[::2], edges[1::2], strict=False))
    return found if any(each.ends - each.begins >= visit for each in found) else (Span(0, 1440),)


@st.composite
def rules(draw: st.DrawFn) -> ScheduleRule:
    """Any rule that holds today or later."""
    visit = draw(st.sampled_from([5, 15, 20, 45]))
    first = TODAY + timedelta(draw(st.sampled_from([0, 0, 0, 5, 12])))
    last = draw(st.sampled_from([None, None, first, first + timedelta(9)]))
    weekdays = draw(
        st.sampled_from([WORKDAYS, WORKDAYS, frozenset({0, 2}), frozenset(range(7))])
        | st.frozensets(st.integers(0, 6), min_size=1)
    )
    reception = reception_of(
        draw(spans(visit)),
        timedelta(minutes=visit),
        draw(st.sampled_from([frozenset(), frozenset(), INFANTS, frozenset(Reason)])),
        draw(st.sampled_from([None, None, *ReservedFor])),
    )
    return ScheduleRule(reception, first, last, weekdays, draw(st.sampled_from(Side)))


def days_of(found: Sequence[ScheduleRule]) -> dict[object, set[int]]:
    """On which weekdays there are which hours: rules that differ in these alone are one."""
    joined: dict[object, set[int]] = {}
    for rule in found:
        key = (rule.reception, rule.valid_from, rule.valid_until, rule.days)
        joined.setdefault(key, set()).update(rule.weekdays)
    return joined


@settings(deadline=None)
@given(st.lists(rules(), max_size=6), st.sampled_from(["csv", "xlsx"]), st.sampled_from(Language))
def test_what_is_written_is_read_again(
    some: list[ScheduleRule], kind: str, language: Language
) -> None:
    """The same rules, and the same visits' times even where rules run into each other."""
    there = Timetable("Иванова Мария Петровна", "12", TODAY, some)
    [back] = read_week(written([there], kind, language), TODAY).timetables

    assert (back.name, back.room) == (there.name, there.room)
    assert days_of(back.rules) == days_of(some)
    until = TODAY + timedelta(20)
    assert openings(Schedule(back.rules), MOSCOW, TODAY, until) == openings(
        Schedule(some), MOSCOW, TODAY, until
    )


def test_breaks_in_any_order_come_back_as_the_same_times() -> None:
    """Breaks that overlap, touch, or lie outside the hours give other rules, and no other times."""
    odd = receives(
        time(8),
        time(0),
        25,
        *(Hours(time(hour), time(ends)) for hour, ends in ((12, 13), (11, 12), (7, 9), (12, 14))),
        Hours(time(15), time(15)),
        Hours(time(22), time(0)),
    )
    rule = ScheduleRule(odd, date(2020, 1, 1))
    nothing = ScheduleRule(receives(time(14), time(8), 15), date(2020, 1, 1))
    there = Timetable("Иванова", "12", TODAY, [nothing, rule])
    [back] = read_week(written([there], "csv", Language.RUSSIAN), TODAY).timetables

    until = TODAY + timedelta(2)
    assert openings(Schedule(back.rules), MOSCOW, TODAY, until) == openings(
        Schedule([rule]), MOSCOW, TODAY, until
    )


DANGEROUS = ["=1+1", "+7", "-1", "@SUM(A1)", "\t=1", "'=1", "=HYPERLINK(1),=2"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("typed", DANGEROUS)
def test_typed_text_is_no_formula(typed: str, kind: str) -> None:
    """R36: what was typed as a name or a room is text in the sheet, and comes back as it was."""
    rule = ScheduleRule(receives(time(8), time(14), 15), TODAY)
    there = Timetable(f"{typed} Иванова", typed, TODAY, [rule])
    data = written([there], kind, Language.RUSSIAN)

    if kind == "csv":
        for line in data.decode("utf-8-sig").splitlines():
            cells = line.split('"')[1::2]
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in cells)
    else:
        book = load_workbook(io.BytesIO(data))
        cells_of = [cell for sheet in book.worksheets for row in sheet for cell in row]
        texts = [cell for cell in cells_of if cell.value is not None]
        assert {cell.data_type for cell in texts if cell.value != 15} == {"s"}
        assert not any(str(cell.value).startswith(("=", "+", "-", "@", "\t")) for cell in texts)
    [back] = read_week(data, TODAY).timetables
    assert (back.name, back.room) == (f"{typed} Иванова".strip(), typed.strip())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_explains_itself_and_adds_nobody(language: Language, kind: str) -> None:
    """Its examples are not read: whoever imports it as it is hears that it has no doctor. With
    their names made real ones, they are."""
    said = views.sheet_words(USUAL_KINDS)
    data = template(said, csv=kind == "csv")

    with pytest.raises(BadSheet) as bad:
        read_week(data, TODAY)
    assert [problem.trouble for problem in bad.value.problems] == [Trouble.NO_ROWS]

    names = [str(example[Column.DOCTOR]) for example in said.examples]
    filled = _with_names(data, names) if kind == "xlsx" else _with_names_in_text(data, names)
    [first, second] = read_week(filled, TODAY).timetables
    assert [len(first.rules), len(second.rules)] == [3, 2]


def _with_names(data: bytes, names: Sequence[str]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    for row in book.worksheets[0]:
        for cell in row:
            if cell.value in names:
                cell.value = f"Врач {'АБ'[names.index(str(cell.value))]}"
    return saved(book)


def _with_names_in_text(data: bytes, names: Sequence[str]) -> bytes:
    text = data.decode("utf-8-sig")
    for letter, name in zip("АБ", names, strict=True):
        text = text.replace(name, f"Врач {letter}")
    return text.encode("utf-8-sig")


# Bounds


def trouble_of(data: bytes) -> FileTrouble:
    with pytest.raises(BadFile) as bad:
        read_week(data, TODAY)
    return bad.value.trouble


HEADING = ["Врач", "Кабинет", "Минут", "Пн"]


@pytest.mark.parametrize("made", [csv, xlsx], ids=["csv", "xlsx"])
def test_a_sheet_of_many_rows_or_columns(made: Callable[..., bytes]) -> None:
    """R37: more than any clinic has is not read."""
    rows = [[f"Врач {number}", "1", "15", "8-14"] for number in range(timetable.MOST_ROWS)]
    assert trouble_of(made([HEADING, *rows])) is FileTrouble.TOO_MANY_ROWS
    assert len(read_week(made([HEADING, *rows[1:]]), TODAY).timetables) == len(rows) - 1

    wide = [HEADING, ["Иванова", "1", "15", "8-14", *["x"] * grids.MOST_COLUMNS]]
    assert trouble_of(made(wide)) is FileTrouble.TOO_MANY_COLUMNS


def test_a_large_file() -> None:
    """R37: it is not even looked into."""
    assert trouble_of(b"x" * (grids.MOST_BYTES + 1)) is FileTrouble.TOO_LARGE


def test_a_bomb() -> None:
    """R37: a small archive that would unpack to much, says less than it holds, holds many things,
    or brings entities of its own, is left packed."""
    good = xlsx([HEADING])
    swollen = _with_part(good, "xl/worksheets/sheet1.xml", b" " * (parts.MOST_UNPACKED + 1))
    assert len(swollen) < grids.MOST_BYTES
    assert trouble_of(swollen) is FileTrouble.TOO_MUCH

    many = _with_part(good, *[f"part{number}" for number in range(parts.MOST_PARTS)])
    assert trouble_of(many) is FileTrouble.TOO_MUCH
    entities = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    entity = _with_part(good, "xl/sharedStrings.xml", entities)
    assert trouble_of(entity) is FileTrouble.NOT_A_SHEET
    size = (parts.MOST_UNPACKED + 1).to_bytes(4, "little")
    assert size in swollen
    lying = swollen.replace(size, (100).to_bytes(4, "little"))
    assert trouble_of(lying) is FileTrouble.NOT_A_SHEET


def test_a_row_far_down() -> None:
    """R37: what is said to stand in the last row that there can be costs no time, and what says
    that it is further down is not followed."""
    data = xlsx([HEADING, ["Иванова", "1", "15", "8-14"]])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    for far in (f"{workbooks.LAST_ROW}", "99999999999"):
        end = f'<row r="{far}"></row></sheetData>'
        moved = sheet.replace("</sheetData>", end).encode()
        read = read_week(_with_part(data, "xl/worksheets/sheet1.xml", moved), TODAY)
        assert len(read.timetables) == 1


def _with_part(data: bytes, *names_and_content: str | bytes) -> bytes:
    """The archive with one part of this content, or with many empty ones."""
    content = names_and_content[-1] if isinstance(names_and_content[-1], bytes) else b""
    parts = {name: content for name in names_and_content if isinstance(name, str)}
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as packed,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as other,
    ):
        for name in packed.namelist():
            if name not in parts:
                other.writestr(name, packed.read(name))
        for name, value in parts.items():
            other.writestr(name, value)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, FileTrouble.OLD_EXCEL),
        (b"PK\x03\x04" + b"\xff" * 500, FileTrouble.NOT_A_SHEET),
        (b"\x89PNG\r\n\x1a\n\x01\x02", FileTrouble.NOT_A_SHEET),
        (xlsx([HEADING])[:-300], FileTrouble.NOT_A_SHEET),
    ],
)
def test_the_kind_of_a_file_is_told_by_what_is_in_it(data: bytes, trouble: FileTrouble) -> None:
    """R37: whatever it is called."""
    assert trouble_of(data) is trouble


def test_an_archive_that_is_no_workbook() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("letter.txt", "Здравствуйте")
    assert trouble_of(file.getvalue()) is FileTrouble.NOT_A_SHEET


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    """R37: any bytes are refused in words."""
    with pytest.raises((BadFile, BadSheet)):
        read_week(data, TODAY)


@given(st.text(max_size=40))
def test_no_cell_breaks_the_reader(text: str) -> None:
    """R37: any text is hours, or is refused in words."""
    try:
        parts = read_hours(text)
    except BadHours:
        return
    assert all(span.begins < span.ends for part in parts for span in part.spans)
