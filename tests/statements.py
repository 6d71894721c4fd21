"""What is said to the database, to count it: a list of fifty is one statement, not fifty."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.conftest import House


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """All statements that change or read something, or lock it, as they are said."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    with _listening(house, "before_cursor_execute", note):
        yield told


@contextmanager
def transactions(house: House) -> Iterator[list[object]]:
    """All transactions that are begun."""
    begun: list[object] = []

    def note(connection: object) -> None:
        begun.append(connection)

    with _listening(house, "begin", note):
        yield begun


@contextmanager
def _listening(house: House, what: str, note: Callable[..., None]) -> Iterator[None]:
    engines = {
        id(each): each.sync_engine for each in (house.engines.writing, house.engines.reading)
    }
    for engine in engines.values():
        event.listen(engine, what, note)
    try:
        yield
    finally:
        for engine in engines.values():
            event.remove(engine, what, note)
