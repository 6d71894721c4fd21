"""A backup is one state of the database, and what is restored from it can be booked on."""

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from services.model.clinic import Clinic
from services.model.refusals.base import NotFound
from services.model.refusals.visits import SlotTaken
from services.model.slots import Slot
from storage.care.backup import BadBackup, back_up, restore
from storage.database.migrate import migrate
from storage.database.sequences import RESTORED, RESTORED_VISITS
from storage.database.urls import BadDatabase
from tests.conftest import House, StillClock, house_over
from tests.databases import BOTH, SQLITE, Database, Shelves
from tests.storage.files import judges, look_at, step_file, url_of

ROUNDS = 30
"""Of booking and cancelling, beside a backup."""


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@asynccontextmanager
async def restored(
    shelves: Shelves, kind: str, backup: Path, clock: StillClock
) -> AsyncIterator[House]:
    """A house over a new database of some kind, filled from a backup."""
    database = await shelves.of(kind).copy(await shelves.empty(kind))
    await restore(database.url, backup, clock())
    async with house_over(database, clock) as house:
        yield house
    await shelves.of(kind).drop(database)


async def book_something(house: House, clinic: Clinic) -> Slot:
    """Миша has the first time of the first doctor, booked and cancelled once before."""
    parent = await house.parent(101, clinic)
    child = await house.child(parent)
    doctor = (await house.doctors(clinic))[0]
    [slot, *_] = await house.free_times(parent, child.id, doctor)
    first = await house.book(parent, child.id, slot)
    await house.services.mine.cancel(parent, first.id)
    await house.book(parent, child.id, slot)
    return slot


@pytest.mark.parametrize("into", BOTH)
async def test_what_is_restored_is_booked_on(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path, into: str
) -> None:
    """The same rows, whichever kind of database they came from and go to; the time that was booked
    is taken, the visit can be cancelled, and the next one gets a number of its own (R77)."""
    slot = await book_something(house, clinic)
    file = tmp_path / "backup.db"
    told = await back_up(house.database.url, file, house.clock())

    async with restored(shelves, into, file, house.clock) as copy:
        if into == house.database.kind:
            assert await copy.database.dump() == await house.database.dump()
        vera = await copy.parent(102, clinic)
        sonya = await copy.child(vera, "Соня")
        with pytest.raises(SlotTaken):
            await copy.book(vera, sonya.id, slot)
        [free, *_] = await copy.free_times(vera, sonya.id, (await copy.doctors(clinic))[1])
        booked = await copy.book(vera, sonya.id, free)
        known = await copy.database.rows("SELECT id, uid FROM appointments ORDER BY id")

    assert (told.clinics, told.doctors, told.children, told.visits_ahead) == (1, 2, 1, 1)
    assert told.taken_at == house.clock()
    assert [visit.id for visit in known] == [1, 2, booked.id]
    assert booked.id > RESTORED_VISITS
    assert len({visit.uid for visit in known}) == 3


async def test_a_backup_while_families_book_is_one_state(
    house: House, clinic: Clinic, tmp_path: Path
) -> None:
    """What was booked before it began is in it; what it has of later belongs together: every visit
    has its slot, child and history, and no reference points nowhere."""
    doctor = (await house.doctors(clinic))[0]
    parents = [await house.parent(200 + number, clinic) for number in range(4)]
    children = [await house.child(parent) for parent in parents]
    slots = (await house.free_times(parents[0], children[0].id, doctor))[:4]
    await house.book(parents[0], children[0].id, slots[0])

    async def book_and_cancel(number: int) -> None:
        for _ in range(ROUNDS):
            visit = await house.book(parents[number], children[number].id, slots[number])
            await house.services.mine.cancel(parents[number], visit.id)

    busy = asyncio.gather(*(book_and_cancel(number) for number in range(1, 4)))
    files: list[Path] = []
    while not busy.done():
        files.append(tmp_path / f"{len(files)}.db")
        await back_up(house.database.url, files[-1], house.clock())
    await busy

    for file in files:
        with closing(sqlite3.connect(file)) as backup:
            assert backup.execute("PRAGMA foreign_key_check").fetchall() == []
            first = backup.execute("SELECT state FROM appointments WHERE child_id = 1").fetchall()
            assert first == [("booked",)]
            active = backup.execute(
                "SELECT count(*) FROM appointments WHERE state = 'booked' GROUP BY slot_id"
            ).fetchall()
            assert set(active) == {(1,)}


async def test_a_backup_is_for_few_eyes_and_is_one_file(house: House, tmp_path: Path) -> None:
    """Children's names are in it: only its owner can read it; and nothing is left beside it."""
    folder = tmp_path / "backups"
    folder.mkdir()
    await back_up(house.database.url, folder / "backup.db", house.clock())

    assert [file.name for file in folder.iterdir()] == ["backup.db"]
    assert stat.S_IMODE((folder / "backup.db").stat().st_mode) == 0o600


