"""The clinic's people by the command line: an invitation, and whether the journal is whole."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from services.model import Clinic, Language, Role
from tests.conftest import House
from tests.test_command_line import ROOT


async def run(house: House, *arguments: str) -> tuple[int, str, str]:
    """A command over the house's database: its exit code, and what it said."""
    environment = os.environ | {
        "DATABASE_URL": house.database.url.render_as_string(hide_password=False),
        "PYTHONPATH": str(ROOT),
        "LOG_LEVEL": "ERROR",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=Path(str(house.database.url.database)).parent,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


async def test_an_invitation_is_a_link_and_its_picture(house: House, clinic: Clinic) -> None:
    """R32: whoever opens it first has the post, and nobody after them."""
    arguments = ("invite", "--clinic", "romashka", "--role", "administrator", "--bot", "our_bot")
    code, said, complained = await run(house, *arguments)
    assert (code, complained) == (0, "")
    link = next(line for line in said.splitlines() if line.startswith("https://"))
    assert link.startswith("https://t.me/our_bot?start=i")
    assert "▄" in said or "█" in said or "▀" in said

    person = await house.services.families.meet(201, Language.RUSSIAN)
    token = link.partition("?start=i")[2]
    desk = await house.services.staff.accept(person.id, token, "Ирина")
    assert desk.post.role is Role.ADMINISTRATOR


@pytest.mark.parametrize(
    "wrong",
    [
        ("--clinic", "nowhere", "--role", "registrar"),
        ("--clinic", "romashka", "--role", "doctor"),
        ("--clinic", "romashka", "--role", "doctor", "--doctor", "99"),
        ("--clinic", "romashka", "--role", "registrar", "--doctor", "1"),
    ],
)
async def test_an_invitation_to_nothing_is_refused_in_a_line(
    house: House, clinic: Clinic, wrong: tuple[str, ...]
) -> None:
    """R42: it says what is wrong, and nothing is written."""
    code, said, complained = await run(house, "invite", "--bot", "our_bot", *wrong)
    assert (code, said) == (2, "")
    assert complained.startswith("there is no clinic ")
    assert await house.count("invitations") == 0


async def test_the_journal_is_verified_against_what_was_kept_elsewhere(
    house: House, clinic: Clinic, tmp_path: Path
) -> None:
    """R39: whole, then cut off by somebody with the database in hand; exit code 1 says so."""
    person = await house.services.families.meet(202, Language.RUSSIAN)
    invitation = await house.services.staff.appoint("romashka", Role.REGISTRAR)
    desk = await house.services.staff.accept(person.id, invitation.token, "Тамара")
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [doctor, *_] = await house.doctors(clinic)
    visit = await house.book(anna, child.id, (await house.free_times(anna, child.id, doctor))[0])
    for _ in range(2):
        await house.services.staff.visit(person.id, desk.post.id, visit.id)

    code, heads, _ = await run(house, "journal", "heads")
    anchor = tmp_path / "heads"
    anchor.write_text(heads)
    code, said, _ = await run(house, "journal", "verify", "--anchor", str(anchor))
    assert (code, said) == (0, "romashka: whole, 2 records\n")

    await house.database.run("DROP TRIGGER append_only_access_records_delete")
    await house.database.run("DELETE FROM access_records WHERE number = 2")
    assert (await run(house, "journal", "verify"))[0] == 0  # by itself it looks whole
    code, said, _ = await run(house, "journal", "verify", "--anchor", str(anchor))
    assert (code, said) == (1, "romashka: BROKEN at record 2: changed, missing or cut off\n")


async def test_an_anchor_that_is_none_is_said(house: House, clinic: Clinic, tmp_path: Path) -> None:
    """R42: in one line, with exit code 2."""
    (tmp_path / "heads").write_text("nonsense\n")
    code, _, complained = await run(house, "journal", "verify", "--anchor", str(tmp_path / "heads"))
    assert code == 2
    assert "--anchor" in complained


@pytest.mark.parametrize("action", ["heads", "verify"])
async def test_a_database_that_is_not_there_is_said(house: House, action: str) -> None:
    """R42: a look makes none, and says so in a line."""
    await house.engines.dispose()
    file = Path(str(house.database.url.database))
    await asyncio.to_thread(file.unlink)
    code, said, complained = await run(house, "journal", action)

    assert (code, said) == (2, "")
    assert complained == "DATABASE_URL: the database is not there yet.\n"
    assert not await asyncio.to_thread(file.exists)
