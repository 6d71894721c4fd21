"""`make bench` still runs; what it finds is read by people, and no test waits for a speed."""

from pathlib import Path

import pytest

from tests.bench import booking, lists, meanwhile, memory, pacing, quotas, sending, start, taps
from tests.bench.__main__ import BENCHMARKS
from tests.bench.contest import Ratio
from tests.bench.filling import LARGE, SMALL, Size
from tests.bench.parents import PARENTS
from tests.bench.places import a_place
from tests.bench.questions import LISTS, SCREENS
from tests.bench.rows import Row, table
from tests.databases import BOTH, Database, Shelves
from tests.storage.files import judges, look_at, plainly

pytestmark = pytest.mark.bench

TINY = Size(doctors=2, slots=12, ahead=3)
LITTLE = Size(doctors=2, slots=12, ahead=3, past=4, others=1, others_past=1)


def test_the_sizes_are_those_of_the_issue() -> None:
    """10 doctors, 60 days and 32 slots a day, alone and among two million."""
    assert SMALL.total == 19_200
    assert LARGE.total == 2_000_000


async def test_the_bench_answers_every_question(
    shelves: Shelves, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each list and screen has its line, and goes through no whole table."""
    await lists.main(shelves, TINY, LITTLE, rounds=2)

    printed = capsys.readouterr().out
    assert [name for name in (LISTS | SCREENS) if f"\n{name} " not in printed] == []
    assert "SCAN!" not in printed


async def test_quotas_are_asked_for_on_both_databases(shelves: Shelves) -> None:
    """Each list once with them, and once without."""
    assert len(await quotas.main(shelves, LITTLE, rounds=1)) == len(BOTH) * (len(LISTS) - 1)


async def test_a_filled_database_is_like_any_other(database: Database, tmp_path: Path) -> None:
    """Indexes and triggers are back, and each row points at others that are there."""
    async with a_place(tmp_path / "little.db", LITTLE):
        assert look_at(tmp_path / "little.db", judges) == look_at(database.file, judges)
    with plainly(tmp_path / "little.db") as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM slots").fetchone() == (LITTLE.total,)


async def test_parents_book_and_cancel_at_real_processes(shelves: Shelves) -> None:
    """Ours, the usual bot and the stock one answer parents by turns, all the way round."""
    rows = await taps.main(shelves, BOTH, rounds=1, turn=0.1, warm_up=10)

    assert len(rows) == 4 * len(BOTH)


async def test_what_is_written_by_hand_books_what_the_house_books(shelves: Shelves) -> None:
    """After either of them there is the one booking, again and again."""
    assert len(await booking.main(shelves, rounds=2)) == len(BOTH)


async def test_a_start_is_timed_to_its_first_answer(shelves: Shelves) -> None:
    """Each start answers what was written while the bot was away; its memory is read later."""
    assert len(await start.main(shelves, rounds=1, taps=40)) == 2


async def test_the_memory_of_a_process_is_read(shelves: Shelves) -> None:
    """Early and late, of the process that handled the updates."""
    [row] = await memory.main(shelves, updates=60)

    assert row.found


def test_every_benchmark_says_what_it_is() -> None:
    """`python -m tests.bench --help` tells what there is to measure."""
    assert [name for name, run in BENCHMARKS.items() if not run.__doc__] == []


async def test_messages_are_sent_at_a_pace(
    shelves: Shelves, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each round trip has its line, and what was refused is counted."""
    await pacing.main(shelves, round_trips=[0, 20], seconds=0.2)

    printed = capsys.readouterr().out
    assert [trip for trip in (0, 20) if f"\n{trip:>3} ms: share " not in printed] == []


async def test_messages_are_claimed_and_settled(shelves: Shelves) -> None:
    """Each database has its row."""
    rows = await sending.main(shelves, families=40, planned=80, rounds=2, due=10)

    assert len(rows) == len(BOTH)


async def test_taps_are_timed_while_reminders_are_sent(shelves: Shelves) -> None:
    """By turns with an idle bot; all families of a turn are told."""
    assert await meanwhile.main(shelves, rounds=1, turn=1.2, warm_up=5 * PARENTS)


def test_a_row_says_what_is_not_reached() -> None:
    """At the end all ratios stand together, and how busy the machine was."""
    rows = [Row("kept", 1.3, at_most=1.3), Row("missed", Ratio(0.2, 0.29, 0.4), at_least=0.3)]

    _, kept, missed, load = table(rows, 0.5)

    assert "not reached" not in kept
    assert "0.29 (0.20–0.40)" in missed
    assert "≥ 0.3" in missed
    assert "not reached" in missed
    assert load.startswith("load average at start 0.50")
