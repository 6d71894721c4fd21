"""The command line: what a start that cannot be says, and how a run ends."""

import asyncio
import gc
import os
import shutil
import signal
import socket
import sqlite3
import stat
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.__main__ import StoredHouse
from bot.commands.demo import sandbox
from bot.demo import clinics as demo_clinics
from bot.sandbox.server import serve
from bot.sandbox.systems.demo_clinic import demo_clinic
from bot.sandbox.telegram import Telegram
from bot.settings import Settings, read_settings
from services.model.people import Language
from storage.database.process_lock import held_for
from storage.database.urls import read_url
from tests.bot.commands.running import CommandLine, start

TOKEN = "4200000:token-of-the-command-line"
OLD_KEY, NEXT_KEY = (b64encode(bytes([each]) * 32).decode() for each in (1, 2))
SECRET = "secret-of-the-command-line"
BY_WEBHOOK = {
    "BOT_TOKEN": TOKEN,
    "WEBHOOK_URL": "https://clinic.example/hook",
    "WEBHOOK_SECRET": SECRET,
}


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """In a folder of its own, which is the test's, too."""
    monkeypatch.chdir(tmp_path)
    return CommandLine(tmp_path)


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


async def get(port: str, path: str) -> tuple[int, str]:
    """What a watcher is answered."""
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.text()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "BOT_TOKEN: it is not set"),
        ({"BOT_TOKEN": "secret-nonsense"}, "BOT_TOKEN: it does not look like a token"),
        (
            {"BOT_TOKEN": TOKEN, "DATABASE_URL": "oracle://db"},
            "DATABASE_URL: the database oracle is not supported",
        ),
        (
            {"BOT_TOKEN": TOKEN, "DATABASE_URL": "no url"},
            "DATABASE_URL: the database is not a database URL",
        ),
        (
            {"BOT_TOKEN": TOKEN, "DATABASE_URL": "sqlite+aiosqlite:////proc/x/bot.db"},
            "DATABASE_URL: the database cannot",
        ),
        ({"DEFAULT_LANGUAGE": "fr"}, "DEFAULT_LANGUAGE: it has to be ru or en. See .env.example."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL:"),
        ({"TELEGRAM_PROXY": "ftp://x:1"}, "TELEGRAM_PROXY:"),
        ({"TELEGRAM_PROXY": "socks5://secret-nonsense"}, "TELEGRAM_PROXY:"),
        ({"TELEGRAM_API_BASE": "telegram.org"}, "TELEGRAM_API_BASE:"),
        ({"TELEGRAM_API_BASE": "http://x:99999"}, "TELEGRAM_API_BASE:"),
        ({"TELEGRAM_API_BASE": "http://[bad"}, "TELEGRAM_API_BASE:"),
        ({"WEBHOOK_URL": "clinic.example/hook"}, "WEBHOOK_URL:"),
        ({"WEBHOOK_URL": "https://clinic.example/hook"}, "WEBHOOK_SECRET: without it anybody"),
        ({"WEBHOOK_SECRET": "secret-nonsense!"}, "WEBHOOK_SECRET: Telegram takes up to 256 of A-Z"),
        ({"WEBHOOK_SECRET": "x"}, "WEBHOOK_SECRET: with fewer than 16 characters"),
        ({"WEBHOOK_URL": "http://x", "WEBHOOK_SECRET": SECRET}, "WEBHOOK_URL: Telegram brings"),
        (
            {"WEBHOOK_URL": "https://x:8444/", "WEBHOOK_SECRET": SECRET},
            "WEBHOOK_URL: Telegram brings updates to the ports 443, 80, 88 and 8443 alone",
        ),
        ({"WEBHOOK_PATH": "hook"}, "WEBHOOK_PATH: it has to be a path such as /telegram"),
        ({"WEBHOOK_PORT": "0"}, "WEBHOOK_PORT: it has to be a whole number from 1 to 65535"),
        ({"TAPS_PER_MINUTE": "9"}, "TAPS_PER_MINUTE: it has to be a whole number, 10 or more"),
        ({"OPERATIONS_PORT": "secret-nonsense"}, "OPERATIONS_PORT:"),
        ({"OPERATOR_CHAT_IDS": "1,secret-nonsense"}, "OPERATOR_CHAT_IDS: it has to be numbers"),
        ({"ENCRYPTION_KEYS": "secret-nonsense"}, "ENCRYPTION_KEYS: each key has to be 32 bytes"),
        ({"ENCRYPTION_KEYS": f"{OLD_KEY},secret-nonsense"}, "ENCRYPTION_KEYS:"),
        ({"SYSTEM_KEYS": "secret-nonsense"}, "SYSTEM_KEYS: it has to be JSON"),
        ({"ENCRYPTION_KEYS": OLD_KEY[4:] + "secret-nonsense"}, "ENCRYPTION_KEYS:"),
    ],
)
def test_what_cannot_start_says_why_in_one_line(
    bot: CommandLine, tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    """A wrong setting is named in our words with what to do, its value never quoted; exit code 2,
    and nothing came into being (R42, R34)."""
    ended = bot("run", **settings)

    assert ended.code == 2
    assert words in ended.complained
    assert "Value error" not in ended.complained
    assert "Input should" not in ended.complained
    assert list(tmp_path.iterdir()) == []
    assert len(ended.complained.strip().splitlines()) == 1
    assert "secret-nonsense" not in ended.complained


def test_an_env_file_that_cannot_be_read_is_said(bot: CommandLine, tmp_path: Path) -> None:
    """R42: one line, where the settings could not even be looked at."""
    (tmp_path / ".env").write_bytes("BOT_TOKEN=ключ".encode("cp1251"))
    ended = bot("run")

    assert ended.code == 2
    assert ended.complained == ".env: it is not written in UTF-8; save it anew as UTF-8.\n"


def test_a_server_of_ones_own_brings_updates_by_plain_http() -> None:
    """R42: only Telegram's own servers insist on https and on four ports."""
    with pytest.MonkeyPatch.context() as set_to:
        set_to.setenv("TELEGRAM_API_BASE", "http://127.0.0.1:8081")
        set_to.setenv("WEBHOOK_URL", "http://127.0.0.1:9000/updates")
        set_to.setenv("WEBHOOK_SECRET", SECRET)

        assert read_settings().listens_at == "/updates"


def test_a_database_newer_than_the_code(bot: CommandLine, tmp_path: Path) -> None:
    """It is refused and left alone (R42, R50)."""
    assert bot("migrate").code == 0
    with closing(sqlite3.connect(tmp_path / "data" / "bot.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    ended = bot("migrate")

    assert ended.code == 2
    assert "DATABASE_URL: the database is newer than this code (revision 9999)" in ended.complained


def test_a_port_that_is_taken(bot: CommandLine) -> None:
    """The demo and the webhook say how to choose another one."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        demo_clinics = bot("demo", PORT=port)
        run = bot("run", **BY_WEBHOOK, WEBHOOK_PORT=port)

    assert (demo_clinics.code, run.code) == (2, 2)
    assert "PORT=8081 make demo" in demo_clinics.complained
    assert f"Port {port} cannot be used" in run.complained
    assert "WEBHOOK_PORT" in run.complained


def test_several_wrong_settings_are_all_named(bot: CommandLine) -> None:
    """Each on a line, so that nobody mends them one start after the other."""
    ended = bot("run", PORT="0", LOG_LEVEL="LOUD")

    assert ended.code == 2
    named = [line.partition(":")[0] for line in ended.complained.splitlines()]
    assert sorted(named) == ["LOG_LEVEL", "PORT"]


def test_the_doctor_says_what_is_wrong(bot: CommandLine, tmp_path: Path) -> None:
    """Exit code 1 and what to do; everything is looked at all the same, and nothing is made."""
    ended = bot("doctor", DATABASE_URL="oracle://db")

    assert ended.code == 1
    assert "WRONG token: BOT_TOKEN is not a token" in ended.said
    assert "WRONG database: it oracle is not supported" in ended.said
    assert "  -> mend DATABASE_URL" in ended.said
    assert list(tmp_path.iterdir()) == []


async def test_the_doctor_finds_nothing_wrong(bot: CommandLine, telegram: Telegram) -> None:
    """Exit code 0, though there is something to look at."""
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address}
        ended = await bot.beside("doctor", **settings)

    assert (ended.code, ended.complained) == (0, "")
    assert "ok    token: it is @pediatr_demo_bot" in ended.said
    assert "look  operators: nobody is told of trouble" in ended.said


@pytest.mark.parametrize(
    "command", ["run", "demo", "migrate", "seed-demo", "backup", "restore", "doctor"]
)
def test_every_command_explains_itself(bot: CommandLine, command: str) -> None:
    """`--help` says what a command does."""
    ended = bot(command, "--help")

    assert ended.code == 0
    assert f"python -m bot {command}" in ended.said


def test_a_backup_is_made_and_restored(bot: CommandLine, tmp_path: Path) -> None:
    """By the command line alone, with what is in it in numbers; a second backup needs another
    name, and a second restore an empty database."""
    assert bot("seed-demo").code == 0
    made = bot("backup", "backup.db")
    elsewhere = {"DATABASE_URL": "sqlite+aiosqlite:///new/bot.db"}
    again = bot("restore", "backup.db", "--nobody-erased", **elsewhere)

    assert (made.code, again.code) == (0, 0)
    assert "The backup is in backup.db." in made.said
    assert "Clinics: 2, doctors: 5, children: 5" in made.said
    assert "The database is restored." in again.said
    assert "Clinics: 2, doctors: 5, children: 5" in again.said
    assert (
        bot("backup", "backup.db")
        .complained.strip()
        .endswith("it is there already, and is not written over.")
    )
    refused = bot("restore", "backup.db", "--nobody-erased")
    assert refused.code == 2
    assert refused.complained.startswith("DATABASE_URL: the database is not empty")


@pytest.mark.parametrize(
    ("holder", "command", "words"),
    [
        ("run", ["run"], "another bot (process {pid}) has this file open: stop it first"),
        ("demo", ["run"], "another bot (process {pid}) has this file open: stop it first"),
        ("run", ["migrate"], "the bot (process {pid}) is running: stop it, do this"),
        ("run", ["seed-demo"], "the bot (process {pid}) is running: stop it, do this"),
        (
            "run",
            ["restore", "backup.db", "--nobody-erased"],
            "the bot (process {pid}) is running: stop it, do this",
        ),
        ("run", ["keys", "rotate"], "the bot (process {pid}) is running: stop it, do this"),
        ("run", ["keys", "forget-lost"], "the bot (process {pid}) is running: stop it, do this"),
        ("migrate", ["run"], "`migrate` (process {pid}) is at work: let it finish"),
        ("restore", ["migrate"], "`restore` (process {pid}) is at work: let it finish"),
    ],
)
def test_a_file_that_another_process_has(
    bot: CommandLine, holder: str, command: list[str], words: str
) -> None:
    """Each command that writes says who has the file and what to do; nothing is changed."""
    token = {"BOT_TOKEN": TOKEN, "ENCRYPTION_KEYS": NEXT_KEY}
    with held_for(holder, read_url("sqlite+aiosqlite:///data/bot.db")):
        ended = bot(*command, **token)

    assert ended.code == 2
    assert ended.complained.startswith(f"DATABASE_URL: {words.format(pid=os.getpid())}")
    assert len(ended.complained.strip().splitlines()) == 1


def test_a_backup_and_the_doctor_disturb_nobody(bot: CommandLine) -> None:
    """While a bot has the file they work as ever."""
    assert bot("migrate").code == 0
    with held_for("run", read_url("sqlite+aiosqlite:///data/bot.db")):
        assert bot("backup", "backup.db").code == 0
        assert "ok    database: data/bot.db, whole" in bot("doctor").said


def test_without_a_key_there_is_nothing_to_rotate(bot: CommandLine) -> None:
    """It says so, and how to get one, instead of having done nothing."""
    ended = bot("keys", "rotate")

    assert ended.code == 2
    assert ended.complained.startswith("ENCRYPTION_KEYS: there is no key. `python -m bot keys new`")


def test_a_new_key_is_new_and_a_key(bot: CommandLine) -> None:
    """R35: 32 random bytes, printed and nothing else; they are taken as the setting."""
    first, second = bot("keys", "new"), bot("keys", "new")

    assert (first.code, first.complained) == (0, "")
    assert len(b64decode(first.said)) == 32
    assert first.said != second.said
    assert bot("migrate", ENCRYPTION_KEYS=f"{first.said.strip()}, {second.said.strip()}").code == 0


@pytest.fixture(scope="module")
def folder_with_phone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where one person's number is kept under the old key: made once, to be copied."""
    folder = tmp_path_factory.mktemp("phone") / "data"
    address = f"sqlite+aiosqlite:///{folder / 'bot.db'}"

    async def give() -> None:
        settings = Settings(database_url=address, encryption_keys=OLD_KEY)
        async with StoredHouse().opened(settings, "test") as services:
            await demo_clinics.seed(services)
            anna = await services.families.meet(101, Language.RUSSIAN)
            await services.phones.give(anna.id, "+79161234567", own=True)

    asyncio.run(give())
    return folder


@pytest.fixture
def phone(folder_with_phone: Path, tmp_path: Path) -> None:
    """One person's number, kept in the database of this test's folder under the old key."""
    shutil.copytree(folder_with_phone, tmp_path / "data")


@pytest.mark.usefixtures("phone")
def test_keys_are_changed_by_the_command_line(bot: CommandLine) -> None:
    """R35: the new key in front, `keys rotate`, the old one away: the numbers are still there."""
    both = f"{NEXT_KEY},{OLD_KEY}"
    doubt = bot("doctor", ENCRYPTION_KEYS=both)
    turned, again = (bot("keys", "rotate", ENCRYPTION_KEYS=both) for _ in range(2))

    assert "phones: 1 under older keys" in doubt.said
    assert "python -m bot keys rotate" in doubt.said
    assert (turned.code, turned.said.split(".")[0]) == (0, "Phone numbers encrypted anew: 1")
    assert (again.code, again.said.split(".")[0]) == (0, "Phone numbers encrypted anew: 0")
    assert "phones: 1, all under the first key" in bot("doctor", ENCRYPTION_KEYS=NEXT_KEY).said
    assert bot("seed-demo", ENCRYPTION_KEYS=NEXT_KEY).code == 0


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("keys", ["", NEXT_KEY])
@pytest.mark.parametrize("command", [["run"], ["seed-demo"], ["keys", "rotate"]])
def test_a_database_whose_key_is_missing_is_not_served(
    bot: CommandLine, command: list[str], keys: str
) -> None:
    """R35, R42: one line says what is missing, and neither key nor number is in it."""
    ended = bot(*command, BOT_TOKEN=TOKEN, ENCRYPTION_KEYS=keys)

    assert ended.code == 2
    assert ended.complained.startswith("ENCRYPTION_KEYS: ")
    assert len(ended.complained.strip().splitlines()) == 1
    assert not [secret for secret in (OLD_KEY, NEXT_KEY, "1234567") if secret in ended.complained]


@pytest.mark.usefixtures("phone")
def test_numbers_whose_key_is_lost_are_given_up_on_demand(bot: CommandLine) -> None:
    """Asked first: without an answer nothing is dropped; then the bot starts again."""
    bot = replace(bot, settings={"ENCRYPTION_KEYS": NEXT_KEY})
    asked = bot("keys", "forget-lost")
    assert (asked.code, "no key opens 1 of 1" in bot("doctor").said) == (2, True)

    assert bot("keys", "forget-lost", "--yes").said == "Phone numbers dropped: 1.\n"
    assert "there is nothing to drop" in bot("keys", "forget-lost").said
    assert bot("seed-demo").code == 0


@pytest.mark.process
async def test_without_a_key_the_bot_says_so_once_and_serves(
    tmp_path: Path, telegram: Telegram
) -> None:
    """R35: a line at the start; with a key there is none, and the key is in no line."""
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address}
        said = []
        for keys in ("", OLD_KEY):
            process = await start(tmp_path, "run", ENCRYPTION_KEYS=keys, **settings)
            assert process.stderr
            lines = b""
            async with asyncio.timeout(60):
                async for line in process.stderr:
                    lines += line
                    if b"serving" in line:
                        break
            process.send_signal(signal.SIGTERM)
            rest = await asyncio.wait_for(process.communicate(), 10)
            said.append((lines + b"".join(rest)).decode())
            assert process.returncode == 0

    assert [each.count("phone numbers are not asked for") for each in said] == [1, 0]
    assert OLD_KEY not in said[1]


def test_seeding_twice_is_seeding_once(bot: CommandLine, tmp_path: Path) -> None:
    """`seed-demo` leaves what is there as it is."""
    for _ in range(2):
        assert bot("seed-demo").code == 0
    with closing(sqlite3.connect(tmp_path / "data" / "bot.db")) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in ("clinics", "doctors", "children", "appointments")
        ]

    assert counts == [2, 5, 5, 3]


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    telegram = Telegram(token=TOKEN)
    yield telegram
    await telegram.close()


@pytest.mark.process
async def test_a_token_that_telegram_does_not_know(tmp_path: Path, telegram: Telegram) -> None:
    """One line, exit code 2, and no word of the token (R42)."""
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = {"BOT_TOKEN": "4200000:another-token", "TELEGRAM_API_BASE": address}
        process = await start(tmp_path, "run", **settings)
        _, complained = await process.communicate()

    assert process.returncode == 2
    assert "BOT_TOKEN: Telegram does not know it; copy it from @BotFather" in complained.decode()
    assert len(complained.decode().splitlines()) == 1
    assert b"another-token" not in complained


@pytest.mark.process
async def test_a_webhook_is_not_removed_unasked(tmp_path: Path, telegram: Telegram) -> None:
    """A bot with a webhook says so and how to remove it; asked to, it does, and serves."""
    await telegram.call(TOKEN, "setWebhook", {"url": "https://clinic.example/hook"})
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address}
        process = await start(tmp_path, "run", **settings)
        _, complained = await process.communicate()
        assert process.returncode == 2
        assert b"--delete-webhook" in complained

        with telegram.subscribe() as events:
            process = await start(tmp_path, "run", "--delete-webhook", **settings)
            async with asyncio.timeout(60):
                while not telegram.polled():
                    await events.get()
            process.send_signal(signal.SIGTERM)
            await process.communicate()
    assert process.returncode == 0


