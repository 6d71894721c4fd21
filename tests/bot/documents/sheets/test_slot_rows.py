"""A row for each time: sheets as clinics' systems give them out, and what a broken one is told."""

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook, load_workbook

from bot import words
from bot.documents.sheets import grids, slot_rows_written, timetable
from bot.documents.sheets.grids import BadFile, FileTrouble
from bot.documents.sheets.rows import BadSheet, Trouble
from bot.documents.sheets.slot_rows import Reading
from bot.documents.sheets.written import template, write
from bot.flows.schedule.sheets import sheet_words
from bot.flows.schedule.sheets import slot_row_words as views
from services.model.clinic import Reason
from services.model.people import Language
from services.model.reserved.times import ReservedFor
from services.model.settings.visit_kinds import USUAL_KINDS
from services.model.slot_sync import Conflict, ConflictKind, Plan, There
from services.model.slots import Stretch
from services.schedule.listed_times import DoctorImport, Imported, ListedTime, TimeThere
from tests.bot.documents.sheets.test_timetable import BY_NUMBERS, csv, read_here, saved, xlsx
from tests.values import a_clinic, a_doctor, on_wall

TODAY = date(2026, 11, 23)
I18N = words.load()
INFANTS = frozenset({Reason.INFANT_DAY})
PETROVA, KIM = "Петрова Анна Сергеевна", "Ким Олег Викторович"


def read(data: bytes, since: date = TODAY) -> Reading:
    reading = read_here(data, since)
    assert isinstance(reading, Reading)
    return reading


def told(data: bytes, language: Language = Language.RUSSIAN) -> list[str]:
    """What the clinic is told about a sheet that cannot be taken over."""
    with pytest.raises(BadSheet) as bad:
        read(data)
    with words.speaking(I18N, language):
        return sheet_words.problems(bad.value.problems)


def listed(
    starts: str,
    minutes: int = 15,
    there: There = There.FREE,
    reference: str = "",
    reasons: frozenset[Reason] | None = None,
) -> ListedTime:
    """A time of Thursday, the 26th."""
    begins = datetime.combine(date(2026, 11, 26), time.fromisoformat(starts))
    return ListedTime(begins, timedelta(minutes=minutes), there, reference, reasons)


# As systems give them out


def test_a_text_of_a_russian_windows() -> None:
    """R37: semicolons in windows-1251 below a title, headings in any order, states in words; who
    has a time is written "занято" and "Записан", an empty cell is free."""
    rows = [
        ["Отчёт «Расписание врачей» за 26.11.2026", "", "", "", "", "", ""],
        [],
        ["Статус", "Кабинет", "Врач", "Время окончания", "Дата приёма", "Время начала", "№ записи"],
        ["свободно", "12", PETROVA, "09:15", "26.11.2026", "09:00", ""],
        ["Занято", "12", PETROVA, "09:30", "26.11.2026", "09:15", "A-4821"],
        ["Записан", "12", PETROVA.upper(), "9.45", "26.11.26", "9.30", "Талон 17"],
        ["ЗАКРЫТО", "14", KIM, "10:00", "26.11.2026", "09:40:00", ""],
        ["", "14", KIM, "10:20", "26.11.2026", "10:00", "-"],
    ]
    reading = read(csv(rows, "cp1251", ";"))

    [petrova, kim] = reading.doctors
    assert (petrova.name, petrova.rooms) == (PETROVA, ["12"])
    assert petrova.times == [
        listed("09:00"),
        listed("09:15", there=There.TAKEN, reference="A-4821"),
        listed("09:30", there=There.TAKEN, reference="Талон 17"),
    ]
    assert (kim.name, kim.rooms) == (KIM, ["14"])
    assert kim.times == [listed("09:40", 20, There.CLOSED), listed("10:00", 20)]
    assert (reading.past, reading.ignored) == (0, [])


