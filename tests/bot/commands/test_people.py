"""The clinic's people by the command line: an invitation, and whether the journal is whole."""

import asyncio
from pathlib import Path

import pytest

from services.model.access import Role
from services.model.clinic import Clinic
from services.model.people import Language
from tests.bot.commands.running import CommandLine
from tests.conftest import House


@pytest.fixture
def bot(house: House, tmp_path: Path) -> CommandLine:
    """Over the house's database."""
    return CommandLine(tmp_path, {"DATABASE_URL": house.database.address, "LOG_LEVEL": "ERROR"})


async def test_an_invitation_is_a_link_and_its_picture(
    house: House, clinic: Clinic, bot: CommandLine
) -> None:
    """R32: whoever opens it first has the post, and nobody after them."""
    arguments = ("invite", "--clinic", "romashka", "--role", "administrator", "--bot", "our_bot")
    ended = await bot.beside(*arguments)
    assert (ended.code, ended.complained) == (0, "")
    link = next(line for line in ended.said.splitlines() if line.startswith("https://"))
    assert link.startswith("https://t.me/our_bot?start=i")
    assert {"▄", "█", "▀"} & set(ended.said)

    person = await house.services.families.meet(201, Language.RUSSIAN)
    token = link.partition("?start=i")[2]
    desk = await house.services.workday.accept(person.id, token, "Ирина")
    assert desk.post.role is Role.ADMINISTRATOR


@pytest.mark.parametrize("named", ["Ким О. В.", "ким олег викторович", "КимО.В."])
async def test_a_doctor_is_invited_by_name(
    house: House, clinic: Clinic, bot: CommandLine, named: str
) -> None:
    """R32, R61: however it is written, as in every other place; no id has to be known."""
    arguments = ("--clinic", "romashka", "--role", "doctor", "--doctor", named)
    ended = await bot.beside("invite", "--bot", "our_bot", *arguments)
    assert (ended.code, ended.complained) == (0, "")

    person = await house.services.families.meet(203, Language.RUSSIAN)
    token = ended.said.partition("?start=i")[2].split()[0]
    desk = await house.services.workday.accept(person.id, token, "Олег")
    assert desk.post.doctor
    assert desk.post.doctor.name == "Ким Олег Викторович"


@pytest.mark.parametrize("said", [(), ("--doctor", "99"), ("--doctor", "Айболит")])
async def test_whoever_is_not_found_is_chosen_by_a_number_of_the_list(
    house: House, clinic: Clinic, bot: CommandLine, said: tuple[str, ...]
) -> None:
    """R42: a doctor who was not named, or whom nobody knows: the list has the numbers to go on
    with, and nothing is written meanwhile."""
    arguments = ("invite", "--bot", "our_bot", "--clinic", "romashka", "--role", "doctor")
    ended = await bot.beside(*arguments, *said)
    assert (ended.code, ended.said) == (2, "")
    first, *listed = ended.complained.splitlines()
    assert first.endswith("Say --doctor with a number of these:")
    assert [line.split()[1] for line in listed] == [
        doctor.name.split()[0] for doctor in await house.doctors(clinic)
    ]
    assert await house.count("invitations") == 0

    chosen = await bot.beside(*arguments, "--doctor", listed[-1].split()[0])
    assert (chosen.code, chosen.complained) == (0, "")


