"""What is said to the database, to count it: a list of fifty is one statement, not fifty."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tests.conftest import House


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    """All statements that change or read something, or lock it, as they are said."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    engines = [house.engines.writing.sync_engine, house.engines.reading.sync_engine]
    for engine in {id(each): each for each in engines}.values():
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        for engine in {id(each): each for each in engines}.values():
            event.remove(engine, "before_cursor_execute", note)
