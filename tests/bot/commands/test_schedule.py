"""`python -m bot schedule …`: what an operator or an administrator does by hand."""

import csv
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from bot.commands.terminal import ProgressLine
from storage.database.process_lock import held_for
from storage.database.urls import read_url
from tests.bot.commands.running import CommandLine, Finished, environment

IMPORT = ("schedule", "import", "--clinic", "romashka")
EXPORT = ("schedule", "export", "--clinic", "romashka")
ROWS = [
    ["Петрова Анна Сергеевна", "21", "15", "8:00–12:00", "13:00–17:00", *[""] * 5, "выходной"],
    ["Яшина Вера", "22", "20", "", "", *["9:00–12:00"] * 3, "выходной", "10-12"],
]
"""A doctor that the demo's clinic has, in another room, and one that it has not."""
BROKEN = """\
Врач;Кабинет;Минут на приём;Пн;Вт
Петрова Анна Сергеевна;21;15;8:00–12:00;выходной
Ким Олег Викторович;14;20;14:00–8:00;25:00–26:00
Яшина Вера;;15;с утра;
"""


@dataclass(frozen=True)
class Folder:
    """Where a bot's data are, and its commands are run."""

    path: Path

    def bot(self, *arguments: str, typed: str = "", **settings: str) -> Finished:
        """Run a command to its end; what it said has plain spaces, as people see them."""
        ended = CommandLine(self.path)(*arguments, typed=typed, **settings)
        return replace(ended, said=ended.said.replace("\xa0", " "))

    def write(self, name: str, text: str) -> str:
        (self.path / name).write_text(text, encoding="utf-8")
        return name

    def contents(self) -> list[str]:
        """All that is in the database."""
        with closing(sqlite3.connect(self.path / "data" / "bot.db")) as connection:
            return list(connection.iterdump())

    def times(self) -> list[tuple[object, ...]]:
        """All doctors and their times, the ids included."""
        with closing(sqlite3.connect(self.path / "data" / "bot.db")) as connection:
            return [
                *connection.execute("SELECT * FROM doctors ORDER BY id"),
                *connection.execute("SELECT * FROM slots ORDER BY id"),
            ]


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's clinics, to be copied."""
    folder = Folder(tmp_path_factory.mktemp("seeded"))
    assert folder.bot("seed-demo").code == 0
    return folder.path


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Folder:
    """Клиника «Ромашка» with Ким, Орлова and Петрова."""
    shutil.copytree(seeded / "data", tmp_path / "data")
    return Folder(tmp_path)


def fill_in_workbook(file: Path) -> None:
    book = load_workbook(file)
    for number, row in enumerate(ROWS, 4):  # below the examples
        for column, text in enumerate(row, 1):
            book.worksheets[0].cell(number, column).value = text
    book.save(file)


def fill_in_text(file: Path) -> None:
    with file.open("a", encoding="utf-8", newline="") as opened:
        csv.writer(opened, delimiter=";").writerows(ROWS)


@pytest.mark.parametrize(
    ("suffix", "fill_in"),
    [("xlsx", fill_in_workbook), ("csv", fill_in_text)],
)
def test_from_the_template_into_the_schedule_and_back(
    folder: Folder, suffix: str, fill_in: Callable[[Path], None]
) -> None:
    """R13, R37: a filled-in template is taken over and says so; what is exported then and imported
    again changes nothing, and exported again is the same."""
    before = folder.times()
    assert folder.bot("schedule", "template", f"empty.{suffix}").said == (
        f"The template is in empty.{suffix}.\n"
    )
    fill_in(folder.path / f"empty.{suffix}")
    taken = folder.bot(*IMPORT, "--yes", f"empty.{suffix}")

    assert (taken.code, taken.complained) == (0, "")
    assert taken.said.startswith("Детская клиника «Ромашка»")
    assert "Петрова Анна Сергеевна, каб. 21 (был каб. 12): создать" in taken.said
    assert "Яшина Вера, каб. 22 (новый врач): создать" in taken.said
    assert "Приём будет таким:\n  Петрова Анна Сергеевна: " in taken.said
    assert "принимают как раньше: Ким Олег Викторович, Орлова Инна Павловна" in taken.said
    assert "Расписание загружено." in taken.said
    assert "Пример" not in taken.said
    after = folder.times()
    assert after != before

    exported = folder.bot(*EXPORT, f"out.{suffix}")
    assert (exported.code, exported.said) == (
        0,
        f"The timetable is in out.{suffix}. Doctors: 4.\n",
    )
    again = folder.bot(*IMPORT, "--yes", f"out.{suffix}")
    assert again.code == 0
    assert again.said.count("времена не меняются") == 2 * 4
    assert "создать" not in again.said
    assert folder.times() == after
    assert folder.bot(*EXPORT, "again.csv").code == 0
    assert rows_of(folder.path / "again.csv") == rows_of(folder.path / f"out.{suffix}")