def test_a_workbook_with_merged_titles() -> None:
    """Cells that Excel made dates and times of, titles over several columns, an empty row between
    two days, and a column that means nothing here."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Клиника «Ромашка»"])
    sheet.append(["Сетка приёма", None, None, None, None, "выгружено 25.11.2026 18:02"])
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("A2:E2")
    sheet.append(["№", "Специалист", "Дата", "Начало", "Окончание", "Занято", "Для чего"])
    sheet.append([1, PETROVA, date(2026, 11, 26), time(9), time(9, 15), 1, "болезнь"])
    sheet.append([None] * 7)
    day = datetime(2026, 11, 26)  # noqa: DTZ001 - a spreadsheet has no zones
    sheet.append([2, PETROVA, day, time(9, 15), time(9, 30), 0, "грудничковый день"])
    sheet.append([3, PETROVA, "26.11.2026 0:00:00", "30.12.1899 9:30:00", "9:45", None, None])
    reading = read(saved(book))

    [petrova] = reading.doctors
    ill = frozenset({Reason.ILLNESS})
    assert petrova.times == [
        listed("09:00", 15, There.TAKEN, reasons=ill),
        listed("09:15", reasons=INFANTS),
        listed("09:30", reasons=frozenset()),
    ]
    assert (petrova.rooms, reading.ignored) == ([], ["№"])


SECRETS = ["Иванова Ия", "Сидоров", "+7 916 123-45-67", "12.03.2024", "кашель"]


def test_nothing_of_a_patient_is_read() -> None:
    """Decision 17, R34: names, phones, birth dates and complaints stand in such exports; the clinic
    is told which columns were passed over, and not a word of them is in what was read."""
    rows = [
        ["Дата и время", "Мин", "Врач", "Состояние", "ФИО пациента", "Телефон", "Дата рождения"],
        ["26.11.2026 09:00", "15", PETROVA, "занято", *SECRETS[1:4]],
        ["26.11.2026 09:15", "15", PETROVA, "занят", SECRETS[0], "", "кашель"],
    ]
    reading = read(csv(rows))

    assert reading.ignored == ["ФИО пациента", "Телефон", "Дата рождения"]
    [petrova] = reading.doctors
    assert petrova.times == [
        listed("09:00", there=There.TAKEN),
        listed("09:15", there=There.TAKEN),
    ]
    assert not [secret for secret in SECRETS if secret in repr(reading)]


def test_a_name_in_the_wrong_column_is_not_repeated() -> None:
    """Decision 17: systems put whom they please where a state or a number is expected; such a row
    is refused, and the complaint says where, and not who."""
    rows = [
        ["Врач", "Дата", "Начало", "Конец", "Статус", "Номер записи"],
        [PETROVA, "26.11.2026", "9:00", "9:15", "Иванова Ия", ""],
        [PETROVA, "26.11.2026", "9:15", "9:30", "занято", "Иванова Ия"],
        [PETROVA, "26.11.2026", "9:30", "9:45", "занято", "Сидоров, +7 916 123-45-67"],
    ]
    complaints = told(csv(rows))

    assert complaints == [
        (
            "Строка 2, столбец «Статус»: состояние непонятно. Нужно «свободно», «занято» или "
            "«закрыто»."
        ),
        "Строка 3, столбец «Номер записи»: это не номер. Имён здесь быть не должно.",
        "Строка 4, столбец «Номер записи»: это не номер. Имён здесь быть не должно.",
    ]


def test_lengths_instead_of_ends() -> None:
    """UTF-8 with tabs, dates backwards, "Свободно: да/нет", and a length as a number or a clock."""
    rows = [
        ["Дата", "Время", "Длительность", "Доктор", "Свободно", "Каб."],
        ["2026-11-26", "9:00", "20", PETROVA, "да", "12"],
        ["2026-11-26", "9:20", "20 мин.", PETROVA, "нет", "12"],
        ["чт 26.11.2026", "9:40", "0:30", PETROVA, "+", "12а"],
    ]
    [petrova] = read(csv(rows, "utf-8", "\t")).doctors

    assert petrova.rooms == ["12", "12а"]
    assert petrova.times == [
        listed("09:00", 20),
        listed("09:20", 20, There.TAKEN),
        listed("09:40", 30),
    ]


def test_start_and_end_in_one_cell() -> None:
    """ "9:00–9:15", "с 9.15 до 9.30"; a time until midnight ends there."""
    rows = [
        ["Врач", "Дата", "Время приёма", "Занятость"],
        [PETROVA, "26.11.2026", "9:00–9:15", "свободен"],
        [PETROVA, "26.11.2026", "с 9.15 до 9.30", "бронь"],
        [PETROVA, "26.11.2026", "23:30-0:00", "доступно"],
    ]
    [petrova] = read(csv(rows, delimiter=",")).doctors

    assert petrova.times == [
        listed("09:00"),
        listed("09:15", there=There.TAKEN),
        listed("23:30", 30),
    ]


def test_what_is_over_is_counted_and_not_looked_at() -> None:
    """Rows of past days may say what they like; an example is no row at all."""
    rows = [
        ["Врач", "Дата", "Начало", "Конец", "Статус"],
        [PETROVA, "22.11.2026", "9:00", "9:15", "Неявка"],
        [PETROVA, "01.09.2024", "", "", ""],
        ["Пример: свободное время", "22.11.2026", "9:00", "9:15", "свободно"],
        [PETROVA, "23.11.2026", "9:00", "9:15", "свободно"],
    ]
    reading = read(csv(rows))
    only_past = read(csv(rows[:3]))

    assert (reading.past, len(reading.doctors[0].times)) == (2, 1)
    assert (only_past.past, only_past.doctors) == (2, [])


def test_the_headings_tell_the_kind_of_sheet() -> None:
    """One command takes both: a timetable is still one, and what is neither is told of both."""
    assert isinstance(read_here(csv(BY_NUMBERS), TODAY), timetable.Reading)
    with pytest.raises(BadSheet) as bad:
        read_here(csv([["Врач", "Телефон"], [PETROVA, "1"]]), TODAY)
    with words.speaking(I18N, Language.RUSSIAN):
        [said] = sheet_words.problems(bad.value.problems)

    assert "«Врач»" in said
    assert "«Пн»" in said
    assert "«Дата»" in said


@pytest.mark.parametrize(
    ("state", "there"),
    [
        *((state, There.FREE) for state in ("", "Свободно", "своб.", "не занято", "free", "Open")),
        *((state, There.TAKEN) for state in ("занято", "ЗАНЯТ", "Забронировано", "taken", "Бронь")),
        *((state, There.CLOSED) for state in ("Закрыто", "перерыв", "нет приема", "blocked")),
    ],
)
def test_states_as_systems_write_them(state: str, there: There) -> None:
    rows = [
        ["Врач", "Дата", "Начало", "Конец", "Состояние"],
        [PETROVA, "26.11.2026", "9:00", "9:15", state],
    ]
    assert [time.there for time in read(csv(rows)).doctors[0].times] == [there]


@pytest.mark.parametrize(
    ("heading", "cell", "there"),
    [
        ("Занято", "1", There.TAKEN),
        ("Занято", "0", There.FREE),
        ("Занят", "", There.FREE),
        ("Занято", "х", There.TAKEN),
        ("Свободно", "1", There.FREE),
        ("Свободно", "0", There.TAKEN),
        ("Свободно", "закрыто", There.CLOSED),
    ],
)
def test_yes_and_no(heading: str, cell: str, there: There) -> None:
    """The heading asks; the cell answers."""
    rows = [
        ["Врач", "Дата", "Начало", "Конец", heading],
        [PETROVA, "26.11.2026", "9:00", "9:15", cell],
    ]
    assert [time.there for time in read(csv(rows)).doctors[0].times] == [there]


# Broken ones


def test_a_broken_sheet_names_all_its_bad_cells() -> None:
    """R37: by row and column, in words, all at once; the good row is of no use alone."""
    rows = [
        ["Врач", "Дата", "Начало", "Конец", "Статус", "Для чего"],
        [PETROVA, "26.11.2026", "9:00", "9:15", "свободно", ""],
        ["", "31.11.2026", "9", "25:00", "1", "массаж"],
        ["---", "26.11.2062", "9-15", "9:30", "", ""],
        [PETROVA, "26.11.2026", "9:30", "9:15", "как-то", ""],
        [PETROVA, "26.11.2026", "9:00", "", "", ""],
        [PETROVA, "26.11.2026", "9.3", "10:00", "", ""],
    ]
    assert told(csv(rows)) == [
        "Строка 3, столбец «Дата»: «31.11.2026» — это не дата. Например: 01.12.2026.",
        "Строка 3, столбец «Врач»: чья это строка? Не указано имя врача.",
        "Строка 3, столбец «Конец»: «25:00» — это не время. Например: 9:15.",
        ("Строка 3, столбец «Статус»: «1» — чего? Назовите столбец «Занято» или «Свободно»."),
        "Строка 3, столбец «Для чего»: «массаж» — такой вид приёма неизвестен.",
        "Строка 4, столбец «Дата»: 26.11.2062 — больше чем через год. Верен ли год?",
        "Строка 4, столбец «Врач»: «---» — это не имя.",
        "Строка 4, столбец «Начало»: «9-15» — это не время. Например: 9:15.",
        (
            "Строка 5, столбец «Конец»: «9:15»: время кончается раньше, чем начинается, или длится "
            "больше 8 часов."
        ),
        (
            "Строка 5, столбец «Статус»: состояние непонятно. Нужно «свободно», «занято» или "
            "«закрыто»."
        ),
        ("Строка 6, столбец «Конец»: «» — непонятно, сколько минут длится приём. Например: 15."),
        "Строка 7, столбец «Начало»: «9.3» — это не время. Например: 9:15.",
    ]


def test_a_sheet_without_what_is_needed() -> None:
    """R37: what no row can be read without is said once, and not in every row."""
    bare = [["Врач", "Дата", "Начало"], [PETROVA, "26.11.2026", "9:00"]]
    no_start = [["Врач", "Дата", "Минут", "Занято"], [PETROVA, "26.11.2026", "15", "1"]]
    both = [
        ["Врач", "Дата", "Начало", "Конец", "Занято", "Свободно", "Начало приёма"],
        [PETROVA, "26.11.2026", "9:00", "9:15", "1", "0", "9:00"],
    ]
    empty = [["Врач", "Дата", "Начало", "Конец", "Статус"]]

    assert told(csv(bare)) == [
        "Строка 1: нет столбца, по которому видно, что свободно: «Состояние».",
        "Строка 1: нет ни столбца «Конец», ни столбца с длительностью в минутах.",
    ]
    assert told(csv(no_start)) == ["Строка 1: нет столбца «Начало»."]
    assert told(csv(both)) == [
        "Строка 1, столбец «Свободно»: о том же говорит другой столбец.",
        "Строка 1, столбец «Начало приёма»: о том же говорит другой столбец.",
    ]
    assert told(csv(empty)) == ["Под заголовками нет ни одного врача."]


def test_a_workbook_of_formulas_and_two_tables() -> None:
    """R37: formulas are seen and never computed; of two sheets with times none is guessed."""
    heading = ["Врач", "Дата", "Начало", "Минут", "Свободно"]
    row = [PETROVA, "26.11.2026", "9:00", "=10+5", "#N/A"]
    assert told(xlsx([heading, row])) == [
        "Строка 2, столбец «Минут»: здесь формула. Впишите вместо неё значение.",
        "Строка 2, столбец «Свободно»: вместо значения — ошибка программы.",
    ]
    book = Workbook()
    for sheet in (book.worksheets[0], book.create_sheet()):
        sheet.append(heading)
        sheet.append([PETROVA, "26.11.2026", "9:00", "15", "1"])
    assert told(saved(book)) == [
        "Расписание есть на нескольких листах файла: оставьте один, остальные удалите или скройте."
    ]
    assert told(csv([heading, [PETROVA, "26.11.2026", "9:00", "15", ""]])) == [
        "Строка 2, столбец «Свободно»: свободно или нет? Напишите 1 или 0."
    ]


def test_a_sheet_that_is_wrong_all_over() -> None:
    """R37: the first problems are told in full, of all others at least the row."""
    rows = [
        ["Врач", "Дата", "Начало", "Конец", "Статус"],
        *([PETROVA, "осенью", "9:00", "9:15", ""] for _ in range(200)),
    ]
    complaints = told(csv(rows))

    assert len(complaints) == sheet_words.MOST_TOLD + 1
    assert complaints[-1] == f"Ошибки есть и в этих строках: {sheet_words.MOST_TOLD + 2}–201."


def test_more_rows_than_any_clinic_has() -> None:
    """R37: such a file is not read; a bound that leaves room for a large clinic's month."""
    row = [PETROVA, "26.11.2026", "9:00", "9:15", "свободно"]
    heading = ["Врач", "Дата", "Начало", "Конец", "Статус"]
    with pytest.raises(BadFile) as bad:
        read(csv([heading, *[row] * grids.MOST_ROWS]))

    assert grids.MOST_ROWS > 20_000
    assert bad.value.trouble is FileTrouble.TOO_MANY_ROWS
    with words.speaking(I18N, Language.RUSSIAN):
        assert "30000" in sheet_words.file_trouble(bad.value)