@pytest.mark.process
async def test_a_webhook_is_set_by_the_bot_itself(tmp_path: Path, telegram: Telegram) -> None:
    """The bot tells Telegram where it is, answers what is brought, and at SIGTERM leaves the
    webhook to the next process: Telegram keeps what comes meanwhile (R42)."""
    telegram.add_user(1, "Анна")
    port, watched = free_port(), free_port()
    url = f"http://127.0.0.1:{port}/hook"
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = BY_WEBHOOK | {"TELEGRAM_API_BASE": address, "WEBHOOK_URL": url}
        ports = {"WEBHOOK_PORT": port, "OPERATIONS_PORT": watched}
        process = await start(tmp_path, "run", **settings, **ports)
        with telegram.subscribe() as events:
            telegram.say(1, "/start")
            async with asyncio.timeout(60):
                while len(telegram.queue):
                    await events.get()
                # Telegram brings what waits at once, before the process has heard that it may.
                while (answer := await get(watched, "/readyz"))[0] == 503:
                    continue
        assert answer == (200, "ready\n")
        _, figures = await get(watched, "/metrics")
        assert 'pediatrician_updates_total{kind="message",outcome="done"} 1.0' in figures
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, complained = await process.communicate()

    assert process.returncode == 0, complained
    assert [message.from_bot for message in telegram.chat(1)] == [False, True]
    assert telegram.world.webhook["url"] == url