def rows_of(file: Path) -> list[list[str]]:
    """What stands in a sheet, for the clinic's eyes."""
    if file.suffix == ".csv":
        text = file.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    sheet = load_workbook(file).worksheets[0]
    rows = [[*map(shown, row)] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if any(row)]


def shown(value: object) -> str:
    """As a spreadsheet shows it: days and times are no texts in it, so that they can be sorted."""
    if isinstance(value, datetime):
        return f"{value:%d.%m.%Y}"
    return f"{value.hour}:{value:%M}" if isinstance(value, time) else str(value or "")


def test_a_broken_sheet_changes_nothing(folder: Folder) -> None:
    """R37: exit code 2, each bad row with its column, in the clinic's language, and not one row of
    the database is another, though the first row of the sheet was good."""
    folder.write("broken.csv", BROKEN)
    before = folder.contents()
    ended = folder.bot(*IMPORT, "--yes", "broken.csv")

    assert (ended.code, ended.said) == (2, "")
    lines = ended.complained.splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "Строка 3, столбец «Пн»",
        "Строка 3, столбец «Вт»",
        "Строка 4, столбец «Пн»",
        "Строка 4, столбец «Кабинет»",
        "Ничего не изменено.",
    ]
    assert folder.contents() == before
    english = folder.bot(*IMPORT, "--yes", "broken.csv", DEFAULT_LANGUAGE="en").complained
    assert english.startswith("Row 3, column “Пн”: “14:00–8:00”: these hours end before they begin")
    assert english.endswith("\nNothing was changed.\n")


def mornings(folder: Folder) -> str:
    """A sheet that changes something."""
    rows = "Врач;Кабинет;Мин;Пн\nПетрова Анна Сергеевна;12;15;8-12\n"
    return folder.write("mornings.csv", rows)


@pytest.mark.process
def test_nobody_to_ask(folder: Folder) -> None:
    """Without a terminal and without --yes the plan is shown, what to do is said, and nothing is
    done: with an input at its end as well as without any."""
    sheet = mornings(folder)
    before = folder.contents()
    at_end = folder.bot(*IMPORT, sheet)
    closed = subprocess.run(
        ["/bin/sh", "-c", 'exec "$0" "$@" <&-', sys.executable, "-m", "bot", *IMPORT, sheet],
        cwd=folder.path,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert at_end.code == closed.returncode == 2
    for said in (at_end.said, closed.stdout.replace("\xa0", " ")):
        assert "Петрова Анна Сергеевна, каб. 12: создать" in said
    for complained in (at_end.complained, closed.stderr):
        assert complained == "There is nobody to ask: use --yes. Nothing was changed.\n"
    assert folder.contents() == before


def test_the_answer_decides(folder: Folder) -> None:
    """A plain Enter is a no and changes nothing; "да" is a yes."""
    sheet = mornings(folder)
    before = folder.contents()
    no = folder.bot(*IMPORT, sheet, typed="\n")
    assert (no.code, no.said.splitlines()[-1]) == (
        0,
        "Изменить расписание? [y/N] Ничего не изменено.",
    )
    assert folder.contents() == before

    yes = folder.bot(*IMPORT, sheet, typed="Да\n")
    assert (yes.code, yes.complained) == (0, "")
    assert "Расписание загружено." in yes.said
    assert folder.contents() != before


@pytest.mark.process
def test_ctrl_c_instead_of_an_answer(folder: Folder) -> None:
    """It ends the command at once, with nothing done and nothing to be afraid of said."""
    sheet = mornings(folder)
    before = folder.contents()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *IMPORT, sheet],
        cwd=folder.path,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout
        said = b""
        while not said.endswith(b"[y/N] "):
            read = process.stdout.read(1)
            assert read, said.decode()
            said += read
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(timeout=30)  # the input stays open: nobody types
        finally:
            process.kill()
        assert process.stderr
        assert (code, process.stderr.read()) == (0, b"")
        assert process.stdout.read().decode().strip() == "Ничего не изменено."
    assert folder.contents() == before