# Giving out


def given_out(language: Language) -> slot_rows_written.Words:
    with words.speaking(I18N, language):
        return views.sheet_words(USUAL_KINDS)


def there(minute: int, state: There, **other: object) -> TimeThere:
    doctor = a_doctor()
    starts_at = datetime(2026, 11, 26, 9, minute, tzinfo=doctor.clinic.zone)
    known = {"visit": None, "reference": "", "reasons": frozenset[Reason](), **other}
    ends_at = starts_at + timedelta(minutes=15)
    return TimeThere(doctor, starts_at, ends_at, state, **known)  # type: ignore[arg-type]


TIMES = [
    there(0, There.FREE, reasons=INFANTS, named_for=ReservedFor.DISTRICT),
    there(15, There.TAKEN, visit="1001"),
    there(30, There.TAKEN, reference="-A/4821"),
    there(45, There.CLOSED),
]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("csv", [True, False])
def test_what_is_given_out_is_read_again(language: Language, *, csv: bool) -> None:
    """R36: in both languages and kinds of file; our visit goes by its number, and what a
    spreadsheet would compute comes back as it was."""
    known = given_out(language)
    made = write(slot_rows_written.lines(TIMES, known), known, csv=csv)
    [doctor] = read(made).doctors

    assert (doctor.name, doctor.rooms) == ("Доктор 1", ["12"])
    anything = frozenset[Reason]()
    assert doctor.times == [
        replace(listed("09:00", reasons=INFANTS), kept_for=ReservedFor.DISTRICT),
        listed("09:15", 15, There.TAKEN, "№ 1001", anything),
        listed("09:30", 15, There.TAKEN, "-A/4821", anything),
        listed("09:45", 15, There.CLOSED, reasons=anything),
    ]


