"""The sandbox goes on after a restart where it stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BotCommand, BufferedInputFile

from bot.sandbox import SandboxSession, Telegram
from tests.sandbox.world import ANNA, BORIS, TOKEN, Clock, keyboard, make_telegram, png


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    return tmp_path / "demo" / "sandbox.json"


def _reopened(clock: Clock, memory: Path) -> Telegram:
    return Telegram(token=TOKEN, now=clock, memory=memory)


async def test_a_restart(clock: Clock, memory: Path) -> None:
    """People, chats, files, commands and pending updates are all there again, and ids go on."""
    before = make_telegram(clock, memory=memory)
    bot = Bot(TOKEN, session=SandboxSession(before))
    await bot.set_my_commands([BotCommand(command="start", description="Меню")])
    await bot.send_message(
        ANNA, "<b>Да?</b>", parse_mode="HTML", reply_markup=keyboard(("Да", "y"))
    )
    sent = await bot.send_document(ANNA, BufferedInputFile(b"\x00\xff", "a.bin"))
    said, tapped = before.say(ANNA, "привет"), before.tap(ANNA, sent.message_id, "y")
    await before.close()

    after = _reopened(clock, memory)
    bot = Bot(TOKEN, session=SandboxSession(after))
    assert after.chat(ANNA) == before.chat(ANNA)
    assert [command.command for command in await bot.get_my_commands()] == ["start"]
    assert sent.document
    content = await bot.download(sent.document)
    assert content
    assert content.read() == b"\x00\xff"

    updates = await bot.get_updates()
    assert [update.update_id for update in updates] == [said, tapped]
    assert updates[1].callback_query
    await updates[1].callback_query.answer("помню")
    assert after.answers()[-1].update_id == tapped
    assert after.say(ANNA, "ещё") == tapped + 1
    assert after.chat(ANNA)[-1].id == before.chat(ANNA)[-1].id + 1


async def test_attachments_are_kept(clock: Clock, memory: Path) -> None:
    """Photos, places and contacts are there again after a restart, each as what it was."""
    before = make_telegram(clock, memory=memory)
    bot = Bot(TOKEN, session=SandboxSession(before))
    await bot.send_venue(ANNA, 55.7558, 37.6173, "Ромашка", "Садовая, 7")
    before.send_photo(ANNA, "a.png", png(40, 30), "фото")
    before.send_location(ANNA, 0, 0)
    before.share_contact(ANNA, owner_id=BORIS)
    await before.close()

    assert _reopened(clock, memory).chat(ANNA) == before.chat(ANNA)


async def test_a_crash_repeats_no_id(clock: Clock, memory: Path) -> None:
    """Ids that were handed out after the last saving are never handed out again."""
    await make_telegram(clock, memory=memory).close()
    crashed = _reopened(clock, memory)
    update_ids = [crashed.say(ANNA, "потеряно") for _ in range(20)]
    message_ids = [message.id for message in crashed.chat(ANNA)]

    after = _reopened(clock, memory)
    assert after.say(ANNA, "после") > max(update_ids)
    assert after.chat(ANNA)[-1].id > max(message_ids)


async def test_saving_goes_on_by_itself(
    clock: Clock, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A running sandbox saves soon after a change, without being closed."""
    monkeypatch.setattr("bot.sandbox.telegram._SAVE_DELAY", 0)
    running = make_telegram(clock, memory=memory)
    running.say(ANNA, "сохранится")
    await asyncio.sleep(0.05)

    after = _reopened(clock, memory)
    assert [message.text for message in after.chat(ANNA)][-1] == "сохранится"
    await running.close()


async def test_nothing_is_kept_unasked(clock: Clock, tmp_path: Path) -> None:
    """Without a memory no file is written."""
    telegram = make_telegram(clock)
    telegram.say(ANNA, "привет")
    await telegram.close()
    assert _files(tmp_path) == []


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def test_a_strange_file(clock: Clock, memory: Path) -> None:
    """A file that holds something else is named, and left as it is."""
    memory.parent.mkdir()
    memory.write_text("[1]")
    with pytest.raises(ValueError, match=str(memory)):
        _reopened(clock, memory)
    assert memory.read_text() == "[1]"


async def test_people_are_renamed(clock: Clock, memory: Path) -> None:
    """Adding a known person again renames them and keeps their chat."""
    await make_telegram(clock, memory=memory).close()
    after = _reopened(clock, memory)
    after.add_user(ANNA, "Анна Петровна", hint="бабушка")
    assert len(after.chat(ANNA)) == 1
    assert after.message_json(after.chat(ANNA)[0])["from"]["first_name"] == "Анна Петровна"
