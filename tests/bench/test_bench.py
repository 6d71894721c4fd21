"""`make bench` still runs; what it finds is read by people, and no test waits for a speed."""

from pathlib import Path

import pytest

from tests.bench.__main__ import main
from tests.bench.filling import LARGE, SMALL, Size
from tests.bench.places import a_place
from tests.bench.questions import LISTS, SCREENS
from tests.databases import Database
from tests.storage.files import judges, look_at, plainly

TINY = Size(doctors=2, slots=12, ahead=3)
LITTLE = Size(doctors=2, slots=12, ahead=3, past=4, others=1, others_past=1)


def test_the_sizes_are_those_of_the_issue() -> None:
    """10 doctors, 60 days and 32 slots a day, alone and among two million."""
    assert SMALL.total == 19_200
    assert LARGE.total == 2_000_000


async def test_the_bench_answers_every_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Each list and screen has its line, and goes through no whole table."""
    await main(TINY, LITTLE, rounds=2)

    printed = capsys.readouterr().out
    assert [name for name in (LISTS | SCREENS) if f"\n{name} " not in printed] == []
    assert "SCAN!" not in printed


async def test_a_filled_database_is_like_any_other(database: Database, tmp_path: Path) -> None:
    """Indexes and triggers are back, and each row points at others that are there."""
    async with a_place(tmp_path / "little.db", LITTLE):
        assert look_at(tmp_path / "little.db", judges) == look_at(database.file, judges)
    with plainly(tmp_path / "little.db") as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM slots").fetchone() == (LITTLE.total,)