@pytest.mark.parametrize("language", Language)
def test_the_template_explains_itself_and_is_empty(language: Language) -> None:
    """Its examples are not read, and nothing in it is a formula; filled in, it is read."""
    known = given_out(language)
    for data in (template(known, csv=True), template(known)):
        with pytest.raises(BadSheet) as bad:
            read(data)
        assert [each.trouble for each in bad.value.problems] == [Trouble.NO_ROWS]
    book = load_workbook(io.BytesIO(template(known)))
    row: Sequence[str] = [PETROVA, "26.11.2026", "9:00", "9:15", "", "12"]
    for column, text in enumerate(row, 1):
        book.worksheets[0].cell(5, column).value = text
    assert len(read(saved(book)).doctors[0].times) == 1
    assert len(book.worksheets) == 2


# What the clinic reads


def test_what_a_sheet_would_do_is_said_in_words() -> None:
    """Doctor by doctor, with what has to be settled by hand and what was passed by; what is none is
    not said, and no family is named."""
    clinic = a_clinic()
    nine = Stretch(*(on_wall(f"2026-11-26 {clock}") for clock in ("09:00", "09:15")))
    conflicts = [
        Conflict(ConflictKind.TAKEN_THERE, nine, "1001"),
        Conflict(ConflictKind.OVERLAPS, nine),
    ]
    busy = DoctorImport(
        PETROVA,
        "12",
        Plan(created=240, taken=31, released=2, closed=12, conflicts=conflicts),
        rooms=["12", "14"],
        written=["Петрова А. С."],
    )
    calm = DoctorImport(KIM, "14", Plan(), room_before="15")
    imported = Imported(
        clinic, [busy, calm], [a_doctor(3)], date(2026, 11, 26), date(2026, 12, 9), begun=1
    )
    with words.speaking(I18N, Language.RUSSIAN):
        said = [line.replace("\xa0", " ") for line in views.planned(imported, Reading([], 20, []))]
        done = views.done(replace(imported, doctors=[calm]))

    assert said == [
        "Клиника «Ромашка», 26 ноября 2026 — 9 декабря 2026:",
        (
            "  Петрова Анна Сергеевна, каб. 12: создать 240, занять 31, освободить 2, закрыть 12; "
            "2 расхождения"
        ),
        "  Ким Олег Викторович, каб. 14 (был каб. 15): времена не меняются",
        "Всего: создать 240, занять 31, освободить 2, закрыть 12; 2 расхождения.",
        "Нет в таблице, принимают как раньше: Доктор 3.",
        "Расхождения, решите сами; у нас эти времена остаются как есть:",
        "  Петрова Анна Сергеевна, чт 26 ноября, 9:00: там занято, а у нас запись № 1001",
        (
            "  Петрова Анна Сергеевна, чт 26 ноября, 9:00: там свободно, но пересекается с другим "
            "временем"
        ),
        "«Петрова А. С.» в таблице — это Петрова Анна Сергеевна.",
        "Петрова Анна Сергеевна: в таблице несколько кабинетов (12, 14); остаётся каб. 12.",
        "21 строка уже прошла и не учтена.",
    ]
    assert done[0] == "Времена загружены."
    assert len(done) == 3


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ConflictKind)
def test_every_disagreement_has_words(kind: ConflictKind, language: Language) -> None:
    """Without a number where a family is only looking, or nobody is concerned."""
    here = {ConflictKind.CLOSED_HERE, ConflictKind.NO_SUCH_TIME}
    nine = Stretch(on_wall("2026-11-26 09:00"), on_wall("2026-11-26 09:15"))
    numbers = [None] if kind in here else [None, "1001"]
    plan = Plan(conflicts=[Conflict(kind, nine, number) for number in numbers])
    imported = Imported(a_clinic(), [DoctorImport(KIM, "1", plan)], [], TODAY, TODAY, 0)
    with words.speaking(I18N, language):
        lines = views.done(imported)[-len(numbers) :]

    assert len({*lines}) == len(numbers)
    assert not [line for line in lines if "{" in line]


def test_more_disagreements_than_anybody_reads() -> None:
    """The first hundred are listed, and how many more there are."""
    nine = Stretch(on_wall("2026-11-26 09:00"), on_wall("2026-11-26 09:15"))
    plan = Plan(conflicts=[Conflict(ConflictKind.CLOSED_HERE, nine)] * 103)
    imported = Imported(a_clinic(), [DoctorImport(KIM, "1", plan)], [], TODAY, TODAY, 0)
    with words.speaking(I18N, Language.RUSSIAN):
        lines = views.done(imported)

    assert lines[-1] == "  и ещё 3"
    assert len(lines) == 3 + views.AT_A_TERMINAL.conflicts + 1
