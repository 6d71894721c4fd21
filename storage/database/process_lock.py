"""One process at a time writes to a SQLite file: whoever holds the lock of the file beside it.

The lock is the kernel's (`flock`), not the existence of the file: it ends with the process that
holds it, however that ends, and nothing has to be cleaned up. So the file is never deleted: a
second one could be made and locked while the first is still held.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from storage.database.sqlite import make_folder
from storage.database.urls import BadDatabase, is_sqlite


class Held(Exception):
    """Another process has the database to itself.

    `process` is its id and `command` what it was started for; None where it has not said so yet.
    """

    def __init__(self, process: int | None, command: str | None) -> None:
        super().__init__(process, command)
        self.process = process
        self.command = command


@contextmanager
def held_for(command: str, url: URL) -> Iterator[None]:
    """Have the SQLite file to oneself, for a command; its folder is made if need be.

    Only SQLite is one process; any other database looks after its writers itself.

    Raises:
        Held: another process has it.
        BadDatabase: there can be no lock file beside it.
    """
    if not is_sqlite(url):
        yield
        return
    make_folder(url)
    lock = _open(_lock_file(url))
    try:
        _take(lock)
        _write_down(lock, f"{os.getpid()} {command}\n")
        yield
    finally:
        os.close(lock)


def _lock_file(url: URL) -> Path:
    """One file has one lock, by whatever links it is reached."""
    database = Path(str(url.database)).resolve()
    return database.with_name(f"{database.name}.lock")


def _open(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BadDatabase(f"cannot have its lock file: {error.strerror}") from error


def _take(lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Held(*_read(lock)) from None
    except OSError as error:  # a file system that knows no locks
        raise BadDatabase(f"cannot be locked: {error.strerror}") from error


def _write_down(lock: int, holder: str) -> None:
    """First over the former holder's words, then cut: whoever reads meanwhile finds a holder."""
    written = os.pwrite(lock, holder.encode(), 0)
    os.ftruncate(lock, written)


def _read(lock: int) -> tuple[int | None, str | None]:
    process, _, command = os.pread(lock, 100, 0).decode(errors="replace").partition(" ")
    return (int(process), command.split("\n")[0]) if process.isdecimal() else (None, None)
