"""Processes that die: between two statements of a transaction, or before its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from tests.conftest import House


class Killed(BaseException):
    """Nothing in the house catches it, as it would catch no kill."""


@dataclass
class Death:
    """When a process dies, counted in what it says to the database."""

    left: int

    def comes_nearer(self, *_said: Any) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed


@contextmanager
def dying(house: House, after: int | None) -> Iterator[None]:
    """Within it, the house dies before what it says to the database after so much more; None: it
    lives. What was not committed is lost, as if the process were gone."""
    if after is None:
        yield
        return
    engine, death = house.engines.writing.sync_engine, Death(after)
    names = ["before_cursor_execute", "commit"]
    for name in names:
        event.listen(engine, name, death.comes_nearer)
    try:
        yield
    finally:
        for name in names:
            event.remove(engine, name, death.comes_nearer)
