"""On which database a story is told.

Storage and races are tried on both, always, and so are all migrations in a row, with data. A story
of what the services promise is about rules, and it stands on statements that many others use, too;
a migration of its own does not change any more once it is out. These are told on one of both in the
suite, on the same one each time, and on both where there is time (LONG=1 make test).
"""

from collections import defaultdict
from collections.abc import Iterable
from zlib import crc32

import pytest

from tests.chances import LONG
from tests.databases import BOTH

ONCE = ("tests/services/", "tests/storage/migrations/test_migration_")
AT_ONCE = {"gather", "create_task", "TaskGroup", "begin", "meetings"}
"""Who calls these lets several act at one moment: who comes first is the database's business."""


def left_out(items: Iterable[pytest.Item], *, long: bool = LONG) -> set[pytest.Item]:
    """Of these those that another one tells on the other database, unless there is time."""
    stories: dict[str, dict[str, pytest.Item]] = defaultdict(dict)
    for item in items:
        if not long and (kind := _kind(item)) and not _is_for_both(item):
            stories[item.nodeid.replace(kind, "")][kind] = item
    both = [(name, told) for name, told in stories.items() if len(told) == len(BOTH)]
    return {told[BOTH[crc32(name.encode()) % len(BOTH)]] for name, told in both}


def _kind(item: pytest.Item) -> str:
    """The database that it is told on, where there are several."""
    return str(item.callspec.params.get("kind", "")) if hasattr(item, "callspec") else ""


def _is_for_both(item: pytest.Item) -> bool:
    """Whether it says so itself, is a race, or is about storage."""
    if not item.nodeid.startswith(ONCE):
        return True
    says = any(mark.args[0] == "kind" for mark in item.iter_markers("parametrize"))
    function = getattr(item, "function", None)
    return says or (function is not None and not AT_ONCE.isdisjoint(function.__code__.co_names))
