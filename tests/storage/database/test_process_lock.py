"""One process has the SQLite file, for as long as it lives and not a moment longer."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from storage.database.process_lock import Held, held_for
from storage.database.urls import BadDatabase
from tests.storage.files import url_of

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from storage.database.urls import read_url
from storage.database.process_lock import held_for
with held_for("run", read_url(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@asynccontextmanager
async def holder(database: Path) -> AsyncIterator[Process]:
    """Another process, which has the file."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, f"sqlite+aiosqlite:///{database}"),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
    )
    assert process.stdout
    assert await process.stdout.readline() == b"held\n"
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_second_process_is_told_who_has_it(tmp_path: Path) -> None:
    """Two bots never write to one file: the second learns which process and what it is for."""
    async with holder(tmp_path / "bot.db") as first:
        with pytest.raises(Held) as refused, held_for("migrate", url_of(tmp_path / "bot.db")):
            pass

    assert (refused.value.process, refused.value.command) == (first.pid, "run")


async def test_a_killed_process_leaves_nothing_behind(tmp_path: Path) -> None:
    """R42: after a SIGKILL the next one starts at once, though the lock file is still there."""
    async with holder(tmp_path / "bot.db") as first:
        first.kill()
        await first.wait()
        assert (tmp_path / "bot.db.lock").exists()
        with held_for("run", url_of(tmp_path / "bot.db")):
            assert (tmp_path / "bot.db.lock").read_text() == f"{os.getpid()} run\n"


async def test_a_process_that_ends_in_order_frees_it_too(tmp_path: Path) -> None:
    """The lock goes with its block, and may be taken again by anybody."""
    async with holder(tmp_path / "bot.db") as first:
        await first.communicate(b"")
    for _ in range(2):
        with held_for("run", url_of(tmp_path / "bot.db")):
            pass

    assert (tmp_path / "bot.db.lock").exists()


async def test_what_a_process_starts_does_not_inherit_the_lock(tmp_path: Path) -> None:
    """A child that outlives the bot does not keep the next bot away."""
    with held_for("run", url_of(tmp_path / "bot.db")):
        child = await asyncio.create_subprocess_exec("cat", stdin=PIPE)
    with held_for("run", url_of(tmp_path / "bot.db")):
        assert child.returncode is None
    await child.communicate(b"")


async def test_a_link_to_the_file_has_the_same_lock(tmp_path: Path) -> None:
    """Another path to one file is no way around."""
    (tmp_path / "data").mkdir()
    (tmp_path / "link.db").symlink_to(tmp_path / "data" / "bot.db")
    async with holder(tmp_path / "data" / "bot.db"):
        with pytest.raises(Held), held_for("run", url_of(tmp_path / "link.db")):
            pass


async def test_another_file_is_another_lock(tmp_path: Path) -> None:
    """Two clinics' bots on one machine do not hinder each other."""
    async with holder(tmp_path / "one.db"):
        with held_for("run", url_of(tmp_path / "two.db")):
            pass


def test_a_holder_who_has_not_yet_said_who_it_is(tmp_path: Path) -> None:
    """In the moment between the lock and the words, the refusal stands without a name."""
    with held_for("run", url_of(tmp_path / "bot.db")):
        (tmp_path / "bot.db.lock").write_text("")
        with pytest.raises(Held) as refused, held_for("run", url_of(tmp_path / "bot.db")):
            pass

    assert (refused.value.process, refused.value.command) == (None, None)


def test_a_lock_file_that_cannot_be(tmp_path: Path) -> None:
    """R42: what is in the way of the lock file is said."""
    (tmp_path / "bot.db.lock").mkdir()
    refused = pytest.raises(BadDatabase, match="lock file: Is a directory")
    with refused, held_for("run", url_of(tmp_path / "bot.db")):
        pass


def test_a_server_s_database_has_no_lock_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL is for several processes: nothing is locked, and no file is made."""
    monkeypatch.chdir(tmp_path)
    url = make_url("postgresql+asyncpg://bot:secret@db/bot")
    with held_for("run", url), held_for("run", url):
        assert list(tmp_path.iterdir()) == []