async def test_a_backup_writes_over_nothing(house: House, tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "backup.db").write_text("the last good one")
    with pytest.raises(BadBackup, match="is there already"):
        await back_up(house.database.url, tmp_path / "backup.db", house.clock())

    assert (tmp_path / "backup.db").read_text() == "the last good one"


async def test_a_backup_into_nowhere(house: House, tmp_path: Path) -> None:
    """A folder that is not there is not made up."""
    with pytest.raises(BadBackup, match="cannot be written"):
        await back_up(house.database.url, tmp_path / "nowhere" / "backup.db", house.clock())

    assert not (tmp_path / "nowhere").exists()


async def test_a_full_database_is_not_written_over(
    house: House, clinic: Clinic, tmp_path: Path
) -> None:
    """Restoring into a database with a clinic in it is refused, and it stays as it is."""
    await back_up(house.database.url, tmp_path / "backup.db", house.clock())
    await house.parent(101, clinic)
    await house.engines.dispose()
    before = await house.database.dump()
    with pytest.raises(BadDatabase, match="is not empty"):
        await restore(house.database.url, tmp_path / "backup.db", house.clock())

    assert await house.database.dump() == before


async def test_a_migrated_database_without_a_row_can_be_restored_into(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path
) -> None:
    """`migrate` was run already, or the bot was started once: nothing is lost by it."""
    await house.parent(101, clinic)
    await back_up(house.database.url, tmp_path / "backup.db", house.clock())
    shelf = shelves.of(house.database.kind)
    empty = await shelf.copy(await shelves.empty(house.database.kind))
    await restore(empty.url, tmp_path / "backup.db", house.clock())

    assert await empty.dump() == await house.database.dump()
    await shelf.drop(empty)


def broken(kind: str, folder: Path, good: Path) -> Path:
    """A file that is no good backup, in some way."""
    file = folder / "broken.db"
    if kind == "nothing":
        return file
    shutil.copy(good, file)
    if kind == "text":
        file.write_text("Миша, 12.03.2024; long enough to be a page" * 100)
    elif kind == "cut":
        file.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    elif kind == "empty":
        file.write_bytes(b"")
    else:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute(
                {
                    "newer": "UPDATE alembic_version SET version_num = '9999'",
                    "foreign": "ALTER TABLE persons RENAME TO people",
                    "dangling": "UPDATE appointments SET child_id = 4711",
                    "unjudged": "DROP TRIGGER no_overlap_appointments_insert",
                }[kind]
            )
    return file


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("nothing", "there is no such file"),
        ("text", "is no backup"),
        ("cut", "is no backup|damaged"),
        ("empty", "not one of this bot's"),
        ("newer", "newer than this code"),
        ("foreign", "not one of this bot's"),
        ("dangling", "rows that point nowhere"),
        ("unjudged", "lacks what keeps visits from clashing"),
    ],
)
async def test_what_is_no_good_backup_is_refused(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path, damage: str, words: str
) -> None:
    """One line that says why; the database is as empty as before, and nothing lies about."""
    await book_something(house, clinic)
    good = tmp_path / "good.db"
    await back_up(house.database.url, good, house.clock())
    folder = tmp_path / "damaged"
    folder.mkdir()
    file = broken(damage, folder, good)
    was = file.read_bytes() if file.exists() else None
    empty = await shelves.of(house.database.kind).fresh()
    with pytest.raises(BadBackup, match=words) as refused:
        await restore(empty.url, file, house.clock())

    assert "Миша" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
    assert (file.read_bytes() if file.exists() else None) == was
    async with house_over(empty, house.clock) as nothing:
        await migrate(empty.url)
        assert await nothing.count("persons") == await nothing.count("clinics") == 0
    await shelves.of(house.database.kind).drop(empty)


async def test_a_backup_of_an_older_version(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path
) -> None:
    """It is brought up to date on the way; the file itself is not touched."""
    slot = await book_something(house, clinic)
    old = tmp_path / "old.db"
    await back_up(house.database.url, old, house.clock())
    step_file(old, "0002")
    was = old.read_bytes()

    async with restored(shelves, house.database.kind, old, house.clock) as copy:
        [(version,)] = await copy.database.rows("SELECT version_num FROM alembic_version")
        assert version != "0002"
        [(booked,)] = await copy.database.rows(
            "SELECT slot_id FROM appointments WHERE state = 'booked'"
        )
    assert booked == slot.id
    assert old.read_bytes() == was


