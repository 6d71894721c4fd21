"""`python -m bot export`: a family's file, for whoever runs a registry."""

import stat
from pathlib import Path

import pytest

from bot.commands import export as command
from services.model.access import Role
from services.model.clinic import Clinic
from tests.bot.commands.running import CommandLine
from tests.conftest import House
from tests.services.conftest import employ

LINE = "Миша 12.03.2024"
BY = "Сотрудник 202"


async def test_a_file_is_made_for_the_family_alone_and_only_after_a_yes(
    tmp_path: Path, house: House, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R74: it asks; the file is new, its owner's alone, and the same page as in the chat."""
    parent = await house.parent(101, clinic)
    await house.child(parent)
    await employ(house, Role.REGISTRAR, 202)
    await house.engines.dispose()
    bot = CommandLine(tmp_path, {"DATABASE_URL": house.database.address}).beside
    words = ("export", "--clinic", "romashka", "--child", LINE, "family.html")

    wrong = await bot(*words, "--by", "Никто")
    assert wrong.code == 2
    assert BY in wrong.complained
    nobody = await bot(*words, "--by", BY, "--child", "Яна 01.01.2020")
    assert (nobody.code, "knows nobody" in nobody.complained) == (2, True)
    asked: list[str] = []

    def refuse(question: str) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr(command, "agreed", refuse)
    no = await bot(*words, "--by", BY)
    assert "Миша, 12.03.2024" in asked[0]
    assert "Nothing was written." in no.said
    assert not (tmp_path / "family.html").exists()

    monkeypatch.setattr(command, "agreed", lambda _question: True)
    done = await bot(*words, "--by", BY)

    assert (done.code, done.complained) == (0, "")
    file = tmp_path / "family.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = file.read_text("utf-8")
    assert "Миша" in page
    assert 'id="family-data"' in page
    again = await bot(*words, "--by", BY, "--yes")
    assert (again.code, "is there already" in again.complained) == (2, True)


async def test_how_long_things_are_kept_is_said(tmp_path: Path, house: House) -> None:
    """R31: by the setting's name, with what went."""
    await house.services.retention.forget_all()
    await house.engines.dispose()
    settings = {"DATABASE_URL": house.database.address, "KEEP_NOTES_DAYS": "3"}
    said = (await CommandLine(tmp_path, settings).beside("kept")).said
    assert "KEEP_NOTES_DAYS            3 days     0 went on " in said
    assert "KEEP_VISITS_DAYS           for good   nothing went yet" in said