async def test_a_name_that_is_nearly_somebodys_is_asked_about(
    house: House, clinic: Clinic, bot: CommandLine
) -> None:
    """R32: a post is given to nobody by a guess; only those who may be meant are listed."""
    arguments = ("--clinic", "romashka", "--role", "doctor", "--doctor", "Ким")
    ended = await bot.beside("invite", "--bot", "our_bot", *arguments)
    assert ended.code == 2
    first, *listed = ended.complained.splitlines()
    assert first.startswith("--doctor: it is not clear who Ким is.")
    assert [line.split()[1] for line in listed] == ["Ким"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--clinic", "nowhere", "--role", "registrar"), "There is no clinic with the code nowhe"),
        (("--clinic", "nowhere", "--role", "doctor"), "There is no clinic with the code nowhere"),
        (
            ("--clinic", "romashka", "--role", "registrar", "--doctor", "1"),
            "--doctor goes with --role doctor",
        ),
    ],
)
async def test_an_invitation_to_nothing_is_refused_in_a_line(
    house: House, clinic: Clinic, bot: CommandLine, wrong: tuple[str, ...], words: str
) -> None:
    """R42: it says what is wrong, and nothing is written."""
    ended = await bot.beside("invite", "--bot", "our_bot", *wrong)
    assert (ended.code, ended.said) == (2, "")
    assert ended.complained.startswith(words)
    assert await house.count("invitations") == 0


@pytest.mark.parametrize("token", ["", "no-token"])
async def test_whose_bot_it_is_cannot_be_asked_without_a_token(
    clinic: Clinic, bot: CommandLine, token: str
) -> None:
    """R42: a line, and no Python."""
    arguments = ("invite", "--clinic", "romashka", "--role", "registrar")
    ended = await bot.beside(*arguments, BOT_TOKEN=token)
    assert ended.code == 2
    assert ended.complained.startswith("BOT_TOKEN: it ")


async def test_the_journal_is_verified_against_what_was_kept_elsewhere(
    house: House, clinic: Clinic, bot: CommandLine, tmp_path: Path
) -> None:
    """R39: whole, then cut off by somebody with the database in hand; exit code 1 says so."""
    person = await house.services.families.meet(202, Language.RUSSIAN)
    invitation = await house.services.members.appoint("romashka", Role.REGISTRAR)
    desk = await house.services.workday.accept(person.id, invitation.token, "Тамара")
    anna = await house.parent(101, clinic)
    child = await house.child(anna)
    [doctor, *_] = await house.doctors(clinic)
    visit = await house.book(anna, child.id, (await house.free_times(anna, child.id, doctor))[0])
    for _ in range(2):
        await house.services.workday.visit(person.id, desk.post.id, visit.id)

    anchor = tmp_path / "heads"
    anchor.write_text((await bot.beside("journal", "heads")).said)
    against = ("journal", "verify", "--anchor", str(anchor))
    whole = await bot.beside(*against)
    assert (whole.code, whole.said) == (0, "romashka: whole, 2 records\n")

    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(f"77 1 {'0' * 64}\n")
    strange = await bot.beside("journal", "verify", "--anchor", str(elsewhere))
    assert strange.code == 1  # it is checked against nothing here, and that is said
    assert "no clinic here has the number 77" in strange.said

    await house.database.run("DROP TRIGGER append_only_access_records_delete")
    await house.database.run("DELETE FROM access_records WHERE number = 2")
    assert (await bot.beside("journal", "verify")).code == 0  # by itself it looks whole
    broken = await bot.beside(*against)
    assert broken.said == "romashka: BROKEN at record 2: changed, missing or cut off\n"
    assert broken.code == 1


async def test_an_anchor_that_is_none_is_said(
    clinic: Clinic, bot: CommandLine, tmp_path: Path
) -> None:
    """R42: in one line, with exit code 2."""
    (tmp_path / "heads").write_text("nonsense\n")
    ended = await bot.beside("journal", "verify", "--anchor", str(tmp_path / "heads"))
    assert ended.code == 2
    assert "--anchor" in ended.complained


@pytest.mark.parametrize("action", ["heads", "verify"])
async def test_a_database_that_is_not_there_is_said(
    house: House, bot: CommandLine, action: str
) -> None:
    """R42: a look makes none, and says so in a line."""
    await house.engines.dispose()
    file = house.database.file
    await asyncio.to_thread(file.unlink)
    ended = await bot.beside("journal", action)

    assert (ended.code, ended.said) == (2, "")
    assert ended.complained == "DATABASE_URL: the database is not there yet.\n"
    assert not await asyncio.to_thread(file.exists)
