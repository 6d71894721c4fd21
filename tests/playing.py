"""How tests come to begin with the same people without each of them being brought in anew.

A fixture that is `played` writes to the database what it is about: a family, a post, a visit. What
stands there after the last of them is kept for the tests that ask for just the same ones. So is
what stands `beside` it: the hour, and in the chat's stories what Telegram shows.
"""

import inspect
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterator
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pytest

from tests.databases import Database
from tests.stages import Stage

P = ParamSpec("P")
T = TypeVar("T")
Make = Callable[..., Any]

MOST = 30
"""So many stages are kept at once: tests that want the same one follow each other."""

_played: set[Make] = set()
_scenery: set[Make] = set()


def played(make: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """A fixture whose value may be given to several tests, with the database as it left it.

    It keeps nothing but in the database and in what is said to stand beside it. Of a dataclass,
    what is named like an argument of the fixture (the house, say), or like what stands beside the
    database, is that of the test.
    """

    @wraps(make)
    async def part(*args: P.args, **kwargs: P.kwargs) -> T:
        return await _stage.play(part, make, kwargs) if _stage else await make(*args, **kwargs)

    _played.add(part)
    return pytest.fixture(part)


def scenery(make: Callable[P, T]) -> Callable[P, T]:
    """An asynchronous fixture that writes nothing: it may come between those that are played."""
    _scenery.add(make)
    return make


@dataclass(frozen=True)
class Beside:
    """What changes with the database, as people act, and stands somewhere else."""

    own: Any
    """That of the test."""
    keep: Callable[[], Any]
    put_back: Callable[[Any], None]


def beside(name: str, own: T, keep: Callable[[], Any], put_back: Callable[[Any], None]) -> None:
    """Let it be as the parts left it, when they are not played anew."""
    if _stage:
        _stage.let_stand(name, Beside(own, keep, put_back))


@dataclass
class Play:
    """What one test begins with."""

    key: Hashable
    """Everything that takes part in it, in the order of its coming."""
    parts: set[Make]
    """Those that are played one after the other, before anybody else writes."""
    stage: Stage
    values: dict[Make, Any] = field(default_factory=dict)
    left: dict[str, Any] = field(default_factory=dict)
    """What stands beside the database, by its name, as the parts leave it."""
    beside: dict[str, Beside] = field(default_factory=dict)
    database: Database | None = None
    over: bool = False
    """Whether the stage is as the parts leave it."""

    async def begin(self) -> Database:
        if self.key in _kept:
            self.stage, self.values, self.left = _kept[self.key]
            self.over = True
        self.database = await self.stage.begin()
        return self.database

    def let_stand(self, name: str, thing: Beside) -> None:
        self.beside[name] = thing
        if self.over and name in self.left:
            thing.put_back(self.left[name])

    async def play(
        self, part: Make, make: Callable[..., Awaitable[T]], arguments: dict[str, Any]
    ) -> T:
        if part in self.parts and self.over:
            known: T = self.values[part]
            own = {name: thing.own for name, thing in self.beside.items()}
            return _of_this_test(known, own | arguments)
        value = await make(**arguments)
        if part in self.parts:
            self.values[part] = copy(value)
            if len(self.values) == len(self.parts):
                await self._keep()
        return value

    async def _keep(self) -> None:
        """From the second time on: many are played only once."""
        _seen[self.key] += 1
        if _seen[self.key] < 2 or self.database is None:
            return
        if len(_kept) == MOST:
            oldest, *_ = _kept.pop(next(iter(_kept)))
            await oldest.forget()
        left = {name: thing.keep() for name, thing in self.beside.items()}
        _kept[self.key] = await self.stage.kept(self.database), self.values, left


def _of_this_test(value: T, arguments: dict[str, Any]) -> T:
    if not is_dataclass(value) or isinstance(value, type):
        return copy(value)
    own = {one.name: arguments[one.name] for one in fields(value) if one.name in arguments}
    return replace(value, **own)


_kept: dict[Hashable, tuple[Stage, dict[Make, Any], dict[str, Any]]] = {}
_seen: Counter[Hashable] = Counter()
_stage: Play | None = None


async def begin(item: pytest.Function, first: Stage) -> tuple[Play, Database]:
    """Set the stage for a test."""
    global _stage
    came = list(_coming(item))
    last = max((n for n, (make, _) in enumerate(came) if make in _played), default=-1)
    parts = {make for make, _ in came if make in _played}
    _stage = Play((id(first), *came[: last + 1]), parts, first) if parts else None
    play = _stage or Play((), set(), first)
    return play, await play.begin()


async def end(play: Play, database: Database) -> None:
    global _stage
    _stage = None
    await play.stage.end(database)


def _coming(item: pytest.Function) -> Iterator[tuple[Make, Hashable]]:
    """The test's fixtures, as pytest makes them, down to the first that may write unseen."""
    definitions = item._fixtureinfo.name2fixturedefs
    params = item.callspec.params if hasattr(item, "callspec") else {}
    seen: set[Make] = set()

    def visit(name: str, below: int) -> Iterator[tuple[Make, Hashable]]:
        known = definitions.get(name, ())[:below]
        if not known or (make := _made_by(known[-1].func)) in seen:
            return
        seen.add(make)
        for needed in known[-1].argnames:
            yield from visit(needed, len(known) - 1 if needed == name else len(definitions))
        yield make, repr(params.get(name))

    for name in item.fixturenames:
        for make, param in visit(name, len(definitions)):
            if _is_asynchronous(make) and make not in _played | _scenery:
                return
            yield make, param


def _made_by(function: Make) -> Make:
    """What stands in the test's file, whoever wrapped it in order to run it."""
    made: Make = inspect.unwrap(function, stop=lambda make: make in _played | _scenery)
    return made


def _is_asynchronous(make: Make) -> bool:
    return inspect.iscoroutinefunction(make) or inspect.isasyncgenfunction(make)
