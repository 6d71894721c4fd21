"""`python -m bot system`: connecting a clinic's own system, looking at it, letting it go."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.systems.demo_clinic import demo_clinic
from bot.sandbox.systems.fhir import serve_app
from services.model.clinic import Clinic
from tests.bot.commands.running import CommandLine
from tests.conftest import House

FILE = """\
kind = "fhir"
url = "{url}"
closed_minutes = 60

[doctors]
"PractitionerRole/sokolova" = "Петрова Анна Сергеевна"
"PractitionerRole/zimin" = "Зимин Павел Олегович"
"""


@pytest.fixture
def bot(house: House, tmp_path: Path) -> CommandLine:
    """Over the house's database, in which Ромашка has no system yet."""
    return CommandLine(tmp_path, {"DATABASE_URL": house.database.address, "LOG_LEVEL": "ERROR"})


async def test_a_system_is_connected_looked_at_and_let_go(
    house: House, clinic: Clinic, bot: CommandLine
) -> None:
    """Who is nobody here is named; each step of the look has its time and, where it fails, what to
    do; the clinic's own hours end, and come back by hand."""
    of_clinic = ("--clinic", "romashka")
    server = demo_clinic(lambda: datetime.now(UTC))
    async with serve_app(server.app()) as url:
        (bot.folder / "system.toml").write_text(FILE.format(url=url), encoding="utf-8")
        none = await bot.beside("system", "check", *of_clinic)
        assert (none.code, none.said) == (2, "")
        assert none.complained == "There is no clinic romashka with its own system.\n"

        done = await bot.beside("system", "connect", *of_clinic, "system.toml")
        assert (done.code, done.complained) == (0, "")
        assert done.said.splitlines() == [
            "not one doctor here, so its times are left out: Зимин Павел Олегович",
            "connected; now: python -m bot system check --clinic romashka",
        ]
        assert await house.count("clinic_systems") == 1
        assert await house.count("clinics", "own_system") == 1

        looked = await bot.beside("system", "check", *of_clinic)
        assert (looked.code, looked.complained) == (0, "")
        steps = [line.split() for line in looked.said.splitlines()]
        assert [step[0] for step in steps] == ["capabilities", "find", "changes"]
        assert all(step[2] == "ms" and step[3].startswith("ok") for step in steps)
        assert int(steps[1][-1]) > 0

        moved = await bot.beside("system", "moved", *of_clinic, f"{url}/")
        assert (moved.code, moved.complained) == (0, "")
        assert moved.said == "moved; now: python -m bot system check --clinic romashka\n"
        wrong = await bot.beside("system", "moved", *of_clinic, "somewhere")
        assert wrong.code == 2

        server.troubles.is_off = True
        away = await bot.beside("system", "check", *of_clinic)
        assert away.code == 1
        assert "-> look at url, and whether this machine reaches it" in away.said

    gone = await bot.beside("system", "disconnect", *of_clinic)
    assert (gone.code, gone.complained) == (0, "")
    assert gone.said.startswith("disconnected: its doctors need hours here")
    assert await house.count("clinics", "own_system") == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('kind = "letters"', "letters"),
        ('kind = "fhir"', "url"),
        ('kind = "fhir"\nurl = "https://his.example"\ncolour = "red"', "colour"),
        ('kind = "fhir"\nurl = "https://his.example"\n[dialect]\ncolour = "red"', "colour"),
        ("kind = ", "Invalid value"),
    ],
)
async def test_a_wrong_file_connects_nothing(
    house: House, clinic: Clinic, bot: CommandLine, wrong: str, said: str
) -> None:
    """R42: which file, and what of it cannot be."""
    (bot.folder / "system.toml").write_text(wrong, encoding="utf-8")
    ended = await bot.beside("system", "connect", "--clinic", "romashka", "system.toml")
    assert (ended.code, ended.said) == (2, "")
    assert ended.complained.startswith("system.toml: ")
    assert said in ended.complained
    assert await house.count("clinic_systems") == 0
