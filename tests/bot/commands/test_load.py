"""`python -m bot load`: how full a clinic is, for whoever runs the bot."""

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from PIL import Image

from tests.bot.commands.running import CommandLine, Finished

DATA = {"BOT_TOKEN": "4200000:token", "DATABASE_URL": "sqlite+aiosqlite:///bot.db"}


async def bot(folder: Path, *arguments: str) -> Finished:
    """Run a command to its end, with nobody at the terminal."""
    ended = await CommandLine(folder, DATA).beside(*arguments)
    return replace(ended, said=ended.said.replace("\u00a0", " "))


async def test_the_load_in_words_as_a_picture_and_as_a_sheet(tmp_path: Path) -> None:
    """A line a day, what it comes to, and the norm; files are new ones, and of a kind it knows."""
    missing = await bot(tmp_path, "load", "--clinic", "romashka")
    assert (missing.code, missing.said) == (2, "")
    assert "is not there yet" in missing.complained
    await bot(tmp_path, "seed-demo")

    files = ("--picture", "load.png", "--sheet", "load.xlsx")
    made = await bot(tmp_path, "load", "--clinic", "romashka", *files)
    assert (made.code, made.complained) == (0, "")
    first, *days, total, fullest, norm, picture, sheet = made.said.splitlines()
    assert first.startswith("Детская клиника «Ромашка», ")
    assert any(" Петрова А. С. 3/22" in line for line in days)
    assert total.startswith("Занято: 3 из ")
    assert fullest.startswith("Плотнее всего: ")
    assert fullest.endswith("Петрова А. С.: 3 из 22.")
    assert norm == "За последние 7 дней за временем никто не обращался."
    assert (picture, sheet) == ("The picture is in load.png.", "The sheet is in load.xlsx.")
    with Image.open(tmp_path / "load.png") as drawn:
        assert drawn.width == 1080
    assert load_workbook(tmp_path / "load.xlsx").sheetnames == ["Загрузка", "24 часа"]

    again = await bot(tmp_path, "load", "--clinic", "romashka", "--sheet", "load.xlsx")
    assert (again.code, again.said) == (2, "")
    assert again.complained == "load.xlsx is there already, and is not written over.\n"
    csv = await bot(tmp_path, "load", "--clinic", "romashka", "--sheet", "load.csv")
    assert csv.code == 0
    table = (tmp_path / "load.csv").read_text("utf-8-sig").splitlines()
    assert table[0].startswith('"Дата";"День";"Врач"')
    nobody = await bot(tmp_path, "load", "--clinic", "nowhere")
    assert (nobody.code, nobody.complained) == (
        2,
        "There is no clinic with the code nowhere: `clinic list` shows them.\n",
    )


@pytest.mark.parametrize("wrong", [("--picture", "load.gif"), ("--sheet", "load.pdf"), ()])
async def test_a_wrong_word_is_told(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    """R42: which file it would make, or that a clinic is wanted."""
    named = ("--clinic", "romashka") if wrong else ()
    told = await bot(tmp_path, "load", *named, *wrong)

    assert told.code == 2
    assert "error:" in told.complained
