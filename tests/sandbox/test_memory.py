"""The sandbox goes on after a restart where it stopped."""

from __future__ import annotations

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


async def test_a_kill_loses_nothing_that_was_answered(clock: Clock, memory: Path) -> None:
    """What people did and what the bot was told is done are there after a kill at any moment, and
    the tap that nobody had answered yet comes to the bot again (R43)."""
    killed = make_telegram(clock, memory=memory)
    bot = Bot(TOKEN, session=SandboxSession(killed))
    await bot.set_my_commands([BotCommand(command="start", description="Меню")])
    gone = await bot.send_message(ANNA, "меню")
    sent = await bot.send_document(
        ANNA, BufferedInputFile(b"\x00\xff", "a.bin"), reply_markup=keyboard(("Да", "y"))
    )
    edited = await bot.send_message(ANNA, "раз")
    await bot.edit_message_text("два", chat_id=ANNA, message_id=edited.message_id)
    await bot.delete_message(ANNA, gone.message_id)
    killed.block(BORIS)
    killed.fast_forward(60)
    confirmed, tapped = killed.say(ANNA, "привет"), killed.tap(ANNA, sent.message_id, "y")
    await bot.get_updates(offset=confirmed + 1)
    # No close(): the process is gone.

    after = _reopened(clock, memory)
    assert after.chat(ANNA) == killed.chat(ANNA)
    assert list(after.world.chats) == list(killed.world.chats)
    assert after.now() == killed.now()
    assert after.world.users[BORIS].blocked
    assert after.world.contents == killed.world.contents
    bot = Bot(TOKEN, session=SandboxSession(after))
    assert [command.command for command in await bot.get_my_commands()] == ["start"]
    taken = [update.update_id for update in await bot.get_updates(allowed_updates=[])]
    assert taken[0] == tapped
    assert confirmed not in taken


async def test_a_line_without_an_end_was_never_answered(clock: Clock, memory: Path) -> None:
    """Killed while it wrote, the sandbox goes on with what it had written before (R43)."""
    killed = make_telegram(clock, memory=memory)
    killed.say(ANNA, "написано")
    journal = memory.with_suffix(".journal")
    whole = journal.read_bytes()
    killed.say(ANNA, "не дописано")
    journal.write_bytes(journal.read_bytes()[: len(whole) + 20])

    after = _reopened(clock, memory)
    assert [message.text for message in after.chat(ANNA)][-1] == "написано"
    after.say(ANNA, "дальше")
    assert [message.text for message in _reopened(clock, memory).chat(ANNA)][-1] == "дальше"


async def test_the_journal_does_not_grow_for_ever(
    clock: Clock, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins anew when the whole world is saved, and asking for updates adds nothing to it."""
    monkeypatch.setattr("bot.sandbox.memory.LONGEST_JOURNAL", 20_000)
    running = make_telegram(clock, memory=memory)
    journal = memory.with_suffix(".journal")
    for number in range(100):
        running.say(ANNA, f"слово {number}")
        running.take()
        assert not journal.exists() or journal.stat().st_size <= 20_000
    running.say(ANNA, "слово 100")
    size = journal.stat().st_size
    bot = Bot(TOKEN, session=SandboxSession(running))
    await bot.get_updates()
    await bot.get_updates()
    assert journal.stat().st_size == size
    assert _reopened(clock, memory).chat(ANNA) == running.chat(ANNA)
    await running.close()
    assert not journal.exists()


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
