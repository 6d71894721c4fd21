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
from pathlib import Path

import pytest
from openpyxl import load_workbook

from storage.engine import read_url
from storage.lock import held_for
from tests.commands import CommandLine, Finished, environment

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
    rows = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if any(row)]


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
        ([*IMPORT[:3], "no-such", "sheet.csv"], "--clinic: there is no clinic with the code no-s"),
        ([*IMPORT, "--yes", "data/bot.db"], "Этот файл не прочитать как таблицу"),
        ([*IMPORT, "--yes", "big.csv"], "Файл больше 2 МБ"),
        ([*EXPORT, "sheet.csv"], "sheet.csv is there already, and is not written over."),
        ([*EXPORT, "sheet.pdf"], "'sheet.pdf' ends neither in .xlsx nor in .csv"),
        (["schedule", "template", "no/such.csv"], "no/such.csv cannot be written: No such file"),
    ],
)
def test_what_cannot_be_done_says_why(folder: Folder, arguments: list[str], words: str) -> None:
    """R37, R42: exit code 2 and a line to go by; nothing is changed, and no file written over."""
    folder.write("big.csv", "a;b\n" * 2**19 + "a")
    sheet = folder.path / folder.write("sheet.csv", "Врач;Кабинет;Мин;Пн\nЯшина;1;15;8-12\n")
    before = folder.contents(), sheet.read_bytes(), sorted(folder.path.iterdir())
    ended = folder.bot(*arguments)

    assert ended.code == 2
    assert words in ended.complained
    assert "Traceback" not in ended.complained
    after = folder.contents(), sheet.read_bytes(), sorted(folder.path.iterdir())
    assert after == before
