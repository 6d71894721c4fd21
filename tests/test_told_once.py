"""Each story is told, and a race on both databases."""

import asyncio
from types import SimpleNamespace as Made
from typing import Any

import pytest

from tests.databases import BOTH, POSTGRESQL, SQLITE
from tests.told_once import ONCE, left_out


async def story() -> None:
    """Something that is told."""


async def race() -> None:
    """Two at one moment."""
    await asyncio.gather(story(), story())


class Item(Made):
    """As pytest collects it."""

    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    def iter_markers(self, name: str) -> list[pytest.Mark]:
        return [mark for mark in self.marks if mark.name == name]


def told(
    name: str, kind: str, function: Any = story, *marks: pytest.Mark, room: str = ONCE[0]
) -> Any:
    return Item(
        nodeid=f"{room}{name}[{kind}]",
        callspec=Made(params={"kind": kind}),
        function=function,
        marks=marks,
    )


def test_each_story_is_told_on_one_of_both_and_some_on_either() -> None:
    """By its name, so that the same run is the same each time."""
    items = [told(f"test_{number}", kind) for number in range(50) for kind in BOTH]
    out = left_out(items, long=False)
    stay = [item for item in items if item not in out]
    assert len({item.nodeid.partition("[")[0] for item in stay}) == len(stay) == 50
    assert {item.callspec.params["kind"] for item in stay} == {SQLITE, POSTGRESQL}
    assert left_out(reversed(items), long=False) == out


def test_a_race_is_told_on_both() -> None:
    """Who comes first is the database's business."""
    assert left_out([told("test_race", kind, race) for kind in BOTH], long=False) == set()


def test_storage_is_tried_on_both() -> None:
    """All migrations in a row, too."""
    for room in ("tests/storage/schedule/", "tests/storage/migrations/test_migrations.py"):
        assert left_out([told("test_rows", kind, room=room) for kind in BOTH], long=False) == set()


def test_what_says_so_is_told_on_both() -> None:
    """As what is about plans."""
    says = pytest.mark.parametrize("kind", BOTH).mark
    assert left_out([told("test_plan", kind, story, says) for kind in BOTH], long=False) == set()


def test_who_asks_for_one_has_it() -> None:
    """By its name and in brackets the database."""
    for kind in BOTH:
        assert left_out([told("test_one", kind)], long=False) == set()


def test_where_there_is_time_all_are_told_on_both() -> None:
    """LONG=1."""
    assert left_out([told("test_one", kind) for kind in BOTH], long=True) == set()