@pytest.mark.process
async def test_what_is_made_is_for_its_user_alone(tmp_path: Path) -> None:
    """Children's names are in the database: others on the machine cannot read it (R34)."""
    process = await start(tmp_path, "migrate")
    await process.communicate()

    made = [tmp_path / "data", *(tmp_path / "data").glob("bot.db*")]
    assert len(made) > 1
    assert [file.name for file in made if stat.S_IMODE(file.stat().st_mode) & 0o077] == []


@pytest.mark.process
async def test_an_unreachable_telegram_is_waited_for(tmp_path: Path) -> None:
    """A network that is away at start is no wrong setting: the bot says so and waits (R42);
    whoever watches it sees that it is well, and not ready."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        port = free_port()
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address, "OPERATIONS_PORT": port}
        process = await start(tmp_path, "run", **settings)
        assert process.stderr
        async with asyncio.timeout(60):
            line = (await process.stderr.readline()).decode()
            assert await get(port, "/healthz") == (200, "ok\n")
            assert await get(port, "/readyz") == (
                503,
                "not ready: Telegram was not reached yet\n",
            )
            process.send_signal(signal.SIGTERM)
            await process.communicate()

    assert "Telegram cannot be reached" in line
    assert TOKEN not in line
    assert process.returncode == 0


@pytest.mark.process
async def test_a_silent_telegram_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    """Asked to stop while Telegram leaves it waiting, the bot stops within ten seconds (R42)."""
    reached = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        process = await start(tmp_path, "run", BOT_TOKEN=TOKEN, TELEGRAM_API_BASE=address)
        await asyncio.wait_for(reached.wait(), 60)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 0


@pytest.mark.process
async def test_a_locked_database_does_not_hold_up_the_stop(
    tmp_path: Path, telegram: Telegram
) -> None:
    """Asked to stop while another program keeps the database locked and an update waits for it,
    the bot stops within ten seconds, and the update is Telegram's still (R42, R43)."""
    telegram.add_user(1, "Анна")
    async with serve(telegram, "127.0.0.1", 0) as address:
        settings = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": address}
        process = await start(tmp_path, "run", **settings)
        with telegram.subscribe() as events:
            async with asyncio.timeout(60):
                while not telegram.queue.is_polled():
                    await events.get()
        database = sqlite3.connect(tmp_path / "data" / "bot.db", isolation_level=None)
        database.execute("BEGIN IMMEDIATE")
        telegram.say(1, "/start")
        assert process.stderr
        async with asyncio.timeout(30):
            while b"database is not available" not in await process.stderr.readline():
                pass
            process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            await process.communicate()
        database.close()

    assert process.returncode == 0
    assert [raw["message"]["text"] for raw in telegram.take()] == ["/start"]


async def test_other_trouble_of_the_demo_is_not_blamed_on_its_port(telegram: Telegram) -> None:
    """What fails while the demo is open keeps its own name."""
    with pytest.raises(OSError, match="disk full"):
        async with sandbox(telegram, 0, demo_clinic(telegram.now)):
            raise OSError("disk full")


def test_what_is_imported_is_no_garbage() -> None:
    """The collector leaves the imported house alone, and is at work for the rest."""
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