def test_the_file_of_a_running_bot(folder: Folder) -> None:
    """An import waits until the bot is stopped, and says so; an export and a template disturb
    nobody."""
    sheet = mornings(folder)
    database = f"sqlite+aiosqlite:///{folder.path / 'data' / 'bot.db'}"
    before = folder.contents()
    with held_for("run", read_url(database)):
        held = folder.bot(*IMPORT, "--yes", sheet)
        exported = folder.bot(*EXPORT, "out.csv")
        template = folder.bot("schedule", "template", "empty.csv")

    assert (held.code, held.said) == (2, "")
    assert held.complained.startswith(
        f"DATABASE_URL: the bot (process {os.getpid()}) is running: stop it, do this"
    )
    assert folder.contents() == before
    assert (exported.code, template.code) == (0, 0)
    assert folder.bot(*IMPORT, "--yes", sheet).code == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*IMPORT, "--yes", "no-such.csv"], "no-such.csv cannot be read: No such file"),
        ([*IMPORT, "--yes", "--from", "2020-01-01", "sheet.csv"], "--from: 2020-01-01 is over"),
        ([*IMPORT[:3], "no-such", "sheet.csv"], "There is no clinic with the code no-such: `cl"),
        ([*IMPORT, "--yes", "data/bot.db"], "Этот файл не прочитать как таблицу"),
        ([*IMPORT, "--yes", "big.csv"], "Файл больше 8 МБ"),
        ([*EXPORT, "sheet.csv"], "sheet.csv is there already, and is not written over."),
        ([*EXPORT, "sheet.pdf"], "'sheet.pdf' ends neither in .xlsx nor in .csv"),
        (["schedule", "template", "no/such.csv"], "no/such.csv cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_says_why(folder: Folder, arguments: list[str], words: str) -> None:
    """R37, R42: exit code 2 and a line to go by; nothing is changed, and no file written over."""
    folder.write("big.csv", "a;b\n" * 2**21 + "a")
    sheet = folder.path / folder.write("sheet.csv", "Врач;Кабинет;Мин;Пн\nЯшина;1;15;8-12\n")
    before = folder.contents(), sheet.read_bytes(), sorted(folder.path.iterdir())
    ended = folder.bot(*arguments)

    assert ended.code == 2
    assert words in ended.complained
    assert "Traceback" not in ended.complained
    after = folder.contents(), sheet.read_bytes(), sorted(folder.path.iterdir())
    assert after == before


# A row for each time

TIMES = """\
Выгрузка;;;;;;;
Дата приёма;Начало;Окончание;Врач;Статус;Кабинет;№ записи;ФИО пациента
{day};9:00;9:15;Яшина Вера;свободно;31;;
{day};9:15;9:30;Яшина Вера;занято;31;A-4821;Иванова Ия
{day};9:30;9:45;Яшина Вера;закрыто;31;;
01.09.2024;9:45;10:00;Яшина Вера;неявка;31;;Сидоров Яков
"""
TOMORROW = f"{datetime.now(ZoneInfo('Europe/Moscow')) + timedelta(days=1):%d.%m.%Y}"


def other_system(folder: Folder) -> str:
    """What the clinic's own system gave out, as a Russian Windows writes it."""
    data = TIMES.format(day=TOMORROW).encode("cp1251")
    (folder.path / "times.csv").write_bytes(data)
    return "times.csv"


def book_something(folder: Folder) -> None:
    """Агата has the last time that there is, as the bot would write it."""
    with closing(sqlite3.connect(folder.path / "data" / "bot.db")) as connection, connection:
        connection.execute("INSERT INTO persons (telegram_id, language) VALUES (987, 'ru')")
        connection.execute("INSERT INTO children (name, birth_date) VALUES ('Агата', '2024-03-12')")
        connection.execute(
            "INSERT INTO appointments (child_id, slot_id, starts_at, ends_at, state, reason,"
            " booked_by, booked_at, uid, sequence, changed_at)"
            " SELECT (SELECT max(id) FROM children), slots.id, starts_at, ends_at, 'booked',"
            " 'consultation', (SELECT max(id) FROM persons), starts_at, 'u', 0, starts_at"
            " FROM slots JOIN clinics ON clinics.id = clinic_id WHERE code = 'romashka' AND open"
            " ORDER BY starts_at DESC LIMIT 1"
        )


def test_times_of_the_clinic_s_own_system(folder: Folder) -> None:
    """R37, decision 17: the plan is shown in words, nothing is done without a yes, and no patient's
    name reaches the terminal or the database; the same again changes nothing."""
    sheet = other_system(folder)
    before = folder.contents()
    no = folder.bot(*IMPORT, sheet, typed="\n")
    assert (no.code, no.complained) == (0, "")
    assert "Яшина Вера, каб. 31 (новый врач): создать 1, занять 1, закрыть 1" in (no.said)
    assert "1 строка уже прошла и не учтена." in no.said
    assert "Эти столбцы не прочитаны: «ФИО пациента»." in no.said
    assert folder.contents() == before

    yes = folder.bot(*IMPORT, "--yes", sheet)
    assert (yes.code, yes.complained) == (0, "")
    assert "Времена загружены." in yes.said
    assert "создано 1, занято 1, закрыто 1" in yes.said
    after = folder.contents()
    assert after != before
    assert "A-4821" in "".join(after)
    for name in ("Иванова Ия", "Сидоров"):
        assert name not in no.said + yes.said + "".join(after)

    again = folder.bot(*IMPORT, "--yes", sheet)
    assert "Яшина Вера, каб. 31: времена не меняются" in again.said
    assert folder.contents() == after


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_times_given_out_and_taken_back(folder: Folder, suffix: str) -> None:
    """All doctors' times go into a sheet with no name of a child in it; taken back it changes
    nothing, and given out again it is the same."""
    folder.bot(*IMPORT, "--yes", other_system(folder))
    book_something(folder)
    before = folder.contents()
    exported = folder.bot(*EXPORT, "--slots", f"out.{suffix}")
    rows = rows_of(folder.path / f"out.{suffix}")

    assert (exported.code, exported.complained) == (0, "")
    assert exported.said == (
        f"The times are in out.{suffix}, without anybody's name. Rows: {len(rows) - 1}.\n"
    )
    assert rows[0] == [
        *("Врач", "Дата", "Начало", "Конец", "Состояние", "Кабинет", "Номер записи", "Для чего")
    ]
    assert [row[:7] for row in rows if row[0] == "Яшина Вера"][:2] == [
        ["Яшина Вера", TOMORROW, "9:00", "9:15", "свободно", "31", ""],
        ["Яшина Вера", TOMORROW, "9:15", "9:30", "занято", "31", "A-4821"],
    ]
    assert [row[4] for row in rows if row[6] == "№ 1001"] == ["занято"]
    assert not [cell for row in rows for cell in row if "Агата" in cell]
    taken = folder.bot(*IMPORT, "--yes", f"out.{suffix}")
    assert (taken.code, taken.complained) == (0, "")
    assert taken.said.count("времена не меняются") == 2 * (4 + 1)
    assert "Расхождения" not in taken.said
    assert folder.contents() == before
    assert folder.bot(*EXPORT, "--slots", "again.csv").code == 0
    assert rows_of(folder.path / "again.csv") == rows


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_the_template_of_times(folder: Folder, suffix: str) -> None:
    """Its examples are no times: taken over as it is, it changes nothing and says so."""
    made = folder.bot("schedule", "template", "--slots", f"empty.{suffix}")
    before = folder.contents()
    ended = folder.bot(*IMPORT, "--yes", f"empty.{suffix}")

    assert (made.code, made.said) == (0, f"The template is in empty.{suffix}.\n")
    assert (ended.code, ended.said) == (2, "")
    assert ended.complained == "Под заголовками нет ни одного врача.\nНичего не изменено.\n"
    assert folder.contents() == before


def test_broken_times_change_nothing(folder: Folder) -> None:
    """R37: each bad row with its column, in the clinic's language, and no patient's name."""
    broken = TIMES.format(day=TOMORROW).replace("свободно", "Иванова Ия").replace("9:45;", "9-45;")
    folder.write("broken.csv", broken)
    before = folder.contents()
    ended = folder.bot(*IMPORT, "--yes", "broken.csv")

    assert (ended.code, ended.said) == (2, "")
    assert [line.partition(": ")[0] for line in ended.complained.splitlines()] == [
        "Строка 3, столбец «Статус»",
        "Строка 5, столбец «Окончание»",
        "Ничего не изменено.",
    ]
    assert "Иванова" not in ended.complained
    assert folder.contents() == before


def test_a_new_doctor_without_a_room(folder: Folder) -> None:
    """The clinic is asked for what is missing, and nothing is done."""
    sheet = folder.write(
        "times.csv", f"Врач;Дата;Начало;Мин;Занято\nЯшина Вера;{TOMORROW};9:00;15;0\n"
    )
    before = folder.contents()
    ended = folder.bot(*IMPORT, "--yes", sheet)

    assert ended.code == 2
    assert ended.complained.startswith("Яшина Вера — новый врач: укажите в таблице кабинет.")
    assert folder.contents() == before


class Terminal(io.StringIO):
    """Somebody looks at it."""

    def isatty(self) -> bool:
        return True


def test_progress_renews_one_line() -> None:
    """At a terminal it is one line that is gone at the end; in a file there is nothing of it."""
    screen, file = Terminal(), io.StringIO()
    for where in (screen, file):
        line = ProgressLine("{} из {}".format, where)
        for done in (500, 1000, 1500):
            line(done, 1500)

    assert screen.getvalue() == "\r500 из 1500\r1000 из 1500\r            \r"
    assert file.getvalue() == ""