@pytest.mark.parametrize("into", BOTH)
async def test_what_came_after_the_backup_is_not_given_again(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path, into: str
) -> None:
    """R77: Соня and her visit came after the backup, and were lost with the database. Their
    buttons still lie in a chat: no other child, visit or parent is ever meant by them."""
    anna = await house.parent(101, clinic)
    await house.child(anna)
    await back_up(house.database.url, tmp_path / "backup.db", house.clock())
    vera = await house.parent(102, clinic)
    sonya = await house.child(vera, "Соня")
    [slot, *_] = await house.free_times(vera, sonya.id, (await house.doctors(clinic))[0])
    lost = await house.book(vera, sonya.id, slot)

    async with restored(shelves, into, tmp_path / "backup.db", house.clock) as copy:
        boris = await copy.parent(103, clinic)
        petya = await copy.child(boris, "Петя")
        booked = await copy.book(boris, petya.id, slot)
        assert (boris > vera, petya.id > sonya.id, booked.id > lost.id) == (True, True, True)
        with pytest.raises(NotFound):
            await copy.services.children.card(boris, clinic.id, sonya.id)
        assert len(booked.number) == len(str(RESTORED_VISITS))  # still told by phone


@pytest.mark.parametrize("into", BOTH)
async def test_a_restore_of_a_restore_passes_over_again(
    house: House, clinic: Clinic, shelves: Shelves, tmp_path: Path, into: str
) -> None:
    """R77: what a backup remembers of ids that are gone, the next one remembers, too."""
    await house.child(await house.parent(101, clinic))
    await back_up(house.database.url, tmp_path / "1.db", house.clock())
    async with restored(shelves, into, tmp_path / "1.db", house.clock) as once:
        await back_up(once.database.url, tmp_path / "2.db", house.clock())
    async with restored(shelves, into, tmp_path / "2.db", house.clock) as twice:
        child = await twice.child(await twice.parent(102, clinic))

    assert child.id == 2 * RESTORED + 2


class TestFiles:
    """What only SQLite has."""

    @pytest.fixture
    def kind(self) -> str:
        return SQLITE

    async def test_a_database_that_is_not_there(self, tmp_path: Path) -> None:
        """There is nothing to back up, and none is made."""
        with pytest.raises(BadDatabase, match="not there yet"):
            await back_up(url_of(tmp_path / "bot.db"), tmp_path / "backup.db", StillClock()())

        assert not (tmp_path / "bot.db").exists()

    @pytest.mark.parametrize("how", ["copied", "copied and restored"])
    async def test_a_file_that_is_only_copied(
        self, house: House, clinic: Clinic, tmp_path: Path, how: str
    ) -> None:
        """R77: an operator puts a backup in the database's place by hand, and the next start sees
        that it is one; once. A copy that bears no mark is taken for a backup by `restore`."""
        parent = await house.parent(101, clinic)
        child = await house.child(parent)
        place = Database(url_of(tmp_path / "new.db"))
        if how == "copied":
            await back_up(house.database.url, place.file, house.clock())
            await migrate(place.url)
        else:
            await house.engines.dispose()
            shutil.copy(house.database.file, tmp_path / "copy.db")
            told = await restore(place.url, tmp_path / "copy.db", house.clock())
            assert told.taken_at is None
        await migrate(place.url)
        async with house_over(place, house.clock) as copy:
            next_one = await copy.child(parent)

        assert next_one.id == child.id + RESTORED + 1
        assert await place.rows("SELECT 1 FROM sqlite_master WHERE name = 'backup'") == []

    async def test_a_restored_file_has_all_its_judges(
        self, house: House, clinic: Clinic, tmp_path: Path
    ) -> None:
        """Triggers and indexes are those of the original, and the folder is made."""
        await house.parent(101, clinic)
        await back_up(house.database.url, tmp_path / "backup.db", house.clock())
        place = tmp_path / "new" / "bot.db"
        await restore(url_of(place), tmp_path / "backup.db", house.clock())

        assert look_at(place, judges) == look_at(house.database.file, judges)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600

    async def test_a_log_that_belongs_to_a_lost_file_is_not_taken_for_the_new_ones(
        self, database: Database, tmp_path: Path
    ) -> None:
        """The database was deleted and its -wal forgotten: SQLite would write it into the restored
        file. It is refused, and named."""
        await back_up(database.url, tmp_path / "backup.db", StillClock()())
        (tmp_path / "bot.db-wal").write_bytes(b"left over")
        with pytest.raises(BadDatabase, match=r"bot\.db-wal"):
            await restore(url_of(tmp_path / "bot.db"), tmp_path / "backup.db", StillClock()())

    async def test_the_same_backup_twice(
        self, house: House, clinic: Clinic, tmp_path: Path
    ) -> None:
        """The second time there is something: refused, so that no booking is written over."""
        await house.parent(101, clinic)
        await back_up(house.database.url, tmp_path / "backup.db", house.clock())
        place = Database(url_of(tmp_path / "bot.db"))
        await restore(place.url, tmp_path / "backup.db", house.clock())
        async with house_over(place, house.clock) as copy:
            await book_something(copy, clinic)
        with pytest.raises(BadDatabase, match="is not empty"):
            await restore(place.url, tmp_path / "backup.db", house.clock())
